"""Reading XML records as columns of text."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ContractError
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Field, Parsed, Records
from pipeline.parsing.xml_places import compile_places
from pipeline.parsing.xml_tree import Found, find, read_element, texts_of, wrapper

_SPACES = {"v": "urn:v", "h": "urn:h", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}


def parse(records: list[bytes], fields: list[Field], encoding: str = "utf-8") -> Parsed:
    layout = {"record": "R", "encoding": encoding, "namespaces": _SPACES}
    return FORMATS["xml"].parse(Records.of(records), fields, layout)


def texts(record: bytes, place: str, logical_type: str = "string") -> list[str | None]:
    """What a place holds: read by the full parser, then by the shape that it teaches."""
    parsed = parse([record] * 3, [Field("f", logical_type, place)])
    assert not parsed.reasons
    found = parsed.columns["f"].to_pylist()
    assert found == [found[0]] * 3
    return [found[0], *(name for name in parsed.wrong_types.get(2, ()))]


@pytest.mark.parametrize(
    ("record", "place", "text"),
    [
        (b"<R id='1'/>", "@id", "1"),
        (b"<R id=''/>", "@id", None),
        (b"<R><D>x</D></R>", "D", "x"),
        (b"<v:R><v:D>x</v:D></v:R>", "D", "x"),
        (b"<R><E n='7'/></R>", "E/@n", "7"),
        (b"<R><h:E h:n='7'/></R>", "E/@n", "7"),
        (b"<R><A><B>x</B></A></R>", "A/B", "x"),
        (b"<R><A><B k='a'>x</B><B k='b'>y</B></A></R>", "A/B[@k='b']", "y"),
        (b"<R><A><B k='a'>x</B></A></R>", "A/B[@k='b']", None),
        (b"<R><B k='a' n='1'/><B k='b' n='2'/></R>", 'B[@k="b"]/@n', "2"),
        (b"<R><S>x</S><S/><S>y</S></R>", "S[]", "x\ny"),
        (b"<R><S>x</S></R>", "S[]", "x"),
        (b"<R><S n='1'/><S n='2'/></R>", "S[]/@n", "1\n2"),
        (b"<R><v:D>x</v:D><h:D>y</h:D></R>", "{urn:h}D", "y"),
        (b"<R><v:D>x</v:D></R>", "{urn:h}D", None),
        (b"<R><a:D xmlns:a='urn:h'>y</a:D></R>", "{urn:h}D", "y"),
        (b"<R v:n='1' n='2'/>", "@{urn:v}n", "1"),
        (b"<R v:n='1' n='2'/>", "@{}n", "2"),
        (b"<R/>", "D", None),
        (b"<R><D/></R>", "D", None),
        (b"<R><D></D></R>", "D", None),
        (b"<R><D xsi:nil='true'>x</D></R>", "D", None),
        (b"<R><D xsi:nil='false'>x</D></R>", "D", "x"),
        (b"<R><D> \n </D></R>", "D", " \n "),
        (b"<R><D> x </D></R>", "D", " x "),
        (b"<R><D>a &amp;lt; &lt;b&gt; &quot;&apos;</D></R>", "D", "a &lt; <b> \"'"),
        (b"<R n='&lt;&amp;gt;'/>", "@n", "<&gt;"),
        (b"<R><D>&#233;&#x20ac;</D></R>", "D", "é€"),
        ("<R><D>é€\U0001f600</D></R>".encode(), "D", "é€\U0001f600"),
        (b"<R><D><![CDATA[<b> &amp; ]] > x]]></D></R>", "D", "<b> &amp; ]] > x"),
        (b"<R><D><![CDATA[]]></D></R>", "D", None),
        (b"<R><D>a<![CDATA[<]]>b</D></R>", "D", "a<b"),
        (b"<R><D>a<b>c</b>d</D></R>", "D", "acd"),
        (b"<R><D>a<!-- b -->c<?p q?>d</D></R>", "D", "acd"),
        (b"<R><D>a\r\nb\rc</D></R>", "D", "a\nb\nc"),
        (b"<R n='a\nb'/>", "@n", "a b"),
        (b"<R><D xml:space='preserve'> x </D></R>", "D", " x "),
        (b"<R><D xml:id='1 2'>x</D><S xml:id='1 2'/></R>", "D", "x"),
        (b"<R>x</R>", "D", None),
    ],
)
def test_texts(record: bytes, place: str, text: str | None) -> None:
    """A place finds its text, by the full parser and by a shape alike."""
    assert texts(record, place) == [text]


@pytest.mark.parametrize("logical_type", ["integer", "number", "date", "timestamp", "boolean"])
@pytest.mark.parametrize(("inside", "text"), [(b" \n7\t", "7"), (b"  ", None), (b"<![CDATA[ 7 ]]>", "7")])
def test_blanks(inside: bytes, text: str | None, logical_type: str) -> None:
    """Blanks around a value that is no string are no part of it."""
    assert texts(b"<R><D>" + inside + b"</D></R>", "D", logical_type) == [text]


@pytest.mark.parametrize("record", [b"<R><D>1</D><D>2</D></R>", b"<R><D/><v:D/></R>"])
def test_more_than_one(record: bytes) -> None:
    """A place that finds more than one element where one was asked for is a wrong type, and its text is null."""
    assert texts(record, "D") == [None, "f"]


def test_own_name() -> None:
    """A field without a place lies under its own name."""
    assert parse([b"<R><D>x</D></R>"], [Field("D", "string")]).columns["D"].to_pylist() == ["x"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"<R><D>1</R>", "xml.malformed"),
        (b"<R>&foo;</R>", "xml.malformed"),
        (b"<R>&#0;</R>", "xml.malformed"),
        (b"<R>a & b</R>", "xml.malformed"),
        (b"<R>]]></R>", "xml.malformed"),
        (b"<R>\x01</R>", "xml.malformed"),
        (b"<R>\xef\xbf\xbf</R>", "xml.malformed"),
        (b"<R a='1' a='2'/>", "xml.malformed"),
        (b"<R a='<'/>", "xml.malformed"),
        (b"<R a=1/>", "xml.malformed"),
        (b"<x:R/>", "xml.malformed"),
        (b"<R><x:D/></R>", "xml.malformed"),
        (b"<R/><R/>", "xml.malformed"),
        (b"<R/>x", "xml.malformed"),
        (b"</r><r>", "xml.malformed"),
        (b"", "xml.malformed"),
        (b"<!DOCTYPE R [<!ENTITY a 'b'>]><R>&a;</R>", "xml.malformed"),
        (b"<R>" + b"<D>" * 400 + b"</D>" * 400 + b"</R>", "xml.malformed"),
        (b"<R><D>\xff</D></R>", "xml.encoding"),
    ],
)
def test_unreadable(record: bytes, reason: str) -> None:
    """A record that can't be read gets its reason and no text, and its neighbours are untouched."""
    good = b"<R><D>1</D></R>"
    parsed = parse([good, good, record, good], [Field("f", "string", "D")])
    assert parsed.reasons == {2: reason}
    assert parsed.columns["f"].to_pylist() == ["1", "1", None, "1"]


