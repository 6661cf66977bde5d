"""Delimiters and encodings that a CSV file does not declare."""

import io
from typing import Any

import pytest

from pipeline.parsing import FORMATS
from pipeline.parsing.csv_dialect import HEAD
from pipeline.parsing.frames import Layout

_EXPECTED = ["id", "note", "Größe"]
_AUTO = {"delimiter": "auto", "encoding": "auto"}


def describe(content: bytes, declared: Layout = _AUTO, expected: list[str] = _EXPECTED) -> dict[str, Any]:
    find = FORMATS["csv"].describe
    assert find is not None
    return dict(find(io.BytesIO(content), declared, expected))


def reasons(content: bytes, layout: Layout) -> list[str | None]:
    return [frame.reason for frames in FORMATS["csv"].frame(io.BytesIO(content), layout) for frame, _ in frames]


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (b"id,note\n1,x\n", ","),
        (b"id;note\n1;x, y, z\n", ";"),
        (b"id\tnote\n1\tx;y\n", "\t"),
        (b"id|note\n1|x\n", "|"),
        (b"\xef\xbb\xbf\nid;note\n", ";"),
        (b'"id";"note, with; all|"\n1;x\n', ";"),
        (b"id;x,note\n1;2\n", ";"),
        (b'id;"a;b","c"\n', ","),
        (b"id\n1;2\n3;4\n", ","),
        (b"a,b;c,d;x\n1;2;3\n4;5;6\n", ";"),
        (b"", ","),
        (b"Rose;12\nPaul;13\n", ";"),
    ],
)
def test_delimiter(content: bytes, delimiter: str) -> None:
    """The delimiter is the one that finds most expected names, then fits most rows, then splits most."""
    assert describe(content)["delimiter"] == delimiter


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"id,note\n1,x\n", "utf-8"),
        (b"\xef\xbb\xbfid,note\n", "utf-8"),
        ("id,Größe\n".encode(), "utf-8"),
        ("id,Größe\n".encode("windows-1252"), "windows-1252"),
        (b"id,note\n1,cut \xc3", "windows-1252"),
        (b"id,note\n1," + b"x" * (HEAD - 11) + "é".encode() + b"\n", "utf-8"),
        (b"id,note\n1," + b"x" * (HEAD - 12) + b"\xe9y\n", "windows-1252"),
        (b"id,note\n1,Ren\xe9\n" + b"2,x\n" * 98, "windows-1252"),
        (b"id,note\n1,Ren\xe9\n" + b"2,x\n" * 99, "utf-8"),
        ("id,note\n1,René\n".encode() + b"2,\xff\n", "utf-8"),
        ("id,note\n1,René\n".encode() + b"2,\xff\n3,Ren\xe9\n", "windows-1252"),
    ],
)
def test_encoding(content: bytes, encoding: str) -> None:
    """UTF-8 unless lines that are none outnumber those that are, and are one in a hundred; a cut character is none."""
    assert describe(content)["encoding"] == encoding


def test_windows_1252_after_an_ascii_head() -> None:
    """A file whose first megabyte is ASCII is UTF-8: later rows in another encoding are rejected one by one."""
    content = b"id,note\n" + b"1,xxxxxxxx\n" * (HEAD // 10) + b"2,Ren\xe9\n3,x\n"
    layout = describe(content)
    assert layout["encoding"] == "utf-8"
    assert reasons(content, layout)[-3:] == [None, "csv.encoding", None]


def test_what_was_found_stands_in_the_layout() -> None:
    """A layout holds plain values only, and reading again by it finds nothing anew."""
    layout = describe("id;Größe\n1;x\n".encode("windows-1252"))
    assert layout == {"delimiter": ";", "encoding": "windows-1252", "header": ["id", "Größe"], "start": 9}
    assert describe("id;Größe\n1;x\n".encode("windows-1252"), layout) == layout


def test_what_is_declared_holds() -> None:
    """A declared delimiter and encoding are never second-guessed."""
    layout = describe(b"id,note;x\n", {"delimiter": ";", "encoding": "windows-1252"}, ["id,note"])
    assert (layout["delimiter"], layout["encoding"], layout["header"]) == (";", "windows-1252", ["id,note", "x"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id,note\n1,x\n".encode("utf-16"), "csv.utf16"),
        (b"Rose,12\n", "csv.header_missing"),
        (b'id,"note\n', "csv.header_malformed"),
        (b"id;id\n", "csv.header_duplicate"),
    ],
)
def test_a_file_that_cannot_be_read(content: bytes, reason: str) -> None:
    """Nothing found makes a bad header good: the file keeps its reason."""
    assert describe(content)["reason"] == reason
