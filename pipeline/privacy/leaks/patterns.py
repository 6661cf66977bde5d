"""Which of the scanner's types mean a person wherever they stand, and why the others do not.

A type is searched for in cells if what it finds names one person or one account by itself: it has check digits or a
form of its own, or the scanner asks for a word beside it that says what it is. What things, places and machines have as
well is left out: a published category may rightly look like one. Redaction of free text masks all of them.
"""

from collections.abc import Mapping

_CHECKED = "its check digits leave little to chance"
_FORMED = "no other number has its form"
_NAMED = "counts only beside a word that says what it is"

SEARCHED: Mapping[str, str] = {
    "CREDIT_CARD": _CHECKED,
    "CRYPTO": _CHECKED,
    "EMAIL_ADDRESS": _FORMED,
    "IBAN_CODE": _CHECKED,
    "IN_AADHAAR": _CHECKED,
    "IN_GSTIN": "holds the tax number of its holder",
    "IN_PAN": _FORMED,
    "IN_PASSPORT": _NAMED,
    "IN_VOTER": _FORMED,
    "PHONE_NUMBER": "valid in a numbering plan",
    "UK_DRIVING_LICENCE": "holds the name and day of birth of its holder",
    "UK_NHS": _CHECKED,
    "UK_NINO": _FORMED,
    "UK_PASSPORT": _NAMED,
    "US_BANK_NUMBER": _NAMED,
    "US_ITIN": _FORMED,
    "US_PASSPORT": _NAMED,
    "US_SSN": _FORMED,
}

LEFT_OUT: Mapping[str, str] = {
    "IN_VEHICLE_REGISTRATION": "codes of products and sites look like plates",
    "IP_ADDRESS": "of a machine; versions such as 1.2.3.4 look like one",
    "UK_POSTCODE": "of a place: postcodes are published once they are coarse enough",
    "UK_VEHICLE_REGISTRATION": "codes of products and sites look like plates",
    "URL": "of a page; columns and sources are named like hosts",
    "US_DRIVER_LICENSE": "any short code beside the word licence: a category of licences looks like one",
}
