"""Changes between contracts: what each does to rows, and whether readers of what is published must look."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.compatibility import changes
from pipeline.contracts.model import (
    Column,
    Contract,
    Form,
    Gate,
    Identity,
    Privacy,
    Processing,
    Reference,
    RowRule,
    Unique,
)


def contract(*columns: Column, **words: Any) -> Contract:
    made = Contract("x.pay", "pay", "1.0.0", (KEY, *columns), ("id",), None, None, None, (), (), "")
    return replace(made, **words)


def pay(kind: Any = "integer", action: Any = "keep", **words: Any) -> Column:
    privacy = words.pop("privacy", {})
    return Column("pay", kind, Privacy(action, **privacy), **words)


def told(old: Contract, new: Contract) -> list[tuple[str, str, bool]]:
    return [(change.where, change.effect, change.breaks) for change in changes(old, new)]


KEY = Column("id", "string", Privacy("pseudonymise"), required=True)
LIMITS = [
    ("integer", {"minimum": 5}, {"minimum": 4}, "loosens"),
    ("integer", {"minimum": 5}, {"minimum": 6}, "tightens"),
    ("integer", {"minimum": 5}, {"minimum": 5.0}, None),
    ("integer", {"minimum": 5}, {}, "loosens"),
    ("integer", {}, {"minimum": 5}, "tightens"),
    ("integer", {"minimum": 5}, {"minimum": "5"}, "tightens"),
    ("integer", {"maximum": 5}, {"maximum": 6}, "loosens"),
    ("integer", {"maximum": 5}, {"maximum": 4}, "tightens"),
    ("number", {"exclusiveMinimum": 0.2}, {"exclusiveMinimum": 0.1}, "loosens"),
    ("number", {"exclusiveMaximum": 0.2}, {"exclusiveMaximum": 0.1}, "tightens"),
    ("integer", {"multipleOf": 4}, {"multipleOf": 2}, "loosens"),
    ("integer", {"multipleOf": 4}, {"multipleOf": 3}, "tightens"),
    ("integer", {"multipleOf": 4}, {"multipleOf": 8}, "tightens"),
    ("number", {"multipleOf": 4}, {"multipleOf": 2}, "tightens"),
    ("string", {"minLength": 2}, {"minLength": 1}, "loosens"),
    ("string", {"maxLength": 2}, {"maxLength": 1}, "tightens"),
    ("string", {"pattern": "a"}, {"pattern": "b"}, "tightens"),
    ("string", {"pattern": "a"}, {}, "loosens"),
    ("string", {"format": "email"}, {}, "loosens"),
    ("string", {}, {"format": "email"}, "tightens"),
    ("date", {"minimum": "2020-01-01"}, {"minimum": "2019-12-31"}, "loosens"),
    ("date", {"maximum": "2020-01-01"}, {"maximum": "2019-12-31"}, "tightens"),
    ("timestamp", {"maximum": "2020-01-01"}, {"maximum": "2020-01-01T01:00:00+01:00"}, "same"),
    ("timestamp", {"maximum": "2020-01-01"}, {"maximum": "2020-01-01T00:00:01Z"}, "loosens"),
    ("date", {"maximum": "2020-01-01"}, {"maximum": "2020-13-01"}, "tightens"),
    ("time", {"maximum": "09:00:00"}, {"maximum": "10:00:00"}, "loosens"),
    ("timestamp", {"timezone": False}, {"timezone": True}, "means"),
]


@pytest.mark.parametrize(("kind", "old", "new", "effect"), LIMITS)
def test_limits(kind: str, old: dict[str, Any], new: dict[str, Any], effect: str | None) -> None:
    """A limit loosens only where every value that it let pass still passes for certain; a tighter one breaks."""
    found = changes(contract(pay(kind, options=old)), contract(pay(kind, options=new)))
    assert [change.effect for change in found] == ([effect] if effect else [])
    assert [change.breaks for change in found] == ([effect == "tightens"] if effect else [])


HOLDS: dict[str, Callable[[int, int], bool]] = {
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
    "exclusiveMinimum": lambda value, limit: value > limit,
    "exclusiveMaximum": lambda value, limit: value < limit,
    "multipleOf": lambda value, limit: value % limit == 0,
}
SOME_LIMITS = st.dictionaries(st.sampled_from(sorted(HOLDS)), st.integers(1, 12), max_size=3)


@given(old=SOME_LIMITS, new=SOME_LIMITS, values=st.lists(st.integers(-20, 20), min_size=1))
def test_what_is_looser_keeps_what_was_kept(old: dict[str, int], new: dict[str, int], values: list[int]) -> None:
    """Where no change tightens, every value that met the old limits meets the new ones."""
    found = changes(contract(pay(options=old)), contract(pay(options=new)))
    if all(change.effect in ("loosens", "same") for change in found):
        kept = [value for value in values if all(HOLDS[option](value, limit) for option, limit in old.items())]
        assert all(HOLDS[option](value, limit) for value in kept for option, limit in new.items())


COLUMNS = [
    pytest.param(pay(required=True), pay(), ("pay.required", "loosens", False), id="optional now"),
    pytest.param(pay(), pay(required=True), ("pay.required", "tightens", True), id="required now"),
    pytest.param(pay(), pay("number"), ("pay.logicalType", "means", False), id="integer to number"),
    pytest.param(pay("number"), pay(), ("pay.logicalType", "means", True), id="number to integer"),
    pytest.param(pay("string"), pay("date"), ("pay.logicalType", "means", True), id="string to date"),
    pytest.param(pay("timestamp"), pay("date"), ("pay.logicalType", "means", True), id="timestamp to date"),
    pytest.param(pay("date", "drop"), pay("string", "drop"), ("pay.logicalType", "means", False), id="type of dropped"),
    pytest.param(
        pay("string", "drop"), pay("date", "drop"), ("pay.logicalType", "means", True), id="dropped, stricter"
    ),
    pytest.param(pay(), pay(place="amount"), ("pay.physicalName", "means", False), id="other place"),
    pytest.param(pay(), pay(form=Form(decimal=",")), ("pay.format", "means", False), id="other form"),
    pytest.param(pay(), pay(missing_values=("-",)), ("pay.missingValues", "means", False), id="missing word"),
    pytest.param(pay(), pay(description="Pay"), ("pay.description", "same", False), id="description"),
    pytest.param(
        pay(valid_values=("1",)), pay(valid_values=("1", "2")), ("pay.validValues", "loosens", False), id="value more"
    ),
    pytest.param(
        pay(valid_values=("1", "2")),
        pay(valid_values=("1", "3")),
        ("pay.validValues", "tightens", True),
        id="value less",
    ),
    pytest.param(pay(), pay(valid_values=("1",)), ("pay.validValues", "tightens", True), id="values asked for"),
    pytest.param(pay(valid_values=("1",)), pay(), ("pay.validValues", "loosens", False), id="values not asked for"),
    pytest.param(pay(valid_pattern="a"), pay(), ("pay.validPattern", "loosens", False), id="no pattern"),
    pytest.param(pay(valid_pattern="a"), pay(valid_pattern="b"), ("pay.validPattern", "tightens", True), id="pattern"),
    pytest.param(pay(), pay(action="rank"), ("pay.privacy", "means", True), id="other action"),
    pytest.param(pay(), pay(action="drop"), ("pay.privacy", "means", True), id="dropped"),
    pytest.param(pay(action="drop"), pay(), ("pay.privacy", "means", False), id="published now"),
    pytest.param(pay(action="drop"), pay(action="aggregate"), ("pay.privacy", "means", False), id="never published"),
    pytest.param(
        pay(action="aggregate", privacy={"least": 5}),
        pay(action="aggregate", privacy={"least": 11}),
        ("pay.privacy", "means", True),
        id="larger groups",
    ),
    pytest.param(
        pay(action="round", privacy={"to": "5"}),
        pay(action="round", privacy={"to": "10"}),
        ("pay.privacy", "means", True),
        id="other step",
    ),
    pytest.param(pay(), pay(privacy={"purpose": "dpv:X"}), ("pay.privacy", "same", False), id="purpose"),
    pytest.param(pay(), pay(privacy={"basis": "dpv:Consent"}), ("pay.privacy", "same", False), id="legal basis"),
    pytest.param(pay(), pay(privacy={"roster": "phone"}), ("pay.roster", "means", False), id="roster"),
]


@pytest.mark.parametrize(("old", "new", "expected"), COLUMNS)
def test_columns(old: Column, new: Column, expected: tuple[str, str, bool]) -> None:
    """Each word of a column has its effect, and breaks readers or not."""
    assert told(contract(old), contract(new)) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "effect", "breaks"),
    [
        ("discard_row", "discard_value", "loosens", False),
        ("discard_row", "evolve", "loosens", False),
        ("discard_row", "freeze", "tightens", True),
        ("freeze", "discard_row", "loosens", False),
        ("freeze", "evolve", "loosens", False),
        ("evolve", "discard_row", "tightens", True),
        ("evolve", "discard_value", "means", True),
        ("discard_value", "evolve", "tightens", True),
        ("discard_value", "discard_row", "tightens", True),
    ],
)
def test_mismatches(old: Any, new: Any, effect: str, breaks: bool) -> None:
    """A value that does not fit may newly be taken or become null without harm to rows that were kept, else not."""
    assert told(contract(pay(on_mismatch=old)), contract(pay(on_mismatch=new))) == [("pay.onMismatch", effect, breaks)]


RULE = RowRule("sane", "pay > 0")
SOURCES = [
    pytest.param({}, {"version": "2.0.0", "digest": "x"}, [], id="version and digest"),
    pytest.param({}, {"id": "y"}, [("id", "same", False)], id="id"),
    pytest.param({}, {"primary_key": ("id", "pay")}, [("primaryKey", "means", True)], id="key"),
    pytest.param({}, {"identity": Identity("staff", "id")}, [("identity", "means", True)], id="identity"),
    pytest.param({}, {"event_time": "pay"}, [("eventTime", "means", True)], id="event time"),
    pytest.param({"knowledge_time": "pay"}, {}, [("knowledgeTime", "means", True)], id="knowledge time"),
    pytest.param({}, {"new_columns": "discard_row"}, [("newColumns", "tightens", True)], id="strangers rejected"),
    pytest.param({}, {"new_columns": "evolve"}, [("newColumns", "same", False)], id="strangers told"),
    pytest.param({"new_columns": "freeze"}, {}, [("newColumns", "loosens", False)], id="strangers forgotten"),
    pytest.param({"new_columns": "discard_row"}, {}, [("newColumns", "loosens", False)], id="strangers kept"),
    pytest.param({}, {"row_rules": (RULE,)}, [("record.sane", "tightens", True)], id="new rule"),
    pytest.param({"row_rules": (RULE,)}, {}, [("record.sane", "loosens", False)], id="rule gone"),
    pytest.param(
        {"row_rules": (RULE,)}, {"row_rules": (replace(RULE, name="ok"),)}, [("record.ok", "same", False)], id="renamed"
    ),
    pytest.param({"row_rules": (RULE,)}, {"row_rules": (replace(RULE, condition="pay  >\n0"),)}, [], id="blanks"),
    pytest.param(
        {"row_rules": (replace(RULE, condition="id = 'a  b'"),)},
        {"row_rules": (replace(RULE, condition="id = 'a b'"),)},
        [("record.sane", "tightens", True)],
        id="blanks in quotes",
    ),
    pytest.param(
        {"row_rules": (RULE,)},
        {"row_rules": (replace(RULE, severity="warning"),)},
        [("record.sane", "loosens", False)],
        id="warns only",
    ),
    pytest.param(
        {"row_rules": (replace(RULE, severity="warning"),)},
        {"row_rules": (RULE,)},
        [("record.sane", "tightens", True)],
        id="rejects now",
    ),
    pytest.param({"uniques": (Unique(("pay",)),)}, {}, [("pay.unique", "loosens", False)], id="need not differ"),
    pytest.param({}, {"uniques": (Unique(("pay", "id")),)}, [("id,pay.unique", "tightens", True)], id="must differ"),
    pytest.param(
        {},
        {"references": (Reference(("id",), "hr", ("id",)),)},
        [("id.relationships", "tightens", True)],
        id="reference",
    ),
    pytest.param(
        {"references": (Reference(("id",), "hr", ("id",), "parent.a > 1"),)},
        {"references": (Reference(("id",), "hr", ("id",)),)},
        [("id.relationships", "loosens", False)],
        id="condition gone",
    ),
    pytest.param(
        {"gates": (Gate("few", "rejectedRows", "mustBeLessThan", 2.0, "percent", "error"),)},
        {"gates": (Gate("few", "rejectedRows", "mustBeLessThan", 1.0, "percent", "error"),)},
        [("gate.few", "same", False)],
        id="gate",
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), SOURCES)
def test_sources(old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str, bool]]) -> None:
    """Keys, times, rules and gates of a source."""
    assert told(contract(pay(), **old), contract(pay(), **new)) == expected


def test_columns_come_and_go() -> None:
    """A new column breaks nobody; one that goes breaks those who read it, and nobody reads one that was dropped."""
    empty, kept, dropped = contract(), contract(pay()), contract(pay(action="drop"))
    lenient = contract(pay(on_mismatch="discard_value"))
    assert told(empty, kept) == [("pay", "tightens", False)]
    assert told(empty, lenient) == [("pay", "means", False)]
    assert told(kept, empty) == [("pay", "means", True)]
    assert told(dropped, empty) == [("pay", "means", False)]


def test_equal_contracts_have_no_changes() -> None:
    """Nothing is told where nothing differs."""
    assert changes(contract(pay()), contract(pay())) == []


def test_a_change_is_told_in_words() -> None:
    """The sentence names limits, which are the contract's own."""
    old, new = contract(pay(options={"minimum": 0})), contract(pay(options={"minimum": 100}))
    assert [change.what for change in changes(old, new)] == ["from 0 to 100"]


