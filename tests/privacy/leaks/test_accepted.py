"""Categories that a contract accepts are no leaks; the people who are called like them are."""

from pathlib import Path

import pytest

from pipeline.privacy.leaks.scan import scan_files
from pipeline.privacy.leaks.watch import Watch
from tests.privacy.leaks.planted import FINGERPRINTS, PSEUDONYMISER, WATCH, kinds, write


@pytest.mark.parametrize(
    ("text", "is_cell", "found"),
    [
        ("New Delhi", True, False),
        ("Staff in New Delhi grew.", False, False),
        ("new delhi", True, False),
        ("Rose", True, False),
        ("Rose Miller", True, True),
        ("Rose Miller", False, True),
        ("of Rose Miller and others", False, True),
        ("Miller, Rose", False, True),
        ("Rose Miller Wing", True, False),
        ("the Rose Miller Wing opened", False, False),
        ("Rose Miller Wings", False, True),
        ("Rose Miller Wing, Rose Miller", False, True),
        ("New Delhi: Asha Rao", False, True),
        ("Rose\nGarden\nNew Delhi", False, False),
        ("Rose Garden", False, True),
        ("Rose\nMiller", False, True),
        ("New\nDelhi", False, False),
    ],
)
def test_accepted_values_by_their_words(text: str, is_cell: bool, found: bool) -> None:
    """Within an accepted value nobody is named; across its border somebody is, unless it ends the line."""
    assert WATCH.kinds_in(text, is_cell) == ({"full_name"} if found else set())


@pytest.mark.parametrize("name", ["v.json", "v.html", "v.csv"])
def test_accepted_in_files(tmp_path: Path, name: str) -> None:
    """Categories side by side in a report, a document or a column are silent."""
    assert kinds(write(tmp_path / name, ["Rose", "Garden", "New Delhi", "Rose Miller Wing"])) == set()


def test_accepted_code_is_no_number() -> None:
    """A code that the contract lists is not taken for a postal code or an identifier."""
    assert WATCH.kinds_in("site PIN-90210-1", is_cell=False) == set()


def test_the_same_words_unaccepted(tmp_path: Path) -> None:
    """The same words are found when no contract accepts them."""
    path = write(tmp_path / "v.csv", ["New Delhi"])
    assert scan_files([path], Watch(FINGERPRINTS, PSEUDONYMISER)).hits[0].kind == "full_name"


def test_accepted_cell_may_not_be_a_canary() -> None:
    """What was planted is found even where the contract would accept it."""
    watch = Watch(FINGERPRINTS, PSEUDONYMISER, canaries=["Rose Miller Wing"], accepted=["Rose Miller Wing"])
    assert watch.kinds_in("Rose Miller Wing", is_cell=True) == {"canary"}
