"""What a release policy says when it is read."""

from typing import Any

import pytest

from pipeline.contracts.release import QuasiIdentifier, Release


def release(policy: str, **words: Any) -> Release:
    least = {"internal": {"k": 5}, "release": {"k": 11, "l": 2, "sensitive": ("rating",)}}[policy]
    return Release.model_validate({"policy": policy, **least, "quasi_identifiers": (), **words})


@pytest.mark.parametrize(
    ("policy", "words", "pseudonyms", "by_history"),
    [
        ("internal", {}, "stable", False),
        ("release", {}, "per_snapshot", False),
        ("release", {"pseudonyms": "stable"}, "stable", True),
        ("internal", {"pseudonyms": "per_snapshot"}, "per_snapshot", False),
    ],
)
def test_whose_rows_can_be_joined(policy: str, words: dict[str, Any], pseudonyms: str, by_history: bool) -> None:
    """What leaves has other pseudonyms at each snapshot; where it has not, whole histories must be shared."""
    found = release(policy, **words)
    assert (found.pseudonyms, found.by_history) == (pseudonyms, by_history)


@pytest.mark.parametrize(
    ("words", "folds"),
    [
        ({"kind": "postcode"}, 20_000),
        ({"kind": "postcode", "fold_below": 100}, 100),
        ({"kind": "place"}, 7),
        ({"kind": "age"}, 0),
        ({"levels": ("town",)}, 0),
    ],
)
def test_from_how_many_a_place_is_told(words: dict[str, Any], folds: int) -> None:
    """An area of a postcode by HIPAA's number, a place by k, unless it is said."""
    item = QuasiIdentifier(column="town", **words)
    assert release("internal", k=7, quasi_identifiers=(item,)).fold_below(item) == folds
