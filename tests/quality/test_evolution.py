"""What becomes of a source that changes under its contract, word by word."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipeline.contracts.model import Column, Contract, Evolution, Privacy
from pipeline.quality.checks import checked
from pipeline.quality.evolution import changed, frozen_error, lacking
from pipeline.quality.tally import Tally

KEEP = Privacy("keep")
_SCHEMA = (
    "id string, x string, _reason string, _wrong_types array<string>, _stranger boolean, _counts map<string,bigint>"
)
#: Fits, does not fit as text, does not fit in the source, absent, an unreadable record, a record with a new field.
ROWS: list[tuple[Any, ...]] = [
    ("1", "12", None, [], False, {}),
    ("2", "twelve", None, [], False, {"ignored:y": 7}),
    ("3", None, None, ["x"], False, {}),
    ("4", None, None, [], False, {}),
    (None, None, "json.malformed", [], False, {}),
    ("6", "6", None, [], True, {}),
]


def contract(on_mismatch: Evolution, new_columns: Evolution = "discard_value", *, required: bool = False) -> Contract:
    columns = (Column("id", "string", KEEP), Column("x", "integer", KEEP, required=required, on_mismatch=on_mismatch))
    return Contract("s", "s", "1", columns, ("id",), None, None, None, (), (), "", new_columns=new_columns)


def judge(spark: SparkSession, made: Contract) -> list[tuple[list[str], dict[str, int]]]:
    rows = checked(spark.createDataFrame(ROWS, _SCHEMA), made).collect()
    return [(row["_reasons"], row["_counts"]) for row in rows]


MISFITS: list[tuple[Evolution, bool, list[str], dict[str, int]]] = [
    ("discard_row", False, ["x:type"], {}),
    ("evolve", False, ["x:type"], {}),
    ("freeze", False, ["x:type"], {"frozen:x": 1}),
    ("discard_value", False, [], {"discarded:x": 1}),
    ("discard_value", True, ["x:type"], {}),
]


@pytest.mark.parametrize(("word", "required", "reasons", "counts"), MISFITS)
def test_a_value_that_does_not_fit(
    spark: SparkSession, word: Evolution, required: bool, reasons: list[str], counts: dict[str, int]
) -> None:
    """It is one and the same whether text can't be cast or the source's own type is wrong; other rows are untouched."""
    found = judge(spark, contract(word, required=required))
    absent = ["x:required"] if required else []
    assert found == [
        ([], {}),
        (reasons, {"ignored:y": 7, **counts}),
        (reasons, counts),
        (absent, {}),
        (["record:json.malformed"], {}),
        ([], {}),
    ]


def test_a_discarded_value_of_a_rejected_row_is_not_counted(spark: SparkSession) -> None:
    """Discarded are values of kept rows: what a rejected row held is rejected with it."""
    made = contract("discard_value")
    strict = replace(made, columns=(replace(made.columns[0], valid_values=("2",)), made.columns[1]))
    assert [counts for _, counts in judge(spark, strict)] == [{}, {"ignored:y": 7, "discarded:x": 1}, {}, {}, {}, {}]


@pytest.mark.parametrize(
    ("word", "reasons"),
    [
        ("discard_value", []),
        ("evolve", []),
        ("discard_row", ["record:schema.unknown_field"]),
        ("freeze", ["record:schema.unknown_field"]),
    ],
)
def test_a_record_with_a_new_field(spark: SparkSession, word: Evolution, reasons: list[str]) -> None:
    """Only discard_row and freeze reject the record; its other columns are judged as ever."""
    found = [reasons for reasons, _ in judge(spark, contract("discard_row", word))]
    assert found == [[], ["x:type"], ["x:type"], [], ["record:json.malformed"], reasons]


def counted(reasons: Mapping[str, int], counts: Mapping[str, int]) -> Tally:
    return Tally(0, 0, dict(reasons), dict(counts), {}, {})


CHANGED = [
    (contract("freeze"), counted({"x:type": 3}, {"frozen:x": 3}), ["s.x: 3 records of another type"]),
    (contract("freeze"), counted({"x:required": 3}, {}), []),
    (contract("discard_row"), counted({"x:type": 3}, {}), []),
    (
        contract("freeze", "freeze"),
        counted({"record:schema.unknown_field": 1}, {"frozen:x": 1, "ignored:b": 1, "ignored:a": 1}),
        ["s.x: 1 record of another type", "s: 1 record with a, b"],
    ),
    (
        contract("evolve", "freeze"),
        counted({"record:schema.unknown_field": 9}, {f"ignored:f{at}": 1 for at in range(7)}),
        ["s: 9 records with f0, f1, f2, f3, f4 and 2 more"],
    ),
    (contract("evolve", "discard_row"), counted({"record:schema.unknown_field": 9}, {"ignored:f": 9}), []),
    (contract("evolve", "evolve"), counted({}, {"ignored:f": 9}), []),
]


@pytest.mark.parametrize(("made", "found", "expected"), CHANGED)
def test_only_freeze_stops(made: Contract, found: Tally, expected: list[str]) -> None:
    """What is told names source, column and number of records, and new fields up to five."""
    assert changed(made, found) == expected


LAYOUTS: list[tuple[Evolution, list[dict[str, Any]], list[str]]] = [
    ("freeze", [{"header": ["id", "X"]}], []),
    ("freeze", [{"header": ["id", "x"]}, {"header": ["id", "X"]}], ["s.x: not in 1 object"]),
    ("freeze", [{"columns": [["id", "text"], ["X", "bigint"]]}], []),
    ("freeze", [{"columns": [["id", "text"]]}] * 2, ["s.x: not in 2 objects"]),
    ("freeze", [{}, {"header": []}, {"header": [], "reason": "csv.header_missing"}], []),
    ("discard_row", [{"header": ["id"]}], []),
]


@pytest.mark.parametrize(("word", "layouts", "expected"), LAYOUTS)
def test_a_frozen_column_is_in_every_header(
    word: Evolution, layouts: list[dict[str, Any]], expected: list[str]
) -> None:
    """A file or table that tells its columns and lacks a frozen one, under its name in the source, is told."""
    made = contract(word)
    placed = replace(made, columns=(made.columns[0], replace(made.columns[1], place="X")))
    assert lacking(placed, layouts) == expected


def test_the_verdict_says_what_to_do() -> None:
    """The whole text."""
    assert str(frozen_error(["s.x: 3 records of another type", "s: 1 record with a"])) == (
        "a source changed where its contract says freeze; nothing was published\n"
        "  given:   s.x: 3 records of another type; s: 1 record with a\n"
        "  allowed: what the contract says\n"
        "  hint:    change the contract, or let onMismatch or newColumns say evolve, discard_value or discard_row"
    )
