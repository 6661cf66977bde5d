"""Bounds by simulation: silent on what is usual, awake to what is not. Seeds are fixed."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from pipeline.quality.bounds import bounds
from pipeline.quality.measures import Measure, measures

Draw = Callable[[np.random.Generator, int], np.ndarray]
LENGTHS = (5, 6, 8, 12, 20)
RUNS = 400
ROWS, NULLS, MEAN = (("hr", None, "rows"), ("hr", "pay", "nulls"), ("hr", "pay", "mean"))


def measure(key: tuple[str, str | None, str], rows: int = 10_000, nulls: int = 0) -> Measure:
    """A measure of a run of `rows` rows with a column of mean 100 and standard deviation 20."""
    half = rows // 2
    profile = {
        "kind": "number", "nulls": nulls, "distinct": 9, "mean": 100.0,
        "bins": [["[79, 81)", half], ["[119, 121)", half]],
    }  # fmt: skip
    return dict(measures({"hr": {"kept": rows, "profile": {"pay": profile}}}))[key]  # type: ignore[index]


def outside(
    draw: Draw, floor: Callable[[float], float], counts: bool, moved: Callable[[float], float], seed: int
) -> float:
    """Share of judged figures that lie outside their bounds, over histories of several lengths."""
    rng, found = np.random.default_rng(seed), []
    for length in LENGTHS:
        for _ in range(RUNS):
            series = draw(rng, length + 1)
            low, high = bounds(range(length), series[:-1].tolist(), length, floor, counts)
            found.append(not low <= moved(float(series[-1])) <= high)
    return float(np.mean(found))


def wavering(share: float, growth: float = 0.0) -> Draw:
    """Rows that waver by a share of themselves and may grow by a share each run."""
    return lambda rng, count: 10_000 * (1 + growth) ** np.arange(count) * (1 + share * rng.normal(size=count))


def seasonal(share: float, step: float) -> Draw:
    """Every other run is greater by a step."""
    return lambda rng, count: wavering(share)(rng, count) * np.where(np.arange(count) % 2, 1 + step, 1)


HISTORIES: list[tuple[str, Draw]] = [
    ("constant", wavering(0)),
    ("quiet", wavering(0.005)),
    ("noisy", wavering(0.03)),
    ("noisier", wavering(0.08)),
    ("poisson", lambda rng, count: rng.poisson(200, count).astype(float)),
    ("growing", wavering(0.01, growth=0.02)),
    ("growing noisily", wavering(0.03, growth=0.05)),
    ("growing evenly", lambda rng, count: wavering(0.01)(rng, count) * (1 + 0.05 * np.arange(count))),
    ("seasonal", seasonal(0.01, 0.3)),
    ("seasonal and noisy", seasonal(0.03, 0.2)),
]


def test_usual_volumes_are_within() -> None:
    """False alarms: at most one in a thousand of 20,000 judged figures, over constant to seasonal histories."""
    floor = measure(ROWS).floor
    alarms = {name: outside(draw, floor, True, lambda rows: rows, 7) for name, draw in HISTORIES}
    assert np.mean(list(alarms.values())) <= 0.001, alarms


@pytest.mark.parametrize(("share", "rows"), [(0.0, 0), (0.001, 500), (0.02, 500), (0.02, 50_000), (0.4, 1_000)])
def test_usual_nulls_are_within(share: float, rows: int) -> None:
    """Of rare and frequent ones, in small and large tables."""
    floor = measure(NULLS, max(rows, 1_000)).floor
    draw: Draw = lambda rng, count: rng.binomial(max(rows, 1), share, count) / max(rows, 1)  # noqa: E731
    assert outside(draw, floor, False, lambda value: value, 8) <= 0.001


def test_usual_means_are_within() -> None:
    """Quiet means and ones that waver by more than their rows explain, small and large beside zero."""
    floor = measure(MEAN).floor
    cases = [(0.0, 1.0), (100.0, 0.2), (100.0, 5.0), (3.0, 2.0)]
    alarms = [
        outside(partial(_normal, middle, spread), floor, False, lambda value: value, seed)
        for seed, (middle, spread) in enumerate(cases)
    ]
    assert np.mean(alarms) <= 0.001, alarms


def _normal(middle: float, spread: float, rng: np.random.Generator, count: int) -> np.ndarray:
    return rng.normal(middle, spread, count)


FOUND = [
    pytest.param(wavering(0), measure(ROWS), True, lambda rows: rows / 2, 1.0, id="halved_constant"),
    pytest.param(wavering(0.01), measure(ROWS), True, lambda rows: rows / 2, 1.0, id="halved_quiet"),
    pytest.param(wavering(0.03), measure(ROWS), True, lambda rows: rows / 2, 0.99, id="halved_noisy"),
    pytest.param(wavering(0.01, 0.02), measure(ROWS), True, lambda rows: rows / 2, 0.99, id="halved_growing"),
    pytest.param(
        lambda rng, count: rng.binomial(10_000, 0.02, count) / 10_000,
        measure(NULLS), False, lambda share: 3 * share, 1.0, id="tripled_nulls",
    ),
    pytest.param(partial(_normal, 100.0, 0.5), measure(MEAN), False, lambda mean: mean + 100, 1.0, id="mean_by_5_rows"),
]  # fmt: skip


@pytest.mark.parametrize(("draw", "judged", "counts", "moved", "least"), FOUND)
def test_what_is_unusual_is_found(
    draw: Draw, judged: Measure, counts: bool, moved: Callable[[float], float], least: float
) -> None:
    """A halved volume, a tripled share of nulls, a mean that moved by five standard deviations of its rows."""
    assert outside(draw, judged.floor, counts, moved, 9) >= least


def test_a_mean_five_sigmas_of_its_history_away_is_found_in_long_ones() -> None:
    """In seven of ten cases after twenty runs; a shorter history knows less of its own noise (Student's t)."""
    rng, found = np.random.default_rng(10), []
    for _ in range(1_000):
        low, high = bounds(range(20), rng.normal(100, 5, 20).tolist(), 20, measure(MEAN).floor, False)
        found.append(not low <= 100 + 5 * 5 <= high)
    assert np.mean(found) >= 0.7


def test_one_bad_run_in_a_history_does_not_hide_the_next() -> None:
    """A halved volume is found though one of the earlier runs was halved too; after two it is usual."""
    quiet = [1000.0, 1004, 998, 1001, 1003, 997, 1002, 999, 1001, 1000]
    once, twice = [*quiet[:4], 500.0, *quiet[5:]], [*quiet[:4], 500.0, 510.0, *quiet[6:]]
    floor = measure(ROWS).floor
    assert bounds(range(10), once, 10, floor, True)[0] > 505
    assert bounds(range(10), twice, 10, floor, True)[0] < 505