OTHER_COLUMN = {
    "logical_type": "number",
    "privacy": Privacy("drop"),
    "required": True,
    "options": {"minimum": 1},
    "valid_values": ("1",),
    "valid_pattern": "a",
    "missing_values": ("-",),
    "description": "Pay",
    "place": "amount",
    "form": Form(decimal=","),
    "on_mismatch": "freeze",
}
OTHER_CONTRACT = {
    "id": "y",
    "columns": (KEY,),
    "primary_key": ("pay",),
    "identity": Identity("staff", "id"),
    "event_time": "pay",
    "knowledge_time": "pay",
    "row_rules": (RULE,),
    "gates": (Gate("few", "rejectedRows", "mustBeLessThan", 2.0, "percent", "error"),),
    "references": (Reference(("id",), "hr", ("id",)),),
    "uniques": (Unique(("pay",)),),
    "new_columns": "freeze",
    "notes": ("pay: look twice",),
    "processing": Processing(basis="dpv:Consent"),
}
OTHER_PRIVACY = {
    "action": "drop",
    "purpose": "dpv:X",
    "domain": "staff",
    "within": ("id",),
    "to": "2",
    "edges": (1.0,),
    "figure": "mean",
    "of": "a",
    "least": 5,
    "basis": "dpv:Consent",
    "roster": "phone",
    "special_category": True,
}


