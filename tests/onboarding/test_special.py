"""Columns that sound like a special category: by name, place or description, in the languages that people use."""

import pytest

from pipeline.contracts.model import Column, Contract, Privacy
from pipeline.onboarding.special import undeclared


def told(column: Column) -> list[tuple[str, str]]:
    return list(undeclared(Contract("t.t", "t", "1", (column,), (), None, None, None, (), (), "")))


@pytest.mark.parametrize(
    ("name", "sounds"),
    [
        ("sick_days", "health"), ("disability_status", "health"), ("krankheitstage", "health"),
        ("arret_maladie", "health"), ("bimari", "health"), ("divyang", "health"), ("swasthya_bima", "health"),
        ("religion", "religion"), ("konfession", "religion"), ("croyance", "religion"), ("dharm", "religion"),
        ("caste", "religion"), ("ethnic_group", "ethnic origin"), ("hautfarbe", "ethnic origin"),
        ("origine_ethnique", "ethnic origin"), ("janjati", "ethnic origin"), ("trade_union", "union membership"),
        ("gewerkschaft", "union membership"), ("syndicat", "union membership"),
        ("mazdoor_sangh", "union membership"), ("political_party", "political opinions"),
        ("parteibuch", "political opinions"), ("opinion_politique", "political opinions"),
        ("rajniti", "political opinions"), ("sexual_orientation", "sex life"),
        ("fingerprint_id", "genetic or biometric data"), ("genetisches_profil", "genetic or biometric data"),
        ("empreinte", "genetic or biometric data"), ("anuvanshik", "genetic or biometric data"),
    ],
)  # fmt: skip
def test_names_in_four_languages(name: str, sounds: str) -> None:
    """English, German, French and romanised Hindi."""
    assert told(Column(name, "string", Privacy("drop"))) == [(name, sounds)]


@pytest.mark.parametrize(
    ("place", "description", "sounds"),
    [
        ("Krankentage", "", "health"),
        ("स्वास्थ्य", "", "health"),
        ("k7", "Days of illness in the year", "health"),
        ("k7", "कर्मचारी का धर्म", "religion"),
    ],
)
def test_place_and_description_speak_too(place: str, description: str, sounds: str) -> None:
    """A column may have a harmless name of ours for a field that has not."""
    column = Column("k7", "string", Privacy("keep"), place=place, description=description)
    assert told(column) == [("k7", sounds)]


@pytest.mark.parametrize(
    "column",
    [
        Column("sick_days", "integer", Privacy("drop", special_category=True)),
        Column("salary", "number", Privacy("keep"), description="Yearly pay"),
        Column("gender", "string", Privacy("keep")),
        Column("department", "string", Privacy("keep"), description="Where somebody works"),
    ],
)
def test_what_is_declared_or_harmless_is_not_told(column: Column) -> None:
    """Only what sounds special and does not say so is asked about."""
    assert told(column) == []
