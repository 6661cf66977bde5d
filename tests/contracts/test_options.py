"""`logicalTypeOptions`: every option of every type, as limits."""

from pathlib import Path
from typing import Any

import pytest

from tests.contracts.test_load import column, document, load

LIMITS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("string", {"minLength": 0, "maxLength": 5}, {"minLength": 0, "maxLength": 5}),
    ("string", {"pattern": "^a$|b"}, {"pattern": r"^a\z|b"}),
    *(("string", {"format": told}, {"format": told}) for told in ("email", "uuid", "uri", "hostname", "ipv4", "ipv6")),
    ("integer", {"minimum": -5, "maximum": 5, "multipleOf": 5}, {"minimum": -5, "maximum": 5, "multipleOf": 5}),
    ("integer", {"exclusiveMinimum": 0, "exclusiveMaximum": 2}, {"exclusiveMinimum": 0, "exclusiveMaximum": 2}),
    ("integer", {"format": "i8"}, {"minimum": -128, "maximum": 127}),
    ("integer", {"format": "u8", "maximum": 9}, {"minimum": 0, "maximum": 9}),
    ("integer", {"format": "u16", "minimum": -9}, {"minimum": 0, "maximum": 65535}),
    ("integer", {"format": "i32"}, {"minimum": -(2**31), "maximum": 2**31 - 1}),
    ("integer", {"format": "u32"}, {"minimum": 0, "maximum": 2**32 - 1}),
    ("integer", {"format": "u64"}, {"minimum": 0}),
    ("integer", {"format": "i64"}, {}),
    ("number", {"minimum": 0.5, "maximum": 0.5}, {"minimum": 0.5, "maximum": 0.5}),
    ("number", {"multipleOf": 0.01}, {"multipleOf": 0.01}),
    ("number", {"format": "f64"}, {}),
    ("number", {"format": "f32"}, {"minimum": -3.4028234663852886e38, "maximum": 3.4028234663852886e38}),
    ("date", {"minimum": "1990-01-01", "maximum": "1990-01-01"}, {"minimum": "1990-01-01", "maximum": "1990-01-01"}),
    ("date", {"exclusiveMinimum": "1990-01-01", "format": "dd.MM.yyyy"}, {"exclusiveMinimum": "1990-01-01"}),
    ("timestamp", {"minimum": "1990-01-01"}, {"minimum": "1990-01-01"}),
    (
        "timestamp",
        {"minimum": "2020-01-01T00:00:00+02:00", "maximum": "2019-12-31T22:00:00Z", "timezone": True},
        {"minimum": "2020-01-01T00:00:00+02:00", "maximum": "2019-12-31T22:00:00Z"},
    ),
    ("timestamp", {"format": "dd.MM.yyyy HH:mm", "timezone": False, "defaultTimezone": "Etc/UTC"}, {}),
    ("time", {"minimum": "08:30", "maximum": "17:00:30.500"}, {"minimum": "08:30:00", "maximum": "17:00:30.5"}),
    ("time", {"exclusiveMaximum": "08:30:00.000", "timezone": False}, {"exclusiveMaximum": "08:30:00"}),
    ("time", {"format": "HHmmss"}, {}),
    ("boolean", {}, {}),
]


@pytest.mark.parametrize(("logical_type", "given", "expected"), LIMITS)
def test_an_option_becomes_a_limit(
    tmp_path: Path, logical_type: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Under its name and as its type has it; a format of numbers is a range, and the tighter limit holds."""
    x = column("x", logicalType=logical_type, logicalTypeOptions=given)
    read = load(tmp_path, document(column("id", primaryKey=True), x)).column("x")
    assert dict(read.options) == expected
    told = given.get("format", "") if logical_type in ("date", "timestamp", "time") else ""
    assert read.form.date == told


ACCEPTED = [
    ("string", ["a", "B c"], ("a", "B c")),
    ("integer", [1, -2], ("1", "-2")),
    ("number", [1, 2.5], ("1", "2.5")),
    ("boolean", [True], ("true",)),
    ("date", ["2020-01-31"], ("2020-01-31",)),
    ("time", ["08:30"], ("08:30:00",)),
]


@pytest.mark.parametrize(("logical_type", "values", "expected"), ACCEPTED)
def test_accepted_values_have_the_type_of_their_column(
    tmp_path: Path, logical_type: str, values: list[Any], expected: tuple[str, ...]
) -> None:
    """They are kept as text."""
    rule = {"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": values}}
    x = column("x", logicalType=logical_type, quality=[rule])
    assert load(tmp_path, document(column("id", primaryKey=True), x)).column("x").valid_values == expected


def test_words_that_concern_no_data_are_passed_over(tmp_path: Path) -> None:
    """Documentation of any kind, of the file, the source, the column and the rule."""
    about: dict[str, Any] = {
        "businessName": "X",
        "description": "x",
        "tags": ["a"],
        "deprecated": True,
        "authoritativeDefinitions": [{"url": "https://example.com", "type": "definition"}],
        "synonyms": [{"synonym": "y"}],
    }
    rule = {"metric": "nullValues", "mustBeLessThan": 5, "dimension": "completeness", "businessImpact": "operational",
            "scheduler": "cron", "schedule": "0 20 * * *", "method": "reconciliation", "tags": ["a"]}  # fmt: skip
    x = column("x", **about, physicalType="varchar(2)", classification="public", criticalDataElement=True,
               partitioned=True, partitionKeyPosition=1, semanticType="dimension", examples=["secret"], quality=[rule],
               transformSourceObjects=["a"], transformDescription="none")  # fmt: skip
    table = {**about, "physicalType": "table", "logicalType": "object", "dataGranularityDescription": "one a person"}
    head: dict[str, Any] = {
        "tenant": "a",
        "domain": "b",
        "dataProduct": "c",
        "contractCreatedTs": "2026-01-01T00:00:00Z",
        "servers": [{"server": "s", "type": "local"}],
        "slaProperties": [{"property": "latency", "value": 4}],
    }
    contract = load(tmp_path, document(column("id", primaryKey=True), x, table=table, **head))
    assert contract.column("x").description == "x"
    assert "secret" not in repr(contract)
