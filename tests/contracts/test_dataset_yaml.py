"""Slips in dataset.yaml: each is refused with its line."""

from pathlib import Path

import pytest

from pipeline.contracts.dataset import load_dataset_folder
from pipeline.errors import ContractError
from tests.contracts.club import PAY, PEOPLE, load_club

CLUB = """\
name: club
title: Club
owner: club
entity: member
as_of: 2020-12-31
sources:
  people: {kind: csv, connection: legacy, files: "p*.csv"}
  pay: {kind: csv, connection: legacy, files: "pay_*.csv", delimiter: ";"}
population:
  start: [people, joined_on]
  end: [people, joined_on]
release:
  policy: internal
  k: 5
  quasi_identifiers:
    - column: kind
      levels: ["kind", "'*'"]
"""


def load(folder: Path, text: str) -> str:
    """What is said against the dataset; nothing when it is read."""
    home = folder / "club"
    (home / "contracts").mkdir(parents=True)
    load_club(home / "contracts", PAY, PEOPLE)
    (home / "dataset.yaml").write_text(text)
    try:
        load_dataset_folder(home)
    except ContractError as error:
        return str(error).removeprefix("club/dataset.yaml:")
    return ""


def test_a_good_one_is_read(tmp_path: Path) -> None:
    """Days need no quotes."""
    assert load(tmp_path, CLUB) == ""


SLIPS = [
    ("entity: member", "entty: member", "4: entty: unknown word\n  hint:    did you mean entity?"),
    ("owner: club", "owner: club\nownr: club", "4: ownr: unknown word\n  hint:    did you mean owner?"),
    ("delimiter:", "delimeter:", "8: sources.pay.delimeter: unknown word\n  hint:    did you mean delimiter?"),
    ("k: 5", "k: 1", "14: release.k is not allowed\n  allowed: Input should be greater than or equal to 2"),
    ("k: 5", "k: 4", "14: release.k is not allowed\n  allowed: Value error, k of at least 5 under policy internal"),
    ("internal", "release",
     "14: release.k is not allowed\n  allowed: Value error, k of at least 11 under policy release"),
    ("internal\n  k: 5", "release\n  k: 11",
     "12: release.l is not allowed\n  allowed: Value error, l of at least 2 under policy release"),
    ("internal\n  k: 5", "release\n  k: 11\n  l: 2",
     "12: release.sensitive is not allowed\n"
     "  allowed: Value error, at least one sensitive column under policy release"),
    ("k: 5", "k: 5\n  l: 2",
     "12: release.sensitive is not allowed\n  allowed: Value error, at least one sensitive column where l is above 1"),
    ("      levels: [\"kind\", \"'*'\"]\n", "", "16: release.quasi_identifiers.0 is not allowed\n  allowed: "
     "Value error, levels, or a kind (age, postcode, place) that has its own"),
    ("      levels: [\"kind\", \"'*'\"]\n", "      kind: age\n      fold_below: 9\n",
     "16: release.quasi_identifiers.0 is not allowed\n  allowed: "
     "Value error, fold_below with kind postcode or place alone"),
    ("k: 5", "k: 5\n  k: 6", "15: k is there twice\n  given:   lines 14 and 15\n  hint:    keep one of them"),
    ("as_of: 2020-12-31", "as_of: 2020-02-30", "5: as_of is not allowed\n  allowed: Input should be a valid date or "
     "datetime, day value is outside expected range"),
    ("end: [people, joined_on]", "end: [people]", "11: population.end.1 is not allowed\n  allowed: Field required"),
    ("levels:", "level:", "17: release.quasi_identifiers.0.level: unknown word\n  hint:    did you mean levels?"),
    ("title: Club\n", "", "1: title is not allowed\n  allowed: Field required"),
    ("  k: 5\n", "  k: [5\n", "15: not YAML\n  given:   did not find expected ',' or ']'"),
    ("name: club", "name: clubs", "a dataset has its folder's name\n  given:   clubs\n  allowed: club"),
    ("  pay:", "  ../pay:", "not a source's name\n  given:   ../pay\n  allowed: letters of ASCII, digits and _"),
    ("  pay:", "  paid:", "source paid has no contract\n  allowed: contracts/paid.odcs.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), SLIPS)
def test_a_slip_is_refused_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    """One edit of a good dataset.yaml, and all that is said of it."""
    assert load(tmp_path, CLUB.replace(old, new, 1)) == says
