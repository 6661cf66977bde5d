"""A flat table as a dataset: one row an entity, no dates, the target a column; from its CSV to its version."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.dataset import Dataset
from pipeline.errors import PrivacyError
from pipeline.evidence.record import read_evidence
from pipeline.jobs.context import RunContext
from pipeline.jobs.publish import version_name
from pipeline.release.manifest import read_manifest, verify_version
from tests.jobs.flat import AS_OF, Flat, run, table_csv

TEAM = {"column": "team", "levels": ["team", "'*'"]}
AGE = {"column": "age", "levels": ["age", "age DIV 10", "'*'"]}
CSV, KINDS = table_csv(rows=60, columns=8)
PEOPLE = Flat("people", CSV, KINDS, "left", ("age", "team", "x0", "x1", "x2", "x3"), (AGE, TEAM))
Begin = Callable[[Flat], RunContext]


@pytest.fixture
def begin(home: Path, tmp_path: Path) -> Begin:
    return lambda flat: flat.begin(home, tmp_path)


def published(context: RunContext) -> Path:
    return Path(context.at.zones.published.path(f"{context.dataset.name}/{version_name(context)}"))


def evidence_of(context: RunContext) -> dict[str, Any]:
    return read_evidence(context.at.zones.evidence, context.dataset.name, context.run)


TARGETS = {
    "flat_boolean": ("left", "boolean", "true, false, or empty where missing", 12 / 60),
    "flat_number": ("x3", "integer", "label; empty where missing", None),
    "flat_words": ("team", "string", "label; empty where missing", None),
}


@pytest.mark.parametrize("name", TARGETS)
def test_a_column_is_the_target(begin: Begin, name: str) -> None:
    """A target that is a boolean, a number or a word is published; only a boolean has a base rate."""
    target, kind, unit, rate = TARGETS[name]
    others = tuple(column for column in PEOPLE.features if column != target)
    quasi = tuple(item for item in PEOPLE.quasi if item["column"] != target)
    context = begin(replace(PEOPLE, name=name, target=target, features=others, quasi=quasi))
    run(context)
    found = evidence_of(context)
    assert found["assemble"]["sources"]["people"] == {"kept": 60, "used": 60, "merged": 0, "out_of_scope": 0}
    assert [item["date"] for item in found["assemble"]["snapshots"]] == [AS_OF.isoformat()]
    assert found["assemble"]["label"]["censored"] == 0
    assert found["assess"]["base_rate_before"] == (None if rate is None else pytest.approx(rate))
    folder = published(context)
    assert verify_version(folder) == []
    column = next(item for item in read_manifest(folder).columns if item.name == "target")
    assert (column.type, column.unit, column.source) == (kind, unit, "people")
    table = pq.read_table(folder / f"{name}.parquet")
    assert table.column_names == ["person_pseudonym", "snapshot_date", *others, "target"]
    assert table.num_rows == found["assess"]["published_rows"] > 50
    page = (folder / "report.html").read_text()
    assert "<code>target</code>" in page
    assert "no column holds free text" in page


def test_a_dataset_without_a_target(begin: Begin) -> None:
    """Without a label everything is published all the same, described as the contract does; the report says so."""
    context = begin(replace(PEOPLE, name="flat_none", target=None, features=(*PEOPLE.features, "left")))
    run(context)
    found = evidence_of(context)["assemble"]
    assert found["label"] is None
    assert found["features"][0] == {"name": "age", "source": "people", "unit": "", "description": "What age says"}
    folder = published(context)
    assert [item.name for item in read_manifest(folder).columns][-1] == "left"
    page = (folder / "report.html").read_text()
    assert "No label" in page
    assert "there is no base rate" in page


def test_one_row(begin: Begin) -> None:
    """A table of one row has nobody to hide among: the verdict says how many there are and must be."""
    csv, kinds = table_csv(rows=1, columns=8)
    context = begin(replace(PEOPLE, name="flat_one", csv=csv, columns=kinds))
    with pytest.raises(PrivacyError) as refusal:
        run(context)
    assert (refusal.value.given, refusal.value.allowed) == ("1 entity", "at least 5")
    assert set(context.manifest.stages) == {"refine", "validate", "assemble"}


TEXT = Flat(
    "flat_text",
    "id,note\n" + "".join(f"P{row},Call me at anna{row}@example.com about shift {row % 3}\n" for row in range(20)),
    {"id": ("string", "pseudonymise"), "note": ("string", "redact")},
    None,
    ("note",),
)


def test_text_alone(begin: Begin) -> None:
    """Free text is published redacted where the policy says that names need not be found; else the verdict says why."""
    context = begin(TEXT)
    with pytest.raises(PrivacyError, match="redaction finds too little") as refusal:
        run(context)
    assert "no column names a person" in str(refusal.value.hint)
    release = context.dataset.spec.release.model_copy(update={"least_recall": 0.0})
    spec = context.dataset.spec.model_copy(update={"release": release})
    lenient = Dataset(context.dataset.folder, spec, context.dataset.contracts)
    context = RunContext(replace(context.at, dataset=lenient), context.manifest)
    run(context)
    table = pq.read_table(published(context) / "flat_text.parquet")
    assert {text.split(" about")[0] for text in table["note"].to_pylist()} == {"Call me at <EMAIL_ADDRESS>"}


def test_five_hundred_columns(begin: Begin) -> None:
    """A wide table runs through every stage, and every column is published."""
    csv, kinds = table_csv(rows=40, columns=500)
    names = tuple(name for name in kinds if name not in ("id", "left"))
    context = begin(replace(PEOPLE, name="flat_wide", csv=csv, columns=kinds, features=names))
    run(context)
    table = pq.read_table(published(context) / "flat_wide.parquet")
    assert table.column_names == ["person_pseudonym", "snapshot_date", *names, "target"]
    assert table.num_columns == 501
    page = (published(context) / "report.html").read_text()
    assert "452 further columns have no picture here" in page
    assert len(page) < 800_000
