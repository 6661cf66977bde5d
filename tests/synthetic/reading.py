"""Reads a generated company back with readers of the standard library, and nothing of the generator."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.synthetic.company import Summary

KEYS = {
    "hrms_employees": "employee_id",
    "hrms_job_events": "event_id",
    "hrms_manager_notes": "note_id",
    "hrms_exits": "exit_id",
    "legacy_reviews": "review_id",
    "legacy_leave": "leave_id",
}


@dataclass(frozen=True)
class Company:
    """A generated company and what its generator counted."""

    folder: Path
    summary: Summary

    def rows(self, source: str) -> list[dict[str, Any]]:
        """All records of a source; rows of CSV that are not UTF-8 or have the wrong number of fields are left out."""
        system, _, name = source.partition("_")
        if system == "hrms":
            files = sorted((self.folder / "hrms" / name).glob("*.jsonl"))
            return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
        return [row for file in sorted((self.folder / "legacy").glob(f"{name}_*.csv")) for row in self._csv(file)]

    def _csv(self, file: Path) -> list[dict[str, Any]]:
        text = file.read_bytes().decode("utf-8", errors="surrogateescape")
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        whole = (row for row in rows if len(row) == len(header) and "\udcff" not in "".join(row))
        return [dict(zip(header, row, strict=True)) for row in whole]

    def truth(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "truth" / f"{kind}.jsonl").read_bytes().splitlines()]


def digests(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
