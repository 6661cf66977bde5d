"""One note of 1 MB against 1,000 of 1 KB with the same words, and the memory that one of 10 MB takes."""

import json
import resource
import subprocess
import sys
from functools import partial

from pipeline.privacy.scanner import make_engine
from pipeline.privacy.scanning.analyzer import FastAnalyzer
from tests.benchmarks.harness import RESULTS, compare, machine
from tests.privacy.scanning.long_texts import crowded

_SHARE = 0.5
#: The long note may be at most so much slower, a megabyte.
_MOST = 2.0
_SIZES = (1, 10)


def main() -> None:
    """Print the ratio of speeds, then the peak of memory by size of a note."""
    analyzer = FastAnalyzer(make_engine())
    long = crowded(3, 1_000_000, _SHARE)
    short = [long[at : at + 1_000] for at in range(0, len(long), 1_000)]
    peer, ours = partial(analyzer.analyze_many, short), partial(analyzer.analyze, long)
    result = compare("scan 1 MB in one note", peer, ours, 1.0, "MB", pairs=5)
    print(f"1,000 of 1 KB are {1 / result.ratio:.2f}x as fast: {'kept' if 1 / result.ratio <= _MOST else 'MISSED'}")
    peaks = {size: _measured_apart(size) for size in _SIZES}
    print("memory: " + ", ".join(f"{peak:,.0f} MB more for a note of {size} MB" for size, peak in peaks.items()))
    document = {"peaks": {f"{size} MB": peak for size, peak in peaks.items()}, "machine": machine()}
    (RESULTS / "scan memory.json").write_text(json.dumps(document, indent=1), encoding="utf-8")


def _measured_apart(size: int) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.bench_scan_long", str(size)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(size: int) -> float:
    """How much more memory the process held at most, in MB, than after a short note and with the text."""
    analyzer = FastAnalyzer(make_engine())
    analyzer.analyze_many([crowded(1, 50_000, 1.0)])
    text = crowded(2, size * 1_000_000, _SHARE)
    before = _peak()
    analyzer.analyze(text)
    return _peak() - before


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(measure(int(sys.argv[1])))
    else:
        main()
