"""The persons whom a text may name, and the personal data that its slots are filled with."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from pipeline.synthetic import identifiers
from pipeline.synthetic.draws import weighted
from pipeline.synthetic.names import people_of
from pipeline.synthetic.person import COUNTRIES, Person


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom a text is about, who leads them, and who works beside them."""

    own: Person
    manager: Person
    colleague: Person

    def title_index(self) -> int:
        """0 for a woman, 1 for a man; whoever is neither gets either, always the same."""
        return {"F": 0, "M": 1}.get(self.colleague.gender, self.colleague.index % 2)


def _stranger(rng: random.Random, _: Cast) -> str:
    """A name of nobody at the company."""
    people = people_of(weighted(rng, COUNTRIES))
    return f"{people.given(rng, rng.choice('FM')).written} {rng.choice(people.family).written}"


def _private_email(rng: random.Random, cast: Cast) -> str:
    own = cast.own
    return f"{own.given.latin}.{own.family.latin}{rng.randint(60, 99)}@mail.example.org"


def _aadhaar(rng: random.Random, cast: Cast) -> str:
    """The person's own, where that is the identifier on file."""
    own = cast.own.national_id
    return own if cast.own.country == "IN" and own[0].isdigit() else identifiers.aadhaar(rng)


def _pan(rng: random.Random, cast: Cast) -> str:
    own = cast.own.national_id
    return own if cast.own.country == "IN" and own[0].isalpha() else identifiers.pan(rng, cast.own.family.latin)


_Draw = Callable[[random.Random, Cast], str]

#: Slot of a clause -> what kind of personal data it holds, and where the value comes from.
SLOTS: dict[str, tuple[str, _Draw]] = {
    "own": ("PERSON", lambda _, cast: cast.own.full_name),
    "own_given": ("PERSON", lambda _, cast: cast.own.given.written),
    "manager": ("PERSON", lambda _, cast: cast.manager.full_name),
    "colleague": ("PERSON", lambda _, cast: cast.colleague.full_name),
    "colleague_given": ("PERSON", lambda _, cast: cast.colleague.given.written),
    "colleague_family": ("PERSON", lambda _, cast: cast.colleague.family.written),
    "stranger": ("PERSON", _stranger),
    "own_email": ("EMAIL_ADDRESS", lambda _, cast: cast.own.email),
    "colleague_email": ("EMAIL_ADDRESS", lambda _, cast: cast.colleague.email),
    "private_email": ("EMAIL_ADDRESS", _private_email),
    "own_phone": ("PHONE_NUMBER", lambda _, cast: cast.own.phone),
    "colleague_phone": ("PHONE_NUMBER", lambda _, cast: cast.colleague.phone),
    "aadhaar": ("IN_AADHAAR", _aadhaar),
    "pan": ("IN_PAN", _pan),
    "ssn": ("US_SSN", lambda _, cast: cast.own.national_id),
    "iban": ("IBAN_CODE", lambda rng, cast: identifiers.iban(rng, cast.own.country)),
    "card": ("CREDIT_CARD", lambda rng, _: identifiers.card(rng)),
    "url": ("URL", lambda _, cast: f"https://people.example.com/profile/{cast.own.email.partition('@')[0]}"),
    "ip": ("IP_ADDRESS", lambda rng, _: identifiers.ip_address(rng)),
}

_EVERYWHERE = {"person": 0.58, "email": 0.13, "phone": 0.13, "card": 0.01, "url": 0.015, "ip": 0.015}
_BY_COUNTRY = {"IN": {"aadhaar": 0.06, "pan": 0.05}, "US": {"ssn": 0.09}}


@cache
def personal_kinds(country: str) -> dict[str, float]:
    """How often texts about people of the country hold each kind of personal clause."""
    return {**_EVERYWHERE, **_BY_COUNTRY.get(country, {"iban": 0.09})}
