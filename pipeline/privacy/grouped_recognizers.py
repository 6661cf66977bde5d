"""Presidio's recognizers, with ways of writing that they do not know: numbers in groups, as forms and cards show them.

Each is the stock recognizer with a pattern more. A group of letters must be capitals ("up 16 in 2024" is no plate).
"""

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    InPanRecognizer,
    InVehicleRegistrationRecognizer,
    UkDrivingLicenceRecognizer,
    UkNinoRecognizer,
    UsBankRecognizer,
    UsLicenseRecognizer,
)


class CardRecognizer(CreditCardRecognizer):  # type: ignore[misc]
    """Knows Mastercard's second series as well (2221 to 2720, issued since 2017)."""

    PATTERNS = (
        *CreditCardRecognizer.PATTERNS,
        Pattern("Mastercard, second series", r"\b2[2-7]\d{2}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}\b", 0.3),
    )


class GroupedPanRecognizer(InPanRecognizer):  # type: ignore[misc]
    """Knows "ABCPE 1234 F" as well, and looks for the letter and the four digits of a weak PAN in its ten characters.

    Presidio looks for them anywhere behind: any word of ten letters counts, and a text without digits takes a time that
    grows with the square of its length.
    """

    PATTERNS = (
        *InPanRecognizer.PATTERNS[:2],
        Pattern(
            "PAN (Low)",
            r"\b(?=[\w@#$%^?~-]{0,9}[a-zA-Z])(?=[\w@#$%^?~-]{0,6}[0-9]{4})[\w@#$%^?~-]{10}\b",
            InPanRecognizer.PATTERNS[2].score,
        ),
        Pattern("PAN in groups", r"\b(?-i:[A-Z]{3}[ABCFGHJLPT][A-Z])[- ][0-9]{4}[- ](?-i:[A-Z])\b", 0.5),
    )


class GroupedPlateRecognizer(InVehicleRegistrationRecognizer):  # type: ignore[misc]
    """Knows "MH 12 AB 1234" and "DL 3C AB 1234" as well: 1.0 where Presidio's list has the district, else weak."""

    PATTERNS = (
        *InVehicleRegistrationRecognizer.PATTERNS,
        Pattern("Plate in groups", r"\b(?-i:[A-Z]{2}[ -]?\d{1,2}[A-Z]?[ -][A-Z]{1,3})[ -]?(?!0000)\d{4}\b", 0.2),
    )


class GroupedDrivingLicenceRecognizer(UkDrivingLicenceRecognizer):  # type: ignore[misc]
    """Knows "MORGA 657054 SM9IJ" as well."""

    PATTERNS = (
        *UkDrivingLicenceRecognizer.PATTERNS,
        Pattern(
            "UK Driving Licence in groups",
            r"\b(?-i:[A-Z9]{5}) [0-9](?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9] "
            r"(?-i:[A-Z9]{2}[A-Z0-9][A-Z]{2})\b",
            0.5,
        ),
    )


class GroupedNinoRecognizer(UkNinoRecognizer):  # type: ignore[misc]
    """Knows "AB-12-34-56-C" as well."""

    PATTERNS = (
        *UkNinoRecognizer.PATTERNS,
        Pattern("NINO in groups", r"\b(?-i:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])(?:-\d{2}){3}-(?-i:[A-D])\b", 0.5),
    )


class GroupedBankRecognizer(UsBankRecognizer):  # type: ignore[misc]
    """Knows accounts in groups of four digits as well; as weak as those in one word."""

    PATTERNS = (
        *UsBankRecognizer.PATTERNS,
        Pattern("Bank account in groups (weak)", r"\b[0-9]{4}(?:[- ][0-9]{4}){1,3}(?:[- ][0-9]{1,3})?\b", 0.05),
    )


class GroupedLicenseRecognizer(UsLicenseRecognizer):  # type: ignore[misc]
    """Knows "D123-4567-8901", with or without two digits more (Florida, Illinois, Wisconsin), and New York's groups."""

    PATTERNS = (
        *UsLicenseRecognizer.PATTERNS,
        Pattern("Driver License in groups (weak)", r"\b[A-Z]\d{3}[- ]\d{4}[- ]\d{4}(?:[- ]\d{2})?\b", 0.2),
        Pattern("Driver License in groups of three (very weak)", r"\b\d{3}[- ]\d{3}[- ]\d{3}\b", 0.01),
    )
