"""Versions of a contract by period: which holds when, and what they may differ in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.contracts.dataset import Dataset, load_dataset_folder
from pipeline.errors import ContractError

Change = Callable[[dict[str, Any]], None]

DATASET: dict[str, Any] = {
    "name": "club",
    "title": "Club",
    "owner": "club",
    "entity": "member",
    "as_of": "2020-12-31",
    "sources": {
        "leave": {"kind": "csv", "connection": "legacy", "files": "*.csv", "period": r"leave_(\d{4})"},
        "people": {"kind": "csv", "connection": "legacy", "files": "p*.csv"},
    },
    "population": {"start": ["people", "day"], "end": ["people", "day"]},
    "snapshots": {"first": "2010-12-31"},
    "release": {"policy": "internal", "k": 5, "quasi_identifiers": []},
}


def contract(source: str) -> dict[str, Any]:
    def column(name: str, kind: str, *custom: dict[str, Any], **words: Any) -> dict[str, Any]:
        privacy = {"property": "privacy", "value": {"action": "keep"}}
        return {"name": name, "logicalType": kind, "customProperties": [privacy, *custom], **words}

    table = {
        "name": source,
        "customProperties": [{"property": "eventTime", "value": "day"}],
        "quality": [{"metric": "rowCount", "mustBeGreaterThan": 0}],
        "properties": [
            column("id", "string", primaryKey=True),
            column("day", "date", required=True),
            column("days", "number"),
        ],
    }
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": source,
        "version": "1",
        "status": "active",
        "schema": [table],
    }


def load(folder: Path, *periods: str, change: Change = lambda _: None) -> Dataset:
    """The dataset with a version of `leave` for each of `periods`, all changed alike."""
    home = folder / "club"
    (home / "contracts").mkdir(parents=True)
    (home / "dataset.yaml").write_text(yaml.safe_dump(DATASET))
    for source in ("leave", "people"):
        (home / "contracts" / f"{source}.odcs.yaml").write_text(yaml.safe_dump(contract(source)))
    for period in periods:
        source, _, bounds = period.rpartition("@")
        version = contract(source or "leave")
        change(version["schema"][0])
        (home / "contracts" / f"{source or 'leave'}@{bounds}.odcs.yaml").write_text(yaml.safe_dump(version))
    return load_dataset_folder(home)


HELD = [
    (("2006-2011",), {"2005": "", "2006": "2006-2011", "2011": "2006-2011", "2012": ""}),
    (("-2011",), {"1999": "-2011", "2011": "-2011", "2012": "", "": ""}),
    (("2015-",), {"2014": "", "2015": "2015-", "2099": "2015-"}),
    (("2001-2002", "2004-2005"), {"2002": "2001-2002", "2003": "", "2004": "2004-2005", "2006": ""}),
    (("2006-01-2011-06",), {"2005-12": "", "2006-01": "2006-01-2011-06", "2011-06": "2006-01-2011-06", "2011-07": ""}),
    (("-2011-06", "2011-07-"), {"2011-06": "-2011-06", "2011-07": "2011-07-"}),
    (("-2011",), {"2011-06": ""}),
]


@pytest.mark.parametrize(("periods", "expected"), HELD)
def test_a_version_holds_from_its_first_to_its_last_period(
    tmp_path: Path, periods: tuple[str, ...], expected: dict[str, str]
) -> None:
    """Both ends are included, an empty one is no bound, and a gap or a file without a period has the current one."""
    dataset = load(tmp_path, *periods)
    named = {id(version.contract): version.periods for version in dataset.versions["leave"]}
    named[id(dataset.contracts["leave"])] = ""
    assert {period: named[id(dataset.contract_for("leave", period))] for period in expected} == expected
    assert dataset.contracts_of("leave")[0] is dataset.contracts["leave"]
    assert dataset.contracts_of("people") == (dataset.contracts["people"],)


REFUSED_PERIODS = [
    (("2011",), "no periods from first to last"),
    (("-",), "no periods from first to last"),
    (("",), "no periods from first to last"),
    (("2006-01-2011",), "no periods from first to last"),
    (("2011-2006",), "no periods from first to last"),
    (("2001-2005", "2005-2006"), "two versions hold for one period"),
    (("2001-", "2005-2006"), "two versions hold for one period"),
    (("-2005", "-2003"), "two versions hold for one period"),
    (("people@-2011",), "only a source whose files have periods has versions"),
    (("leaves@-2011",), "only a source whose files have periods has versions"),
]


@pytest.mark.parametrize(("periods", "says"), REFUSED_PERIODS)
def test_periods_that_can_not_be_told_apart_are_refused(tmp_path: Path, periods: tuple[str, ...], says: str) -> None:
    """A name without two periods, periods that overlap, and a source without periods are errors."""
    with pytest.raises(ContractError) as caught:
        load(tmp_path, *periods)
    assert says in caught.value.what


def set_column(name: str, **words: Any) -> Change:
    def change(table: dict[str, Any]) -> None:
        next(item for item in table["properties"] if item["name"] == name).update(words)

    return change


def set_custom(name: str, prop: str, value: Any) -> Change:
    def change(table: dict[str, Any]) -> None:
        item = next((item for item in table["properties"] if item["name"] == name), table)
        others = [entry for entry in item["customProperties"] if entry["property"] != prop]
        item["customProperties"] = [*others, {"property": prop, "value": value}]

    return change


def rename(table: dict[str, Any]) -> None:
    table["properties"][2]["name"] = "length"


GATE = {"metric": "rowCount", "mustBeGreaterThan": 5}
RULE = {"type": "custom", "engine": "clearwell", "name": "some", "implementation": "days > 0"}
ALLOWED: list[Change] = [
    set_column("day", physicalName="Datum", logicalTypeOptions={"format": "dd.MM.yyyy", "minimum": "2000-01-01"}),
    set_column("day", required=False),
    set_custom("days", "decimal", ","),
    set_custom("days", "onMismatch", "discard_value"),
    set_column("id", quality=[{"metric": "invalidValues", "arguments": {"validValues": ["a"]}, "mustBe": 0}]),
    lambda table: table.update(quality=[RULE]),
    lambda table: table["properties"].reverse(),
]


@pytest.mark.parametrize("change", ALLOWED)
def test_a_version_may_differ_in_what_a_file_looks_like(tmp_path: Path, change: Change) -> None:
    """Places, forms, limits, requirements and rules of a row are those of its period."""
    dataset = load(tmp_path, "-2011", change=change)
    assert dataset.contract_for("leave", "2011").digest != dataset.contracts["leave"].digest


DIFFERENT = [
    (set_column("days", logicalType="integer"), "days.logicalType"),
    (set_custom("days", "privacy", {"action": "drop"}), "days.privacy"),
    (set_column("days", relationships=[{"to": "people.days"}]), "days.relationships"),
    (set_column("day", primaryKey=True, primaryKeyPosition=2), "primaryKey"),
    (set_custom("", "identity", {"member": ["id"]}), "identity"),
    (set_custom("", "eventTime", None), "eventTime"),
    (set_custom("", "knowledgeTime", "day"), "knowledgeTime"),
    (set_custom("", "newColumns", "freeze"), "newColumns"),
    (lambda table: table.update(quality=[GATE]), "gates"),
    (lambda table: table["properties"].pop(), "days"),
    (rename, "length"),
]


@pytest.mark.parametrize(("change", "named"), DIFFERENT)
def test_a_version_may_not_differ_in_what_is_published(tmp_path: Path, change: Change, named: str) -> None:
    """Columns, types, privacy, keys, times and gates are the current contract's; the message names the difference."""
    with pytest.raises(ContractError) as caught:
        load(tmp_path, "-2011", change=change)
    assert isinstance(caught.value.given, list)
    assert named in caught.value.given
    assert caught.value.what.startswith("leave@-2011.odcs.yaml: differs from the current contract in ")


@pytest.mark.parametrize("period", ["leave", "(leave)_([0-9]+)", "("])
def test_a_period_is_one_group(tmp_path: Path, period: str) -> None:
    """A pattern of periods that has no group, or two, is refused."""
    home = tmp_path / "club"
    home.mkdir()
    sources = {"leave": {**DATASET["sources"]["leave"], "period": period}}
    (home / "dataset.yaml").write_text(yaml.safe_dump({**DATASET, "sources": sources}))
    with pytest.raises(ContractError, match=r"dataset\.yaml:\d+: sources\.leave\.period is not allowed"):
        load_dataset_folder(home)
