"""A maker of planted values for each entity type that the scanner finds, and what people write before the weak ones.

Values belong to nobody: random, well-formed, with valid check digits.
"""

from collections.abc import Callable, Mapping
from random import Random

from pipeline.privacy.measured import values_anywhere as anywhere
from pipeline.privacy.measured import values_india as india
from pipeline.privacy.measured import values_uk as uk
from pipeline.privacy.measured import values_us as us
from pipeline.privacy.measured.phones import phone

MAKERS: Mapping[str, Callable[[Random], str]] = {
    "CREDIT_CARD": anywhere.credit_card,
    "CRYPTO": anywhere.wallet,
    "EMAIL_ADDRESS": anywhere.email,
    "IBAN_CODE": anywhere.iban,
    "IP_ADDRESS": anywhere.ip_address,
    "PHONE_NUMBER": phone,
    "URL": anywhere.url,
    "IN_AADHAAR": india.aadhaar,
    "IN_GSTIN": india.gstin,
    "IN_PAN": india.pan,
    "IN_PASSPORT": india.passport,
    "IN_VEHICLE_REGISTRATION": india.vehicle,
    "IN_VOTER": india.voter,
    "UK_DRIVING_LICENCE": uk.driving_licence,
    "UK_NHS": uk.nhs,
    "UK_NINO": uk.nino,
    "UK_PASSPORT": uk.passport,
    "UK_POSTCODE": uk.postcode,
    "UK_VEHICLE_REGISTRATION": uk.vehicle,
    "US_BANK_NUMBER": us.bank_account,
    "US_DRIVER_LICENSE": us.driver_license,
    "US_ITIN": us.itin,
    "US_PASSPORT": us.passport,
    "US_SSN": us.ssn,
}

_PASSPORT = {
    "en": ("passport", "passport no.", "passport number:", "her passport is", "passport (valid)", "travel passport"),
    "de": ("Reisepass", "Reisepass-Nr.", "Passnummer:", "der Reisepass hat die"),
    "fr": ("passeport", "passeport n°", "son passeport porte le"),
    "hi": ("पासपोर्ट", "पासपोर्ट नंबर", "passport"),
}
_VEHICLE = {
    "en": ("vehicle", "vehicle registration", "registration:", "car registration", "the vehicle", "reg vehicle no."),
    "de": ("Kennzeichen", "amtliches Kennzeichen:", "Fahrzeug mit"),
    "fr": ("immatriculation", "véhicule", "plaque d'immatriculation :"),
    "hi": ("गाड़ी नंबर", "वाहन", "vehicle"),
}
_LICENCE = {
    "en": (
        "driver license",
        "driver's license",
        "license no.",
        "driving license:",
        "driver's lic",
        "driver license number",
    ),
    "de": ("Führerschein", "Führerschein-Nr.", "Führerscheinnummer:"),
    "fr": ("permis de conduire", "permis n°", "permis :"),
    "hi": ("लाइसेंस", "ड्राइविंग लाइसेंस", "driving license"),
}
#: Words right before a value, by type and language, where the value alone is too weak to be told from other numbers.
CUES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "IN_PASSPORT": _PASSPORT,
    "UK_PASSPORT": _PASSPORT,
    "US_PASSPORT": _PASSPORT,
    "UK_VEHICLE_REGISTRATION": _VEHICLE,
    "IN_VEHICLE_REGISTRATION": _VEHICLE,
    "US_DRIVER_LICENSE": _LICENCE,
    "IN_VOTER": {
        "en": ("voter id", "voter card", "EPIC no.", "voter number:"),
        "de": ("Wählerausweis", "Voter-ID"),
        "fr": ("carte d'électeur", "voter id"),
        "hi": ("मतदाता पहचान पत्र", "मतदाता", "voter id"),
    },
    "UK_POSTCODE": {
        "en": ("postcode", "postcode:", "address with postcode", "home address", "delivery to", "mailing address:"),
        "de": ("Postleitzahl", "Adresse", "PLZ:", "Anschrift in"),
        "fr": ("code postal", "adresse", "adresse :"),
        "hi": ("पिन कोड", "postcode"),
    },
    "US_BANK_NUMBER": {
        "en": ("account", "bank account", "account number", "acct", "account no.", "debit account:"),
        "de": ("Konto", "Kontonummer", "Konto-Nr.", "Bankkonto:"),
        "fr": ("compte", "compte bancaire", "numéro de compte :"),
        "hi": ("खाता", "खाता संख्या", "बैंक खाता"),
    },
    "US_ITIN": {
        "en": ("itin", "tax id", "taxpayer number", "tax no.", "individual taxpayer:"),
        "de": ("ITIN", "US-Steuernummer", "Steuernummer"),
        "fr": ("ITIN", "numéro fiscal", "identifiant fiscal :"),
        "hi": ("itin", "tax id"),
    },
    "US_SSN": {
        "en": ("ssn", "social security number", "social security no.", "SSN:", "social security"),
        "de": ("SSN", "US-Sozialversicherungsnummer", "Sozialversicherung"),
        "fr": ("SSN", "sécurité sociale", "numéro de sécurité sociale :"),
        "hi": ("ssn", "सामाजिक सुरक्षा संख्या", "social security"),
    },
}
