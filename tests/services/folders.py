"""A dataset's folder on disk: one CSV source of people and their pay, small enough to edit in a test."""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

SPEC: dict[str, Any] = {
    "name": "staff",
    "title": "Staff",
    "owner": "tests",
    "entity": "employee",
    "as_of": "2025-12-31",
    "sources": {"pay": {"kind": "csv", "connection": "payroll", "files": "*.csv"}},
    "release": {
        "policy": "internal",
        "k": 5,
        "quasi_identifiers": [{"column": "grade", "levels": ["grade", "'*'"]}],
    },
}
FEATURES = '''"""What is known of an employee."""

from pipeline.features.registry import columns

columns(entity="employee", source="pay", names=["grade", "amount"], units={"amount": "quantile"})
'''


def column(name: str, action: str, **words: Any) -> dict[str, Any]:
    """A property of a contract; `privacy` are more words of its action."""
    privacy = {"action": action, **words.pop("privacy", {})}
    return {"name": name, **words, "customProperties": [{"property": "privacy", "value": privacy}]}


def contract() -> dict[str, Any]:
    """The contract of `pay`, to be changed as a test likes."""
    return deepcopy(
        {
            "apiVersion": "v3.1.0",
            "kind": "DataContract",
            "id": "staff.pay",
            "version": "1.0.0",
            "status": "active",
            "schema": [
                {
                    "name": "pay",
                    "customProperties": [{"property": "identity", "value": {"employee": ["employee_id"]}}],
                    "properties": [
                        column("employee_id", "pseudonymise", logicalType="string", required=True, primaryKey=True),
                        column("grade", "keep", logicalType="string", required=True),
                        column("amount", "rank", logicalType="number", privacy={"within": ["grade"]}),
                    ],
                }
            ],
        }
    )


def properties(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns of a contract."""
    found: list[dict[str, Any]] = document["schema"][0]["properties"]
    return found


def write_folder(
    root: Path, pay: Mapping[str, Any] | None = None, *, name: str = "staff", features: str = FEATURES, **spec: Any
) -> Path:
    """Write `<root>/<name>`, with another contract or other words of dataset.yaml where given."""
    folder = root / name
    (folder / "contracts").mkdir(parents=True, exist_ok=True)
    document = {**deepcopy(SPEC), "name": name, **spec}
    (folder / "dataset.yaml").write_text(_yaml(document), encoding="utf-8")
    (folder / "contracts" / "pay.odcs.yaml").write_text(_yaml(pay or contract()), encoding="utf-8")
    (folder / "features.py").write_text(features, encoding="utf-8")
    return folder


def _yaml(document: Mapping[str, Any]) -> str:
    """Without the anchors that a value used twice would have: contracts have none."""
    return yaml.safe_dump(json.loads(json.dumps(document)), sort_keys=False)
