"""Words in German, French and Hindi before a number that say what it is; Presidio brings the English ones.

Whole words as spaCy's English tokenizer cuts them, in lower case. Left out is what is also said of other things in
everyday sentences, such as Hindi's words for address and tax.
"""

from collections.abc import Mapping

_PASSPORT = ("reisepass", "reisepassnummer", "passnummer", "passeport", "पासपोर्ट")
_VEHICLE = ("kennzeichen", "fahrzeug", "immatriculation", "plaque", "véhicule", "वाहन", "गाड़ी")

CONTEXT_WORDS: Mapping[str, tuple[str, ...]] = {
    "IN_PASSPORT": _PASSPORT,
    "UK_PASSPORT": _PASSPORT,
    "US_PASSPORT": _PASSPORT,
    "IN_VEHICLE_REGISTRATION": _VEHICLE,
    "UK_VEHICLE_REGISTRATION": _VEHICLE,
    "IN_VOTER": ("wählerausweis", "d'électeur", "électeur", "मतदाता"),
    "UK_POSTCODE": ("postleitzahl", "plz", "anschrift", "adresse", "postal", "पिन"),
    "US_BANK_NUMBER": ("konto", "kontonummer", "bankkonto", "compte", "खाता"),
    "US_DRIVER_LICENSE": (
        "licence",
        "führerschein",
        "führerscheinnummer",
        "permis",
        "लाइसेंस",
    ),
    "US_ITIN": ("steuernummer", "fiscal"),
    "US_SSN": ("sozialversicherung", "sozialversicherungsnummer", "sociale", "सामाजिक"),
}
