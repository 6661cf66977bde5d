"""Framing of XML files, damaged ones too."""

import hashlib
import io
import random
import re

import pytest

from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Frame, Layout
from pipeline.parsing.xml_elements import MOST_NESTED
from pipeline.parsing.xml_window import MOST_RECORD

OK = None
A, B = b'<R id="1"><D>1</D></R>', b'<R id="2"><D>2</D></R>'
Verdict = tuple[bytes, str | None]


def frame(content: bytes, record: str = "R") -> tuple[Layout, list[tuple[Frame, bytes]]]:
    form = FORMATS["xml"]
    assert form.describe
    layout = form.describe(io.BytesIO(content), {"record": record}, ())
    return layout, [item for frames in form.frame(io.BytesIO(content), layout) for item in frames]


def verdicts(content: bytes, record: str = "R") -> list[Verdict]:
    framed = [item for item, _ in frame(content, record)[1]]
    return [(content[item.offset : item.offset + item.length], item.reason) for item in framed]


INTACT: dict[str, tuple[bytes, list[bytes]]] = {
    "two records": (b"<E>" + A + b"\n  " + B + b"</E>", [A, B]),
    "no records": (b"<E>\n</E>", []),
    "an empty file": (b"", []),
    "the root is the record": (A, [A]),
    "empty elements": (b"<E><R/><R a='>'/></E>", [b"<R/>", b"<R a='>'/>"]),
    "a mark and a declaration": (b'\xef\xbb\xbf<?xml version="1.0"?>\n<E>' + A + b"</E>\n", [A]),
    "a plain document type": (b"<!-- x --><!DOCTYPE E><E>" + A + b"</E>", [A]),
    "any prefix": (b'<x:E xmlns:x="u"><x:R>1</x:R></x:E>', [b"<x:R>1</x:R>"]),
    "names that only begin alike": (b"<E><Rx/><R.x/><x-R/><R><Rs></Rs></R></E>", [b"<R><Rs></Rs></R>"]),
    "its end tag in CDATA": (b"<E><R><![CDATA[</R><R>]]></R>" + A + b"</E>", [b"<R><![CDATA[</R><R>]]></R>", A]),
    "its end tag in a comment": (b"<E><R><!-- </R> --></R>" + A + b"</E>", [b"<R><!-- </R> --></R>", A]),
    "its end tag in an instruction": (b"<E><R><?p </R>?></R>" + A + b"</E>", [b"<R><?p </R>?></R>", A]),
    "records in comments": (b"<E><!-- " + A + b" --><?p <R>?>" + B + b"</E>", [B]),
    "attributes with angle brackets": (
        b"<E><R a='>' b=\"/>\"><D c='>'/></R></E>",
        [b"<R a='>' b=\"/>\"><D c='>'/></R>"],
    ),
    "blanks in tags": (b"<E>\r\n<R\n id='1'\t>x</R\n></E >", [b"<R\n id='1'\t>x</R\n>"]),
    "a record in a record": (b"<E><R><R/><D><R>1</R></D></R>" + B + b"</E>", [b"<R><R/><D><R>1</R></D></R>", B]),
    "groups": (b"<E><Y><R/></Y><Y n='2'><M>" + A + b"</M></Y></E>", [b"<R/>", A]),
    "other elements": (b"<E><Head><T>x &amp; y</T></Head>" + A + b"<Sum>2</Sum>" + B + b"<End/></E>", [A, B]),
    "the same namespaces again": (b'<E xmlns="u"><Y xmlns="u">' + A + b"</Y>" + B + b"</E>", [A, B]),
}


@pytest.mark.parametrize("case", INTACT)
def test_intact(case: str) -> None:
    """Each record element is a frame, and everything else in a sound file is structure."""
    content, records = INTACT[case]
    assert verdicts(content) == [(record, OK) for record in records]


