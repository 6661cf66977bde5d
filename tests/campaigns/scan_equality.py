"""A campaign of equality: the fast analyzer against Presidio on as many texts as asked, in two processes.

Each chunk is a configuration and a seed, and is written down when it is done: a campaign that was stopped goes on
where it was, as long as the code is the same. The first text that differs is kept escaped, ready to paste.
"""

import argparse
import hashlib
import json
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from presidio_analyzer import AnalyzerEngine

from pipeline.privacy.scanning.analyzer import FastAnalyzer
from tests.privacy.scanning.comparison import answer, answers, differences, found_types, stock_analyzer
from tests.privacy.scanning.configurations import configurations
from tests.privacy.scanning.texts import Material, kind_of, text_of

#: Where campaigns leave what they found. Not under version control.
RESULTS = Path("build/campaigns")
_CHUNK = 5_000
#: Configurations of ten chunks in turn.
_TURNS = ("ours", "stock", "ours", "own", "ours", "stock", "ours", "own", "ours", "stock")
#: Chunks that share fragments of patterns: drawing them takes seconds.
_SHARED = 40
_CODE = ("pipeline/privacy", "tests/privacy/scanning")


class Chunk(NamedTuple):
    """What one process does at a time."""

    configuration: str
    seed: int
    texts: int


def main() -> int:
    """Run; the exit status is 1 where a text differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1_000, help="of the first chunk")
    told = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    code = code_digest()
    journal = RESULTS / f"scan_equality-{code}.jsonl"
    wanted = list(chunks(told.texts, told.seed))
    done = {(item["configuration"], item["seed"], item["texts"]): item for item in _read(journal)}
    left = [chunk for chunk in wanted if chunk not in done]
    print(f"{told.texts:,} texts in {len(wanted)} chunks, {len(wanted) - len(left)} of them done before", flush=True)
    started = time.perf_counter()
    with ProcessPoolExecutor(told.processes) as pool, journal.open("a", encoding="utf-8") as written:
        for future in as_completed([pool.submit(compared, chunk) for chunk in left]):
            found = future.result()
            done[found["configuration"], found["seed"], found["texts"]] = found
            written.write(json.dumps(found) + "\n")
            written.flush()
            _show(found, len(done), len(wanted), time.perf_counter() - started)
    summary = _summary([done[chunk] for chunk in wanted], code)
    (RESULTS / "scan_equality.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")
    print(f"{summary['texts']:,} texts, {summary['different']} differ; {RESULTS / 'scan_equality.json'}")
    return 1 if summary["different"] else 0


def chunks(texts: int, seed: int) -> Iterator[Chunk]:
    """Chunks that hold so many texts together."""
    for at, start in enumerate(range(0, texts, _CHUNK)):
        yield Chunk(_TURNS[at % len(_TURNS)], seed + at, min(_CHUNK, texts - start))


def compared(chunk: Chunk) -> dict[str, Any]:
    """What one chunk showed: how many texts differ, the first of them, spans by type, seconds of both analyzers."""
    engine, fast = _analyzers(chunk.configuration)
    material = _material(chunk.configuration, chunk.seed // _SHARED)
    texts = [text_of(kind_of(number), chunk.seed, number, material) for number in range(chunk.texts)]
    started = time.perf_counter()
    stock = stock_analyzer(engine)
    truths = [answer(stock, text) for text in texts]
    between = time.perf_counter()
    different = list(differences(texts, truths, answers(fast.analyze_many, fast.analyze, texts)))
    return {
        **chunk._asdict(),
        "different": len(different),
        "first": str(min(different, key=lambda item: len(item.text))) if different else None,
        "refused": truths.count(None),
        "spans": dict(found_types(truths)),
        "seconds": {"presidio": between - started, "ours": time.perf_counter() - between},
    }


def code_digest() -> str:
    """Of what decides an answer or a text."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted(Path(folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _analyzers(name: str) -> tuple[AnalyzerEngine, FastAnalyzer]:
    engine = configurations(Path(tempfile.mkdtemp(prefix="clearwell-campaign-")))[name].make()
    return engine, FastAnalyzer(engine)


@cache
def _material(name: str, seed: int) -> Material:
    warnings.simplefilter("ignore", FutureWarning)
    engine, _ = _analyzers(name)
    return configurations(Path(tempfile.mkdtemp(prefix="clearwell-campaign-")))[name].material(engine, seed)


def _read(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text("utf-8").splitlines()] if journal.exists() else []


def _show(found: dict[str, Any], done: int, of: int, seconds: float) -> None:
    state = f"{found['different']} differ" if found["different"] else "equal"
    print(f"{done}/{of}  {seconds:,.0f} s  {found['configuration']} {found['seed']}: {state}", flush=True)
    if found["first"]:
        print(f"  {found['first']}", flush=True)


def _summary(found: list[dict[str, Any]], code: str) -> dict[str, Any]:
    spans: Counter[str] = Counter()
    for item in found:
        spans.update(item["spans"])
    texts = Counter(dict.fromkeys(_TURNS, 0))
    for item in found:
        texts[item["configuration"]] += item["texts"]
    return {
        "texts": texts.total(),
        "by_configuration": dict(texts),
        "different": sum(item["different"] for item in found),
        "first": [item["first"] for item in found if item["first"]][:20],
        "refused": sum(item["refused"] for item in found),
        "spans": dict(spans.most_common()),
        "seconds": {who: sum(item["seconds"][who] for item in found) for who in ("presidio", "ours")},
        "code": code,
    }


if __name__ == "__main__":
    sys.exit(main())
