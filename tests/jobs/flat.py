"""A folder of a dataset that is one flat table: no dates, no population, no snapshots; its target a column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pipeline.jobs.context import RunContext, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import STAGES, run_stage
from pipeline.settings import Settings

AS_OF = date(2025, 6, 30)
HEAD = """
from pyspark.sql import Column
from pipeline.features.events import Events
from pipeline.features.registry import columns, feature, label

"""
LABEL = """
@label(entity="person", source="people", horizon="0 months")
def target(events: Events) -> Column:
    "The target."
    return events.latest("{column}")
"""


@dataclass(frozen=True)
class Flat:
    """What makes one flat dataset: the CSV, its columns' types and actions, features and quasi-identifiers."""

    name: str
    csv: str
    columns: Mapping[str, tuple[str, str]]
    """Logical type and privacy action, by column; the first is the key, pseudonymised."""
    target: str | None
    features: tuple[str, ...]
    quasi: tuple[Mapping[str, Any], ...] = ()
    k: int = 5
    extra: str = ""
    """More of features.py."""

    def contract(self) -> dict[str, Any]:
        key = next(iter(self.columns))
        columns = [
            {
                "name": name,
                "logicalType": kind,
                "description": f"What {name} says",
                "primaryKey": name == key,
                "customProperties": [{"property": "privacy", "value": {"action": action}}],
            }
            for name, (kind, action) in self.columns.items()
        ]
        identity = {"property": "identity", "value": {"person": [key]}}
        head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "people", "version": "1", "status": "active"}
        return {**head, "schema": [{"name": "people", "customProperties": [identity], "properties": columns}]}

    def spec(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": "People",
            "owner": "club",
            "entity": "person",
            "as_of": AS_OF,
            "sources": {"people": {"kind": "csv", "connection": "files", "files": "people.csv"}},
            "release": {"policy": "internal", "k": self.k, "quasi_identifiers": list(self.quasi)},
        }

    def begin(self, home: Path, folder: Path) -> RunContext:
        """Write the folder, land the CSV and begin a run."""
        made = folder / "datasets" / self.name
        (made / "contracts").mkdir(parents=True)
        (made / "dataset.yaml").write_text(yaml.safe_dump(self.spec()))
        (made / "contracts" / "people.odcs.yaml").write_text(yaml.safe_dump(self.contract()))
        body = f'columns(entity="person", source="people", names={list(self.features)!r})\n' if self.features else ""
        label = LABEL.format(column=self.target) if self.target else ""
        (made / "features.py").write_text(HEAD + body + self.extra + label)
        (folder / "files").mkdir()
        (folder / "files" / "people.csv").write_text(self.csv)
        (folder / "connections.yaml").write_text("files: {folder: files}\n")
        settings = Settings(home=home, datasets=made.parent, connections=folder / "connections.yaml")
        workplace = open_workplace(settings, self.name)
        extract_sources(workplace, AS_OF, ("people",))
        return begin_run(workplace, AS_OF)


def run(context: RunContext, until: str = "publish") -> None:
    """Every stage up to and with `until`."""
    for stage in STAGES[: STAGES.index(until) + 1]:
        run_stage(context, stage)


def table_csv(rows: int, columns: int) -> tuple[str, dict[str, tuple[str, str]]]:
    """A CSV of an id, two traits, a target and numbers; with each column's type and action."""
    names = [f"x{number}" for number in range(columns - 4)]
    header = ",".join(["id", "age", "team", "left", *names])
    body = [
        ",".join([
            f"P{row:06}",
            str(20 + row * 7 % 40),
            "abc"[row % 3],
            "true" if row % 5 == 0 else "false",
            *(str((row * (number + 3) + number) % 101) for number in range(len(names))),
        ])
        for row in range(rows)
    ]  # fmt: skip
    kinds = {"id": ("string", "pseudonymise"), "age": ("integer", "keep"), "team": ("string", "keep")}
    kinds |= {"left": ("boolean", "keep")} | dict.fromkeys(names, ("integer", "keep"))
    return "\n".join([header, *body]) + "\n", kinds
