"""Files whose layout changed over the years: read by the contract of their period into one table; what freeze stops."""

import gzip
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.errors import GateError
from pipeline.evidence.record import read_evidence
from pipeline.jobs.context import RunContext, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import run_stage
from pipeline.privacy.rosters.roster import Roster
from pipeline.quality.quarantine import rejected_rows, reveal
from pipeline.settings import Settings

AS_OF = date(2025, 12, 31)
DATASET: dict[str, Any] = {
    "title": "Leave",
    "owner": "club",
    "entity": "member",
    "as_of": AS_OF,
    "sources": {
        "leave": {
            "kind": "csv",
            "connection": "legacy",
            "files": "leave_*.csv*",
            "delimiter": "auto",
            "encoding": "auto",
            "period": r"leave_(\d{4})",
        }
    },
    "population": {"start": ["leave", "day"], "end": ["leave", "day"]},
    "snapshots": {"first": "2010-12-31"},
    "release": {"policy": "internal", "k": 5, "quasi_identifiers": []},
}
#: A word of the source for no address: it may not join the roster.
NOBODY = {
    "metric": "missingValues",
    "arguments": {"missingValues": ["nobody@club.org"]},
    "mustBeLessOrEqualTo": 100,
    "unit": "percent",
}
OLD_NAMES = {"id": "No", "mail": "Mail", "day": "Tag", "days": "Dauer"}


def column(name: str, kind: str, privacy: dict[str, Any], **words: Any) -> dict[str, Any]:
    custom = [{"property": "privacy", "value": privacy}, *words.pop("custom", [])]
    return {"name": name, "logicalType": kind, "customProperties": custom, **words}


def contract() -> dict[str, Any]:
    columns = [
        column("id", "string", {"action": "keep"}, primaryKey=True),
        column("mail", "string", {"action": "drop", "roster": "email"}, quality=[NOBODY]),
        column("day", "date", {"action": "keep"}),
        column("days", "number", {"action": "rank", "within": ["year(day) > 0"]}),
    ]
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "leave", "version": "1", "status": "active"}
    return {**head, "schema": [{"name": "leave", "customProperties": [], "properties": columns}]}


def old_contract(current: dict[str, Any]) -> dict[str, Any]:
    made = deepcopy(current)
    for item in made["schema"][0]["properties"]:
        item["physicalName"] = OLD_NAMES[item["name"]]
        if item["name"] == "day":
            item["logicalTypeOptions"] = {"format": "dd.MM.yyyy", "maximum": "2011-12-31"}
        if item["name"] == "days":
            item["customProperties"].append({"property": "decimal", "value": ","})
    return made


@pytest.fixture
def begin(home: Path, tmp_path: Path) -> Any:
    """Land files under a contract and begin a run."""

    def started(name: str, current: dict[str, Any], files: dict[str, str]) -> RunContext:
        folder = tmp_path / "datasets" / name
        (folder / "contracts").mkdir(parents=True)
        (folder / "dataset.yaml").write_text(yaml.safe_dump({**DATASET, "name": name}))
        (folder / "contracts" / "leave.odcs.yaml").write_text(yaml.safe_dump(current))
        (folder / "contracts" / "leave@-2011.odcs.yaml").write_text(yaml.safe_dump(old_contract(current)))
        (tmp_path / "legacy").mkdir()
        for file, text in files.items():
            body = text.encode("windows-1252")
            (tmp_path / "legacy" / file).write_bytes(gzip.compress(body) if file.endswith(".gz") else body)
        (tmp_path / "connections.yaml").write_text("legacy: {folder: legacy}\n")
        settings = Settings(home=home, datasets=folder.parent, connections=tmp_path / "connections.yaml")
        workplace = open_workplace(settings, name)
        extract_sources(workplace, AS_OF, ("leave",))
        return begin_run(workplace, AS_OF)

    return started


OLD = "No;Mail;Tag;Dauer\nA1;jürgen@club.org;31.12.2008;1,5\nA2;;30.02.2009;2\nA3;;01.01.2012;1\n"
NEW = (
    "id,mail,day,days,note\nB1,ann@club.org,2015-06-01,3,hello\n"
    'B2,nobody@club.org,01.06.2015,3,\nB3,,2015-06-03,"1,5",\n'
)


def say(current: dict[str, Any], name: str, word: str) -> None:
    """Let the current contract's column `name` (empty: its new columns) say `word`."""
    table = current["schema"][0]
    at = next((item for item in table["properties"] if item["name"] == name), table)
    at["customProperties"].append({"property": "onMismatch" if name else "newColumns", "value": word})


def test_each_period_is_read_by_its_contract(begin: Any) -> None:
    """Dates, decimals, names and limits are those of a file's year; ranks compare the rows of all years."""
    current = contract()
    say(current, "days", "discard_value")
    say(current, "", "evolve")
    context = begin("periods", current, {"leave_2008.csv.gz": OLD, "leave_2015.csv": NEW})
    assert run_stage(context, "refine")
    rows = {row["id"]: row for row in context.kept("leave").collect()}
    assert {key: (row["day"], row["days"]) for key, row in rows.items()} == {
        "A1": (date(2008, 12, 31), 0.25),
        "B1": (date(2015, 6, 1), 0.75),
        "B3": (date(2015, 6, 3), None),
    }
    found = read_evidence(context.at.zones.evidence, "periods", context.run)["refine"]["sources"]["leave"]
    assert (found["framed"], found["kept"], found["rejected"]) == (6, 3, 3)
    assert {f"{item['column']}:{item['rule']}": item["rows"] for item in found["reasons"]} == {
        "day:type": 2,
        "day:maximum": 1,
    }
    assert found["discarded"] == {"days": 1}
    assert found["new_columns"] == {"note": 1}
    roster = Roster.from_bytes(context.at.zones.landing.read(f"periods/_rosters/{context.run}"))
    assert roster.emails == ("ann@club.org", "jürgen@club.org")
    rejected = rejected_rows(context.manifest.table("refined.periods__leave"), "day:maximum")
    revealed = reveal(context.at.zones.landing, context.at.zones.evidence, "periods", context.run, rejected)
    assert [item.as_text() for item in revealed] == ["A3;;01.01.2012;1"]


FROZEN = [
    pytest.param("day", NEW, "leave.day: 1 record of another type", id="type"),
    pytest.param("", NEW, "leave: 1 record with note", id="new_column"),
    pytest.param("days", "id,mail,day\nB1,,2015-06-01\n", "leave.days: not in 1 object", id="missing"),
]


@pytest.mark.parametrize(("name", "text", "says"), FROZEN)
def test_a_change_under_freeze_stops_before_anything_is_committed(
    begin: Any, request: pytest.FixtureRequest, name: str, text: str, says: str
) -> None:
    """The verdict names source, column and count; the stage is not done, and its evidence stays to be looked at."""
    current = contract()
    say(current, name, "freeze")
    dataset = f"frozen_{request.node.callspec.id}"
    context = begin(dataset, current, {"leave_2015.csv": text})
    with pytest.raises(GateError, match=says):
        run_stage(context, "refine")
    assert context.manifest.stages == {}
    assert "refine" in read_evidence(context.at.zones.evidence, dataset, context.run)
