"""Quality rules: what each kind of rule comes to."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts.model import Contract, Gate, RowRule, Unique
from pipeline.contracts.terms import OPERATORS
from pipeline.errors import ContractError
from tests.contracts.test_load import column, document, load

KEY = column("id", primaryKey=True)


def of_column(tmp_path: Path, *rules: dict[str, Any], **words: Any) -> Contract:
    """A contract whose column `x` has these rules."""
    return load(tmp_path, document(KEY, column("x", quality=list(rules), **words)))


def of_source(tmp_path: Path, *rules: dict[str, Any]) -> Contract:
    return load(
        tmp_path, document(KEY, column("x"), column("y", logicalType="integer"), table={"quality": list(rules)})
    )


def gate(rule: str, metric: Any, operator: str, value: Any, **words: Any) -> Gate:
    return Gate(rule, metric, operator, value, **{"unit": "rows", "severity": "error", **words})


ON_X: dict[str, Any] = {"column": "x"}
GATES = [
    ({"metric": "nullValues", "mustBeLessThan": 5}, gate("x nullValues", "nullValues", "mustBeLessThan", 5.0, **ON_X)),
    (
        {
            "metric": "missingValues",
            "mustBeLessOrEqualTo": 1.5,
            "unit": "percent",
            "severity": "warning",
            "name": "few",
        },
        gate("few", "missingValues", "mustBeLessOrEqualTo", 1.5, unit="percent", severity="warning", **ON_X),
    ),
    (
        {"metric": "nullValues", "mustBe": 0, "severity": "info"},
        gate("x nullValues", "nullValues", "mustBe", 0.0, severity="warning", **ON_X),
    ),
    (
        {"metric": "invalidValues", "mustBeBetween": [0, 3], "arguments": {"validValues": ["a"]}},
        gate("x invalidValues", "invalidValues", "mustBeBetween", (0.0, 3.0), **ON_X),
    ),
    (
        {"metric": "duplicateValues", "mustBeLessThan": 1, "unit": "percent"},
        gate("x duplicateValues", "duplicateValues", "mustBeLessThan", 1.0, unit="percent", columns=("x",), **ON_X),
    ),
    (
        {"metric": "duplicateValues", "mustBe": 0, "severity": "warning"},
        gate("x duplicateValues", "duplicateValues", "mustBe", 0.0, severity="warning", columns=("x",), **ON_X),
    ),
    (
        {"type": "sql", "query": "SELECT max(length(${column})) FROM ${table}", "mustBeLessThan": 9, "name": "short"},
        gate("short", "sql", "mustBeLessThan", 9.0, query="SELECT max(length(`x`)) FROM `pay`", **ON_X),
    ),
    (
        {
            "type": "sql",
            "query": "SELECT 100.0 * count_if(x IS NULL) / count(*) FROM ${schema}",
            "mustBeLessThan": 9,
            "unit": "percent",
        },
        gate(
            "x sql",
            "sql",
            "mustBeLessThan",
            9.0,
            unit="percent",
            query="SELECT 100.0 * count_if(x IS NULL) / count(*) FROM `pay`",
            **ON_X,
        ),
    ),
    (
        {"type": "sql", "query": "SELECT count(DISTINCT {property}) = 1 FROM {object}", "mustBe": True},
        gate("x sql", "sql", "mustBe", 1.0, query="SELECT count(DISTINCT `x`) = 1 FROM `pay`", **ON_X),
    ),
]


@pytest.mark.parametrize(("rule", "expected"), GATES)
def test_what_tolerates_some_is_a_gate(tmp_path: Path, rule: dict[str, Any], expected: Gate) -> None:
    """Of the rules of a column: any operator but `mustBe: 0`, and any warning."""
    contract = of_column(tmp_path, rule)
    assert contract.gates == (expected,)
    assert not contract.column("x").required
    assert not contract.uniques


@pytest.mark.parametrize("operator", OPERATORS.split())
def test_every_operator_of_the_standard_is_read(tmp_path: Path, operator: str) -> None:
    """With a number, or with two that ascend."""
    value: Any = [1, 2.5] if operator.endswith("Between") else 2
    (read,) = of_source(tmp_path, {"metric": "rowCount", operator: value}).gates
    expected = (1.0, 2.5) if operator.endswith("Between") else 2.0
    assert read == gate("rowCount", "rowCount", operator, expected)


def test_what_must_not_be_at_all_is_asked_of_each_row(tmp_path: Path) -> None:
    """`mustBe: 0` makes a column required, values accepted or unique, and no gate; so does what 3.0 said so."""
    rules = [
        {"metric": "missingValues", "mustBe": 0, "arguments": {"missingValues": ["N/A", None, "", "N/A", 0]}},
        {"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["a", "b"], "pattern": "^[a-z]$"}},
        {"metric": "duplicateValues", "mustBe": 0},
    ]
    contract = of_column(tmp_path, *rules)
    read = contract.column("x")
    assert (read.required, read.missing_values, read.valid_values) == (True, ("N/A", "", "0"), ("a", "b"))
    assert read.valid_pattern == r"^[a-z]\z"
    assert (contract.gates, contract.row_rules, contract.uniques) == ((), (), (Unique(("x",)),))
    rules = [
        {"type": "library", "rule": "nullCheck"},
        {"type": "library", "rule": "validValues", "validValues": ["a", "b"]},
        {"type": "library", "rule": "duplicateCount", "mustBe": 0},
    ]
    old = of_column(tmp_path, *rules)
    assert (old.column("x").required, old.column("x").valid_values) == (True, ("a", "b"))
    assert (old.gates, old.uniques) == ((), (Unique(("x",)),))


def test_unique_is_said_in_many_ways_and_is_one_rule(tmp_path: Path) -> None:
    """By `unique: true`, and by `duplicateValues` of the column or of the source, also of columns together."""
    rules = [
        {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": names}} for names in (["x"], ["x", "y"])
    ]
    x = column("x", unique=True, quality=[{"metric": "duplicateValues", "mustBe": 0}])
    contract = load(tmp_path, document(KEY, x, column("y"), table={"quality": rules}))
    assert contract.uniques == (Unique(("x",)), Unique(("x", "y")))


def test_missing_words_alone_tolerate_what_they_say(tmp_path: Path) -> None:
    """The words are read as null whatever the threshold, and the column is not required."""
    rule = {"metric": "missingValues", "mustBeLessThan": 100, "arguments": {"missingValues": ["-"]}}
    contract = of_column(tmp_path, rule)
    assert (contract.column("x").missing_values, contract.column("x").required) == (("-",), False)
    assert contract.gates == (gate("x missingValues", "missingValues", "mustBeLessThan", 100.0, column="x"),)


def test_a_warning_about_values_rejects_none(tmp_path: Path) -> None:
    """It becomes a row rule that counts; quotes and backslashes stand for themselves in its SQL."""
    rule = {"metric": "invalidValues", "mustBe": 0, "severity": "warning"}
    contract = of_column(tmp_path, {**rule, "arguments": {"validValues": ["it's", "a\\b"], "pattern": r"^\w"}})
    condition = r"`x` IN ('it\'s', 'a\\b') AND `x` RLIKE '^\\w'"
    assert contract.row_rules == (RowRule("x invalidValues", condition, "warning"),)
    assert contract.column("x").valid_values == ()
    contract = of_column(tmp_path, {**rule, "arguments": {"validValues": [1, 2]}, "name": "n"}, logicalType="integer")
    assert contract.row_rules == (RowRule("n", "`x` IN (1, 2)", "warning"),)


CUSTOM: dict[str, Any] = {"type": "custom", "engine": "clearwell"}
CONDITION: dict[str, Any] = {**CUSTOM, "name": "ok", "implementation": " y >= 0\n"}


def test_a_row_rule_rejects_or_warns(tmp_path: Path) -> None:
    """By its severity; with a threshold it is a gate over the rows that break it as well."""
    assert of_source(tmp_path, CONDITION).row_rules == (RowRule("ok", "y >= 0"),)
    warned = of_source(tmp_path, {**CONDITION, "severity": "warning", "mustBeLessThan": 2, "unit": "percent"})
    assert warned.row_rules == (RowRule("ok", "y >= 0", "warning"),)
    limit = gate("ok", "brokenRows", "mustBeLessThan", 2.0, unit="percent", severity="warning")
    assert warned.gates == (limit,)
    of_x = of_column(tmp_path, {**CONDITION, "implementation": "x <> 'z'"})
    assert of_x.row_rules == (RowRule("ok", "x <> 'z'"),)


def test_rules_of_a_source_come_first(tmp_path: Path) -> None:
    """Then those of columns, in the contract's order."""
    null = {"metric": "nullValues", "mustBeLessThan": 1}
    table = {
        "quality": [
            {"metric": "rowCount", "mustBeGreaterThan": 0},
            {**CUSTOM, "implementation": "rejectedRows", "mustBeLessThan": 2, "unit": "percent"},
        ]
    }
    contract = load(tmp_path, document(KEY, column("b", quality=[null]), column("a", quality=[null]), table=table))
    assert [item.rule for item in contract.gates] == ["rowCount", "rejectedRows", "b nullValues", "a nullValues"]


