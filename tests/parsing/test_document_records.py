"""Documents to columns of text: formats, places, facts, verdicts."""

import hashlib
import io

import pytest

from pipeline.errors import ContractError
from pipeline.parsing import FORMATS
from pipeline.parsing.document_content import MOST_BYTES
from pipeline.parsing.document_places import fact_key
from pipeline.parsing.document_records import frame_document, parse_documents
from pipeline.parsing.frames import Field, Frame, Parsed, Records
from tests.parsing.docx_files import CORE, docx_of, paragraph, relations, table

DOCX = docx_of(paragraph("Dear Ann") + table(("Kind", "exit")))
TEXT = b"Dear Ann\nKind: exit\n"
RTF = rb"{\rtf1 Dear Ann\par Kind: exit\par}"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def parse(files: dict[str, bytes], *places: str) -> Parsed:
    """The files' columns at the places, named by them."""
    records = Records.of(list(files.values()), list(files))
    return parse_documents(records, [Field(place, "string", place) for place in places], {})


def values(parsed: Parsed) -> dict[str, list[str | None]]:
    return {name: column.to_pylist() for name, column in parsed.columns.items()}


def test_every_format() -> None:
    """DOCX, RTF and text say the same in the same columns."""
    parsed = parse({"2012/a.docx": DOCX, "b.RTF": RTF, "c.txt": TEXT}, "text", "fact:Kind", "file:name", "file:suffix")
    assert values(parsed) == {
        "text": ["Dear Ann\nKind\texit\n", "Dear Ann\nKind: exit\n", "Dear Ann\nKind: exit\n"],
        "fact:Kind": ["exit"] * 3,
        "file:name": ["2012/a.docx", "b.RTF", "c.txt"],
        "file:suffix": ["docx", "rtf", "txt"],
    }
    assert (parsed.wrong_types, parsed.reasons, dict(parsed.ignored), list(parsed.strangers)) == ({}, {}, {}, [])


@pytest.mark.parametrize("name", ["letter", "letter.dat", "", "letter.doc"])
@pytest.mark.parametrize("body", [DOCX, RTF, TEXT])
def test_format_by_content(name: str, body: bytes) -> None:
    """Where the suffix says nothing, the first bytes say what a file is."""
    assert values(parse({name: body}, "fact:kind")) == {"fact:kind": ["exit"]}


def test_no_file_names() -> None:
    """Without names of files the content says the format, and the columns of names are None."""
    fields = [Field("kind", "string", "fact:kind"), Field("file", "string", "file:name"), Field("text", "string")]
    parsed = parse_documents(Records.of([DOCX]), fields, {})
    assert values(parsed) == {"kind": ["exit"], "file": [None], "text": ["Dear Ann\nKind\texit\n"]}


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("a.docx", b"", "document.empty"),
        ("a.docx", docx_of(paragraph(" \t")), "document.empty"),
        ("a.rtf", b"{\\rtf1 }", "document.empty"),
        ("a.txt", b" \r\n", "document.empty"),
        ("a.doc", OLE, "document.format"),
        ("a.pdf", b"%PDF-1.7\n", "document.format"),
        ("a", OLE + "EncryptedPackage".encode("utf-16-le"), "docx.encrypted"),
        ("a.docx", OLE, "docx.encrypted"),
        ("a.docx", RTF, "docx.zip"),
        ("a.rtf", TEXT, "rtf.malformed"),
        ("a.txt", DOCX, "text.binary"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "text.binary"),
        ("a.odt", b"PK\3\4", "docx.zip"),
    ],
)
def test_refused(name: str, body: bytes, reason: str) -> None:
    """A file that can't be read has its reason and no text, and its neighbours are untouched."""
    parsed = parse({"1.txt": TEXT, name: body, "2.docx": DOCX}, "fact:kind", "file:name")
    assert values(parsed) == {"fact:kind": ["exit", None, "exit"], "file:name": ["1.txt", None, "2.docx"]}
    assert parsed.reasons == {1: reason}


