"""Peak memory of the check pass: flat from 1 M to 10 M rows. Each size runs in a process of its own."""

import json
import subprocess
import sys
import threading

import psutil

from pipeline.quality.checks import checked
from tests.benchmarks.checks_case import CONTRACT, make_session, staff
from tests.benchmarks.harness import RESULTS, machine

_SIZES, _EVERY = (1_000_000, 10_000_000), 0.2
#: A heap that the first size fills too, so that what is compared is not how far the JVM lets it grow.
_HEAP = "512m"


def main() -> None:
    """Print the peak of each size and their ratio."""
    found = {rows: _measured_apart(rows) for rows in _SIZES}
    ratio = found[_SIZES[-1]] / found[_SIZES[0]]
    told = ", ".join(f"{peak:,.0f} MB at {rows:,} rows" for rows, peak in found.items())
    print(f"memory of checks: {told}: {ratio:.2f}x")
    RESULTS.mkdir(parents=True, exist_ok=True)
    document = {"peaks": {str(rows): peak for rows, peak in found.items()}, "ratio": ratio, "machine": machine()}
    (RESULTS / "memory of checks.json").write_text(json.dumps(document, indent=1), encoding="utf-8")


def _measured_apart(rows: int) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.bench_checks_memory", str(rows)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(rows: int) -> float:
    """Most memory that this process and its JVM held at once while rows were made, checked and written, in MB."""
    spark = make_session(_HEAP)
    peak, done = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, done))
    watcher.start()
    checked(staff(spark, rows), CONTRACT).write.format("noop").mode("overwrite").save()
    done.set()
    watcher.join()
    spark.stop()
    return peak[0]


def _watch(peak: list[float], done: threading.Event) -> None:
    own = psutil.Process()
    while not done.wait(_EVERY):
        held = sum(process.memory_info().rss for process in (own, *own.children(recursive=True)))
        peak[0] = max(peak[0], held / 1e6)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(measure(int(sys.argv[1])))
    else:
        main()
