"""Rules across rows: which rows contradict others."""

from dataclasses import replace

from pyspark.sql import DataFrame, SparkSession

from pipeline.contracts.model import Column, Contract, Privacy, Reference, Unique
from pipeline.quality.across import rejections

KEEP = Privacy("keep")
PEOPLE = Contract(
    "p",
    "people",
    "1",
    (Column("id", "string", KEEP), Column("born", "integer", KEEP)),
    ("id",),
    None,
    None,
    "v",
    (),
    (),
    "",
)
PAY = Contract(
    "y",
    "pay",
    "1",
    (
        Column("n", "integer", KEEP),
        Column("id", "string", KEEP),
    ),
    ("n",),
    None,
    None,
    None,
    (),
    (),
    "",
    (Reference(("id",), "people", ("id",), "n > parent.born"),),
)


def found(
    spark: SparkSession, contract: Contract, people: list[tuple[object, ...]], pay: list[tuple[object, ...]]
) -> dict[int, list[str]]:
    frames: dict[str, DataFrame] = {
        "people": spark.createDataFrame(
            people, "_object string, _ordinal long, _digest binary, id string, born int, v int"
        ),
        "pay": spark.createDataFrame(pay, "_object string, _ordinal long, _digest binary, n int, id string"),
    }
    return {row["_ordinal"]: row["_reasons"] for row in rejections(contract, frames.__getitem__).collect()}


def test_contradictions_are_rejected_and_redeliveries_are_not(spark: SparkSession) -> None:
    """Of rows with equal key and version the first stays; equal bytes and newer versions are no contradiction."""
    people = [
        ("o", 0, b"a", "ann", 1, 1),
        ("o", 1, b"a", "ann", 1, 1),  # delivered again, byte for byte
        ("o", 2, b"b", "ann", 2, 2),  # a newer version
        ("o", 3, b"c", "ann", 3, 1),  # contradicts the first
    ]
    assert found(spark, PEOPLE, people, []) == {3: ["record:primaryKey"]}


def test_a_value_must_stand_in_the_referenced_source(spark: SparkSession) -> None:
    """Unknown references and broken conditions are rejected; an absent value refers to nothing."""
    people = [("p", 0, b"a", "ann", 5, 1)]
    pay = [
        ("o", 0, b"a", 9, "ann"),
        ("o", 1, b"b", 3, "ann"),  # not after parent.born
        ("o", 2, b"c", 9, "bob"),  # nobody
        ("o", 3, b"d", 8, None),
    ]
    assert found(spark, PAY, people, pay) == {
        1: ["id:n > parent.born"],
        2: ["id:reference", "record:primaryKey"],
    }


def test_one_parent_that_fits_is_enough(spark: SparkSession) -> None:
    """Versions of a parent do not multiply the row, and one that satisfies the condition suffices."""
    people = [("p", 0, b"a", "ann", 5, 1), ("p", 1, b"b", "ann", 1, 2)]
    assert found(spark, PAY, people, [("o", 0, b"a", 3, "ann")]) == {}


def test_of_facts_that_share_unique_values_the_first_stays(spark: SparkSession) -> None:
    """Another fact's value is refused, that of a version or re-delivery is not, and nulls repeat nothing."""
    unique = replace(PEOPLE, uniques=(Unique(("born",)),))
    people = [
        ("o", 0, b"a", "ann", 1, 1),
        ("o", 1, b"b", "ann", 1, 2),  # a newer version of ann
        ("o", 2, b"c", "bob", 1, 1),  # ann's
        ("o", 3, b"d", "cat", None, 1),
        ("o", 4, b"e", "dan", None, 1),
        ("o", 5, b"f", "eve", 2, 1),
    ]
    assert found(spark, unique, people, []) == {2: ["born:unique"]}


def test_columns_may_be_unique_together(spark: SparkSession) -> None:
    """Of two columns each may repeat, both together may not."""
    unique = replace(PEOPLE, uniques=(Unique(("born", "v")),))
    people = [("o", 0, b"a", "ann", 1, 1), ("o", 1, b"b", "bob", 1, 2), ("o", 2, b"c", "cat", 1, 2)]
    assert found(spark, unique, people, []) == {2: ["born,v:unique"]}


def test_several_columns_may_refer_together(spark: SparkSession) -> None:
    """All of them must stand in one row of the parent; a null among them refers to nothing."""
    reference = Reference(("id", "n"), "people", ("id", "born"))
    people = [("p", 0, b"a", "ann", 5, 1), ("p", 1, b"b", "bob", 7, 1)]
    pay = [("o", 0, b"a", 5, "ann"), ("o", 1, b"b", 7, "ann"), ("o", 2, b"c", 9, None)]
    assert found(spark, replace(PAY, references=(reference,)), people, pay) == {1: ["id,n:reference"]}


def test_a_bare_name_in_a_condition_is_the_rows_own(spark: SparkSession) -> None:
    """Though the parent has a column of that name too."""
    reference = Reference(("id",), "people", ("id",), "id = parent.id AND born >= parent.born")
    people = [("o", 0, b"a", "ann", 5, 1), ("o", 1, b"b", "bob", 7, 1)]
    assert found(spark, replace(PEOPLE, references=(reference,)), people, []) == {}
