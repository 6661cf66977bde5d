"""Notes hold what was planted, where they say."""

import re
from random import Random

import pytest

from pipeline.privacy.measured.decoys import DECOYS
from pipeline.privacy.measured.names import FORMS, known_people, misspelt
from pipeline.privacy.measured.planting import make_notes, name_sentences, value_sentences
from pipeline.privacy.measured.sentences import LANGUAGES, PEOPLE, VALUES
from pipeline.privacy.measured.strangers import STRANGERS

ASHA = [("Asha", "Raman")]
#: What the forms make of Asha Raman, who has no nickname.
WRITTEN = {
    "full name": {"Asha Raman"},
    "possessive": {"Asha Raman"},
    "given name": {"Asha"},
    "title and family name": {"Raman"},
    "upper or lower case": {"ASHA RAMAN", "asha raman"},
    "family name first": {"Raman, Asha"},
    "initial": {"A. Raman", "A Raman", "Asha R."},
}


def test_places_hold_the_values() -> None:
    """Every place in a note is where its value stands, and none is lost or planted twice."""
    random = Random(1)
    sentences = [*name_sentences(ASHA, 200, random), *value_sentences("US_SSN", 200, random)]
    values = sorted(item.text[item.planted.start : item.planted.end] for item in sentences)
    notes = list(make_notes(sentences, random))
    places = [note.text[item.start : item.end] for note in notes for item in note.planted]
    assert sorted(places) == values
    assert all(re.fullmatch(r"[\d .-]{9,11}|[A-Za-z., ]+", place) for place in places)


@pytest.mark.parametrize("form", list(WRITTEN))
def test_forms_of_a_name(form: str) -> None:
    """Each form is written as people write it, and the place covers the name without its title."""
    random = Random(2)
    found = set()
    for item in name_sentences(ASHA, 800, random):
        if item.planted.form == form:
            found.add(item.text[item.planted.start : item.planted.end])
    assert found == WRITTEN[form]


def test_forms_come_in_their_shares() -> None:
    """The shares make up the whole, and names are drawn by them."""
    assert sum(share for share, _ in FORMS.values()) == pytest.approx(1)
    drawn = [item.planted.form for item in name_sentences(ASHA, 4_000, Random(3))]
    assert all(abs(drawn.count(form) / 4_000 - share) < 0.03 for form, (share, _) in FORMS.items())


@pytest.mark.parametrize("name", ["Raman", "Müller", "Okonkwo", "O'Brien"])
def test_one_slip(name: str) -> None:
    """A misspelt name begins as the right one, differs from it, and is at most one letter longer or shorter."""
    random = Random(4)
    for _ in range(50):
        wrong = misspelt(random, name)
        assert wrong != name
        assert wrong[0] == name[0]
        assert abs(len(wrong) - len(name)) <= 1


def test_names_that_cannot_be_misspelt_stay() -> None:
    """Where marks belong to letters, no letter is moved."""
    assert misspelt(Random(5), "प्रिया") == "प्रिया"


@pytest.mark.parametrize(
    ("pairs", "people"),
    [
        ([("Asha", "Raman")], [("Asha", "Raman")]),
        ([("", "Asha Raman")], [("Asha", "Raman")]),
        ([("Mary Ann Smith", "")], [("Mary Ann", "Smith")]),
        ([("Asha", ""), ("", "Raman")], []),
        ([], []),
    ],
)
def test_people_have_two_names(pairs: list[tuple[str, str]], people: list[tuple[str, str]]) -> None:
    """One column may hold both names; who has a single one is left out."""
    assert known_people(pairs, 10, Random(6)) == people


def test_decoys_stand_beside_and_apart() -> None:
    """There is a decoy for each two values: some in notes of their own; without decoys no note is empty of values."""
    sentences = list(value_sentences("URL", 300, Random(7)))
    notes = list(make_notes(sentences, Random(7)))
    assert any(not note.planted for note in notes)
    assert any(len(note.planted) == 6 for note in notes)
    assert all(note.planted for note in make_notes(sentences, Random(7), decoys=False))


def test_sentences_of_every_language() -> None:
    """Each language has several sentences for values and for people, with one place each, and decoys without any."""
    for language in LANGUAGES:
        for sentences in (VALUES[language], PEOPLE[language]):
            assert len(sentences) >= 4
            assert all(sentence.count("{}") == 1 for sentence in sentences)
        assert len(DECOYS[language]) >= 4
        assert not any("{" in decoy for decoy in DECOYS[language])


def test_strangers_are_many_and_distinct() -> None:
    """Several hundred people, each with two names, nobody twice."""
    assert len(set(STRANGERS)) == len(STRANGERS) >= 300
    assert all(given and family and given.strip() == given for given, family in STRANGERS)
