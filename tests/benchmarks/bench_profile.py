"""What the profile adds to the pass of refine: a table of 20 mixed columns, parsed, checked, masked and written."""

import csv
import random
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from pipeline.evidence.resources import measured
from pipeline.jobs import refine
from pipeline.jobs.context import RunContext, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.seal import begin_run
from pipeline.settings import Settings
from tests.benchmarks.harness import compare

ROWS = 300_000
_KEEP, _REDACT = {"action": "keep"}, {"action": "redact"}
_DEPARTMENTS = ["Engineering", "Finance", "Legal", "Logistics", "Marketing", "Research", "Sales", "Support"]
_WORDS = ["agreed", "backlog", "first", "goals", "half", "items", "longer", "met", "order", "some", "though", "wait"]
_VALID = {"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": _DEPARTMENTS}}
#: Name, logical type, privacy, further words of the property.
_COLUMNS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("row_id", "string", {"action": "pseudonymise"}, {"primaryKey": True, "required": True}),
    ("person_id", "string", {"action": "pseudonymise"}, {"required": True}),
    ("department", "string", _KEEP, {"quality": [_VALID]}),
    ("site", "string", _KEEP, {}),
    ("cost_centre", "string", _KEEP, {}),
    ("postcode", "string", {"action": "truncate", "to": "2"}, {}),
    ("level", "integer", _KEEP, {"logicalTypeOptions": {"minimum": 1, "maximum": 9}}),
    ("headcount", "integer", _KEEP, {}),
    ("hours", "number", _KEEP, {"logicalTypeOptions": {"minimum": 0, "maximum": 80}}),
    ("salary", "number", {"action": "round", "to": 1000}, {}),
    ("bonus", "number", {"action": "band", "edges": [1000, 5000, 20000]}, {}),
    ("rate", "number", _KEEP, {}),
    ("distance", "number", _KEEP, {}),
    ("rating", "integer", _KEEP, {}),
    ("hired", "date", _KEEP, {"required": True}),
    ("born", "date", {"action": "truncate", "to": "year"}, {}),
    ("updated_at", "timestamp", _KEEP, {}),
    ("remote", "boolean", _KEEP, {}),
    ("manager", "boolean", _KEEP, {}),
    ("remark", "string", _KEEP, {}),
]  # fmt: skip


def main() -> None:
    """Print how much longer the pass takes with its profile."""
    with tempfile.TemporaryDirectory() as name:
        context = landed(Path(name))
        refine.work(context)

        def without() -> None:
            with patch.object(refine, "profile", lambda *_: {}):
                refine.work(context)

        compare("profile", without, lambda: refine.work(context), ROWS, "rows", pairs=5)
        taken = [(cpu_seconds(without), cpu_seconds(lambda: refine.work(context))) for _ in range(3)]
        shares = statistics.median(whole / bare - 1 for bare, whole in taken)
        print(f"CPU time of all processes: the profile adds {shares:.1%}")
        context.at.spark.stop()


def cpu_seconds(work: Callable[[], Any]) -> float:
    """CPU time of this process and its children: what neighbours on the machine do not change."""
    with measured() as resources:
        work()
    return resources.cpu_seconds


def landed(folder: Path) -> RunContext:
    """A dataset of one CSV file, pulled and sealed."""
    dataset = folder / "datasets" / "staff"
    (dataset / "contracts").mkdir(parents=True)
    (dataset / "features.py").write_text("", encoding="utf-8")
    source = {"kind": "csv", "connection": "files", "files": "*.csv"}
    release = {"policy": "internal", "k": 5, "quasi_identifiers": []}
    spec = {"name": "staff", "title": "Staff", "owner": "us", "entity": "person", "as_of": "2025-12-31"}
    whole = {**spec, "sources": {"people": source}, "release": release}
    (dataset / "dataset.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")
    (dataset / "contracts" / "people.odcs.yaml").write_text(yaml.safe_dump(contract()), encoding="utf-8")
    write_rows(folder / "files" / "people.csv")
    (folder / "connections.yaml").write_text("files: {folder: files}\n", encoding="utf-8")
    settings = Settings(home=folder / "home", datasets=str(dataset.parent), connections=folder / "connections.yaml")
    workplace = open_workplace(settings, "staff")
    day = workplace.dataset.spec.as_of
    extract_sources(workplace, day, ("people",))
    return begin_run(workplace, day)


def contract() -> dict[str, Any]:
    """The contract of the 20 columns."""
    properties = [
        {"name": name, "logicalType": kind, "customProperties": [{"property": "privacy", "value": privacy}], **words}
        for name, kind, privacy, words in _COLUMNS
    ]
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "people", "version": "1.0.0", "status": "active"}
    return {**head, "schema": [{"name": "people", "properties": properties}]}


def write_rows(path: Path) -> None:
    """Records with a missing value here and there."""
    rng = random.Random(5)
    path.parent.mkdir()
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([name for name, *_ in _COLUMNS])
        for number in range(ROWS):
            out.writerow(record(rng, number))


def record(rng: random.Random, number: int) -> list[object]:
    """One row of the table."""
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    return [
        f"R{number:08}", f"P{rng.randrange(40_000):06}", rng.choice(_DEPARTMENTS), f"site {rng.randrange(40)}",
        f"C{rng.randrange(100_000):06}", f"{rng.randrange(10**5):05}", rng.randint(1, 9), rng.randrange(5_000),
        round(rng.uniform(0, 60), 2), round(rng.lognormvariate(11, 0.4), 2), round(rng.lognormvariate(8, 1), 2),
        round(rng.gauss(0, 1), 4), round(rng.expovariate(0.05), 3), rng.choice([1, 2, 3, 4, 5, ""]),
        f"{rng.randint(1995, 2025)}-{month:02}-{day:02}", f"{rng.randint(1955, 2005)}-{month:02}-{day:02}",
        f"{rng.randint(2020, 2025)}-{month:02}-{day:02}T{rng.randrange(24):02}:00:00Z", rng.choice(["true", "false"]),
        rng.choice(["true", "false", ""]), " ".join(rng.choices(_WORDS, k=8)),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
