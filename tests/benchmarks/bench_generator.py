"""How fast a company is generated: MB of all its files per second of CPU time, on one core; then each format's share.

Files go to the temporary folder: creating a letter takes what its file system takes. TMPDIR chooses another.
"""

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.synthetic.company import generate_company
from pipeline.synthetic.crew import Crew
from pipeline.synthetic.life import live
from pipeline.synthetic.person import draw_person
from pipeline.synthetic.records import Clerk
from pipeline.synthetic.systems.hrms import hrms_json
from pipeline.synthetic.systems.leave import leave_file
from pipeline.synthetic.systems.letters import letter_file
from pipeline.synthetic.systems.lms import copy_row
from pipeline.synthetic.systems.payroll import payroll_json
from pipeline.synthetic.systems.record import Defect, Record, Volume
from pipeline.synthetic.systems.reviews import review_file

_SEED, _YEARS = 7, 20
_Encode = Callable[[Record, Defect | None], bytes]
#: Format -> its source, and how a record of it becomes bytes.
_FORMATS: dict[str, tuple[str, _Encode]] = {
    "JSON, flat": ("hrms_manager_notes", hrms_json),
    "JSON, nested": ("payroll_pay", payroll_json),
    "COPY text": ("lms_trainings", copy_row),
    "XML": ("reviews", lambda record, _: review_file(record.year).layout.encode(record, None)),
    "CSV": ("legacy_leave", lambda record, _: leave_file(record.year).layout.encode(record, None)),
    "documents": ("letters", letter_file),
}


def _whole(employees: int, size: int | None) -> float:
    """MB/s of CPU time, user and system, of generating a company."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        summary = generate_company(Path(folder) / "company", employees, _YEARS, _SEED, size=size)
        taken = time.process_time() - started
    return sum(summary.bytes.values()) / taken / 1e6


def _records(employees: int) -> dict[str, list[Record]]:
    """Records of a small company, by source."""
    crew, clerk, found = Crew(), Clerk(_SEED, _YEARS), dict[str, list[Record]]()
    for index in range(employees):
        person = draw_person(_SEED, index, _YEARS)
        life = live(_SEED, person, crew)
        for record in clerk.records(person, life, crew, Volume()):
            found.setdefault(record.source, []).append(record)
        crew.add(person, life)
    return found


def _encoding(records: list[Record], encode: _Encode) -> float:
    """MB/s of CPU time of turning records into bytes, each a few times."""
    chosen = random.Random(0).choices(records, k=20_000)
    started = time.process_time()
    size = sum(len(encode(record, None)) for record in chosen)
    return size / (time.process_time() - started) / 1e6


def main() -> None:
    """Print the rates."""
    for name, employees, size in (("usual volumes", 2_000, None), ("with --size 400MB", 1_000, 400_000_000)):
        rates = sorted(_whole(employees, size) for _ in range(3))
        print(
            f"generator, all formats, {name}: {rates[1]:.1f} MB/s of CPU time [{rates[0]:.1f}, {rates[2]:.1f}]",
            flush=True,
        )
    records = _records(300)
    for name, (source, encode) in _FORMATS.items():
        print(f"  encoding alone, {name}: {_encoding(records[source], encode):.0f} MB/s", flush=True)


if __name__ == "__main__":
    main()
