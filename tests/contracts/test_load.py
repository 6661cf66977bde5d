"""Contracts: what is read. What is refused stands in the files test_bad_*.py."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.contracts.dataset import open_dataset
from pipeline.contracts.load import load_contract
from pipeline.contracts.model import Form, Reference
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


def test_an_unknown_dataset_lists_the_known_ones() -> None:
    """A typing error in a dataset's name is answered with the names that exist."""
    with pytest.raises(ContractError) as caught:
        open_dataset([SHIPPED_DATASETS], "attritoin")
    assert "attrition" in str(caught.value.allowed)
