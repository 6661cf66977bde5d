"""Contracts: what is read, and what is refused with which words."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.contracts.dataset import open_dataset
from pipeline.contracts.load import load_contract
from pipeline.contracts.model import Form, Gate, Reference
from pipeline.errors import ContractError
from pipeline.settings import SHIPPED_DATASETS


def column(name: str, action: str = "keep", **words: Any) -> dict[str, Any]:
    privacy = {"action": action, **words.pop("privacy", {})}
    return {"name": name, "customProperties": [{"property": "privacy", "value": privacy}], **words}


def document(*columns: dict[str, Any], **words: Any) -> dict[str, Any]:
    table = {"name": "pay", "properties": list(columns) or [column("id", primaryKey=True)], **words.pop("table", {})}
    return {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "x.pay", "version": "1.0.0", "status": "active"} | {
        "schema": [table],
        **words,
    }


def load(tmp_path: Path, content: dict[str, Any]) -> Any:
    path = tmp_path / "pay.odcs.yaml"
    path.write_text(yaml.safe_dump(content))
    return load_contract(path, "pay")


def test_the_shipped_contracts_are_read() -> None:
    """Every source of every shipped dataset has a contract that holds together."""
    dataset = open_dataset([SHIPPED_DATASETS], "attrition")
    assert list(dataset.contracts) == list(dataset.spec.sources)
    assert dataset.contracts["hrms_exits"].references == (
        Reference(("employee_id",), "hrms_employees", ("employee_id",), "exit_date >= parent.hire_date"),
    )
    kept = {item.name for item in dataset.contracts["hrms_employees"].kept_columns}
    assert kept.isdisjoint({"given_name", "family_name", "phone", "national_id", "address", "disability_status"})


def test_quality_becomes_gates_and_valid_values(tmp_path: Path) -> None:
    """InvalidValues rejects rows, missingValues and rowCount make gates."""
    quality = [
        {"metric": "invalidValues", "arguments": {"validValues": ["a", "b"]}, "mustBe": 0},
        {"metric": "missingValues", "mustBeLessThan": 1, "unit": "percent", "severity": "warning"},
    ]
    table = {"quality": [{"metric": "rowCount", "mustBeBetween": [1, 10]}]}
    contract = load(tmp_path, document(column("id", primaryKey=True), column("kind", quality=quality), table=table))
    assert contract.column("kind").valid_values == ("a", "b")
    assert contract.gates == (
        Gate("rowCount", "rowCount", "mustBeBetween", (1.0, 10.0), "rows", "error", None),
        Gate("kind missingValues", "missingValues", "mustBeLessThan", 1.0, "percent", "warning", "kind"),
    )


def test_places_forms_and_evolution_are_read(tmp_path: Path) -> None:
    """Where a column lies, how its values are written and what happens when it changes; else it is as ever."""
    day = column("day", logicalType="date", physicalName="Datum", logicalTypeOptions={"format": "dd.MM.yyyy"})
    day["customProperties"].append({"property": "onMismatch", "value": "freeze"})
    table = {"customProperties": [{"property": "newColumns", "value": "evolve"}]}
    contract = load(tmp_path, document(column("id", primaryKey=True), day, table=table))
    assert contract.new_columns == "evolve"
    read = contract.column("day")
    assert (read.place, read.form, read.options, read.on_mismatch) == ("Datum", Form(date="dd.MM.yyyy"), {}, "freeze")
    usual = load(tmp_path, document(column("id", primaryKey=True)))
    assert usual.new_columns == "discard_value"
    column_of_old = usual.column("id")
    assert (column_of_old.place, column_of_old.form, column_of_old.on_mismatch) == ("", Form(), "discard_row")


def custom(name: str, value: str, **words: Any) -> dict[str, Any]:
    made = column("x", **words)
    made["customProperties"].append({"property": name, "value": value})
    return made


KEY = column("id", primaryKey=True)
REFUSED = [
    pytest.param(document(apiVersion="v2.0.0"), "not a contract that can be read", id="old standard"),
    pytest.param(document(colour="red"), "is not ODCS", id="unknown word at the top"),
    pytest.param(document(column("id")), "no primaryKey", id="no key"),
    pytest.param(document(column("id", "drop", primaryKey=True)), "a key can't be dropped", id="key dropped"),
    pytest.param(document(KEY, {"name": "pay"}), "a column needs a privacy action", id="no action"),
    pytest.param(document(KEY, column("pay", "encrypt")), "a column needs a privacy action", id="unknown action"),
    pytest.param(document(KEY, column("pay", "rank")), "privacy action rank needs within", id="rank without group"),
    pytest.param(
        document(KEY, column("pay", "rank", privacy={"within": ["x"]})), "rank does not fit the type", id="rank of text"
    ),
    pytest.param(
        document(KEY, column("ill", privacy={"specialCategory": True})),
        "a special category can't be kept row by row",
        id="health kept",
    ),
    pytest.param(
        document(KEY, column("born", "truncate", logicalType="date", privacy={"to": "week"})),
        "can't truncate to that",
        id="truncate to week",
    ),
    pytest.param(
        document(KEY, column("pay", "band", logicalType="number", privacy={"edges": [3, 1]})),
        "edges of a band ascend",
        id="edges fall",
    ),
    pytest.param(document(KEY, column("x", unique=True)), "does not support unique", id="unsupported word"),
    pytest.param(document(KEY, column("x", logicalType="array")), "unknown logicalType", id="unsupported type"),
    pytest.param(
        document(KEY, column("x", logicalTypeOptions={"minimum": 1})), "does not support minimum", id="minimum of text"
    ),
    pytest.param(document(KEY, custom("onMismatch", "ignore")), "onMismatch does not understand that", id="evolution"),
    pytest.param(document(KEY, custom("onmismatch", "freeze")), "does not support onmismatch", id="custom word"),
    pytest.param(
        document(KEY, table={"customProperties": [{"property": "newColumns", "value": "allow"}]}),
        "newColumns does not understand that",
        id="evolution of new columns",
    ),
    pytest.param(
        document(KEY, column("x", logicalType="date", logicalTypeOptions={"format": "dd.MM.yy"})),
        "yy is not understood",
        id="format",
    ),
    pytest.param(
        document(KEY, column("x", logicalTypeOptions={"format": "email"})),
        "does not support format",
        id="format of text",
    ),
    pytest.param(document(KEY, custom("decimal", ",")), "decimal does not fit", id="decimal of text"),
    pytest.param(document(KEY, KEY), "columns must be there and differ", id="same column twice"),
    pytest.param(
        document(KEY, column("x", quality=[{"metric": "nullValues"}])), "unknown quality metric", id="unknown metric"
    ),
    pytest.param(
        document(KEY, column("x", quality=[{"metric": "missingValues", "mustBe": 0, "mustNotBe": 1}])),
        "a gate has one operator",
        id="two operators",
    ),
    pytest.param(
        document(KEY, table={"quality": [{"type": "sql", "query": "select 1"}]}),
        "unknown quality rule",
        id="sql of the standard",
    ),
    pytest.param(
        document(KEY, table={"customProperties": [{"property": "eventTime", "value": "when"}]}),
        "names a column that is not there",
        id="event time that is not there",
    ),
    pytest.param(
        document(KEY, column("boss", relationships=[{"to": "people"}])),
        "a relationship names `source.column`",
        id="reference without a column",
    ),
]


@pytest.mark.parametrize(("content", "says"), REFUSED)
def test_what_is_not_obeyed_is_refused(tmp_path: Path, content: dict[str, Any], says: str) -> None:
    """A contract that asks for something else than clearwell does is refused, and the message says where."""
    with pytest.raises(ContractError) as caught:
        load(tmp_path, content)
    assert says in str(caught.value)


def test_a_message_says_what_was_given_and_what_is_allowed(tmp_path: Path) -> None:
    """The whole text of one refusal."""
    with pytest.raises(ContractError) as caught:
        load(tmp_path, document(KEY, column("ill", "redact", privacy={"specialCategory": True})))
    assert str(caught.value) == (
        "pay.odcs.yaml: pay.ill: a special category can't be kept row by row\n"
        "  given:   redact\n"
        "  allowed: ('drop', 'aggregate')"
    )


def test_not_yaml(tmp_path: Path) -> None:
    """A broken file is told apart from a wrong one."""
    path = tmp_path / "pay.odcs.yaml"
    path.write_text("schema: [")
    with pytest.raises(ContractError, match="is not YAML"):
        load_contract(path, "pay")


def test_an_unknown_dataset_lists_the_known_ones() -> None:
    """A typing error in a dataset's name is answered with the names that exist."""
    with pytest.raises(ContractError) as caught:
        open_dataset([SHIPPED_DATASETS], "attritoin")
    assert "attrition" in str(caught.value.allowed)
