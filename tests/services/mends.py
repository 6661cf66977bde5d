"""A small club whose sources break their contracts, each with a mend: for tests of replays."""

import gzip
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

AS_OF = date(2025, 12, 31)
Table = dict[str, Any]
Rows = list[dict[str, Any]]


def column(name: str, kind: str = "string", action: Mapping[str, Any] | str = "keep", **words: Any) -> dict[str, Any]:
    """A property of a contract; `action` is a privacy action or all that is said of privacy."""
    privacy = {"action": action} if isinstance(action, str) else dict(action)
    custom = [{"property": "privacy", "value": privacy}, *words.pop("custom", [])]
    return {"name": name, "logicalType": kind, "customProperties": custom, **words}


def table(*columns: dict[str, Any], **words: Any) -> Table:
    """A schema object whose key is `id`."""
    key = column("id", required=True, primaryKey=True)
    return {"customProperties": [], **words, "properties": [key, *columns]}


def told(made: Table, name: str) -> dict[str, Any]:
    """The property `name` of a schema object."""
    return next(item for item in made["properties"] if item["name"] == name)


def accepts(*values: str) -> list[dict[str, Any]]:
    return [{"metric": "invalidValues", "arguments": {"validValues": list(values)}, "mustBe": 0}]


def rows(count: int, **values: Callable[[int], Any]) -> Rows:
    return [{"id": f"r{at:04d}", **{name: of(at) for name, of in values.items()}} for at in range(count)]


@dataclass(frozen=True)
class Mend:
    """One source, how its contract is mended, what a replay takes over, and how many rows it admits."""

    kind: str
    table: Table
    rows: Rows
    change: Callable[[Table], Any]
    taken_over: str
    admitted: int
    newly: int = 0


def _age(least: int, most: int) -> dict[str, Any]:
    return column("age", "integer", logicalTypeOptions={"minimum": least, "maximum": most})


def _set_age(least: int, most: int) -> Callable[[Table], None]:
    return lambda made: told(made, "age").update(_age(least, most))


#: Every third age is over 60, and every 30th is no number.
AGES = rows(300, age=lambda at: "x" if at % 30 == 0 else 61 + at % 40 if at % 3 == 0 else 20 + at % 40)
#: The first record is rejected, and it carries the counts of the field that no contract names.
COLOURS = rows(40, colour=lambda at: ("green", "red", "pink", "blue")[at % 4], extra=lambda at: "e" if at % 2 else None)
SPANS = rows(
    40, low=lambda at: at % 5, high=lambda _: 2, mail=lambda at: None if at % 4 == 0 else f"m{at}@club.example"
)
ORDERED = {"name": "ordered", "type": "custom", "engine": "clearwell", "implementation": "low <= high"}
MAIL = column("mail", action={"action": "drop", "roster": "email"}, required=True)
NOTE = column("note", action="redact", logicalTypeOptions={"maxLength": 30})
NOTES = rows(12, note=lambda at: f"wrote to m{at}@club.example" + (" and then again" if at % 3 == 0 else ""))
DAYS = rows(12, day=lambda at: "30.02.2009" if at % 3 == 0 else "2019-05-01")

MENDS: dict[str, Mend] = {
    "limit": Mend("csv", table(_age(0, 60)), AGES, _set_age(0, 120), "kept rows", 90),
    "packed": Mend("csv.gz", table(_age(0, 60)), AGES, _set_age(0, 120), "kept rows", 90),
    "tighter": Mend("csv", table(_age(0, 60)), AGES, _set_age(30, 120), "nothing: age.minimum: from 0 to 30", 90, 53),
    "colours": Mend(
        "jsonl",
        table(column("colour", quality=accepts("red", "blue"))),
        COLOURS,
        lambda made: told(made, "colour").update(quality=accepts("red", "blue", "green")),
        "kept rows",
        10,
    ),
    "spans": Mend(
        "csv",
        table(column("low", "integer"), column("high", "integer"), MAIL, quality=[{**ORDERED, "severity": "error"}]),
        SPANS,
        lambda made: (made.update(quality=[]), told(made, "mail").pop("required")),
        "kept rows",
        22,
    ),
    "codes": Mend(
        "jsonl",
        table(column("code", action="pseudonymise", logicalTypeOptions={"pattern": "^[a-z]+$"})),
        rows(20, code=lambda at: "abc" if at % 2 else "A1"),
        lambda made: told(made, "code").pop("logicalTypeOptions"),
        "kept rows",
        10,
    ),
    "days": Mend(
        "csv",
        table(column("day", "date")),
        DAYS,
        lambda made: told(made, "day")["customProperties"].append({"property": "onMismatch", "value": "discard_value"}),
        "kept rows",
        4,
    ),
    "notes": Mend(
        "jsonl",
        table(NOTE),
        NOTES,
        lambda made: told(made, "note").update(logicalTypeOptions={"maxLength": 60}),
        "kept rows",
        4,
    ),
    "ranks": Mend(
        "csv",
        table(_age(0, 60), column("pay", "number", {"action": "rank", "within": ["age > 0"]})),
        rows(30, age=lambda at: 30 + at * 2, pay=lambda at: at * 10),
        _set_age(0, 120),
        "nothing: rank of pay compares all rows",
        14,
    ),
    "calm": Mend("csv", table(_age(0, 60)), AGES, lambda made: made.update(description="words"), "all", 0),
    "clean": Mend("csv", table(_age(0, 200)), [*rows(5, age=lambda at: at)], _set_age(-5, 200), "kept rows", 0),
}


