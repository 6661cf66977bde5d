"""A threshold of a quality rule: its operator, value, unit and severity."""

import math
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pipeline.contracts.model import Gate, Metric
from pipeline.contracts.place import Place
from pipeline.contracts.terms import OPERATORS
from pipeline.contracts.vocabulary import one_of

_OPERATORS = OPERATORS.split()
#: ODCS leaves the words open; these are its examples.
_SEVERITIES: Mapping[str, Literal["warning", "error"]] = {"info": "warning", "warning": "warning", "error": "error"}


class Threshold(NamedTuple):
    """What a figure must be."""

    operator: str
    value: float | tuple[float, float]
    unit: Literal["rows", "percent"]

    @property
    def none_at_all(self) -> bool:
        """`mustBe: 0`: what breaks the rule must not be there."""
        return (self.operator, self.value) == ("mustBe", 0.0)


def severity(rule: Mapping[str, Any], place: Place) -> Literal["warning", "error"]:
    """Error where the rule does not say."""
    return _SEVERITIES[one_of(rule.get("severity") or "error", _SEVERITIES, "severity", place / "severity")]


def has_threshold(rule: Mapping[str, Any]) -> bool:
    return any(word in rule for word in (*_OPERATORS, "unit"))


def threshold(rule: Mapping[str, Any], place: Place, usual: Threshold | None = None) -> Threshold:
    """The rule's one operator with its value; `usual` where there is none.

    Raises:
        ContractError: no operator or two, a value that is no number, a pair that does not ascend, no percentage.
    """
    told = [operator for operator in _OPERATORS if operator in rule]
    if not told and usual and "unit" not in rule:
        return usual
    if len(told) != 1:
        raise (place / (told[1] if told else "unit")).refusal(
            "a threshold has one operator", given=", ".join(told) or "none", allowed=", ".join(_OPERATORS)
        )
    operator = told[0]
    unit: Literal["rows", "percent"] = "rows"
    if one_of(rule.get("unit") or "rows", ("rows", "percent"), "unit", place / "unit") == "percent":
        unit = "percent"
    return Threshold(operator, _value(rule[operator], operator, unit, place / operator), unit)


def gate(
    rule: Mapping[str, Any],
    metric: Metric,
    place: Place,
    column: str | None = None,
    columns: tuple[str, ...] = (),
    query: str = "",
) -> Gate:
    """The Gate that a rule comes to, named by the rule or by what it counts."""
    limit = threshold(rule, place)
    return Gate(
        rule=rule_name(rule, place) or " ".join((*((column,) if column else columns), metric)),
        metric=metric,
        operator=limit.operator,
        value=limit.value,
        unit=limit.unit,
        severity=severity(rule, place),
        column=column,
        columns=columns,
        query=query,
    )


def rule_name(rule: Mapping[str, Any], place: Place) -> str:
    """The rule's name; empty where it has none."""
    name = rule.get("name")
    if name is None:
        return ""
    if not isinstance(name, str) or not name.strip() or len(name) > 100 or not name.isprintable():
        raise (place / "name").refusal("a rule's name is a short text on one line", allowed="up to 100 signs")
    return name


def _value(value: Any, operator: str, unit: str, place: Place) -> float | tuple[float, float]:
    pair = operator.endswith("Between")
    numbers = value if pair and isinstance(value, list) else [value]
    if pair != isinstance(value, list) or len(numbers) != 1 + pair or not all(_is_number(number) for number in numbers):
        raise place.refusal(f"{operator} takes {'two numbers' if pair else 'a number'}", hint="numbers without quotes")
    if pair and numbers[0] >= numbers[1]:
        raise place.refusal(f"{operator} takes two numbers that ascend", given=numbers)
    if unit == "percent" and not all(0 <= number <= 100 for number in numbers):
        raise place.refusal("a percentage is 0 to 100", given=value)
    return (float(numbers[0]), float(numbers[1])) if pair else float(numbers[0])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
