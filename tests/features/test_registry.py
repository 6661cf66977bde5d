"""What a features.py may define."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import FeatureError
from pipeline.features.definitions import FeatureModule
from pipeline.features.registry import load_features
from pipeline.settings import SHIPPED_DATASETS

VISITS = """
@feature(entity="person", source="visits", unit="visits")
def visits(events: Events) -> Column:
    '''How many visits.

    More words.
    '''
    return events.count()
"""
LEAVES = """
@label(entity="person", source="leavers", horizon="12 months")
def leaves(events: Events) -> Column:
    "Whether the person leaves."
    return events.any()
"""
Define = Callable[[str], FeatureModule]


def test_definitions_are_collected(define: Define) -> None:
    """Name, unit, source, owner and the docstring's first line are kept, in the file's order."""
    module = define(
        VISITS + VISITS.replace("def visits", "def again").replace('unit="visits"', 'unit="x", owner="me"') + LEAVES
    )
    assert [(item.name, item.unit, item.owner, item.description) for item in module.features] == [
        ("visits", "visits", None, "How many visits."),
        ("again", "x", "me", "How many visits."),
    ]
    assert (module.label.name, module.label.source, module.label.horizon_months) == ("leaves", "leavers", 12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (VISITS + VISITS + LEAVES, "two definitions have one name"),
        (VISITS + LEAVES.replace("def leaves", "def visits"), "two definitions have one name"),
        (LEAVES, "too little or too much"),
        (VISITS + LEAVES + LEAVES.replace("def leaves", "def goes"), "too little or too much"),
        (VISITS.replace("How many visits.", "").replace("More words.", "") + LEAVES, "no docstring"),
        (VISITS + LEAVES.replace("12 months", "1 year"), "horizon can't be read"),
        (VISITS + LEAVES.replace("12 months", "00 months"), "horizon can't be read"),
        (VISITS + LEAVES.replace("12 months", "-3 months"), "horizon can't be read"),
        ("def broken(:", "can't be loaded"),
        ("import no_such_module", "can't be loaded"),
    ],
)
def test_wrong_modules_are_refused(define: Define, text: str, message: str) -> None:
    """Duplicates, missing docstrings or labels, unreadable horizons and broken files end in one clear error."""
    with pytest.raises(FeatureError, match=message):
        define(text)


def test_a_failed_load_leaves_nothing_behind(define: Define) -> None:
    """Definitions of a file that failed do not appear in the next one."""
    with pytest.raises(FeatureError):
        define(VISITS + "raise ValueError")
    assert [item.name for item in define(VISITS + LEAVES).features] == ["visits"]


def test_no_file_is_refused(tmp_path: Path) -> None:
    """A dataset without features.py says so."""
    with pytest.raises(FeatureError, match="has no features"):
        load_features(tmp_path / "features.py")


def test_attrition_is_described() -> None:
    """The shipped dataset has its quasi-identifiers among at least 18 features, all with a description and a unit."""
    module = load_features(SHIPPED_DATASETS / "attrition" / "features.py")
    assert len(module.features) >= 18
    assert {"age_band", "gender", "country", "job_level", "latest_rating"} <= {item.name for item in module.features}
    assert all(item.description.endswith(".") and item.unit for item in module.features)
    assert module.label.name == "left_within_12_months"
