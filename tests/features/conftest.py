"""Small datasets, built as values: contracts, typed frames of refined rows, and features written to a file."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import dedent
from typing import Any

import pyarrow as pa
import pytest
import yaml
from pyspark.sql import DataFrame, SparkSession

from pipeline.contracts.dataset import Dataset, DatasetSpec, load_dataset_folder
from pipeline.contracts.model import Column, Contract, Identity, LogicalType, Privacy
from pipeline.features.assemble import Assembled, assemble
from pipeline.features.definitions import FeatureModule
from pipeline.features.registry import load_features
from pipeline.settings import SHIPPED_DATASETS

Rows = Sequence[Mapping[str, Any]]

ARROW_TYPES: Mapping[LogicalType, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}
LOCATOR = [pa.field("_object", pa.string()), pa.field("_ordinal", pa.int64()), pa.field("_digest", pa.binary())]
HEADER = """
import pyspark.sql.functions as F
from pyspark.sql import Column
from pipeline.features.events import Events
from pipeline.features.registry import columns, feature, label
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
        fields = [
            pa.field(column.name, ARROW_TYPES[column.logical_type])
            for column in self.dataset.contracts[source].kept_columns
        ]
        records = [
            {
                **row,
                "_object": f"{source}.object",
                "_ordinal": ordinal,
                "_digest": hashlib.sha256(repr(sorted(row.items())).encode()).digest(),
            }
            for ordinal, row in enumerate(rows)
        ]
        return self.spark.createDataFrame(pa.Table.from_pylist(records, schema=pa.schema([*fields, *LOCATOR])))

    def assemble(
        self, module: FeatureModule, rows: Mapping[str, Rows], as_of: date, kept: Mapping[str, int] | None = None
    ) -> Assembled:
        """Assemble rows; a source that is left out has none."""
        tables = {source: rows.get(source, []) for source in self.dataset.contracts}
        frames = {source: self.frame(source, table) for source, table in tables.items()}
        counts = {source: len(table) for source, table in tables.items()}
        return assemble(self.dataset, module, frames, kept={**counts, **(kept or {})}, as_of=as_of)


@pytest.fixture(scope="session")
def define(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], FeatureModule]:
    """Load features from the text of a features.py, imports added."""

    def load(text: str) -> FeatureModule:
        path = tmp_path_factory.mktemp("dataset") / "features.py"
        path.write_text(HEADER + dedent(text), encoding="utf-8")
        return load_features(path)

    return load


@pytest.fixture(scope="session")
def club(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """People who join and leave a club, their visits (by key) and their parcels (linked by e-mail)."""
    folder = tmp_path_factory.mktemp("club")
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
        release: {policy: internal, k: 5, quasi_identifiers: []}
    """
    return Company(spark, Dataset(folder, DatasetSpec.model_validate(yaml.safe_load(dedent(text))), contracts))


@pytest.fixture(scope="session")
def attrition(spark: SparkSession) -> Company:
    """The shipped dataset."""
    return Company(spark, load_dataset_folder(SHIPPED_DATASETS / "attrition"))
