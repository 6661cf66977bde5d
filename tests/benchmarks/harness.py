"""Compares two ways to do the same work: paired, interleaved, equal outputs first, a ratio with its interval.

The machine's speed wanders, so only ratios within one run count. Before each comparison the peer runs against itself
(A/A): where that ratio leaves 0.9 to 1.1 the run says so, and nothing should be claimed from it.
"""

import json
import os
import platform
import random
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

#: Where results lie: one JSON document a comparison. Not under version control.
RESULTS = Path(os.environ.get("CLEARWELL_BENCHMARKS", "build/benchmarks"))
_RESAMPLES, _CONFIDENCE = 2_000, 0.95
_QUIET = (0.9, 1.1)


@dataclass(frozen=True)
class Result:
    """One comparison.

    Attributes:
        name: of the benchmark.
        unit: what `peer` and `ours` count, a second.
        peer: median rate of the peer.
        ours: median rate of ours.
        ratio: median of the pairs' ratios, ours to peer: above 1 we are faster.
        low: lower end of the ratio's bootstrap interval (95 %).
        high: upper end.
        control: median ratio of the peer to itself.
        pairs: number of pairs.
        machine: processor count, Python, commit.
    """

    name: str
    unit: str
    peer: float
    ours: float
    ratio: float
    low: float
    high: float
    control: float
    pairs: int
    machine: dict[str, Any]

    @property
    def quiet(self) -> bool:
        """Whether the machine was steady enough to believe the ratio."""
        return _QUIET[0] <= self.control <= _QUIET[1]


def compare(
    name: str,
    peer: Callable[[], Any],
    ours: Callable[[], Any],
    work: float,
    unit: str,
    pairs: int = 9,
    equal: Callable[[Any, Any], bool] | None = None,
) -> Result:
    """Run `peer` and `ours` in turn, print the ratio, and keep it as JSON.

    Args:
        name: of the comparison; its result's file has it.
        peer: does the work in the other way.
        ours: does it in ours.
        work: how much one call does, in `unit`.
        unit: such as MB or documents.
        pairs: how many pairs; odd.
        equal: whether what both return is the same; asked once, before any measuring.

    Raises:
        AssertionError: the outputs differ: nothing is measured.
    """
    first, second = peer(), ours()  # warms both up
    if equal is not None:
        assert equal(first, second), f"{name}: outputs differ"
    del first, second
    control = [_seconds(peer) / _seconds(peer) for _ in range(3)]
    taken = [(_seconds(peer), _seconds(ours)) for _ in range(pairs)]
    ratios = [slow / quick for slow, quick in taken]
    low, high = interval(ratios)
    result = Result(
        name=name,
        unit=unit,
        peer=work / statistics.median(slow for slow, _ in taken),
        ours=work / statistics.median(quick for _, quick in taken),
        ratio=statistics.median(ratios),
        low=low,
        high=high,
        control=statistics.median(control),
        pairs=pairs,
        machine=machine(),
    )
    _keep(result)
    return result


def interval(values: list[float]) -> tuple[float, float]:
    """Bootstrap interval of the median, with a fixed seed: the same values give the same interval."""
    rng = random.Random(0)
    medians = sorted(statistics.median(rng.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    edge = (1 - _CONFIDENCE) / 2
    return medians[int(edge * _RESAMPLES)], medians[int((1 - edge) * _RESAMPLES) - 1]


def machine() -> dict[str, Any]:
    """What a figure depends on."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {"cores": os.cpu_count(), "python": platform.python_version(), "commit": commit.stdout.strip() or None}


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _keep(result: Result) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{result.name}.json").write_text(json.dumps(asdict(result), indent=1), encoding="utf-8")
    trust = "" if result.quiet else f"  UNSTEADY: the peer against itself gave {result.control:.2f}"
    print(
        f"{result.name}: {result.ratio:.2f}x [{result.low:.2f}, {result.high:.2f}]  "
        f"ours {result.ours:,.1f} {result.unit}/s, peer {result.peer:,.1f} {result.unit}/s{trust}",
        flush=True,
    )
