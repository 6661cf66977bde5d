"""Recall and precision, measured."""

from collections.abc import Sequence
from typing import Any

import pytest

from pipeline.privacy.measured.measure import NOTHING, Tally, measure
from pipeline.privacy.measured.names import FORMS
from pipeline.privacy.measured.planting import Note, Planted
from pipeline.privacy.measured.values import MAKERS
from pipeline.privacy.redact import Redactor
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.scanner import Scanner, shared_scanner
from pipeline.privacy.spans import Span

EACH = 60
ROSTER = Roster.build([{"given_name": name, "family_name": "Raman"} for name in ("Asha", "Rose", "José", "प्रिया")])
NOBODY = Roster.build([])


class Blind(Scanner):
    """A scanner that overlooks one type, or the last characters of it."""

    def __init__(self, overlooked: str, characters: int | None = None) -> None:
        super().__init__()
        self._overlooked, self._characters = overlooked, characters

    def scan(self, text: str) -> list[Span]:
        return self.scan_many([text])[0]

    def scan_many(self, texts: Sequence[str]) -> list[list[Span]]:
        return [self._seen(spans) for spans in (shared_scanner().scan(text) for text in texts)]

    def _seen(self, spans: list[Span]) -> list[Span]:
        kept = [span for span in spans if span.entity_type != self._overlooked]
        cut = [] if self._characters is None else [span for span in spans if span not in kept]
        return kept + [span._replace(end=span.end - (self._characters or 0)) for span in cut]


class Reader:
    """Finds names as a model would: everyone whose family name it was told."""

    digest = "0" * 64
    entity_types = frozenset({"PERSON"})

    def __init__(self, family: str) -> None:
        self._family = family

    def find_many(self, texts: Sequence[str]) -> list[list[Span]]:
        places = [(text.find(self._family), text) for text in texts]
        return [[Span(at, at + len(self._family), "PERSON", 0.85)] if at >= 0 else [] for at, _ in places]


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    return measure(Redactor(shared_scanner(), ROSTER), ROSTER, None, each=EACH)


def by_type(measured: dict[str, Any], name: str = "recall") -> dict[str, dict[str, Any]]:
    return {row["entity_type"]: row for row in measured[name]}


def test_every_type_is_planted_and_found(measured: dict[str, Any]) -> None:
    """Whatever the scanner can find is planted as often as asked, and every pattern found at all but once."""
    rows = by_type(measured)
    assert set(rows) == {"PERSON", *MAKERS}
    for kind in MAKERS:
        assert rows[kind]["planted"] == EACH
        assert rows[kind]["found"] >= EACH - 1, kind
    assert rows["PERSON"]["planted"] == 2 * EACH


def test_names_are_told_by_form(measured: dict[str, Any]) -> None:
    """The forms make up what was planted as PERSON; full names of the roster are all found."""
    rows = {row["form"]: row for row in measured["recall_names"]}
    assert list(rows) == list(FORMS)
    assert sum(row["planted"] for row in rows.values()) == 2 * EACH
    assert rows["full name"]["recall"] == 1
    assert measured["names_from"] == "roster"
    assert measured["recall_without_roster"] == []


def test_precision_is_over_everything_masked(measured: dict[str, Any]) -> None:
    """The types make up the whole, and what is masked in decoys counts against it."""
    rows = measured["precision_by_type"]
    whole = measured["precision"]
    assert whole["masked"] == sum(row["masked"] for row in rows)
    assert whole["true"] == sum(row["true"] for row in rows) < whole["masked"]
    assert whole["lower_bound"] > 0.85
    assert by_type(measured, "precision_by_type")["EMAIL_ADDRESS"]["precision"] == 1


def test_equal_seeds_measure_alike() -> None:
    """A run that is repeated has the same figures; another seed plants other values."""
    redactor = Redactor(shared_scanner(), ROSTER)
    figures = [measure(redactor, ROSTER, None, each=5, seed=seed) for seed in (1, 1, 2)]
    assert figures[0] == figures[1] != figures[2]


def test_measured_and_unmeasured_say_the_same_things(measured: dict[str, Any]) -> None:
    """Where nothing is measured each figure is there and empty."""
    assert list(NOTHING) == list(measured)
    assert not any(NOTHING.values())


@pytest.mark.parametrize("characters", [None, 1], ids=["whole", "last character"])
@pytest.mark.parametrize("kind", ["IN_PAN", "IBAN_CODE"])
def test_an_overlooked_type_shows(kind: str, characters: int | None) -> None:
    """A scanner that misses a type, or one character of each value, has a low recall of it and of nothing else."""
    found = by_type(measure(Redactor(Blind(kind, characters), ROSTER), ROSTER, None, each=20))
    assert found[kind]["found"] < 10
    assert found["EMAIL_ADDRESS"]["found"] == 20


def test_names_without_a_roster_are_not_found() -> None:
    """Without a roster strangers are planted, and the figure is honest: nobody is found."""
    measured = measure(Redactor(shared_scanner(), NOBODY), NOBODY, None, each=5)
    person = by_type(measured)["PERSON"]
    assert (person["planted"], person["found"], person["lower_bound"]) == (10, 0, 0.0)
    assert measured["names_from"] == "strangers"


def test_the_model_alone_is_measured_on_strangers() -> None:
    """The model's own figure says nothing of the roster's people, and has the total before the forms."""
    measured = measure(Redactor(shared_scanner(), ROSTER), ROSTER, Reader("Raman"), each=20)
    rows = measured["recall_without_roster"]
    assert (rows[0]["entity_type"], rows[0]["planted"], rows[0]["found"]) == ("PERSON", 40, 0)
    assert [row["form"] for row in rows[1:]] == list(FORMS)


NOTE = Note("Ask A. Rao or 22 33 now", (Planted(4, 10, "PERSON", "initial"), Planted(14, 19, "US_SSN")))


@pytest.mark.parametrize(
    ("spans", "found", "true"),
    [
        ([], 0, []),
        ([(4, 10)], 1, [True]),
        ([(4, 5), (7, 10)], 1, [True, True]),
        ([(7, 10)], 0, [True]),
        ([(4, 10), (14, 19)], 2, [True, True]),
        ([(0, 23)], 2, [True]),
        ([(0, 3), (20, 23)], 0, [False, False]),
        ([(0, 7)], 0, [False]),
        ([(14, 23)], 1, [True]),
        ([(3, 4)], 0, [False]),
    ],
)
def test_found_is_wholly_and_true_is_half(spans: list[tuple[int, int]], found: int, true: list[bool]) -> None:
    """A value is found when no letter or digit of it stays clear; a mask is true when half of it was planted."""
    tally = Tally()
    tally.add([NOTE], [[Span(start, end, "PERSON", 1.0) for start, end in spans]])
    assert sum(row["found"] for row in tally.recall(("PERSON", "US_SSN"))) == found
    assert (tally.precision()["masked"], tally.precision()["true"]) == (len(true), sum(true))
