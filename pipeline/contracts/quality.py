"""ODCS `quality` becomes checks of values and rows (which reject), and gates (which stop runs).

Nothing that a rule says is half obeyed: what it comes to stands in the functions below, one for each kind of rule.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.contracts.findings import Quality, Subject
from pipeline.contracts.gates import gate, has_threshold, rule_name, severity
from pipeline.contracts.library import read_library_rule
from pipeline.contracts.model import RowRule
from pipeline.contracts.place import Place
from pipeline.contracts.queries import read_query
from pipeline.contracts.sql import parse_condition
from pipeline.contracts.terms import RULES, check_terms
from pipeline.contracts.vocabulary import mappings, one_of, text

ENGINE = "clearwell"


def read_quality(item: Mapping[str, Any], subject: Subject, place: Place) -> Quality:
    """What the `quality` of a column or source comes to.

    Raises:
        ContractError: a rule that is not understood or can't be obeyed, with its line.
    """
    found = Quality()
    for rule, at in mappings(item, "quality", place):
        kind = one_of(rule.get("type") or "library", RULES, "type of rule", at / "type")
        check_terms(rule, RULES[kind], at)
        before = len(found.gates)
        _KINDS[kind](rule, subject, found, at)
        made = [gate.rule for gate, _ in found.gates[before:]]
        name = rule_name(rule, at) or next(iter(made), "")
        if name:
            found.names.append((name, at))
    return found


def _sql(rule: Mapping[str, Any], subject: Subject, found: Quality, place: Place) -> None:
    """The query's number is compared as it is; its unit only says what it is."""
    query = rule.get("query")
    if not isinstance(query, str) or not query.strip():
        raise place.refusal("a rule of type sql needs a query")
    read = read_query(query, subject.source, subject.column, (place / "query").named(f"{place.name}.query"))
    told = {word: float(value) if isinstance(value, bool) else value for word, value in rule.items()}
    found.gates.append((gate(told, "sql", place, subject.column, query=read), place / "query"))


def _custom(rule: Mapping[str, Any], subject: Subject, found: Quality, place: Place) -> None:
    if rule.get("engine") != ENGINE:
        raise (place / "engine").refusal(
            "rules of another engine are not run", given=rule.get("engine"), allowed=ENGINE, hint="write it as SQL"
        )
    implementation = rule.get("implementation")
    if implementation == "rejectedRows" and subject.column is None:
        found.gates.append((gate(rule, "rejectedRows", place), place))
        return
    name = rule_name(rule, place)
    if not name or not isinstance(implementation, str):
        raise place.refusal(
            "a row rule needs a name and a condition", hint="{name: ends later, implementation: end_date >= start_date}"
        )
    at = (place / "implementation").named(f"{place.name}.{name}")
    parse_condition(implementation, at)
    found.row_rules.append((RowRule(name, implementation.strip(), severity(rule, place)), at))
    if has_threshold(rule):
        found.gates.append((gate(rule, "brokenRows", place, subject.column), place))


def _text(rule: Mapping[str, Any], _: Subject, found: Quality, place: Place) -> None:
    note = text(rule, "description", place)
    if not note:
        raise place.refusal("a rule of type text needs a description")
    found.notes.append(f"{place.name}: {note}")


_KINDS: Mapping[str, Callable[[Mapping[str, Any], Subject, Quality, Place], None]] = {
    "library": read_library_rule,
    "sql": _sql,
    "custom": _custom,
    "text": _text,
}
