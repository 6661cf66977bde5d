"""What of refined rows a changed contract leaves as it is: told for certain, or not at all."""

import random
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract, Form, Gate, Identity, Privacy, Reference, RowRule, Unique
from pipeline.quality.checks import checked
from pipeline.quality.loosened import compare

KEEP = Privacy("keep")
ORDERED = RowRule("ordered", "amount <= 10")
COLUMNS = (
    Column("id", "string", KEEP, required=True),
    Column("amount", "integer", KEEP, options={"minimum": 0, "maximum": 10}),
    Column("word", "string", KEEP, valid_values=("a", "b"), options={"maxLength": 3, "pattern": "^[a-z]+$"}),
    Column("day", "date", KEEP, required=True, options={"minimum": "2000-01-01"}),
)
OLD = Contract("c", "s", "1", COLUMNS, ("id",), None, None, None, (ORDERED,), (), "", new_columns="discard_row")


def with_column(name: str, **words: Any) -> Contract:
    columns = tuple(replace(column, **words) if column.name == name else column for column in OLD.columns)
    return replace(OLD, columns=columns)


CASES = [
    pytest.param(replace(OLD, version="2", digest="d", id="other"), "all", "", id="version"),
    pytest.param(with_column("word", description="words"), "all", "", id="description"),
    pytest.param(
        replace(OLD, uniques=(Unique(("word",)),), references=(Reference(("id",), "t", ("id",)),)),
        "all",
        "",
        id="across",
    ),
    pytest.param(replace(OLD, identity=Identity("e", "id"), event_time="day"), "all", "", id="identity"),
    pytest.param(with_column("amount", options={"minimum": 0, "maximum": 11}), "kept rows", "", id="maximum_raised"),
    pytest.param(with_column("amount", options={"minimum": 0}), "kept rows", "", id="maximum_gone"),
    pytest.param(with_column("day", options={"minimum": "1999-12-31"}), "kept rows", "", id="date_lowered"),
    pytest.param(with_column("day", required=False), "kept rows", "", id="optional"),
    pytest.param(with_column("word", valid_values=("b", "c", "a")), "kept rows", "", id="value_added"),
    pytest.param(with_column("word", valid_values=()), "kept rows", "", id="any_value"),
    pytest.param(with_column("word", options={"maxLength": 3}), "kept rows", "", id="pattern_gone"),
    pytest.param(with_column("amount", on_mismatch="discard_value"), "kept rows", "", id="discard_value"),
    pytest.param(with_column("amount", on_mismatch="evolve"), "kept rows", "", id="evolve"),
    pytest.param(replace(OLD, row_rules=()), "kept rows", "", id="rule_gone"),
    pytest.param(replace(OLD, row_rules=(replace(ORDERED, name="other"),)), "kept rows", "", id="rule_renamed"),
    pytest.param(replace(OLD, row_rules=(replace(ORDERED, severity="warning"),)), "kept rows", "", id="rule_warns"),
    pytest.param(replace(OLD, new_columns="evolve"), "kept rows", "", id="strangers"),
    pytest.param(
        with_column("amount", options={"minimum": 1, "maximum": 10}), "nothing", "amount.minimum", id="raised"
    ),
    pytest.param(with_column("day", options={"minimum": "2000-01-02"}), "nothing", "day.minimum", id="date_raised"),
    pytest.param(with_column("amount", required=True), "nothing", "amount.required", id="required"),
    pytest.param(with_column("word", valid_values=("a", "c")), "nothing", "word.validValues", id="value_gone"),
    pytest.param(
        with_column("word", options={"maxLength": 3, "pattern": "^.+$"}), "nothing", "word.pattern", id="pattern"
    ),
    pytest.param(with_column("day", form=Form(date="dd.MM.yyyy")), "nothing", "day is read", id="form"),
    pytest.param(with_column("word", place="wort"), "nothing", "word is read", id="place"),
    pytest.param(with_column("word", missing_values=("N/A",)), "nothing", "word is read", id="missing_values"),
    pytest.param(
        with_column("word", privacy=Privacy("pseudonymise")), "nothing", "word is read or masked", id="privacy"
    ),
    pytest.param(with_column("amount", logical_type="number"), "nothing", "amount is read", id="type"),
    pytest.param(replace(OLD, columns=COLUMNS[:3]), "nothing", "other columns", id="column_gone"),
    pytest.param(replace(OLD, columns=COLUMNS[::-1]), "nothing", "other columns", id="order"),
    pytest.param(
        replace(OLD, row_rules=(replace(ORDERED, condition="amount < 10"),)),
        "nothing",
        "record.ordered",
        id="condition",
    ),
    pytest.param(
        replace(OLD, row_rules=(ORDERED, RowRule("new", "amount > 1", "warning"))),
        "nothing",
        "other rules warn",
        id="new_warning",
    ),
    pytest.param(replace(OLD, new_columns="freeze"), "nothing", "newColumns", id="freeze"),
]