def test_texts_are_kept_for_people(tmp_path: Path) -> None:
    """A rule of type text is shown and not judged."""
    note = {"type": "text", "description": "Verified\n by  the system."}
    contract = load(tmp_path, document(KEY, column("x", quality=[note]), table={"quality": [note]}))
    assert contract.notes == ("pay: Verified by the system.", "pay.x: Verified by the system.")
    assert (contract.gates, contract.row_rules) == ((), ())


@pytest.mark.parametrize(
    "condition",
    [
        "`y` BETWEEN 1 AND 5",
        "x RLIKE '^a;--b$'",
        "x IS NULL OR y > 0",
        "x <> 'two  blanks'",
        "CASE WHEN x = 'a' THEN y > 1 ELSE true END",
        "datediff(DATE'2020-01-01', to_date(x)) >= 16 * 365",
        "exists(split(x, ','), part -> part = 'a')",
        "x <=> 'a'",
        "coalesce(y, 0) + 1 > 0",
        "int(x) > y",
        "x IN ('a', 'b') AND NOT (y = 1)",
        "try_cast(x AS int) IS NOT NULL",
    ],
)
def test_what_spark_reads_of_one_row_is_a_condition(tmp_path: Path, condition: str) -> None:
    """Functions, casts, cases, lambdas, and signs in quotes that would be comments outside."""
    assert of_source(tmp_path, {**CONDITION, "implementation": condition}).row_rules[0].condition == condition


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM pay",
        "SELECT (SELECT count(*) FROM pay) - (SELECT count(*) FROM pay WHERE y > 1)",
        "WITH t AS (SELECT x, count(*) AS n FROM pay GROUP BY x) SELECT max(n) FROM t",
        "SELECT sum(a.y) FROM pay a JOIN pay b ON a.x = b.x",
        "SELECT 100.0 * count_if(y > 1) / count(*) FROM pay",
        "SELECT count(*) FROM (SELECT x FROM pay GROUP BY x HAVING count(*) > 1)",
    ],
)
def test_a_query_of_one_number_is_a_gate(tmp_path: Path, query: str) -> None:
    """Whatever it joins and groups on the way."""
    (read,) = of_source(tmp_path, {"type": "sql", "query": query, "mustBeLessThan": 5}).gates
    assert read == gate("sql", "sql", "mustBeLessThan", 5.0, query=query)


def test_accepted_values_are_said_once(tmp_path: Path) -> None:
    """Two rules of accepted values would leave open which holds."""
    rule = {"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["a"]}}
    with pytest.raises(ContractError, match="accepted values are said twice"):
        of_column(tmp_path, rule, rule)
    enum = [{"value": "a", "description": "first"}, {"value": "b"}]
    contract = load(tmp_path, document(KEY, column("x", enum=enum)))
    assert contract.column("x").valid_values == ("a", "b")
