"""ODCS `quality` becomes row rules (which reject rows) and gates (which stop runs)."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pipeline.contracts.model import Gate, RowRule
from pipeline.contracts.vocabulary import refuse_unknown
from pipeline.errors import ContractError

OPERATORS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)
_COMMON = {"type", "name", "description", "dimension", "severity", "unit", *OPERATORS}
_SEVERITIES = ("warning", "error")
_UNITS = ("rows", "percent")


class ColumnQuality(NamedTuple):
    """What the quality rules of one column come to."""

    valid_values: tuple[str, ...]
    gates: tuple[Gate, ...]


def read_column_quality(rules: Iterable[Mapping[str, Any]], column: str, place: str) -> ColumnQuality:
    """`invalidValues` with `mustBe: 0` becomes a row rule, `missingValues` a gate; other metrics are refused."""
    valid: tuple[str, ...] = ()
    gates: list[Gate] = []
    for rule in rules:
        metric = rule.get("metric", rule.get("rule"))
        if metric == "invalidValues":
            refuse_unknown(rule, _COMMON | {"metric", "rule", "arguments"}, f"{place}.quality")
            valid = _valid_values(rule, place)
        elif metric == "missingValues":
            refuse_unknown(rule, _COMMON | {"metric", "rule"}, f"{place}.quality")
            gates.append(_gate(rule, "missingValues", place, column))
        else:
            raise ContractError(
                f"{place}: unknown quality metric", given=metric, allowed=("invalidValues", "missingValues")
            )
    return ColumnQuality(valid, tuple(gates))


def read_source_quality(rules: Iterable[Mapping[str, Any]], place: str) -> tuple[tuple[RowRule, ...], tuple[Gate, ...]]:
    """Row rules across columns (`type: custom, engine: clearwell`) and gates over the whole source."""
    conditions: list[RowRule] = []
    gates: list[Gate] = []
    for rule in rules:
        if rule.get("metric") == "rowCount":
            refuse_unknown(rule, _COMMON | {"metric"}, f"{place}.quality")
            gates.append(_gate(rule, "rowCount", place, None))
        elif rule.get("type") == "custom" and rule.get("engine") == "clearwell":
            refuse_unknown(rule, _COMMON | {"engine", "implementation"}, f"{place}.quality")
            name, implementation = str(rule.get("name") or ""), str(rule.get("implementation") or "")
            if not name or not implementation:
                raise ContractError(f"{place}: a custom rule needs name and implementation")
            if implementation == "rejectedRows":
                gates.append(_gate(rule, "rejectedRows", place, None))
            else:
                conditions.append(RowRule(name, implementation))
        else:
            raise ContractError(
                f"{place}: unknown quality rule",
                given=rule.get("metric") or rule.get("type"),
                allowed="metric rowCount, or type custom with engine clearwell",
            )
    return tuple(conditions), tuple(gates)


def _valid_values(rule: Mapping[str, Any], place: str) -> tuple[str, ...]:
    values = (rule.get("arguments") or {}).get("validValues")
    if not isinstance(values, list) or not values or rule.get("mustBe") != 0:
        raise ContractError(f"{place}: invalidValues needs arguments.validValues and mustBe: 0")
    return tuple(str(value) for value in values)


def _gate(rule: Mapping[str, Any], metric: Any, place: str, column: str | None) -> Gate:
    operators = [name for name in OPERATORS if name in rule]
    severity, unit = rule.get("severity", "error"), rule.get("unit", "rows")
    if len(operators) != 1 or severity not in _SEVERITIES or unit not in _UNITS:
        raise ContractError(
            f"{place}: a gate has one operator, a severity and a unit",
            given=f"operators {operators}, severity {severity}, unit {unit}",
            allowed=f"operator {' | '.join(OPERATORS)}; severity {' | '.join(_SEVERITIES)}; unit {' | '.join(_UNITS)}",
        )
    value = rule[operators[0]]
    pair = isinstance(value, list) and len(value) == 2
    return Gate(
        rule=str(rule.get("name") or f"{column + ' ' if column else ''}{metric}"),
        metric=metric,
        operator=operators[0],
        value=(float(value[0]), float(value[1])) if pair else float(value),
        unit=unit,
        severity=severity,
        column=column,
    )
