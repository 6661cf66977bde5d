"""Notes through the fast analyzer against Presidio's loop: identical spans, by share of notes with personal data."""

import argparse
import json
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle
from typing import NamedTuple

from presidio_analyzer import AnalyzerEngine

from pipeline.privacy.scanner import Scanner, make_engine
from pipeline.privacy.scanning.analyzer import FastAnalyzer
from pipeline.privacy.spans import Span
from pipeline.privacy.stock import make_stock_engine
from tests.benchmarks.harness import RESULTS, compare
from tests.benchmarks.sampling import shares
from tests.privacy.scanning.comparison import stock_analyzer
from tests.privacy.scanning.notes import notes

#: Presidio reads about a thousand notes a second: a third of a second a measurement.
_NOTES, _REPEATED, _DISTINCT = 300, 4_000, 336
Answer = Callable[[], list[list[Span]]]
ENGINES: dict[str, Callable[[], AnalyzerEngine]] = {"ours": make_engine, "stock": make_stock_engine}


class Load(NamedTuple):
    """What is measured: `repeated` notes are drawn from 336."""

    engine: str
    share: float
    language: str = "en"
    repeated: bool = False

    @property
    def name(self) -> str:
        """As results are called."""
        extra = "".join([f" {self.language}" if self.language != "en" else "", " repeated" if self.repeated else ""])
        return f"scan {self.engine} {self.share:.0%}{extra}"

    def texts(self, seed: int = 7) -> list[str]:
        """Equal seeds give equal notes."""
        count, distinct = (_REPEATED, _DISTINCT) if self.repeated else (_NOTES, 0)
        return notes(seed, count, self.share, self.language, distinct)


LOADS = (
    *(Load("ours", share) for share in (0.0, 0.05, 0.5, 1.0)),
    *(Load("stock", share) for share in (0.0, 0.05, 0.5, 1.0)),
    Load("ours", 0.5, repeated=True),
    Load("ours", 0.5, "de"),
    Load("ours", 0.5, "hi"),
    Load("ours", 0.5, "mixed"),
)
#: Of which loads the parts are shown.
_TAKEN_APART = (Load("ours", 0.05), Load("ours", 0.5), Load("stock", 0.5), Load("ours", 0.5, "de"))
#: Parts of a call, by the file or library that the innermost known function is in.
_PARTS = {
    "scanning/gate": "gate",
    "scanning/gates": "gate",
    "scanning/phones": "phones",
    "scanning/regions": "phones",
    "site-packages/phonenumbers": "phones",
    "scanning/writer": "results",
    "scanning/context": "context",
    "scanning/reading": "context",
    "privacy/tokens": "context",
    "site-packages/spacy": "context",
    "scanning/patterns": "patterns",
    "predefined_recognizers": "patterns",
    "site-packages/tldextract": "patterns",
    "scanning/findings": "results",
    "scanning/analyzer": "results",
}


def main() -> None:
    """Print each comparison (above 1 ours is faster), then where our time goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="measure the loads whose name begins so: 'scan ours 50%%'")
    parser.add_argument("--pairs", type=int, default=9)
    told = parser.parse_args()
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    for load in (load for load in LOADS if load.name.startswith(told.only)):
        measure(load, told.pairs)
    where = {load.name: parts(load) for load in _TAKEN_APART if load.name.startswith(told.only)}
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "scan parts.json").write_text(json.dumps(where, indent=1), encoding="utf-8")


def measure(load: Load, pairs: int) -> None:
    """One load. Each call has notes that its analyzer never saw: phones and, by the scanner, texts are remembered."""
    engine = ENGINES[load.engine]()
    pairs = 3 if load.repeated else pairs
    each = [load.texts(seed) for seed in range(4 * pairs + 4)]
    turns, other_turns = cycle(each), cycle(each)
    find = Scanner().scan_many if load.repeated else FastAnalyzer(engine).analyze_many
    find(load.texts(-1)[:50])
    peer: Answer = lambda: loop(engine, next(turns))  # noqa: E731
    ours: Answer = lambda: find(next(other_turns))  # noqa: E731
    compare(load.name, peer, ours, len(each[0]), "notes", pairs=pairs, equal=list.__eq__)


def loop(engine: AnalyzerEngine, texts: Sequence[str]) -> list[list[Span]]:
    """Presidio, a note at a time."""
    analyze = stock_analyzer(engine)
    return [analyze(text) for text in texts]


def parts(load: Load) -> dict[str, float]:
    """Microseconds of a note by part of the call, printed as well."""
    texts = load.texts()
    analyzer = FastAnalyzer(ENGINES[load.engine]())
    analyzer.analyze_many(texts)
    started = time.perf_counter()
    analyzer.analyze_many(texts)
    each = (time.perf_counter() - started) / len(texts) * 1e6
    found = {part: share * each for part, share in shares(partial(analyzer.analyze_many, texts), part_of).items()}
    told = ", ".join(f"{part} {micros:.1f}" for part, micros in found.items())
    print(f"{load.name}: {each:.1f} us a note: {told}", flush=True)
    return found


def part_of(path: str) -> str | None:
    """The part of a call that a file's functions belong to; None where their caller decides."""
    return next((part for known, part in _PARTS.items() if f"{known}." in path or f"{known}/" in path), None)


if __name__ == "__main__":
    main()