HOSTILE: dict[str, tuple[bytes, list[Verdict]]] = {
    "a lost end tag": (
        b'<E><R id="1"><D>1</D>' + B + A + b"</E>",
        [(b'<R id="1"><D>1</D>', "xml.malformed"), (B, OK), (A, OK)],
    ),
    "a lost end tag of the last record": (
        b"<E>" + A + b"<R><D>1</D></E>",
        [(A, OK), (b"<R><D>1</D>", "xml.malformed")],
    ),
    "lost end tags of all records": (
        b"<E><R>1<R>2<R>3</E>",
        [(b"<R>1", "xml.malformed"), (b"<R>2", "xml.malformed"), (b"<R>3", "xml.malformed")],
    ),
    "a misspelt end tag": (b"<E><R>1</Rx>" + B + b"</E>", [(b"<R>1</Rx>", "xml.malformed"), (B, OK)]),
    "a lost end tag inside": (b"<E><R><D>1</R>" + B + b"</E>", [(b"<R><D>1</R>", OK), (B, OK)]),
    "a lost quote": (b'<E><R id="1><D>1</D></R>' + B + b"</E>", [(b'<R id="1><D>1</D></R>', "xml.malformed"), (B, OK)]),
    "a damaged start tag": (b"<E><Rx><D>1</D></R>" + B + b"</E>", [(b"<Rx><D>1</D></R>", "xml.stray"), (B, OK)]),
    "a lost start": (b'<E>R id="1"><D>1</D></R>' + B + b"</E>", [(b'R id="1"><D>1</D></R>', "xml.stray"), (B, OK)]),
    "a CDATA that is not closed": (
        b"<E><R><![CDATA[x</R><R><![CDATA[y]]></R></E>",
        [(b"<R><![CDATA[x</R>", "xml.malformed"), (b"<R><![CDATA[y]]></R>", OK)],
    ),
    "a comment that is not closed": (
        b"<E><R><!-- x</R>" + B + b"<!-- y --></E>",
        [(b"<R><!-- x</R>", "xml.malformed"), (B, OK)],
    ),
    "text between records": (b"<E>" + A + b" x y\n" + B + b"</E>", [(A, OK), (b"x y", "xml.stray"), (B, OK)]),
    "CDATA between records": (
        b"<E>" + A + b"<![CDATA[<R>]]>" + B + b"</E>",
        [(A, OK), (b"<![CDATA[<R>]]>", "xml.stray"), (B, OK)],
    ),
    "an end tag that closes nothing": (b"<E>" + A + b"</Y>" + B + b"</E>", [(A, OK), (b"</Y>", "xml.stray"), (B, OK)]),
    "groups that cross": (b"<E><Y>" + A + b"</E>", [(A, OK), (b"</E>", "xml.stray")]),
    "text after the root": (b"<E>" + A + b"</E>\nbye", [(A, OK), (b"bye", "xml.stray")]),
    "no XML at all": (b"id,who\n1,x\n", [(b"id,who\n1,x", "xml.stray")]),
    "cut in a record": (b"<E>" + A + b"<R><D>1</D> \n", [(A, OK), (b"<R><D>1</D>", "xml.truncated")]),
    "cut in a tag": (b"<E>" + A + b"<R id='", [(A, OK), (b"<R id='", "xml.truncated")]),
    "cut between records": (b"<E>" + A + b"\n", [(A, OK), (b"", "xml.truncated")]),
    "namespaces that change": (
        b'<E><Y xmlns:a="u"><a:R/></Y><Y xmlns:a="v"><a:R/></Y></E>',
        [(b"<a:R/>", OK), (b"<a:R/>", "xml.namespaces")],
    ),
    "namespaces that end": (b'<E><Y xmlns="u"><R/></Y><R/></E>', [(b"<R/>", OK), (b"<R/>", "xml.namespaces")]),
    "an entity bomb": (
        b'<!DOCTYPE E [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><E><R>&b;</R></E>',
        [(b'<!DOCTYPE E [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><E><R>&b;</R></E>', "xml.doctype")],
    ),
    "an external document type": (
        b'<?xml version="1.0"?>\n<!DOCTYPE E SYSTEM "file:///etc/passwd"><E><R/></E>',
        [(b'<?xml version="1.0"?>\n<!DOCTYPE E SYSTEM "file:///etc/passwd"><E><R/></E>', "xml.doctype")],
    ),
    "a document type too late": (
        b'<E><!DOCTYPE E [<!ENTITY a "b">]>' + A + b"</E>",
        [(b'<!DOCTYPE E [<!ENTITY a "b">]>', "xml.stray"), (A, OK)],
    ),
    "UTF-16": ("<E/>".encode("utf-16"), [("<E/>".encode("utf-16"), "xml.encoding")]),
    "UTF-16 without a mark": ("<E/>".encode("utf-16-le"), [("<E/>".encode("utf-16-le"), "xml.encoding")]),
    "an encoding that hides ASCII": (
        b'<?xml version="1.0" encoding="shift_jis"?><E/>',
        [(b'<?xml version="1.0" encoding="shift_jis"?><E/>', "xml.encoding")],
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile(case: str) -> None:
    """What is broken is a frame with a reason, and its neighbours are kept."""
    content, expected = HOSTILE[case]
    assert verdicts(content) == expected


@pytest.mark.parametrize(("inside", "reason"), [(MOST_NESTED, OK), (MOST_NESTED + 1, "xml.malformed")])
def test_most_nested(inside: int, reason: str | None) -> None:
    """Records inside a record belong to it up to the limit; past it, the outer one is taken for unclosed."""
    content = b"<E><R>" + b"<R/>" * inside + b"</R>" + B + b"</E>"
    framed = verdicts(content)
    assert framed[0] == (content[3 : -len(B) - 4] if reason is None else b"<R>", reason)
    assert framed[-1] == (B, OK)


@pytest.mark.parametrize(
    ("over", "ending"), [(0, b"</R>"), (1, b"</R>"), (3 * MOST_RECORD, b"</R>"), (1, b""), (MOST_RECORD, b"")]
)
def test_longest_record(over: int, ending: bytes) -> None:
    """A record longer than the limit is one frame with a reason, hashed all the same, and the next one is found."""
    record = b"<R>" + b"x" * (MOST_RECORD - 3 - len(ending) + over) + ending
    framed = frame(b"<E>" + record + B + b"</E>")[1]
    assert framed[0] == (Frame(3, len(record), "xml.too_long" if over else OK), hashlib.sha256(record).digest())
    assert [item.reason for item, _ in framed[1:]] == [OK]


def test_large_file() -> None:
    """Records that lie across the pieces that a file is read in come out whole, at their place in the file."""
    records = [b"<R><D>%d</D>%s</R>" % (number, b"x" * (number % 997)) for number in range(9_000)]
    content = b"<E>" + b"\n".join(records) + b"</E>"
    framed = frame(content)[1]
    assert [content[item.offset : item.offset + item.length] for item, _ in framed] == records
    assert [digest for _, digest in framed] == [hashlib.sha256(record).digest() for record in records]


def _export(records: int) -> bytes:
    body = b"".join(
        b'  <v:R id="%d"><v:D>2020-01-01</v:D>\n    <v:C><![CDATA[text %d]]></v:C><v:E n="1"/></v:R>\n'
        % (number, number)
        for number in range(records)
    )
    return b'<?xml version="1.0"?>\n<v:X xmlns:v="u">\n<v:Y>\n' + body + b"</v:Y>\n</v:X>\n"


@pytest.mark.parametrize("seed", range(50))
def test_damage(seed: int) -> None:
    """Random damage never crashes, frames never overlap, and a record that was not hit is lost only to one that was.

    Lost to a neighbour means: it lies in a frame that begins in a damaged place before it, or the file was refused.
    """
    random_ = random.Random(seed)
    intact = _export(200)
    content = bytearray(intact)
    hits = sorted(random_.sample(range(60, len(content)), random_.randint(1, 12)))
    for hit in hits:
        content[hit] = random_.choice([random_.randrange(256), *b'<>/"&]!'])
    framed = [item for item, _ in frame(bytes(content))[1]]
    ends = [item.offset + item.length for item in framed]
    assert all(end <= item.offset for end, item in zip(ends, framed[1:], strict=False))
    good = {(item.offset, item.length) for item in framed if item.reason is None}
    lost = 0
    for found in re.finditer(rb"<v:R .*?</v:R>", intact, re.DOTALL):
        start, end = found.span()
        if not any(start <= hit < end for hit in hits) and (start, end - start) not in good:
            lost += 1
            outer = next(item for item, to in zip(framed, ends, strict=True) if item.offset <= start and end <= to)
            assert any(outer.offset <= hit < start for hit in hits)
    assert lost <= 2