def _visits(count: int) -> Rows:
    """One row a member; every tenth is over 60, every 50th no number, and 7 days are none."""
    return rows(
        count,
        day=lambda at: "2019-13-01" if at % 100 == 7 else f"2019-05-{1 + at % 28:02d}",
        age=lambda at: "x" if at % 50 == 3 else 61 + at % 30 if at % 10 == 0 else 20 + at % 40,
    )


#: A dataset that is published: what is admitted shows in its bytes.
WHOLE: dict[str, Mend] = {
    "visits": Mend(
        "csv",
        table(
            column("day", "date"),
            _age(0, 60),
            customProperties=[
                {"property": "identity", "value": {"member": ["id"]}},
                {"property": "eventTime", "value": "day"},
            ],
        ),
        _visits(700),
        _set_age(0, 120),
        "kept rows",
        70,
    ),
    "notes": Mend(
        "jsonl",
        table(
            NOTE,
            column("mail", action={"action": "drop", "roster": "email"}),
            customProperties=[{"property": "identity", "value": {"member": ["id"]}}],
        ),
        [{**row, "mail": f"m{at}@club.example"} for at, row in enumerate(NOTES)],
        lambda _: None,
        "all",
        0,
    ),
}
FEATURES = """
from pipeline.features.registry import columns

columns(entity="member", source="visits", names=["age", "day"])
columns(entity="member", source="notes", names=["note"])
"""


class Club:
    """The dataset's folder, its contracts and the files of its sources."""

    def __init__(self, folder: Path, name: str, mends: Mapping[str, Mend] = MENDS) -> None:
        self.name = name
        self.mends = mends
        self.datasets = folder / "datasets"
        self.files = folder / "files"
        self.connections = folder / "connections.yaml"
        self.tables = {source: deepcopy(mend.table) for source, mend in mends.items()}
        (self.datasets / name / "contracts").mkdir(parents=True)
        self.files.mkdir()
        self.connections.write_text("club: {folder: files}\n")
        (self.datasets / name / "features.py").write_text(FEATURES)
        (self.datasets / name / "dataset.yaml").write_text(yaml.safe_dump(self._spec()))
        for source, mend in mends.items():
            self.write_contract(source)
            self.write_rows(source, mend.rows)

    def mend(self, *sources: str) -> None:
        """Mend the contracts of some sources, by default of all."""
        for source in sources or self.mends:
            self.mends[source].change(self.tables[source])
            self.write_contract(source)

    def write_contract(self, source: str) -> None:
        """Write a contract as it is now."""
        head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": source, "version": "1.0.0", "status": "active"}
        document = {**head, "schema": [{"name": source, **self.tables[source]}]}
        path = self.datasets / self.name / "contracts" / f"{source}.odcs.yaml"
        path.write_text(yaml.safe_dump(document, sort_keys=False))

    def write_rows(self, source: str, written: Rows) -> None:
        """Write the source's one file."""
        kind = self.mends[source].kind
        if kind == "jsonl":
            text = "".join(json.dumps(row) + "\n" for row in written)
        else:
            names = list(written[0])
            lines = [names, *([row[name] for name in names] for row in written)]
            text = "".join(",".join("" if cell is None else str(cell) for cell in line) + "\n" for line in lines)
        body = text.encode()
        (self.files / f"{source}.{kind}").write_bytes(gzip.compress(body, mtime=0) if kind.endswith(".gz") else body)

    def _spec(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": "Club",
            "owner": "club",
            "entity": "member",
            "as_of": AS_OF,
            "sources": {
                source: {"kind": mend.kind.removesuffix(".gz"), "connection": "club", "files": f"{source}.{mend.kind}"}
                for source, mend in self.mends.items()
            },
            "release": {"policy": "internal", "k": 5, "least_recall": 0, "quasi_identifiers": []},
        }