@pytest.mark.parametrize(("name", "value"), OTHER_COLUMN.items())
def test_no_word_of_a_column_is_overlooked(name: str, value: Any) -> None:
    """Whatever of a column differs is a change."""
    assert changes(contract(pay()), contract(replace(pay(), **{name: value})))


@pytest.mark.parametrize(("name", "value"), OTHER_CONTRACT.items())
def test_no_word_of_a_contract_is_overlooked(name: str, value: Any) -> None:
    """Whatever of a contract differs is a change, but for its version, digest and acknowledgements."""
    assert changes(contract(pay()), replace(contract(pay()), **{name: value}))


@pytest.mark.parametrize(("name", "value"), OTHER_PRIVACY.items())
def test_no_word_of_privacy_is_overlooked(name: str, value: Any) -> None:
    """Whatever of a privacy action differs is a change."""
    assert changes(contract(pay()), contract(replace(pay(), privacy=replace(pay().privacy, **{name: value}))))


def test_the_tables_above_name_every_word() -> None:
    """A word that the model gains must be compared, or left out here with a reason."""
    assert OTHER_COLUMN.keys() | {"name"} == {field.name for field in fields(Column)}
    assert OTHER_PRIVACY.keys() == {field.name for field in fields(Privacy)}
    not_compared = {"source", "version", "digest", "acknowledgements"}
    assert OTHER_CONTRACT.keys() | not_compared == {field.name for field in fields(Contract)}