def test_rejected_by_framing() -> None:
    """A record that framing refused is null, whatever it holds, and has no other reason."""
    records = Records.of([b"<R><D>1</D></R>", b"<R>", b"<R><D>2</D></R>"])
    layout = {"record": "R", "encoding": "utf-8", "namespaces": {}}
    marked = Records(records.body, records.offsets, records.lengths, {1: "xml.malformed"})
    parsed = FORMATS["xml"].parse(marked, [Field("f", "string", "D")], layout)
    assert (parsed.columns["f"].to_pylist(), parsed.reasons) == (["1", None, "2"], {})


@pytest.mark.parametrize("encoding", ["iso8859-1", "cp1252"])
def test_encoding_of_the_file(encoding: str) -> None:
    """Texts are decoded as the file says."""
    records = ["<R><D>é</D></R>".encode(encoding), "<R><D>&lt;ü</D></R>".encode(encoding)]
    assert parse(records, [Field("f", "string", "D")], encoding).columns["f"].to_pylist() == ["é", "<ü"]


@pytest.mark.parametrize(("encoding", "record"), [("cp1252", b"<R><D>\x81</D></R>"), ("ascii", b"<R><D>\xe9</D></R>")])
def test_bytes_beside_the_encoding(encoding: str, record: bytes) -> None:
    """Bytes that the file's encoding does not know are a reason."""
    assert parse([b"<R/>", record], [Field("f", "string", "D")], encoding).reasons == {1: "xml.encoding"}


def test_strangers() -> None:
    """Elements and attributes that no place goes through are counted by path, once a record."""
    records = [
        b"<R id='1'><D u='x'>1</D><N><M>2</M></N><S k='a'>3</S><S k='c'>4</S><S k='c'>5</S></R>",
        b"<R><D>1</D><N/><S k='a'>3</S></R>",
        b"<R><D>1</D></R>",
    ] * 2
    fields = [Field("d", "string", "D"), Field("s", "string", "S[@k='a']")]
    parsed = parse(records, fields)
    assert parsed.ignored == {"@id": 2, "D/@u": 2, "N": 4, "S": 2}
    assert sorted(parsed.strangers) == [0, 1, 3, 4]


