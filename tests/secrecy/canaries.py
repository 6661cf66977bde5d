"""Canaries: a made-up person, and words inside notes, put into every source of a generated company."""

import gzip
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import zstandard

from tests.services.company import unpacked

#: One person, by the contract's columns; whom generated names and numbers can't meet.
PERSON = {
    "employee_id": "E9417366",
    "given_name": "Zyxandra",
    "family_name": "Quorvane",
    "work_email": "z.quorvane@meridian.example.com",
    "phone": "+918804417093",
    "national_id": "8317 0625 9941",
    "address": "7, Quillomar Gate, Pune 411999",
}
#: Stands inside free text. No person, so redaction leaves it there, and it may go nowhere else.
WORD = "quibblesnork"
_SENTENCE, _LONGER = b"the team", b"the " + WORD.encode() + b" team"


#: Rejected for a date and a number that are names.
_BROKEN = (
    f"L999999999,{PERSON['work_email']},annual,{PERSON['given_name']},2025-03-01,{WORD},true,,2025-03-01T08:00:00Z"
)
Counts = Counter[tuple[str, str]]
_Swaps = list[tuple[str, bytes, bytes]]


def plant(company: Path, number: str) -> Counts:
    """Make the employee of this number the canary, wherever she is named, and lengthen a sentence of the notes.

    Returns:
        How often each canary was put into each source's folder, by folder and canary.
    """
    person = next(row for row in _records(company / "hrms" / "employees") if row["employee_id"] == number)
    swaps = [(name, person[name].encode(), value.encode()) for name, value in PERSON.items()]
    swaps = [*swaps, (WORD, b"the team", f"the {WORD} team".encode())]
    swaps.sort(key=lambda swap: -len(swap[1]))  # an address before the name in it
    counts: Counts = Counter()
    for folder in sources_of(company):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            _edit(path, swaps, counts, folder.relative_to(company).as_posix())
            path.rename(path.with_name(path.name.replace(number, PERSON["employee_id"])))
    _break_records(company)
    return counts


def sources_of(company: Path) -> list[Path]:
    """The folders that a company's sources lie in."""
    systems = [path for name in ("hrms", "payroll") for path in sorted((company / name).iterdir()) if path.is_dir()]
    return [*systems, *(company / name for name in ("lms", "reviews", "legacy", "letters"))]


def _edit(path: Path, swaps: _Swaps, counts: Counts, folder: str) -> None:
    def edited(body: bytes) -> bytes:
        for name, old, new in swaps:
            body, count = re.subn(re.escape(old), new, body, flags=re.IGNORECASE)
            counts[folder, name] += count
        return body

    if path.suffix == ".docx":
        path.write_bytes(_zipped(path, edited))
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(edited(unpacked(path)), mtime=0))
    elif path.suffix == ".zst":
        path.write_bytes(zstandard.compress(edited(unpacked(path))))
    else:
        path.write_bytes(edited(path.read_bytes()))


def _zipped(path: Path, edited: Callable[[bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item, edited(old.read(item)))
    return made.getvalue()


def _break_records(company: Path) -> None:
    """Records that are rejected for a value that is a canary: in a dump, and in what an API answers."""
    dump = next(path for path in sorted((company / "legacy").iterdir(), reverse=True) if path.suffix == ".csv")
    dump.write_text(f"{dump.read_text(encoding='utf-8').rstrip()}\n{_BROKEN.format(**PERSON)}\n", encoding="utf-8")
    last = _records(company / "hrms" / "employees")[-1]
    broken = {**last, "employee_id": PERSON["given_name"], "date_of_birth": PERSON["family_name"], "gender": WORD}
    with max((company / "hrms" / "employees").iterdir()).open("ab") as file:
        file.write(json.dumps(broken, separators=(",", ":")).encode() + b"\n")


def _records(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for path in sorted(folder.iterdir()) for line in path.read_bytes().splitlines()]
