"""What stops a run whose redaction is not good enough."""

from typing import Any

import pytest

from pipeline.contracts.release import Release
from pipeline.privacy.measured.bounds import precision_of, recall_of
from pipeline.privacy.measured.gates import required, shortfall
from pipeline.privacy.measured.measure import NOTHING


def policy(**words: Any) -> Release:
    return Release(policy="internal", k=5, quasi_identifiers=(), **words)


def figures(person: int = 1_980, ssn: int = 1_000, true: int = 950, names_from: str = "roster") -> dict[str, Any]:
    """Found of 2,000 names and of 1,000 numbers; true of 1,000 masks."""
    return {
        **NOTHING,
        "recall": [
            {"entity_type": "PERSON", **recall_of(person, 2_000)},
            {"entity_type": "US_SSN", **recall_of(ssn, 1_000)},
        ],
        "names_from": names_from,
        "precision": precision_of(true, 1_000),
    }


@pytest.mark.parametrize(
    ("measured", "words", "stops"),
    [
        (figures(), {}, None),
        (figures(ssn=997), {}, None),
        (figures(ssn=996), {}, "finds too little"),
        (figures(person=1_920), {}, None),
        (figures(person=1_915), {}, "finds too little"),
        (figures(person=1_500), {"least_name_recall": 0.7}, None),
        (figures(person=0), {"least_name_recall": 0}, None),
        (figures(ssn=950), {"least_recall": 0.9}, None),
        (figures(true=875), {}, None),
        (figures(true=870), {}, "masks too much"),
        (figures(true=870), {"least_precision": 0.8}, None),
        (figures(person=0, ssn=0, true=0), {"least_recall": 0}, None),
        (NOTHING, {}, None),
    ],
)
def test_lower_bounds_are_judged(measured: dict[str, Any], words: dict[str, Any], stops: str | None) -> None:
    """The bound must reach the limit of its kind; 0 asks for nothing, and what was not measured stops nothing."""
    failure = shortfall(measured, policy(**words))
    assert (failure is None) is (stops is None)
    assert stops is None or stops in str(failure)


def test_too_little_is_told_by_type() -> None:
    """Each type that is found too seldom has a line of its own, and no other has."""
    assert str(shortfall(figures(person=1_800, ssn=990), policy())) == (
        "redaction finds too little\n"
        "  given:   \n"
        "    PERSON: 1800 of 2000 found, at least 0.886\n"
        "    US_SSN: 990 of 1000 found, at least 0.982\n"
        "  allowed: names at least 0.95, all else 0.99 (95 % confidence)\n"
        "  hint:    run another name model (CLEARWELL_NAME_MODEL), or drop the columns of free text"
    )


@pytest.mark.parametrize(("person", "ssn", "told"), [(1_000, 1_000, True), (1_980, 900, False)])
def test_without_a_column_of_names_the_hint_says_how_to_mark_one(person: int, ssn: int, told: bool) -> None:
    """Only where names are what is missed; another type has another cause."""
    failure = shortfall(figures(person, ssn, names_from="strangers"), policy())
    assert failure is not None
    assert ("no column names a person" in str(failure.hint)) is told
    assert ("--nameless" in str(failure.hint)) is told


def test_too_much_is_told_in_counts() -> None:
    """The message says how many masks were right, and where to look."""
    assert str(shortfall(figures(true=700), policy())) == (
        "redaction masks too much that names nobody\n"
        "  given:   700 of 1000 masked stretches had been planted, at least 0.671\n"
        "  allowed: at least 0.85 (95 % confidence)\n"
        "  hint:    the report shows which type masks what names nobody: mend its recognizer"
    )


@pytest.mark.parametrize(
    ("words", "names", "others"),
    [({}, 0.95, 0.99), ({"least_name_recall": 0}, 0, 0.99), ({"least_recall": 0}, 0, 0)],
)
def test_what_is_required(words: dict[str, Any], names: float, others: float) -> None:
    """Names have a limit of their own; a policy that asks nothing of patterns asks nothing of names."""
    assert (required("PERSON", policy(**words)), required("US_SSN", policy(**words))) == (names, others)
