"""Decoding many JSON records at once gives what reading them one by one gives, whatever they are."""

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing.frames import Field, Parsed, Records
from pipeline.parsing.json_exact import levels_of, path_of, read_record
from pipeline.parsing.json_lines import as_lines
from pipeline.parsing.json_records import parse_exactly, parse_json
from pipeline.parsing.json_shape import NotSimpleError, Shape

FIELDS = (
    Field("id", "string"),
    Field("level", "integer"),
    Field("pay", "number", "base.amount"),
    Field("money", "string", "base.currency"),
    Field("deep", "boolean", "base.more.flag"),
    Field("code", "string", promote=True),
    Field("on", "date", promote=True),
)
#: Records that something is wrong with, or that look so.
HOSTILE = {
    "a key twice": b'{"id":"x","id":"x"}',
    "a key twice, one with a blank": b'{"id":"x","id" :"y"}',
    "a key twice, one escaped": b'{"id":"x","\\u0069d":"y"}',
    "a key twice below": b'{"base":{"amount":1,"amount":1}}',
    "a key twice in what nobody asked for": b'{"other":{"a":{"b":1,"b":1}}}',
    "a key twice in a list that nobody asked for": b'{"other":[{"a":1,"a":2}]}',
    "a key in a text": b'{"id":"\\"x\\":","level":1}',
    "a key in a text, and one twice": b'{"id":"\\":","level":1,"level" :2}',
    "blanks before colons": b'{"id" : "x", "level"\t:\n1}',
    "a blank and a colon in a text": b'{"id":"c\'est : oui","other":"a\\" :"}',
    "line breaks between": b'{\n "id": "x",\r\n "base": {\n "amount": 1.50}}',
    "a NUL": b'{"id":"\\u0000"}',
    "a NUL that nobody asked for": b'{"other":"\\u0000"}',
    "a NUL below": b'{"base":{"currency":"\\u0000"}}',
    "a NUL too deep to matter": b'{"other":{"a":"\\u0000"}}',
    "a backslash before a NUL's name": b'{"id":"\\\\u0000"}',
    "half a pair": b'{"id":"\\ud800"}',
    "half a pair that nobody asked for": b'{"other":"\\udc00"}',
    "a whole pair": b'{"id":"\\ud83d\\ude00","other":"\\ud83d\\ude00"}',
    "an escaped letter": b'{"id":"\\u00e9\\n"}',
    "no UTF-8": b'{"id":"\xff"}',
    "no UTF-8 that nobody asked for": b'{"other":"\xff"}',
    "no UTF-8 in a number's place": b'{"level":"\xff"}',
    "no UTF-8 in a name": b'{"\xff":1}',
    "surrogates in UTF-8": b'{"id":"\xed\xa0\x80"}',
    "a control character": b'{"id":"a\tb"}',
    "a big integer": b'{"level":9223372036854775808}',
    "the biggest integer": b'{"level":9223372036854775807}',
    "an integer beyond a double's digits": b'{"level":9007199254740993.0}',
    "an integer with an exponent": b'{"level":12e2}',
    "minus nothing": b'{"level":-0,"base":{"amount":-0}}',
    "a fraction for an integer": b'{"level":1.5}',
    "a number beyond a double": b'{"base":{"amount":1e400},"code":1e400}',
    "a long number": b'{"base":{"amount":' + b"9" * 400 + b'},"code":' + b"9" * 400 + b"}",
    "a number's text": b'{"base":{"amount":1.500},"code":1.500}',
    "texts for numbers": b'{"level":"1","base":{"amount":"1"}}',
    "numbers for texts": b'{"id":1,"base":{"currency":2},"on":20240101}',
    "no number": b'{"level":01}',
    "not a number": b'{"base":{"amount":NaN}}',
    "a boolean's text": b'{"code":true,"base":{"more":{"flag":"true"}}}',
    "objects for values": b'{"id":{},"level":{},"code":{"a":1},"on":[]}',
    "a line break in a list for a value": b'{"level":[1,\n2],"code":[\n]}',
    "values for objects": b'{"base":5}',
    "a list for an object": b'{"base":[{"amount":1}]}',
    "null for an object": b'{"base":null,"level":1}',
    "null below": b'{"base":{"amount":null,"more":null,"x":null}}',
    "nulls everywhere": b'{"id":null,"level":null,"code":null,"on":null}',
    "unknown names": b'{"other":1,"base":{"other":2,"more":{"other":null}}}',
    "a name with a dot": b'{"base.amount":1,"a.b":2}',
    "an unknown object": b'{"other":{"amount":1}}',
    "an empty name": b'{"":1,"base":{"":2}}',
    "a name with a quote": b'{"a\\"b":1}',
    "empty": b"",
    "only blanks": b"  ",
    "an empty object": b"{}",
    "two objects": b"{}{}",
    "two objects and a blank": b'{"id":"x"} {"id":"y"}',
    "half an object": b'{"other":[{}',
    "the other half": b"{}]}",
    "a list": b'[{"id":"x"}]',
    "a comma first": b',{"id":"x"}',
    "a comma too many": b'{"id":"x",}',
    "a blank around": b' {"id":"x"} ',
    "a mark first": b'\xef\xbb\xbf{"id":"x"}',
    "deep": b'{"other":' + b"[" * 2_000 + b"]" * 2_000 + b"}",
    "not so deep": b'{"other":' + b"[" * 200 + b"]" * 200 + b"}",
    "UTF-16": '{"id":"x"}'.encode("utf-16"),
}
GOOD = (
    b'{"id":"good","level":3,"base":{"amount":2.50,"currency":"EUR","more":{"flag":true}},"code":7,"on":"2024-01-01"}'
)


