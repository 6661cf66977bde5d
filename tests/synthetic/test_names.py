"""The lists of names, and how names become e-mails."""

import pytest

from pipeline.synthetic.names import latin, people_of
from pipeline.synthetic.person import COUNTRIES


@pytest.mark.parametrize("country", COUNTRIES)
def test_lists_are_long_and_spell_latin(country: str) -> None:
    """Each country has 60 given and 80 family names, no entry twice, each with a spelling in a to z."""
    people = people_of(country)
    given = people.female + people.male
    assert len({name.written for name in given}) >= 60
    assert len({name.written for name in people.family}) == len(people.family) >= 80
    assert all(name.latin.isascii() and name.latin.isalpha() for name in given + people.family)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Müller", "mueller"), ("Weiß", "weiss"), ("Zoë", "zoe"), ("O'Neill", "oneill"), ("Núñez", "nunez")],
)
def test_names_become_plain_letters(name: str, expected: str) -> None:
    """Marks, apostrophes and umlauts are spelt in plain letters."""
    assert latin(name) == expected


def test_some_names_are_in_indian_scripts_or_are_words() -> None:
    """The lists hold what makes names hard to find: other scripts, words and places."""
    written = {
        name.written for country in COUNTRIES for name in (*people_of(country).female, *people_of(country).family)
    }
    assert {"Rose", "Grace", "Paris", "Delhi", "प्रिया", "ராஜன்"} <= written
