"""Drift: distances of histograms, what chance gives, and what is told of columns."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.dataset import Watch
from pipeline.errors import GateError
from pipeline.quality.common_grid import Bin, category_bins, interval_bins
from pipeline.quality.divergence import chance_js, chance_psi, jensen_shannon, psi, shares
from pipeline.quality.drift import drift
from pipeline.quality.grids import bins_of, interval, number_edges
from pipeline.quality.verdicts import stop_on_change

COUNTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12)


def number(values: Any, nulls: int = 0) -> dict[str, Any]:
    """The profile of a column of numbers."""
    edges = number_edges(whole=False)
    found, rows = np.unique(bins_of(np.asarray(values, float), edges), return_counts=True)
    bins = [[interval(edges[at], edges[at + 1]), count] for at, count in zip(found, rows.tolist(), strict=True)]
    return {"kind": "number", "nulls": nulls, "distinct": 1, "mean": 0.0, "bins": bins}


def category(nulls: int = 0, **rows: int) -> dict[str, Any]:
    """The profile of a column of categories; a name's `_` stands for the `#` of a bucket."""
    bins = [[name.replace("_", "#"), count] for name, count in rows.items()]
    return {"kind": "category", "nulls": nulls, "distinct": 1, "mean": None, "bins": bins}


def compared(
    then: dict[str, Any], now: dict[str, Any], severity: str = "warning", epoch: str = "1-a"
) -> dict[str, Any]:
    """The evidence of one column."""
    rows = [profile["nulls"] + sum(count for _, count in profile["bins"]) for profile in (then, now)]
    baseline = {
        "run": "r1", "as_of": "2024-12-31", "pinned": "2025-01-01", "key_epoch": "1-a",
        "sources": {"hr": {"kept": rows[0], "profile": {"pay": then}}},
    }  # fmt: skip
    watch = Watch.model_validate({"severity": severity})
    return drift(baseline, {"hr": {"kept": rows[1], "profile": {"pay": now}}}, epoch, watch)


def test_distances_are_those_of_the_formulas() -> None:
    """PSI and Jensen-Shannon of a half and a half against three quarters and a quarter, by hand."""
    then, now = [0.5, 0.5], [0.75, 0.25]
    assert psi(then, now) == pytest.approx(0.25 * np.log(1.5) - 0.25 * np.log(0.5))
    assert jensen_shannon(then, now) == pytest.approx(0.0487949)
    assert jensen_shannon([1.0, 0.0 + 1e-12], [1e-12, 1.0]) == pytest.approx(1.0)


@given(COUNTS)
def test_distances_are_symmetric_and_not_negative(rows: list[tuple[int, int]]) -> None:
    """They are zero for equal histograms, and the divergence never exceeds a bit."""
    then, now = shares([one for one, _ in rows]), shares([other for _, other in rows])
    assert psi(then, now) == pytest.approx(psi(now, then))
    assert psi(then, now) >= 0
    assert 0 <= jensen_shannon(then, now) <= 1
    assert psi(then, then) == jensen_shannon(then, then) == 0


@pytest.mark.parametrize(("bins", "quantile"), [(2, 10.828), (5, 18.467), (10, 27.877), (20, 43.820)])
def test_the_limit_of_chance_is_chi_squared(bins: int, quantile: float) -> None:
    """Within 4 % of its exact quantile; it falls with the size of the samples."""
    assert chance_psi(bins, 100, 100) == pytest.approx(quantile * 2 / 100, rel=0.04)
    assert chance_psi(bins, 10_000, 10_000) < chance_psi(bins, 100, 10_000) < chance_psi(bins, 100, 100)
    assert chance_psi(1, 100, 100) == 0


@pytest.mark.parametrize("size", [10, 40, 300, 5_000])
@pytest.mark.parametrize("kind", ["normal", "skewed", "categories"])
def test_samples_of_one_population_do_not_drift(kind: str, size: int) -> None:
    """Small ones and large ones, less than two in a thousand."""
    rng, drifted = np.random.default_rng(size), 0
    for _ in range(1_000):
        bins = []
        if kind == "categories":
            then, now = (dict(enumerate(rng.multinomial(size, [0.5, 0.2, 0.1] + [0.01] * 20))) for _ in range(2))
            bins = category_bins(
                {str(at): int(n) for at, n in then.items()}, {str(at): int(n) for at, n in now.items()}
            )
        else:
            draw = rng.normal if kind == "normal" else rng.lognormal
            one, other = number(draw(3, 1, size)), number(draw(3, 1, size))
            bins = interval_bins(dict(one["bins"]), dict(other["bins"]), open_ended=False)
        before, after = shares([item.then for item in bins]), shares([item.now for item in bins])
        beyond_psi = psi(before, after) > max(0.2, chance_psi(len(bins), size, size))
        drifted += beyond_psi or jensen_shannon(before, after) > max(0.1, chance_js(len(bins), size, size))
    assert drifted <= 2