def differing(records: list[bytes], fields: tuple[Field, ...] = FIELDS) -> list[str]:
    """Attributes in which the two ways differ."""
    quick, exact = parse_json(Records.of(records), fields, {}), parse_exactly(Records.of(records), fields)
    return [name for name in Parsed.__dataclass_fields__ if _plain(quick, name) != _plain(exact, name)]


def _plain(parsed: Parsed, name: str) -> Any:
    value = getattr(parsed, name)
    return {field: column.to_pylist() for field, column in value.items()} if name == "columns" else value


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_records(case: str) -> None:
    """A hostile record is read alike alone, among good ones and among its own kind, and changes no neighbour."""
    record = HOSTILE[case]
    assert differing([record]) == []
    assert differing([record] * 3) == []
    assert differing([GOOD, record, GOOD]) == []
    mixed = parse_json(Records.of([GOOD, record, GOOD]), FIELDS, {})
    alone = parse_json(Records.of([GOOD]), FIELDS, {})
    for item in FIELDS:
        assert mixed.columns[item.name].take([0, 2]).to_pylist() == alone.columns[item.name].to_pylist() * 2


def test_hostile_records_together() -> None:
    """All of them in one batch, in any order, are read as one by one."""
    records = list(HOSTILE.values())
    for seed in range(20):
        random.Random(seed).shuffle(records)
        assert differing(records[: 5 + seed]) == []
    assert differing(records) == []


def test_records_of_many_pages() -> None:
    """Records are found in the bytes as they landed, whatever lies between them, refused ones left out."""
    body = b'{"records":[{"id":"a"}, {"id":"b"},{"id" "c"}],"next":"{"}{"records": [ {"id":"d"}\n,\n{"id":"e"} ]}'
    offsets = np.array([body.index(b'{"id" "c"' if name == "c" else b'{"id":"%s"' % name.encode()) for name in "abcde"])
    records = Records(body, offsets, np.full(5, 10), {2: "json.malformed"})
    for parsed in (parse_json(records, FIELDS, {}), parse_exactly(records, FIELDS)):
        assert parsed.columns["id"].to_pylist() == ["a", "b", None, "d", "e"]
        assert parsed.reasons == {}
    assert Shape(FIELDS, ()).take(as_lines(body, offsets[[0, 1, 3, 4]], np.full(4, 10)) or b"", 4).doubtful == set()


@pytest.mark.parametrize(
    ("record", "simple"),
    [
        (GOOD, True),
        (b"{}", True),
        (HOSTILE["nulls everywhere"], True),
        (HOSTILE["blanks before colons"], False),
        (HOSTILE["an escaped letter"], True),
        (HOSTILE["a key twice"], False),
        (b'{"other":1}', False),
    ],
)
def test_what_is_decoded_together(record: bytes, simple: bool) -> None:
    """Ordinary records are decoded together; whatever is in doubt is not."""
    assert Shape(FIELDS, ()).accepts(record) is simple


