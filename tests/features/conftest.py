"""Small datasets, built as values: contracts, typed frames of refined rows, and features written to a file."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from pyspark.sql import DataFrame, SparkSession

from pipeline.contracts.dataset import Dataset, DatasetSpec
from pipeline.contracts.model import Column, Contract, Identity, LogicalType, Privacy
from pipeline.features.assemble import Assembled, assemble
from pipeline.features.registry import FeatureModule, load_features
from pipeline.settings import SHIPPED_DATASETS

Rows = Sequence[Mapping[str, Any]]

SPARK_TYPES: Mapping[str, str] = {
    "string": "string",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
HEADER = """
import pyspark.sql.functions as F
from pyspark.sql import Column
from pipeline.features.events import Events
from pipeline.features.registry import feature, label
"""


def make_contract(
    source: str, columns: Mapping[str, LogicalType], identity: Identity | None, event: str | None, known: str | None
) -> Contract:
    """A contract whose first column is the primary key."""
    return Contract(
        id=source,
        source=source,
        version="1.0.0",
        columns=tuple(Column(name, kind, Privacy("keep")) for name, kind in columns.items()),
        primary_key=(next(iter(columns)),),
        identity=identity,
        event_time=event,
        knowledge_time=known,
        row_rules=(),
        gates=(),
        digest="",
    )


@dataclass(frozen=True)
class Company:
    """A dataset and the session that makes its frames."""

    spark: SparkSession
    dataset: Dataset

    def frame(self, source: str, rows: Rows) -> DataFrame:
        """Refined rows of one source; what a row leaves out is null. Rows with equal values have one digest."""
        columns = self.dataset.contracts[source].columns
        schema = ", ".join(f"{column.name} {SPARK_TYPES[column.logical_type]}" for column in columns)
        records = [
            (
                *(row.get(column.name) for column in columns),
                f"{source}.object",
                ordinal,
                hashlib.sha256(repr(sorted(row.items())).encode()).digest(),
            )
            for ordinal, row in enumerate(rows)
        ]
        return self.spark.createDataFrame(records, f"{schema}, _object string, _ordinal bigint, _digest binary")

    def assemble(
        self, module: FeatureModule, rows: Mapping[str, Rows], as_of: date, kept: Mapping[str, int] | None = None
    ) -> Assembled:
        """Assemble rows; a source that is left out has none."""
        tables = {source: rows.get(source, []) for source in self.dataset.contracts}
        frames = {source: self.frame(source, table) for source, table in tables.items()}
        counts = {source: len(table) for source, table in tables.items()}
        return assemble(self.dataset, module, frames, kept={**counts, **(kept or {})}, as_of=as_of)


@pytest.fixture
def define(tmp_path: Path) -> Callable[[str], FeatureModule]:
    """Load features from the text of a features.py, imports added."""

    def load(text: str) -> FeatureModule:
        path = tmp_path / "features.py"
        path.write_text(HEADER + dedent(text), encoding="utf-8")
        return load_features(path)

    return load


@pytest.fixture
def club(spark: SparkSession, tmp_path: Path) -> Company:
    """People who join and leave a club, their visits (by key) and their parcels (linked by e-mail)."""
    person = Identity("person", "person_id", ("email",))
    contracts = {
        "people": make_contract(
            "people",
            {"person_id": "string", "email": "string", "town": "string", "joined": "date", "updated": "timestamp"},
            person,
            "joined",
            "updated",
        ),
        "leavers": make_contract(
            "leavers",
            {"leave_id": "string", "person_id": "string", "left": "date", "why": "string", "updated": "timestamp"},
            Identity("person", "person_id"),
            "left",
            "updated",
        ),
        "visits": make_contract(
            "visits",
            {
                "visit_id": "string",
                "person_id": "string",
                "on_day": "date",
                "value": "number",
                "kind": "string",
                "updated": "timestamp",
            },
            Identity("person", "person_id"),
            "on_day",
            "updated",
        ),
        "parcels": make_contract(
            "parcels",
            {"parcel_id": "string", "email": "string", "sent": "date", "weight": "number", "updated": "timestamp"},
            Identity("person", None, ("email",)),
            "sent",
            "updated",
        ),
        "weather": make_contract("weather", {"day": "string", "rain": "number"}, None, None, None),
    }
    text = """
        name: club
        title: Who leaves the club
        owner: the club
        entity: person
        as_of: 2024-12-31
        sources: {}
        population: {start: [people, joined], end: [leavers, left]}
        snapshots: {first: 2022-12-31}
        release: {policy: internal, k: 2, quasi_identifiers: []}
    """
    return Company(spark, Dataset(tmp_path, DatasetSpec.model_validate(yaml.safe_load(dedent(text))), contracts))


@pytest.fixture(scope="session")
def attrition(spark: SparkSession) -> Company:
    """The shipped dataset with its dataset.yaml; contracts say the columns that its features see."""
    folder = SHIPPED_DATASETS / "attrition"
    spec = DatasetSpec.model_validate(yaml.safe_load((folder / "dataset.yaml").read_text(encoding="utf-8")))
    own = Identity("employee", "employee_id")
    person: dict[str, LogicalType] = {"employee_id": "string"}
    contracts = [
        make_contract(
            "hrms_employees",
            {
                **person,
                "work_email": "string",
                "date_of_birth": "date",
                "gender": "string",
                "country": "string",
                "education": "string",
                "hire_source": "string",
                "hire_date": "date",
                "updated_at": "timestamp",
            },
            Identity("employee", "employee_id", ("work_email",)),
            "hire_date",
            "updated_at",
        ),
        make_contract(
            "hrms_job_events",
            {
                "event_id": "string",
                **person,
                "event_type": "string",
                "effective_date": "date",
                "department": "string",
                "job_level": "integer",
                "salary": "number",
                "currency": "string",
                "manager_id": "string",
                "updated_at": "timestamp",
            },
            own,
            "effective_date",
            "updated_at",
        ),
        make_contract(
            "hrms_manager_notes",
            {
                "note_id": "string",
                **person,
                "author_id": "string",
                "noted_on": "date",
                "topic": "string",
                "note": "string",
                "updated_at": "timestamp",
            },
            own,
            "noted_on",
            "updated_at",
        ),
        make_contract(
            "hrms_exits",
            {
                "exit_id": "string",
                **person,
                "exit_date": "date",
                "exit_type": "string",
                "reason": "string",
                "comment": "string",
                "updated_at": "timestamp",
            },
            own,
            "exit_date",
            "updated_at",
        ),
        make_contract(
            "legacy_reviews",
            {
                "review_id": "string",
                **person,
                "review_date": "date",
                "reviewer_id": "string",
                "rating": "number",
                "goals_met_pct": "integer",
                "comment": "string",
                "recorded_at": "timestamp",
            },
            own,
            "review_date",
            "recorded_at",
        ),
        make_contract(
            "legacy_leave",
            {
                "leave_id": "string",
                "work_email": "string",
                "start_date": "date",
                "end_date": "date",
                "days": "number",
                "paid": "boolean",
                "recorded_at": "timestamp",
            },
            Identity("employee", None, ("work_email",)),
            "start_date",
            "recorded_at",
        ),
    ]
    return Company(spark, Dataset(folder, spec, {contract.source: contract for contract in contracts}))
