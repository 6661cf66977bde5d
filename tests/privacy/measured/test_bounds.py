"""What a count of hits says of the rate behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.privacy.measured.bounds import precision_of, recall_of, wilson_lower_bound


@pytest.mark.parametrize(
    ("hits", "trials", "expected"),
    [
        (0, 0, 0.0),
        (0, 100, 0.0),
        (100, 100, 0.9630),
        (120, 120, 0.9690),
        (1_000, 1_000, 0.9962),
        (997, 1_000, 0.9912),
        (996, 1_000, 0.9898),
        (50, 100, 0.4038),
        (1, 1, 0.2065),
    ],
)
def test_wilson_lower_bound(hits: int, trials: int, expected: float) -> None:
    """The bound agrees with published tables of the score interval."""
    assert wilson_lower_bound(hits, trials) == pytest.approx(expected, abs=5e-5)


@given(st.integers(1, 5_000), st.data())
def test_more_hits_never_lower_the_bound(trials: int, data: st.DataObject) -> None:
    """The bound lies below the rate, and one hit more raises it."""
    hits = data.draw(st.integers(1, trials))
    assert wilson_lower_bound(hits - 1, trials) < wilson_lower_bound(hits, trials) < hits / trials


def test_nothing_tried_says_nothing() -> None:
    """Without trials rate and bound are 0: no figure is made up."""
    assert recall_of(0, 0) == {"planted": 0, "found": 0, "recall": 0.0, "lower_bound": 0.0}
    assert precision_of(0, 0) == {"masked": 0, "true": 0, "precision": 0.0, "lower_bound": 0.0}