def test_unknown_members_may_be_part_of_the_shape() -> None:
    """Records with a member that nobody asked for are decoded together too, objects and lists included."""
    records = [b'{"id":"x","other":{"a":[1,{"b":2}]},"base":{"x":"y"}}'] * 3
    others = read_record(records[0], levels_of([path_of(item) for item in FIELDS])).unknown
    taken = Shape(FIELDS, others).take(b"\n".join(records), 3)
    assert taken.unknown == {("other",): [0, 1, 2], ("base", "x"): [0, 1, 2]}
    assert not taken.doubtful


@pytest.mark.parametrize(
    "fields",
    [
        (Field("a", "string"), Field("b", "string", "a")),
        (Field("a", "string"), Field("b", "string", "a.b")),
        (Field("a", "string", 'x"y'),),
    ],
)
def test_places_that_have_no_shape(fields: tuple[Field, ...]) -> None:
    """Places that overlap, or that no shape can name, are read one by one, with the same result as ever."""
    with pytest.raises(NotSimpleError):
        Shape(fields, ())
    assert differing([b'{"a":"x"}', b'{"a":{"b":"x"}}', b'{"x\\"y":"z"}'], fields) == []


@pytest.mark.parametrize(
    ("record", "texts", "wrong"),
    [
        (b'{"base":{"amount":5.50}}', {"pay": "5.50"}, []),
        (b'{"base":{"more":{"flag":false}}}', {"deep": "false"}, []),
        (b'{"base":null}', {}, []),
        (b'{"base":5}', {}, ["pay", "money", "deep"]),
        (b'{"base":{"more":[]}}', {}, ["deep"]),
        (b'{"base":{"amount":{}}}', {}, ["pay"]),
        (b'{"code":1.50}', {"code": "1.50"}, []),
        (b'{"code":true}', {"code": "true"}, []),
        (b'{"code":"1"}', {"code": "1"}, []),
        (b'{"code":[1]}', {}, ["code"]),
        (b'{"base":{"currency":1}}', {}, ["money"]),
    ],
)
def test_places_and_promotion(record: bytes, texts: dict[str, str], wrong: list[str]) -> None:
    """A place leads into objects; what is no object on the way is a wrong type, null is absent; text takes numbers."""
    parsed = parse_json(Records.of([GOOD, record]), FIELDS, {})
    found = {name: column[1].as_py() for name, column in parsed.columns.items() if column[1].is_valid}
    assert (found, parsed.wrong_types.get(1, [])) == (texts, wrong)


def test_unknown_names_at_every_level() -> None:
    """Names beside the places are counted by record under their path; an object that nobody goes into counts once."""
    records = [GOOD, HOSTILE["unknown names"], b'{"other":{"a":1,"b":2},"base":{"other":1}}']
    parsed = parse_json(Records.of(records), FIELDS, {})
    assert parsed.ignored == {"other": 2, "base.other": 2, "base.more.other": 1}
    assert list(parsed.strangers) == [1, 2]


_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(['":', "\\", " :"])
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["amount", "x", '":']), inner, max_size=2)
    ),
    max_leaves=4,
)
_base = st.dictionaries(st.sampled_from(["amount", "currency", "more", "x"]), _values, max_size=3)
_record = st.dictionaries(
    st.sampled_from(["id", "level", "code", "on", "base", "other", "é", 'a"b']), _values, max_size=5
) | st.fixed_dictionaries({"id": st.text(max_size=5), "level": st.integers(), "base": _base})


@settings(max_examples=100, deadline=None)
@given(
    st.lists(_record, min_size=1, max_size=5), st.booleans(), st.sampled_from([(",", ":"), (", ", ": "), (",", " :")])
)
def test_any_records(records: list[dict[str, Any]], ascii_only: bool, separators: tuple[str, str]) -> None:
    """Together is as one by one for any objects, however they are written."""
    texts = [
        json.dumps(record, ensure_ascii=ascii_only, separators=separators).encode(errors="replace")
        for record in records
    ]
    assert differing(texts) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([GOOD, *HOSTILE.values()]), min_size=1, max_size=4), st.data())
def test_any_damage(records: list[bytes], data: st.DataObject) -> None:
    """Together is as one by one for damaged records too."""
    at = data.draw(st.integers(0, len(records) - 1))
    damaged = bytearray(records[at])
    where = data.draw(st.integers(0, len(damaged)))
    damaged[where : where + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    assert differing([*records[:at], bytes(damaged), *records[at + 1 :]]) == []
