"""Reads a generated company back with readers that others wrote, and nothing of the generator."""

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import docx
import zstandard
from lxml import etree
from striprtf.striprtf import rtf_to_text

from pipeline.synthetic.company import Summary

Row = dict[str, Any]

KEYS = {
    "hrms_employees": "employee_id",
    "hrms_job_events": "event_id",
    "hrms_manager_notes": "note_id",
    "hrms_exits": "exit_id",
    "payroll_pay": "pay_id",
    "lms_trainings": "training_id",
    "reviews": "review_id",
    "legacy_leave": "leave_id",
    "letters": "letter_id",
}
TIMES = {
    **dict.fromkeys(KEYS, "updated_at"), "payroll_pay": "changed_at", "reviews": "recorded_at",
    "legacy_leave": "recorded_at", "letters": "filed_at",
}  # fmt: skip
TEXTS = {
    "hrms_manager_notes": "note", "hrms_exits": "comment", "lms_trainings": "feedback", "reviews": "comment",
    "legacy_leave": "remark", "letters": "body",
}  # fmt: skip

_LMS = (
    "training_id", "work_email", "learner_name", "course_code", "category", "mandatory", "hours", "score",
    "completed_on", "feedback", "updated_at",
)  # fmt: skip
_LEAVE = (
    "leave_id", "work_email", "leave_type", "start_date", "end_date", "days", "paid", "remark", "recorded_at"
)  # fmt: skip
_OLD_LEAVE = ["LeaveNo", "Mail", "Kind", "From", "To", "Days", "Paid", "Remark", "Recorded"]
_REVIEW = re.compile(rb"<((?:rv:)?Review)[ >].*?</\1>", re.DOTALL)
_NAMESPACES = {"rv": "urn:meridian:reviews:2", "hr": "urn:meridian:hr"}
_FACTS = {
    "Reference": "letter_id",
    "Employee number": "employee_id",
    "Kind": "kind",
    "Date": "written_on",
    "Filed": "filed_at",
}


@dataclass
class Company:
    """A generated company and what its generator counted."""

    folder: Path
    summary: Summary
    _rows: dict[str, list[Row]] = field(default_factory=dict)

    def rows(self, source: str) -> list[Row]:
        """All records of a source by the contract's names; those that can't be read as records are left out."""
        if source not in self._rows:
            self._rows[source] = list(self._read(source))
        return self._rows[source]

    def _read(self, source: str) -> Iterator[Row]:
        system, _, name = source.partition("_")
        if system == "hrms":
            return self._json(f"hrms/{name}")
        if source == "payroll_pay":
            return map(_pay, self._json("payroll/pay_records"))
        readers = {"lms_trainings": self._lms, "reviews": self._reviews, "legacy_leave": self._leave}
        return readers.get(source, self._letters)()

    def truth(self, kind: str) -> list[Row]:
        return [json.loads(line) for line in (self.folder / "truth" / f"{kind}.jsonl").read_bytes().splitlines()]

    def text(self, span: Row) -> str:
        """The text that a span of the truth lies in."""
        return self._texts[span["source"], span["record_key"], span["column"]]

    @cached_property
    def _texts(self) -> dict[tuple[str, str, str], str]:
        return {
            (source, row[KEYS[source]], column): row[column]
            for source, name in TEXTS.items()
            for row in self.rows(source)
            for column in (name, "box")
            if row.get(column)
        }

    def _json(self, folder: str) -> Iterator[Row]:
        for file in sorted((self.folder / folder).glob("*.jsonl")):
            yield from map(json.loads, file.read_bytes().splitlines())

    def _lms(self) -> Iterator[Row]:
        for line in (self.folder / "lms" / "trainings.copy").read_text(encoding="utf-8").removesuffix("\n").split("\n"):
            yield dict(zip(_LMS, map(_copied, line.split("\t")), strict=True))

    def _reviews(self) -> Iterator[Row]:
        for file in sorted((self.folder / "reviews").iterdir()):
            body = unpacked(file)
            wrapping = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
            for found in _REVIEW.finditer(body):
                try:
                    record = etree.fromstring(b"<r%s>%s</r>" % (wrapping.encode(), found[0]))[0]
                except etree.XMLSyntaxError:
                    continue
                yield _old_review(record) if record.tag == "Review" else _review(record)

    def _leave(self) -> Iterator[Row]:
        for file in sorted((self.folder / "legacy").iterdir()):
            body = unpacked(file)
            old = body.startswith(b"LeaveNo")
            text = body.decode("windows-1252" if old else "utf-8", errors="surrogateescape")
            header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if old else ",")
            assert header == (_OLD_LEAVE if old else list(_LEAVE))
            for cells in rows:
                if len(cells) == len(header) and not re.search("[\udc80-\udcff]", "".join(cells)):
                    row = dict(zip(_LEAVE, cells, strict=True))
                    yield _renewed(row) if old else row

    def _letters(self) -> Iterator[Row]:
        for file in sorted((self.folder / "letters").rglob("*.*")):
            if file.suffix == ".docx":
                try:
                    yield _docx(file)
                except (zipfile.BadZipFile, docx.opc.exceptions.PackageNotFoundError):
                    continue
            else:
                text = file.read_text(encoding="utf-8")
                facts, _, body = (rtf_to_text(text) if file.suffix == ".rtf" else text).partition("\n\n")
                named = dict(line.split(": ", 1) for line in facts.splitlines())
                yield _letter(named, body.removesuffix("\n").removesuffix("\n"), "")


