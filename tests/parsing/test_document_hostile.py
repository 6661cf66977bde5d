"""Documents that were damaged at random: one verdict a file, never anything else."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing.document_records import parse_documents
from pipeline.parsing.frames import Field, Parsed, Records
from tests.benchmarks.bench_docx import write_letter
from tests.parsing.docx_files import NAMES, docx_of, packed, paragraph, parts_of

PLACES = ("text", "fact:Kind", "fact:Date", "property:title", "property:created", "file:name", "file:suffix")
FIELDS = [Field(place, "string", place) for place in PLACES]
REASON = re.compile(r"(docx|rtf|text|document)\.[a-z_]+")
FILES = {
    "a.docx": write_letter(1),
    "a.rtf": (
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset204 X;}}"
        rb"{\*\generator W;}{\info{\author A}}\uc1\f0 Kind: exit\par \'e9\u233?{\f1\'cf}{\field{\*\fldinst{HYPERLINK "
        + b'"http://x.invalid"}}{\\fldrslt x}}\\trowd a\\cell b\\cell\\row{\\pict\\bin5 {{{{{ff}\\page \\{done\\}\\par}'
    ),
    "a.txt": "Dear Zoë\r\nKind: exit\r\nDate: 2012-01-31\r\n€ 5\r\n".encode(),
}


def read(*files: tuple[str, bytes]) -> Parsed:
    return parse_documents(Records.of([body for _, body in files], [name for name, _ in files]), FIELDS, {})


def check(parsed: Parsed, count: int) -> None:
    """Every file has a verdict: a text, or a reason that is a reason and no text."""
    texts = parsed.columns["text"].to_pylist()
    assert len(texts) == count
    for at, text in enumerate(texts):
        assert (text is None) == (at in parsed.reasons)
        if at in parsed.reasons:
            assert REASON.fullmatch(parsed.reasons[at])
            assert all(column[at].as_py() is None for column in parsed.columns.values())


def damaged(body: bytes, seed: int) -> bytes:
    """The bytes with some changed, cut out, doubled, blanked or cut off."""
    rng = random.Random(seed)
    content = bytearray(body)
    for _ in range(rng.choice([1, 1, 2, 5, 50])):
        at, size = rng.randrange(len(content)), rng.choice([1, 2, 4, 30, 500])
        kind = rng.randrange(6)
        if kind == 0:
            content[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            content[at : at + size] = rng.randbytes(size)
        elif kind == 2:
            del content[at : at + size]
        elif kind == 3:
            content[at:at] = content[at : at + size]
        elif kind == 4:
            content[at : at + size] = bytes(size)
        else:
            del content[rng.randrange(max(len(content) - 200, 0), len(content)) :]
        content = content or bytearray(b"x")
    return bytes(content)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("seed", range(50))
def test_damage(name: str, seed: int) -> None:
    """A damaged file has one verdict, and its neighbours keep theirs."""
    good = list(FILES.items())
    parsed = read(good[0], (name, damaged(FILES[name], seed)), *good[1:])
    check(parsed, 4)
    assert set(parsed.reasons) <= {1}


@pytest.mark.parametrize("seed", range(50))
def test_damage_inside(seed: int) -> None:
    """Damage that the archive's checksums don't show, in each of its parts, has one verdict as well."""
    core = "<c xmlns:d='http://purl.org/dc/elements/1.1/'><d:title>a</d:title></c>"
    parts = {**parts_of(paragraph("Kind: &#x41;")), "core.xml": core}
    broken = {name: damaged(str(part).encode(), seed + at) for at, (name, part) in enumerate(parts.items())}
    files = [("a.docx", packed({**parts, name: part})) for name, part in broken.items()]
    check(read(*files), len(files))


@settings(max_examples=300)
@given(st.sampled_from(["a.docx", "a.rtf", "a.txt", "a"]), st.binary(max_size=200))
def test_any_bytes(name: str, body: bytes) -> None:
    """Whatever the bytes, a file has one verdict."""
    check(read((name, body), (name, b"{\\rtf1" + body + b"}"), (name, b"PK\3\4" + body)), 3)


_WORDS = (
    r"\u \u9 \uc \uc0 \f1 \f \deff1 \ansicpg \ansicpg932 \'81 \'zz \bin3 \pict \* \cell \fonttbl \deleted \deleted0 \ "
)
_TOKENS = st.sampled_from([*_WORDS.split(" "), "{", "}", "é", "\\", "{\\field{\\*\\fldinst{HYPERLINK ", '"x"', "a\n"])


@settings(max_examples=300)
@given(st.lists(_TOKENS, max_size=30))
def test_any_rtf(tokens: list[str]) -> None:
    """Whatever the control words, an RTF file has one verdict."""
    check(read(("a.rtf", ("{\\rtf1" + "".join(tokens) + "}").encode("latin-1"))), 1)


_NAMES = "w:p w:r w:t w:tbl w:tr w:tc w:txbxContent w:del w:pPr w:rPr w:sym mc:AlternateContent mc:Choice"
_TREES = st.recursive(
    st.sampled_from(["", "a", "&#13;d", "&#x81;", "\x8d", "<w:br/>", "<w:sym w:char='d;'/>", "<w:del/>"]),
    lambda tree: st.builds(
        "<{0}>{1}</{0}>".format, st.sampled_from(_NAMES.split(" ")), st.lists(tree, max_size=4).map("".join)
    ),
    max_leaves=20,
)


@settings(max_examples=300)
@given(_TREES)
def test_any_tree(tree: str) -> None:
    """Whatever the elements and however they lie in each other, a DOCX has one verdict and no marks in its text."""
    parsed = read(("a.docx", packed(parts_of("") | {"word/document.xml": f"<w:document {NAMES}>a{tree}</w:document>"})))
    check(parsed, 1)
    assert not re.search("[\r\x81\x8d\x8f]", parsed.columns["text"][0].as_py() or "")


def test_deep_and_wide() -> None:
    """Text boxes in text boxes, paragraphs in paragraphs and a million cells take time in line with their size."""
    nested = ("<w:p>" * 40 + "<w:r><w:txbxContent>" * 40, "</w:txbxContent></w:r>" * 40 + "</w:p>" * 40)
    bodies = [paragraph("a").join(nested), f"<w:tr>{'<w:tc/>' * 200_000}</w:tr>{paragraph('a')}"]
    bodies.append(f"<w:p>{'<w:r><w:txbxContent><w:p/></w:txbxContent></w:r>' * 50_000}</w:p>{paragraph('a')}")
    check(read(*[("a.docx", docx_of(body)) for body in bodies]), 3)
