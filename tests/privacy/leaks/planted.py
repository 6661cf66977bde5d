"""People, keys and canaries that the tests of the leak scan watch for, and files that hold given values."""

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pipeline.privacy.leaks.fingerprints import Fingerprints
from pipeline.privacy.leaks.identifiers import Identifiers, leading
from pipeline.privacy.leaks.scan import LeakReport, scan_files
from pipeline.privacy.leaks.watch import Watch
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.rosters.roster import Roster

PSEUDONYMISER = Pseudonymiser(b"k" * 32)
ROSTER = Roster.build(
    [
        {
            "given_name": "Asha",
            "family_name": "Rao",
            "email": "asha.rao@corp.example",
            "phone": "+91 98765 43210",
            "national_id": "ZX-7781-99",
            "address": "12 MG Road, Indiranagar, Bengaluru 560038",
        },
        {"given_name": "Jean-Luc", "family_name": "Müller", "phone": "089 123456"},
        {"given_name": "New", "family_name": "Delhi"},
        {"given_name": "Rose", "family_name": "Miller"},
        {"given_name": "Rose", "family_name": "Garden"},
        {"given_name": "Single"},
    ]
)
FINGERPRINTS = Fingerprints.build(ROSTER, PSEUDONYMISER)
KEYS = {
    "employee": ["E-100742", "E-100743", "4711", "70012345", "HR", "Nightwing"],
    "email": ["jo@corp.example"],
}
IDENTIFIERS = Identifiers(
    {domain: [leading(pa.array(PSEUDONYMISER.pseudonyms(keys, domain)))] for domain, keys in KEYS.items()}
)
ACCEPTED = {"New Delhi", "Rose", "Garden", "Rose Miller Wing", "IN", "EU+UK", "PIN-90210-1"}
CANARY, NUMBER_CANARY = "Zebra-Quartz ß17", "31415.92653"
WATCH = Watch(FINGERPRINTS, PSEUDONYMISER, [CANARY, NUMBER_CANARY], ACCEPTED, IDENTIFIERS)
CLEAN = ["asha", "Engineering", "New Delhi", "IN", "EU+UK", "<30", "30-39", "Rao", "Garden", "0f" * 16, None]
FILES = ["v.csv", "v.parquet", "v.json", "v.html"]


def write_table(path: Path, values: Sequence[str | None], column: str = "team") -> Path:
    """A table with the values as one column beside plain ones."""
    rows = len(values)
    columns = {
        column: pa.array(values, pa.string()),
        "score": pa.array([0.9876543210 + index for index in range(rows)]),
        "count": pa.array(range(rows), pa.int64()),
        "day": pa.array(["2021-12-31"] * rows),
        "flag": pa.array([True] * rows),
    }
    table = pa.table(columns)
    pa_csv.write_csv(table, path) if path.suffix == ".csv" else pq.write_table(table, path)
    return path


def write(path: Path, values: Sequence[str | None]) -> Path:
    """A file of the path's kind with the values as cells, members or text."""
    texts = [value for value in values if value is not None]
    if path.suffix == ".json":
        path.write_text(json.dumps({"a": [{"label": text} for text in texts], "n": 0.9876543210}), "utf-8")
    elif path.suffix == ".html":
        rows = "".join(f"<tr><td>{text}</td></tr>" for text in texts)
        path.write_text(f"<html><style>td{{}}</style><table title='x'>{rows}</table>1.9876543210</html>", "utf-8")
    else:
        write_table(path, values)
    return path


def scan(*paths: Path) -> LeakReport:
    """The scan of files with all that is planted here."""
    return scan_files(paths, WATCH)


def kinds(*paths: Path) -> set[str]:
    """Kinds of leaks in files."""
    return {hit.kind for hit in scan(*paths).hits}


def places(path: Path) -> set[str]:
    """Places of leaks in a file."""
    return {hit.place for hit in scan(path).hits}
