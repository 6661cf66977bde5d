"""Successors of objects of 256 MB: MB/s of one core, and memory that does not grow with them; edits by format.

Each object is written in a process of its own, so that the memory is its own. Times are processor times.
"""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import zstandard

from pipeline.extract.index import read_record
from pipeline.extract.successors import write_successor
from pipeline.parsing.edits import edit_record
from pipeline.parsing.frames import Layout
from tests.parsing.docx_files import docx_of, paragraph
from tests.parsing.edits.marked import NAME, erase
from tests.services.dumps import Dumps

_MB, _EDITED, _EDITS = 256, 1_000, 2_000
_ROW = '{"employee_id": "E%07d", "name": "Ann Example", "note": "' + "lorem ipsum dolor sit amet " * 8 + '"}\n'
_XML = {"record": "R", "encoding": "utf-8", "start": 0, "namespaces": {}}
_RECORDS: Mapping[str, tuple[Layout, str]] = {
    "jsonl": ({}, _ROW[:-2] % 7 + f', "by": "{NAME}"}}'),
    "csv": ({"header": list("abcdef"), "delimiter": ",", "encoding": "utf-8"}, f'1,2,"by {NAME}",{"x" * 200},,5'),
    "copy": ({"columns": [(name, "text") for name in "abcd"]}, f"1\t\\N\tby {NAME}\t{'x' * 200}"),
    "xml": (_XML, f"<R id='1'><A>by {NAME}</A>{'<B>lorem ipsum</B>' * 12}</R>"),
}


def main() -> None:
    """Print what successors of a small and of a large object cost, plain and compressed, and what edits cost."""
    with tempfile.TemporaryDirectory() as name:
        for suffix in ("jsonl", "jsonl.zst"):
            for size in (_MB // 4, _MB):
                for act in (_land, _write):
                    child = multiprocessing.get_context("spawn").Process(target=act, args=(Path(name), suffix, size))
                    child.start()
                    child.join()
    docx = docx_of(paragraph("lorem ipsum " * 20) * 10 + paragraph(f"by {NAME}"))
    records = [(kind, layout, record.encode()) for kind, (layout, record) in _RECORDS.items()]
    for kind, layout, record in (*records, ("documents", {}, docx)):
        seconds = _seconds(partial(edit_record, kind, layout, record, erase, "a.docx"))
        print(f"{kind}: {_EDITS / seconds:,.0f} records/s of {len(record):,} bytes edited")


def _dumps(root: Path, suffix: str, size: int) -> Dumps:
    return Dumps(root / f"{suffix}-{size}", {"kind": "jsonl"})


def _land(root: Path, suffix: str, size: int) -> None:
    dumps = _dumps(root, suffix, size)
    body = "".join(_ROW % number for number in range((size << 20) // len(_ROW % 7))).encode()
    dumps.write(f"staff_1.{suffix}", zstandard.compress(body) if suffix.endswith(".zst") else body)
    dumps.pull()


def _write(root: Path, suffix: str, size: int) -> None:
    dumps = _dumps(root, suffix, size)
    landed = dumps.pull().objects[0]
    started = time.process_time()
    edits = dict.fromkeys(range(0, landed.records, landed.records // _EDITED))
    successor = write_successor(dumps.landing, landed, edits)
    seconds = time.process_time() - started
    assert read_record(dumps.landing, successor.key, 0) == b""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{suffix}, {size} MB, {len(edits):,} blanked: {size / seconds:,.0f} MB/s, peak {peak} MB in all", flush=True)


def _seconds(act: partial[bytes | None]) -> float:
    started = time.process_time()
    for _ in range(_EDITS):
        assert act()
    return time.process_time() - started


if __name__ == "__main__":
    main()