RNG = np.random.default_rng(4)
MOVED = [
    pytest.param(number(RNG.normal(10, 1, 500)), number(RNG.normal(12, 1, 500)), id="mean"),
    pytest.param(number(RNG.normal(10, 1, 500)), number(RNG.normal(10, 4, 500)), id="spread"),
    pytest.param(number([5.0] * 500), number([9.0] * 500), id="constant"),
    pytest.param(number([1.0] * 25 + [5.0] * 475), number([1.0] * 475 + [5.0] * 25), id="heavy_bin"),
    pytest.param(category(a=400, b=100), category(a=100, b=400), id="categories"),
    pytest.param(category(a=400, b=100), category(a=300, b=100, new=100), id="new_category"),
    pytest.param(category(a=400, b=100), category(nulls=200, a=240, b=60), id="nulls"),
    pytest.param(category(_03=400, _44=100), category(_03=100, _44=400), id="buckets"),
]


@pytest.mark.parametrize(("then", "now"), MOVED)
def test_a_moved_column_has_drifted(then: dict[str, Any], now: dict[str, Any]) -> None:
    """It is warned of or stops the run, as the dataset says; against itself it has not."""
    [warned] = compared(then, now)["columns"]
    [failed] = compared(then, now, "error")["columns"]
    [same] = compared(then, then, "error")["columns"]
    assert (warned["verdict"], failed["verdict"], same["verdict"]) == ("warn", "fail", "pass")
    assert sum(share for _, share, _ in warned["bins"]) == pytest.approx(1, abs=1e-5)
    assert len(warned["bins"]) <= 21


def test_dates_go_on() -> None:
    """Months after the baseline's last belong to its last tenth; a date that stands still is told."""
    then = {f"{year}-06": 100 for year in range(2010, 2024)}
    bins = interval_bins(then, {**then, "2024-06": 100, "2025-06": 100}, open_ended=True)
    assert (bins[-1].then, bins[-1].now) == (200, 400)
    assert bins[-1].label == "2022-06 to 2025-06"


def test_a_language_may_drift_where_lengths_do_not() -> None:
    """The share of languages is a comparison of its own."""
    text = {"kind": "text", "nulls": 0, "distinct": 9, "mean": 100.0, "bins": [["[91, 128)", 500]]}
    found = compared({**text, "languages": [["en", 450], ["de", 50]]}, {**text, "languages": [["de", 500]]})
    assert [(item["kind"], item["verdict"]) for item in found["columns"]] == [("text", "pass"), ("language", "warn")]


def test_buckets_of_another_key_count_as_one() -> None:
    """A new key's buckets hold other values, which is no drift; names are compared still."""
    then, now = category(a=100, _03=300, _44=100), category(a=100, _17=200, _20=200)
    assert compared(then, now)["columns"][0]["verdict"] == "warn"
    [found] = compared(then, now, epoch="1-b")["columns"]
    assert (found["verdict"], [item[0] for item in found["bins"]]) == ("pass", ["#", "a"])


def test_what_can_not_be_compared_is_told() -> None:
    """A column in one only, one of another kind, and a source without rows."""
    baseline = {"run": "r", "as_of": "d", "pinned": "p", "key_epoch": "1-a", "sources": {
        "hr": {"kept": 9, "profile": {"gone": category(a=9), "other": category(a=9)}},
        "pay": {"kept": 9, "profile": {"sum": category(a=9)}},
    }}  # fmt: skip
    now = {
        "hr": {"kept": 9, "profile": {"other": number([1.0] * 9), "new": category(a=9)}},
        "pay": {"kept": 0, "profile": {"sum": category()}},
    }
    found = drift(baseline, now, "1-a", Watch())
    assert found["columns"] == []
    assert {f"{item['source']}.{item['column']}": item["in"] for item in found["unmatched"]} == {
        "hr.gone": "baseline",
        "hr.new": "run",
        "hr.other": "both, as different kinds",
        "pay.sum": "baseline",
    }


def test_no_baseline_is_no_drift() -> None:
    """Nothing is compared."""
    assert drift(None, {"hr": {"kept": 1, "profile": {}}}, "1-a", Watch()) == {
        "baseline": None,
        "columns": [],
        "unmatched": [],
    }


def test_rare_categories_stand_together() -> None:
    """Beyond eighteen, and those that the baseline did not have."""
    bins = category_bins({f"c{at:02}": 100 - at for at in range(30)}, {"c00": 2_400, "new": 156})
    assert len(bins) == 19
    assert bins[0] == Bin("c00", 100, 2_400)
    assert bins[-1] == Bin("other", sum(100 - at for at in range(18, 30)), 156)


def test_a_failed_drift_says_what_and_where() -> None:
    """The message names source, column, measure and limit, and the command that shows it."""
    found = compared(category(a=400, b=100), category(a=100, b=400), "error")
    with pytest.raises(GateError) as caught:
        stop_on_change(found, {"measures": []}, "clearwell baseline show staff")
    assert str(caught.value) == (
        "1 measure unlike the baseline or earlier runs; nothing was published\n"
        "  given:   hr.pay: category drift: PSI 1.656, JS 0.277\n"
        "  allowed: PSI up to 0.200, JS up to 0.100\n"
        "  hint:    clearwell baseline show staff"
    )
    stop_on_change(compared(category(a=400, b=100), category(a=100, b=400)), {"measures": []}, "")