@pytest.mark.parametrize(
    "place",
    ["/", "D/", "/D", "D//E", "@", "@a/b", "D[1]", "D[@k]", "D[@k='x]", "D[]x", "v:D", "{u}", "D E", "D/@n[]", "."],
)
def test_bad_place(place: str) -> None:
    """What is no place is refused before anything is read."""
    with pytest.raises(ContractError, match="f: no place in an XML record"):
        parse([], [Field("f", "string", place)])


_NAMES = st.sampled_from([b"D", b"v:D", b"h:E", b"S", b"b"])
_PIECES = st.sampled_from(
    [
        b"x",
        b" ",
        b"\n",
        b"&amp;",
        b"&lt;",
        b"&#65;",
        b"]",
        b">",
        b"&",
        b"\r\n",
        b"\xc3\xa9",
        b"\xff",
        b"\xef\xbf\xbe",
        b"\x02",
    ]
)
_TEXT = st.lists(_PIECES, max_size=4).map(b"".join)
_CONTENT = st.one_of(_TEXT, _TEXT.map(lambda text: b"<![CDATA[" + text + b"]]>"), st.just(b"<!-- c -->"))
_ATTRIBUTES = st.lists(
    st.tuples(
        st.sampled_from([b"k", b"n", b"v:n", b"xsi:nil"]),
        st.sampled_from([b"a", b"b", b"true", b"", b"&gt;", b"<", b"\t"]),
    ),
    max_size=2,
).map(lambda found: b"".join(b" %s='%s'" % item for item in found))


def _element(name: bytes, attributes: bytes, inside: list[bytes]) -> bytes:
    content = b"".join(inside)
    return b"<%s%s>%s</%s>" % (name, attributes, content, name) if content else b"<%s%s/>" % (name, attributes)


_ELEMENTS = st.recursive(
    st.builds(_element, _NAMES, _ATTRIBUTES, st.lists(_CONTENT, max_size=1)),
    lambda inner: st.builds(_element, _NAMES, _ATTRIBUTES, st.lists(st.one_of(inner, inner, _TEXT), max_size=3)),
    max_leaves=6,
)
_RECORDS = st.builds(_element, st.just(b"R"), _ATTRIBUTES, st.lists(_ELEMENTS, max_size=4))
_FIELDS = [
    Field("d", "string", "D"),
    Field("n", "number", "D/@n"),
    Field("s", "string", "S[]"),
    Field("k", "string", "E[@k='a']/@n"),
    Field("b", "date", "E/b"),
    Field("h", "string", "{urn:h}E"),
    Field("r", "string", "@{urn:v}n"),
]


def _judge(record: bytes) -> tuple[list[str | None], list[str], str | None, set[str]]:
    """What the full parser says: texts, wrong types, reason, unknown names."""
    try:
        record.decode()
    except UnicodeDecodeError:
        return [None] * len(_FIELDS), [], "xml.encoding", set()
    plan = compile_places(_FIELDS)
    element = read_element(record, wrapper(_SPACES))
    found = Found() if element is None else find(element, plan)
    texts, wrong = texts_of(found, plan)
    return texts, wrong, "xml.malformed" if element is None else None, {path for path, _ in found.unknown}


@settings(max_examples=100, deadline=None)
@given(st.lists(_RECORDS, min_size=1, max_size=8))
def test_quick_is_exact(records: list[bytes]) -> None:
    """Records read together, by shapes that they teach each other, come out as by the full parser."""
    parsed = parse(records * 3, _FIELDS)
    names: Counter[str] = Counter()
    for at, record in enumerate(records * 3):
        texts, wrong, reason, unknown = _judge(record)
        names.update(unknown)
        assert [column[at].as_py() for column in parsed.columns.values()] == texts
        assert parsed.reasons.get(at) == reason
        assert list(parsed.wrong_types.get(at, ())) == wrong
        assert (at in parsed.strangers) == bool(unknown)
    assert parsed.ignored == names


@given(st.lists(st.binary(max_size=30)))
def test_no_bytes_crash_the_reader(records: list[bytes]) -> None:
    """Whatever the bytes, each record has a row."""
    assert len(parse(records, _FIELDS).columns["d"]) == len(records)
