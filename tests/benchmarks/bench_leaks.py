"""The leak scan of a version of 300 MB against half a million people: seconds of one core, MB/s, memory.

The version is clean but for a few planted cells. On a part of it the slow way, each distinct cell by itself, must find
the same. The scan runs in a process of its own, so that the memory is its own.
"""

import json
import multiprocessing
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.privacy.leaks.fingerprints import Fingerprints
from pipeline.privacy.leaks.identifiers import Identifiers
from pipeline.privacy.leaks.scan import scan_files
from pipeline.privacy.leaks.watch import Watch
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.rosters.roster import Roster
from pipeline.release.writers import write_csv, write_parquet
from tests.benchmarks.harness import compare
from tests.privacy.rosters.many_people import names_of

_PEOPLE, _NAMES, _ROWS, _PART = 500_000, 40_000, 870_000, 20_000
_DOMAINS = 9
_KNOWN = "fingerprints"
PSEUDONYMISER = Pseudonymiser(b"k" * 32)


def main() -> None:
    """Print what half a million people cost to fingerprint, and what a scan against them costs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.process_time()
        fingerprints = Fingerprints.build(roster(), PSEUDONYMISER)
        print(f"{len(fingerprints):,} fingerprints of {_PEOPLE:,} people in {time.process_time() - started:.1f} s")
        (folder / _KNOWN).write_bytes(fingerprints.to_bytes())
        files = write_version(folder)
        child = multiprocessing.get_context("spawn").Process(target=print_scan, args=(folder / _KNOWN, files))
        child.start()
        child.join()
        assert child.exitcode == 0
        watch, part = Watch(fingerprints, PSEUDONYMISER), pq.read_table(files[1]).slice(0, _PART)
        slow, quick = partial(one_by_one, watch, part), partial(by_column, watch, part)
        compare("leaks_cells", slow, quick, part.num_rows * part.num_columns, "cells", pairs=3, equal=same)


def print_scan(known: Path, files: list[Path]) -> None:
    """One scan, cold: opening what is known, then reading every file."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    started, clock = time.process_time(), time.perf_counter()
    draw = np.random.default_rng(3)
    keys = {str(domain): [draw.integers(0, 2**63, _PEOPLE, np.uint64)] for domain in range(_DOMAINS)}
    canaries = [f"Zebra-Quartz-{number}" for number in range(100)]
    watch = Watch(Fingerprints.from_bytes(known.read_bytes()), PSEUDONYMISER, canaries, (), Identifiers(keys))
    report = scan_files(files, watch)
    seconds, size = time.process_time() - started, sum(file.stat().st_size for file in files) / 1e6
    status = Path("/proc/self/status").read_text("ascii").split()  # getrusage would count the parent's memory
    memory = int(status[status.index("VmHWM:") + 1]) * 1024 / 1e6
    print(
        f"scan of {size:.0f} MB, {report.values:,} values: {seconds:.1f} s of one core "
        f"({time.perf_counter() - clock:.1f} s of the clock), {size / seconds:.0f} MB/s, {memory:,.0f} MB of memory, "
        f"{sum(hit.count for hit in report.hits)} leaks"
    )


def roster() -> Roster:
    """People with a full name, an address, an e-mail, a phone and a national id each."""
    return Roster.build(
        {
            "given_name": given,
            "family_name": family,
            "email": f"{given}.{family}{number}@corp.example".lower(),
            "phone": f"+91 9{number:09d}",
            "national_id": f"ZX-{number:08d}-9",
            "address": f"{number % 900} Station Road {number}, Ward {number % 97} North, Pune {411000 + number % 99}",
        }
        for number, (given, family) in enumerate(names_of(_PEOPLE, _NAMES))
    )


def write_version(folder: Path) -> list[Path]:
    """CSV, Parquet, a document and a page; a table like attrition's: 45 columns."""
    draw = np.random.default_rng(1)
    people = pa.array([draw.bytes(16).hex() for _ in range(_ROWS // 10)])
    days = pa.array([date(2005 + year, 12, 31) for year in range(20)])
    words = [pa.array(texts) for texts in (["<30", "30-39", "40+"], ["F", "M", "X"], ["IN", "EU+UK", "US"])]
    teams = pa.array(["Engineering", "Finance", "Support", "Operations", "Sales", "Rose Garden", "People"])
    columns: dict[str, pa.Array] = {
        "employee_pseudonym": people.take(pa.array(np.sort(draw.integers(0, len(people), _ROWS)))),
        "snapshot_date": days.take(pa.array(draw.integers(0, len(days), _ROWS))),
    }
    for number in range(8):
        labels = [*words, teams][number % 4]
        columns[f"category_{number}"] = labels.take(pa.array(draw.integers(0, len(labels), _ROWS)))
    columns |= {f"count_{number}": pa.array(draw.integers(0, 40, _ROWS)) for number in range(20)}
    columns |= {f"figure_{number}": pa.array(draw.random(_ROWS) * 10**number) for number in range(5)}
    columns |= {f"mean_{number}": pa.array(draw.integers(0, 999, _ROWS) / 8) for number in range(10)}
    given, family = names_of(_PEOPLE, _NAMES)[17]
    planted = [f"{family}, {given}", "see 9000000017", "stranger@example.com", "zebra-quartz-17"]
    columns["category_1"] = pa.concat_arrays([pa.array(planted), columns["category_1"][len(planted) :]])
    files = [folder / "v.csv", folder / "v.parquet", folder / "v.json", folder / "v.html"]
    write_csv(pa.table(columns), files[0])
    write_parquet(pa.table(columns), files[1])
    files[2].write_text(json.dumps([{"name": name, "description": "a column"} for name in columns]), "utf-8")
    files[3].write_text("".join(f"<tr><td>{name}</td><td>0.123456</td></tr>" for name in columns) * 100, "utf-8")
    return files


def by_column(watch: Watch, table: pa.Table) -> dict[str, frozenset[str]]:
    """Leaking cells of a table, as the scan finds them."""
    return {
        text: kinds for column in table.columns for text, kinds in watch.hits(column.combine_chunks().cast(pa.string()))
    }


def one_by_one(watch: Watch, table: pa.Table) -> dict[str, frozenset[str]]:
    """The same, each cell by itself."""
    texts = (text for column in table.columns for text in column.cast(pa.string()).to_pylist())
    return {text: kinds for text in texts if (kinds := watch.kinds_in(text, is_cell=True))}


def same(slow: dict[str, frozenset[str]], quick: dict[str, frozenset[str]]) -> bool:
    """Whether both found the same, and anything at all."""
    return slow == quick and len(slow) > 0


if __name__ == "__main__":
    main()