@pytest.mark.parametrize(("new", "way", "why"), CASES)
def test_only_a_looser_contract_leaves_kept_rows(new: Contract, way: str, why: str) -> None:
    """Whatever may reject, read or mask a kept row otherwise is an obstacle that is named."""
    found = compare(OLD, new)
    assert found[0] == way
    assert why in found[1]


@pytest.mark.parametrize("action", ["rank", "ratio", "aggregate"])
def test_a_row_more_changes_what_compares_rows(action: Any) -> None:
    """A looser limit of one column is an obstacle where another is compared within its group."""
    ranked = replace(COLUMNS[1], name="pay", privacy=Privacy(action, within=("word",)))
    old, new = (replace(it, columns=(*it.columns, ranked)) for it in (OLD, with_column("amount", options={})))
    assert compare(old, new) == ("nothing", f"{action} of pay compares all rows")
    assert compare(old, replace(old, uniques=(Unique(("word",)),)))[0] == "all"


def test_another_entity_changes_a_figure_of_a_group() -> None:
    """Whom a row is of matters to refine where a group's entities are counted, and nowhere else."""
    told = replace(COLUMNS[1], name="pay", privacy=Privacy("aggregate", figure="mean", least=5))
    figures = replace(OLD, columns=(*OLD.columns, told))
    assert compare(OLD, replace(OLD, identity=Identity("staff", "id")))[0] == "all"
    assert compare(figures, replace(figures, identity=Identity("staff", "id")))[0] == "nothing"


def test_gates_that_count_nulls_before_masking_count_anew() -> None:
    """A gate over a column's nulls leaves counts in the rows; other gates only look at what is there."""
    gate = Gate("g", "missingValues", "mustBeLessThan", 5.0, "percent", "error", "word")
    dropped = with_column("word", privacy=Privacy("drop"))
    gated = replace(dropped, gates=(gate,))
    assert compare(dropped, gated)[0] == "nothing"
    assert compare(gated, replace(dropped, gates=(replace(gate, value=9.0),)))[0] == "all"
    assert compare(OLD, replace(OLD, gates=(gate,)))[0] == "all"


