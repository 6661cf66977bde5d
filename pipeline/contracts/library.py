"""The library of ODCS: `nullValues`, `missingValues`, `invalidValues`, `duplicateValues` and `rowCount`.

`mustBe: 0` is a demand on each row, which rejects those that do not meet it. Any other operator tolerates some, and
makes a gate. A warning never rejects.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipeline.contracts.findings import Quality, Subject
from pipeline.contracts.gates import Threshold, gate, rule_name, severity, threshold
from pipeline.contracts.literals import condition_of
from pipeline.contracts.model import LogicalType, RowRule, Unique
from pipeline.contracts.options import read_pattern
from pipeline.contracts.place import Place
from pipeline.contracts.values import kind_of, read_value
from pipeline.contracts.vocabulary import listed, mapping, nearest, one_of, texts

#: What the library of 3.0 called its rules; each without an operator means that there must be none.
_OF_3_0 = {"duplicateCount": "duplicateValues", "validValues": "invalidValues", "nullCheck": "nullValues"}
_NONE = Threshold("mustBe", 0.0, "rows")


def read_library_rule(rule: Mapping[str, Any], subject: Subject, found: Quality, place: Place) -> None:
    """Add what a rule of the library comes to; raises ContractError where it is not understood."""
    if "metric" in rule and "rule" in rule:
        raise (place / "rule").refusal("metric and rule are one word of two versions", hint="remove rule")
    told = rule.get("metric", rule.get("rule"))
    metric = _OF_3_0.get(told, told) if isinstance(told, str) else ""
    usual = _NONE if metric != told and "rule" in rule else None
    known = _OF_SOURCE if subject.column is None else _OF_COLUMN
    where = "the whole source" if subject.column is None else "a column"
    at = place / ("metric" if "metric" in rule else "rule")
    if metric in (_OF_COLUMN.keys() | _OF_SOURCE.keys()) - known.keys():
        raise at.refusal(f"{metric} is no metric of {where}", allowed=", ".join(known))
    one_of(metric or told, known, f"metric of {where}", at)
    known[metric](rule, subject, threshold(rule, place, usual), found, place)


def _arguments(rule: Mapping[str, Any], allowed: Iterable[str], place: Place) -> Mapping[str, Any]:
    given = mapping(rule.get("arguments"), place / "arguments")
    known = list(allowed)
    for word in given:
        if word not in known:
            raise (place / "arguments" / word).refusal(
                f"unknown argument {word}", allowed=", ".join(known) or "none here", hint=nearest(word, known)
            )
    if "validValues" in rule and "validValues" not in known:
        raise (place / "validValues").refusal("validValues belong to invalidValues")
    return given


def _nulls(rule: Mapping[str, Any], subject: Subject, limit: Threshold, found: Quality, place: Place) -> None:
    _arguments(rule, (), place)
    _demand(rule, "nullValues", subject, limit, found, place)


def _missing(rule: Mapping[str, Any], subject: Subject, limit: Threshold, found: Quality, place: Place) -> None:
    at = place / "arguments" / "missingValues"
    words: list[str] = []
    for position, word in enumerate(listed(_arguments(rule, ("missingValues",), place).get("missingValues"), at)):
        if isinstance(word, bool) or not isinstance(word, str | int | None):
            raise (at / position).refusal("a word for no value is text", given=kind_of(word), hint="put it in quotes")
        words += [] if word is None else [str(word)]
    if words and found.missing_values:
        raise at.refusal("words for no value are said twice", hint="say them in one rule of the column")
    found.missing_values = tuple(dict.fromkeys(words)) or found.missing_values
    _demand(rule, "missingValues", subject, limit, found, place)


def _demand(
    rule: Mapping[str, Any], metric: Any, subject: Subject, limit: Threshold, found: Quality, place: Place
) -> None:
    if limit.none_at_all and severity(rule, place) == "error":
        found.required = True
    else:
        found.gates.append((gate({**_as_3_1(limit), **rule}, metric, place, subject.column), place))


def _invalid(rule: Mapping[str, Any], subject: Subject, limit: Threshold, found: Quality, place: Place) -> None:
    """Rejects rows, whatever may be tolerated; under `mustBe: 0` a warning rejects none and counts them."""
    given = {**_arguments(rule, ("validValues", "pattern"), place)}
    at = place / "arguments"
    if "validValues" in rule:
        given, at = {**given, "validValues": rule["validValues"]}, place
    if not given:
        raise place.refusal("invalidValues needs arguments", allowed="validValues, pattern")
    values = (
        valid_values(given["validValues"], subject.logical_type, at / "validValues") if "validValues" in given else ()
    )
    pattern = read_pattern(given["pattern"], at / "pattern") if "pattern" in given else ""
    if pattern and subject.logical_type != "string":
        raise (at / "pattern").refusal("a pattern is for strings", given=subject.logical_type)
    if limit.none_at_all and severity(rule, place) == "warning":
        condition = condition_of(str(subject.column), subject.logical_type, values, pattern)
        name = rule_name(rule, place) or f"{subject.column} invalidValues"
        found.row_rules.append((RowRule(name, condition, "warning"), place))
        return
    if (values and found.valid_values) or (pattern and found.valid_pattern):
        raise place.refusal("accepted values are said twice", hint="say them in one rule of the column")
    found.valid_values, found.valid_pattern = values or found.valid_values, pattern or found.valid_pattern
    if not limit.none_at_all:
        found.gates.append((gate(rule, "invalidValues", place, subject.column), place))


def _duplicates(rule: Mapping[str, Any], subject: Subject, limit: Threshold, found: Quality, place: Place) -> None:
    given = _arguments(rule, () if subject.column else ("properties",), place)
    columns = (
        (subject.column,) if subject.column else texts(given.get("properties"), place / "arguments" / "properties")
    )
    if not columns or len(set(columns)) < len(columns):
        raise place.refusal("duplicateValues of a source needs arguments.properties", allowed="columns, each once")
    if limit.none_at_all and severity(rule, place) == "error":
        found.uniques.append((Unique(columns), place))
        return
    made = gate({**_as_3_1(limit), **rule}, "duplicateValues", place, subject.column, columns)
    found.gates.append((made, place))


def _row_count(rule: Mapping[str, Any], _: Subject, __: Threshold, found: Quality, place: Place) -> None:
    _arguments(rule, (), place)
    found.gates.append((gate(rule, "rowCount", place), place))


def valid_values(values: Any, logical_type: LogicalType, place: Place) -> tuple[str, ...]:
    """Accepted values as text, each of the column's type and there once."""
    found = [read_value(value, logical_type, place / position) for position, value in enumerate(listed(values, place))]
    if not found:
        raise place.refusal("accepted values are a list that is not empty")
    words = [str(value).lower() if isinstance(value, bool) else str(value) for value in found]
    twice = next((position for position, word in enumerate(words) if word in words[:position]), None)
    if twice is not None:
        raise (place / twice).refusal("an accepted value is there twice", given=f"value {twice + 1} of {len(words)}")
    return tuple(words)


def _as_3_1(limit: Threshold) -> dict[str, Any]:
    """The operator that 3.0 left out."""
    return {limit.operator: limit.value} if limit.none_at_all else {}


_Metric = Callable[[Mapping[str, Any], Subject, Threshold, Quality, Place], None]
_OF_COLUMN: Mapping[str, _Metric] = {
    "nullValues": _nulls,
    "missingValues": _missing,
    "invalidValues": _invalid,
    "duplicateValues": _duplicates,
}
_OF_SOURCE: Mapping[str, _Metric] = {"rowCount": _row_count, "duplicateValues": _duplicates}