def test_rejected_by_framing() -> None:
    """What framing refused is not looked at."""
    records = Records.of([TEXT, b"\0", TEXT], ["a.txt"] * 3)
    rejected = Records(records.body, records.offsets, records.lengths, {1: "document.too_large"}, records.files)
    parsed = parse_documents(rejected, [Field("kind", "string", "fact:kind")], {})
    assert (values(parsed), parsed.reasons) == ({"kind": ["exit", None, "exit"]}, {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Kind: exit", "exit"),
        ("  KIND :  exit  ", "exit"),
        ("Kind:exit: now", "exit: now"),
        ("Kind: exit\nkind: exit", "exit"),
        ("Kind:\nKind: exit", "exit"),
        ("Kind exit", None),
        ("of Kind: exit", None),
        ("Kind:", None),
        ("Kinds: exit", None),
    ],
)
def test_fact_in_a_line(text: str, value: str | None) -> None:
    """A fact stands after its label and a colon at a line's start, whatever case and blanks."""
    parsed = parse({"a.txt": f"Dear Ann\n{text}\n".encode()}, "fact: kind ")
    assert (values(parsed), parsed.wrong_types) == ({"fact: kind ": [value]}, {})


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (table(("Kind", "exit")), "exit"),
        (table((" KIND: ", " exit ")), "exit"),
        (table(("Kind", "exit"), ("Kind", "exit")), "exit"),
        (table(("Kind", "")), None),
        (table(("Kind", "exit", "x")), None),
        (table(("exit", "Kind")), None),
        (paragraph("Kind: exit"), "exit"),
        (paragraph("Kind\texit"), None),
    ],
)
def test_fact_in_a_row(content: str, value: str | None) -> None:
    """A fact stands beside its label in a row of two cells, or in a paragraph as in any text."""
    assert values(parse({"a.docx": docx_of(paragraph("-") + content)}, "fact:kind")) == {"fact:kind": [value]}


@pytest.mark.parametrize(
    "body",
    [
        docx_of(table(("Kind", "exit"), ("kind", "warning"))),
        docx_of(table(("Kind", "exit")) + paragraph("Kind: warning")),
        b"Kind: exit\nKIND: Exit\n",
    ],
)
def test_two_values_of_a_fact(body: bytes) -> None:
    """A fact with two different values has the wrong type; other columns are read."""
    parsed = parse({"a": body}, "fact:kind", "file:name")
    assert values(parsed) == {"fact:kind": [None], "file:name": ["a"]}
    assert (parsed.wrong_types, parsed.reasons) == ({0: ["fact:kind"]}, {})


def test_many_values_of_a_fact() -> None:
    """A hundred thousand values of one fact are told apart in no time."""
    body = "".join(f"Kind: {at}\n" for at in range(100_000)).encode()
    assert parse({"a.txt": body}, "fact:kind").wrong_types == {0: ["fact:kind"]}


def test_properties() -> None:
    """Properties are those of a DOCX; one that can't be read has the wrong type, and other formats have none."""
    rels = relations(("officeDocument", "word/document.xml"), (CORE, "core.xml"))
    core = '<c xmlns:d="http://purl.org/dc/elements/1.1/"><d:title>Exit</d:title></c>'
    good, bad = (docx_of(paragraph("a"), {"_rels/.rels": rels, "core.xml": text}) for text in (core, "<c>"))
    parsed = parse({"a.docx": good, "b.docx": bad, "c.txt": TEXT}, "property:title", "property:created")
    assert values(parsed) == {"property:title": ["Exit", None, None], "property:created": [None] * 3}
    assert parsed.wrong_types == {1: ["property:title", "property:created"]}


@pytest.mark.parametrize(
    "place",
    ["", "body", "Text", "fact:", "fact: : ", "fact:a:b", "fact", "property:", "property:Title", "file:path", "x:text"],
)
def test_no_such_place(place: str) -> None:
    """A place that no document has is refused, even where there is no document."""
    with pytest.raises(ContractError, match="a document has no place for the column note"):
        parse_documents(Records.of([]), [Field("note", "string", place)], {})


def test_no_such_property() -> None:
    """The message lists the properties that there are."""
    with pytest.raises(ContractError) as caught:
        parse_documents(Records.of([]), [Field("note", "string", "property:salary")], {})
    assert "created" in str(caught.value.allowed)


def test_labels() -> None:
    """Labels are compared without case, outer blanks and a colon at the end."""
    assert fact_key(" Employee NUMBER : ") == fact_key("employee number")


@pytest.mark.parametrize(
    ("size", "reason"), [(0, "document.empty"), (1, None), (MOST_BYTES, None), (MOST_BYTES + 1, "document.too_large")]
)
def test_frames(size: int, reason: str | None) -> None:
    """A file is one frame with its digest, unless it is empty or too large."""
    content = bytes(size)
    framed = [item for frames in frame_document(io.BytesIO(content), {}) for item in frames]
    assert framed == [(Frame(0, size, reason), hashlib.sha256(content).digest())]


def test_registered() -> None:
    """The format is known by its source's kind."""
    assert (FORMATS["documents"].frame, FORMATS["documents"].parse) == (frame_document, parse_documents)