TEXTS = {
    "id": ["1", "2", None],
    "amount": ["0", "-1", "7", " 7 ", "10", "11", "12.0", "3.5", "x", None],
    "word": ["a", "b", "c", "abcd", "A", "", None],
    "day": ["2000-01-01", "1999-12-31", "2010-02-30", "soon", None],
}
PARSED = (
    "_object string, _ordinal long, _digest binary, id string, amount string, word string, day string, "
    "_reason string, _wrong_types array<string>, _stranger boolean, _counts map<string,bigint>"
)
LIMITS = st.fixed_dictionaries({}, optional={"minimum": st.integers(-2, 2), "maximum": st.integers(6, 13)})
MISMATCH = st.sampled_from(["discard_row", "discard_value", "evolve"])
RULES = st.lists(
    st.builds(
        RowRule,
        st.sampled_from(["one", "two"]),
        st.sampled_from(["amount < 9", "word <> 'c'"]),
        st.sampled_from(["error", "warning"]),
    ),
    max_size=2,
    unique_by=lambda rule: rule.name,
)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Contracts over the same columns: any two of them may be looser, tighter or neither."""
    columns = (
        COLUMNS[0],
        replace(COLUMNS[1], options=draw(LIMITS), on_mismatch=draw(MISMATCH), required=draw(st.booleans())),
        replace(
            COLUMNS[2],
            valid_values=tuple(draw(st.sets(st.sampled_from("abc")))),
            options=draw(st.sampled_from([{}, {"maxLength": 3}, {"maxLength": 5}])),
        ),
        replace(
            COLUMNS[3], required=draw(st.booleans()), options=draw(st.sampled_from([{}, {"minimum": "2000-01-01"}]))
        ),
    )
    strangers = draw(st.sampled_from(["discard_row", "discard_value", "evolve"]))
    return replace(OLD, columns=columns, row_rules=tuple(draw(RULES)), new_columns=strangers)


def looser(draw: st.DrawFn, old: Contract) -> Contract:
    """A contract that differs from `old` in one thing or two, mostly such that it is looser."""
    amount, word, day = old.columns[1:]
    edits = [
        replace(old, row_rules=old.row_rules[1:]),
        replace(old, row_rules=tuple(replace(rule, severity="warning") for rule in old.row_rules)),
        replace(old, new_columns="discard_value"),
        replace(old, columns=(old.columns[0], replace(amount, options={}), word, day)),
        replace(old, columns=(old.columns[0], replace(amount, options={"minimum": -1, "maximum": 12}), word, day)),
        replace(old, columns=(old.columns[0], replace(amount, on_mismatch=draw(MISMATCH)), word, day)),
        replace(old, columns=(old.columns[0], replace(amount, required=False), word, day)),
        replace(old, columns=(old.columns[0], amount, replace(word, valid_values=("a", "b", "c")), day)),
        replace(old, columns=(old.columns[0], amount, replace(word, options={}), replace(day, required=False))),
    ]
    return draw(st.sampled_from(edits))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Contract, Contract]:
    old = draw(contracts())
    return old, draw(contracts()) if draw(st.integers(0, 4)) == 0 else looser(draw, old)


def judged(spark: SparkSession, asked: list[Contract]) -> list[dict[int, dict[str, Any]]]:
    """Rows of a fixed draw of texts after the checks of each contract, by ordinal: all contracts in one job."""
    draw = random.Random(5)
    rows = [
        (
            *("o", at, b"d", *(draw.choice(texts) for texts in TEXTS.values())),
            "csv.fields" if draw.random() < 0.05 else None,
            *(["word"] if draw.random() < 0.1 else [], draw.random() < 0.2, {"ignored:z": 1}),
        )
        for at in range(150)
    ]
    frame = spark.createDataFrame(rows, PARSED).localCheckpoint()
    parts = [checked(frame, contract).withColumn("asked", F.lit(at)) for at, contract in enumerate(asked)]
    found: list[dict[int, dict[str, Any]]] = [{} for _ in asked]
    for row in reduce(DataFrame.unionByName, parts).collect():
        told = row.asDict(recursive=True)
        found[told.pop("asked")][row["_ordinal"]] = told
    return found


@settings(max_examples=2, deadline=None, derandomize=True)
@given(st.lists(pairs(), min_size=10, max_size=10))
def test_what_is_left_is_what_the_new_contract_gives(
    spark: SparkSession, drawn: list[tuple[Contract, Contract]]
) -> None:
    """Where kept rows are left, each is kept by the new contract with equal values and counts; all means all."""
    left = [(way, pair) for pair in drawn if (way := compare(*pair)[0]) != "nothing"]
    found = iter(judged(spark, [contract for _, pair in left for contract in pair]) if left else [])
    for (way, _), before, now in zip(left, found, found, strict=True):
        stays = before if way == "all" else {at: row for at, row in before.items() if not row["_reasons"]}
        assert {at: now[at] for at in stays} == stays
