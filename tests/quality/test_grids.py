"""Fixed grids, exact sums and counts of distinct values: what a profile is made of."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.quality.distinct import KEPT, Smallest, mixed
from pipeline.quality.exact import exact_mean, exact_sum
from pipeline.quality.grids import bins_of, interval, length_edges, middle, month, number_edges, order

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(value=FINITE, whole=st.booleans())
def test_every_number_lies_in_its_bin(value: float, whole: bool) -> None:
    """A bin holds its lower edge and not its upper one."""
    edges = number_edges(whole)
    [at] = bins_of(np.array([value]), edges).tolist()
    assert edges[at] <= value < edges[at + 1]


@pytest.mark.parametrize(
    ("value", "whole", "label"),
    [
        (0, True, "[0, 1)"),
        (-1, True, "[-1, 0)"),
        (64, True, "[64, 65)"),
        (65, True, "[65, 72)"),
        (72, True, "[72, 80)"),
        (-66, True, "[-72, -65)"),
        (3.0, False, "[3, 3.25)"),
        (0.999, False, "[0.9375, 1)"),
        (1_000_000, False, "[983040, 1048576)"),
        (1e300, False, "[1.0808639105689191e+18, inf)"),
    ],
)
def test_bins_are_told_by_their_edges(value: float, whole: bool, label: str) -> None:
    """Small integers are alone; all else is parted eight times an octave."""
    edges = number_edges(whole)
    [at] = bins_of(np.array([float(value)]), edges).tolist()
    low, high = (float(part) for part in label[1:-1].split(", "))
    assert interval(edges[at], edges[at + 1]) == interval(low, high)


def test_labels_of_a_grid_differ_and_keep_its_order() -> None:
    """No two bins are told alike, and sorting labels sorts values."""
    for edges in (number_edges(whole=True), number_edges(whole=False), length_edges()):
        labels = [interval(low, high) for low, high in pairwise(edges)]
        assert len(set(labels)) == len(labels)
        assert sorted(labels, key=order) == labels
        inside = bins_of(np.array([middle(label) for label in labels[1:-1]]), edges)
        assert inside.tolist() == list(range(1, len(labels) - 1))


def test_months_before_1970_have_names_too() -> None:
    """Births do."""
    assert [month(at) for at in (-1, 0, 593)] == ["1969-12", "1970-01", "2019-06"]


@given(st.lists(FINITE, max_size=30), st.integers(0, 30))
def test_sums_are_exact_however_they_are_parted(values: list[float], cut: int) -> None:
    """Two parts add up to the whole, which is the sum of fractions; so the mean does not depend on the parts."""
    parts = exact_sum(np.array(values[:cut])) + exact_sum(np.array(values[cut:]))
    assert Fraction(parts, 1 << 1126) == sum(map(Fraction, values), Fraction())
    mean = sum(map(Fraction, values), Fraction()) / max(len(values), 1)
    assert exact_mean(parts, len(values)) == (float(mean) if values else None)


@pytest.mark.parametrize("distinct", [0, 1, 500, KEPT - 1])
def test_few_distinct_values_are_counted_exactly(distinct: int) -> None:
    """Repeats don't count."""
    found = Smallest()
    for _ in range(3):
        found.add(mixed(np.arange(distinct)))
    assert found.estimate() == distinct


@pytest.mark.parametrize("distinct", [2_000, 50_000, 1_000_000])
def test_many_distinct_values_are_estimated(distinct: int) -> None:
    """Within three standard errors (9 %), and equally in any order of parts."""
    hashes = mixed(np.arange(distinct))
    one, other = Smallest(), Smallest()
    for part in np.array_split(hashes, 7):
        one.add(part)
    for part in np.array_split(hashes[::-1], 3):
        other.add(part)
    assert one.estimate() == other.estimate()
    assert abs(one.estimate() / distinct - 1) < 0.09
