"""Which of Presidio's pattern recognizers look at free text, and which do not."""

from functools import cache

import tldextract
from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    CryptoRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    InAadhaarRecognizer,
    InGstinRecognizer,
    InPassportRecognizer,
    InVoterRecognizer,
    IpRecognizer,
    NhsRecognizer,
    PhoneRecognizer,
    UkPassportRecognizer,
    UkPostcodeRecognizer,
    UkVehicleRegistrationRecognizer,
    UrlRecognizer,
    UsItinRecognizer,
    UsPassportRecognizer,
    UsSsnRecognizer,
)

from pipeline.privacy.context_words import CONTEXT_WORDS
from pipeline.privacy.grouped_recognizers import (
    CardRecognizer,
    GroupedBankRecognizer,
    GroupedDrivingLicenceRecognizer,
    GroupedLicenseRecognizer,
    GroupedNinoRecognizer,
    GroupedPanRecognizer,
    GroupedPlateRecognizer,
)

#: Scores below are dropped. 0.4 is Presidio's score of a valid phone number, and what a weak pattern gets from a
#: context word; below lie patterns such as "any nine digits". So a US licence, whose pattern matches "A1" (0.3),
#: counts only beside a word such as "license".
SCORE_THRESHOLD = 0.4


@cache
def _suffixes() -> tldextract.TLDExtract:
    """The suffix list in the package: no network and no cache on disk, so that answers never change under us."""
    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


class BundledEmailRecognizer(EmailRecognizer):  # type: ignore[misc]
    """Presidio's recognizer with the bundled list of domain suffixes."""

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the domain ends in a public suffix."""
        return bool(_suffixes()(pattern_text).fqdn)


#: Left out: DATE_TIME (every review names dates, and a date alone tells nobody from another), MAC address and UUID
#: (of devices and records), medical licences and claim numbers (of no employee), PERSON and places by a language
#: model (the roster knows the run's own names).
_KINDS: tuple[type[EntityRecognizer], ...] = (
    CardRecognizer,
    CryptoRecognizer,
    BundledEmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    PhoneRecognizer,
    UrlRecognizer,
    InAadhaarRecognizer,
    InGstinRecognizer,
    GroupedPanRecognizer,
    InPassportRecognizer,
    GroupedPlateRecognizer,
    InVoterRecognizer,
    NhsRecognizer,
    GroupedDrivingLicenceRecognizer,
    GroupedNinoRecognizer,
    UkPassportRecognizer,
    UkPostcodeRecognizer,
    UkVehicleRegistrationRecognizer,
    GroupedBankRecognizer,
    UsItinRecognizer,
    GroupedLicenseRecognizer,
    UsPassportRecognizer,
    UsSsnRecognizer,
)


def make_recognizers() -> list[EntityRecognizer]:
    """One recognizer of each kind, with context words of four languages.

    Presidio weighs words before a number only: "K1234567 is her passport" is not found.
    """
    return [_made(kind) for kind in _KINDS]


def _made(kind: type[EntityRecognizer]) -> EntityRecognizer:
    recognizer = kind(supported_language="en")
    words = [word for name in recognizer.supported_entities for word in CONTEXT_WORDS.get(name, ())]
    recognizer.context = [*(recognizer.context or ()), *words]
    return recognizer