def unpacked(file: Path) -> bytes:
    if file.suffix == ".zst":
        return zstandard.ZstdDecompressor().stream_reader(file.read_bytes()).read()
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def _pay(record: Row) -> Row:
    base, employee = record.pop("base"), record.pop("employee")
    return {"pay_id": record.pop("id"), "employee_id": employee["number"], **base, **record}


def _copied(cell: str) -> str | None:
    escapes = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\"}
    return None if cell == "\\N" else re.sub(r"\\.", lambda found: escapes[found[0]], cell)


def _review(record: Any) -> Row:
    def text(path: str) -> str | None:
        found = record.xpath(f"string({path})", namespaces=_NAMESPACES)
        return str(found) or None

    return {
        "review_id": text("@id"),
        "employee_id": text("hr:Employee/@number"),
        "reviewer_id": text("hr:Reviewer/@number"),
        "review_date": text("rv:Date"),
        "rating": text("rv:Ratings/rv:Rating[@kind='overall']"),
        "goals_met_pct": text("rv:GoalsMet[@unit='percent']"),
        "comment": text("rv:Comment"),
        "recorded_at": text("rv:RecordedAt"),
    }


def _old_review(record: Any) -> Row:
    names = ("ReviewId", "EmployeeNo", "ReviewerNo", "ReviewDate", "Rating", "GoalsMetPct", "Comment", "RecordedAt")
    columns = (
        "review_id", "employee_id", "reviewer_id", "review_date", "rating", "goals_met_pct", "comment", "recorded_at"
    )  # fmt: skip
    return {column: record.findtext(name) for column, name in zip(columns, names, strict=True)}


def _renewed(row: Row) -> Row:
    """A row of the old layout as today's would be."""
    for column in ("start_date", "end_date"):
        row[column] = "-".join(reversed(row[column].split(".")))
    return {**row, "days": row["days"].replace(",", ".")}


def _docx(file: Path) -> Row:
    document = docx.Document(str(file))
    facts = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
    boxes = [
        "".join(box.itertext())
        for box in document.element.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}txbxContent")
    ]
    assert len(boxes) in (0, 2)
    assert len(set(boxes)) < 2
    section = document.sections[0]
    assert section.header.paragraphs[0].text.startswith("Meridian")
    assert section.footer.paragraphs[0].text == "Confidential"
    assert f"{document.core_properties.created:%Y-%m-%dT%H:%M:%SZ}" == facts["Filed"]
    return _letter(facts, "\n".join(paragraph.text for paragraph in document.paragraphs), "".join(boxes[:1]))


def _letter(facts: dict[str, str], body: str, box: str) -> Row:
    assert facts.keys() <= _FACTS.keys()
    return {**{column: facts.get(label) for label, column in _FACTS.items()}, "body": body, "box": box}


def digests(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
