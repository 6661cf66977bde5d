"""CSV files that somebody broke, from describing them to columns: verdicts, kept neighbours, and every byte counted."""

import hashlib
import io
import random

import numpy as np
import pytest

from pipeline.parsing import FORMATS
from pipeline.parsing.csv_lines import MOST_RECORD
from pipeline.parsing.csv_rows import MOST_LINES, MOST_QUOTED
from pipeline.parsing.frames import Field, Frame, Records

HEADER = b"id,who,note\n"
BEFORE, AFTER = b'1,ann,"x, y"\n', b'8,bob,"two\nlines"\n9,eve,\n'
KEPT = None


def read(content: bytes) -> tuple[list[Frame], list[tuple[str | None, ...]]]:
    """Frames of a file, and a row of texts for each, by the file's own layout."""
    form, names = FORMATS["csv"], ["id", "who", "note"]
    fields = [Field(name, "string") for name in names]
    assert form.describe is not None
    layout = form.describe(io.BytesIO(content), {"delimiter": "auto", "encoding": "utf-8"}, names)
    framed = [item for frames in form.frame(io.BytesIO(content), layout) for item in frames]
    account_for(content, layout["start"], framed)
    frames = [frame for frame, _ in framed]
    spans = np.array([[frame.offset, frame.length] for frame in frames], np.int64).reshape(-1, 2).T
    rejected = {at: frame.reason for at, frame in enumerate(frames) if frame.reason}
    parsed = form.parse(Records(content, spans[0], spans[1], rejected), fields, layout)
    assert (parsed.reasons, parsed.wrong_types) == ({}, {})
    return frames, list(zip(*(parsed.columns[name].to_pylist() for name in names), strict=True))


def account_for(content: bytes, start: int, framed: list[tuple[Frame, bytes]]) -> None:
    """Frames follow each other, only line breaks lie between them, and each digest is of its bytes."""
    for frame, digest in framed:
        assert not content[start : frame.offset].strip(b"\r\n")
        start = frame.offset + frame.length
        assert digest == hashlib.sha256(content[frame.offset : start]).digest()
    assert not content[start:].strip(b"\r\n")


CASES: dict[str, tuple[bytes, list[str | None]]] = {
    "a quote that never closes": (b'2,a,"x\n', ["csv.quote"]),
    "lost quotes in two rows": (b'2,a,"x\n3,b,y"\n', [KEPT]),
    "a lost quote in three rows": (b'2,a,"x\n3,"b",y\n4,c,z"\n', ["csv.quote", KEPT, "csv.quote"]),
    "a quote in a bare field": (b'2,6" pipe,x\n', ["csv.quote"]),
    "text after a closing quote": (b'2,"a"b,x\n', ["csv.quote"]),
    "single and curly quotes": ("2,'a,“x\n".encode(), [KEPT]),
    "a backslash before a quote": (b'2,a,"x\\"y"\n', ["csv.quote"]),
    "too few fields": (b"2,a\n", ["csv.fields"]),
    "too many fields": (b"2,a,x,\n", ["csv.fields"]),
    "another delimiter": (b"2;a;x\n", ["csv.fields"]),
    "blanks only": (b" \t \n", ["csv.fields"]),
    "blank lines": (b"\n\r\n\n", []),
    "NUL": (b"2,a\0b,x\n", ["csv.nul"]),
    "a block of NULs": (b"\0" * 70_000 + b"\n", ["csv.fields"]),
    "NULs before a row": (b"\0" * 512 + b"2,a,x\n", ["csv.nul"]),
    "bytes that are no UTF-8": (b"2,\xff\xfe,x\n", ["csv.encoding"]),
    "a character cut in two": (b"2,a,\xe0\xa4\n", ["csv.encoding"]),
    "an overlong slash": (b"2,\xc0\xaf,x\n", ["csv.encoding"]),
    "half a surrogate pair": (b"2,\xed\xa0\x80,x\n", ["csv.encoding"]),
    "a bare carriage return": (b"2,a\rb,x\n", ["csv.line_break"]),
    "two carriage returns": (b"2,a,x\r\r\n", ["csv.line_break"]),
    "line breaks of another kind": ("2,a\x0b\x0cb,x\u2028y\u0085z\n".encode(), [KEPT]),
    "the header again": (HEADER, [KEPT]),
    "a byte order mark again": (b"\xef\xbb\xbf2,a,x\n", [KEPT]),
    "a formula": (b"=cmd|' /C calc'!A0,@SUM(1),\"=1+1\"\n", [KEPT]),
    "a row of nothing": (b",,\n", [KEPT]),
    "a million delimiters": (b"," * 1_000_000 + b"\n", ["csv.fields"]),
    "a million quotes": (b'"' * 1_000_000 + b"\n", ["csv.fields"]),
    "a million quotes and one": (b'"' * 1_000_001 + b"\n", ["csv.quote"]),
    "a quote over too many lines": (b'2,a,"' + b"\n" * MOST_LINES + b'"\n', ["csv.quote", "csv.quote"]),
    "a quote over too many bytes": (
        b'2,a,"' + b"x" * MOST_QUOTED + b'\ny\n"\n',
        ["csv.quote", "csv.fields", "csv.quote"],
    ),
    "a line that is too long": (b"2,a," + b"x" * MOST_RECORD + b"\n", ["csv.too_long"]),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n", ["csv.fields", "csv.fields", "csv.line_break"]),
}


@pytest.mark.parametrize("case", CASES)
def test_hostile_rows(case: str) -> None:
    """What is broken gets its verdicts, and the rows before and after are kept and read."""
    broken, verdicts = CASES[case]
    frames, rows = read(HEADER + BEFORE + broken + AFTER)
    assert [frame.reason for frame in frames] == [KEPT, *verdicts, KEPT, KEPT]
    assert [rows[0], *rows[-2:]] == [("1", "ann", "x, y"), ("8", "bob", "two\nlines"), ("9", "eve", None)]
    assert all(set(row) == {None} for row, verdict in zip(rows[1:], verdicts, strict=False) if verdict)


@pytest.mark.parametrize("case", CASES)
def test_hostile_rows_at_the_end(case: str) -> None:
    """The same at a file's end without its last line break: the rows before are kept."""
    frames, rows = read(HEADER + BEFORE + CASES[case][0].removesuffix(b"\n"))
    assert (frames[0].reason, rows[0]) == (KEPT, ("1", "ann", "x, y"))


def good_rows(rng: random.Random, ending: bytes) -> list[bytes]:
    """Rows whose quoted texts do not begin with a delimiter or line break: none can close another's lost quote."""
    notes = [b"", b"plain", b'"x, ""y"""', b'"two\nlines"', b'""', "é\u0905".encode(), b'"a\r\nb\r\n\r\nc"']
    return [b"%d,w%d,%s%s" % (at, at, rng.choice(notes), ending) for at in range(rng.randrange(20, 400))]


def damage(rng: random.Random, content: bytes, low: int) -> tuple[bytes, int, int]:
    """Damaged content, where the damage begins, and how many bytes at the end it did not touch."""
    at = rng.randrange(low, len(content))
    cut = rng.choice([0, 1, 1, 30, 400])
    noise, again = rng.randbytes(40), content[at - 50 : at]
    piece = rng.choice([b"", b'"', b"\n", b"\r", b"\0" * 600, noise[:1], noise, again])
    rest = content[at + cut :]
    return content[:at] + piece + rest, at, len(rest)


@pytest.mark.parametrize("seed", range(50))
def test_random_damage(seed: int) -> None:
    """Rows that end before the damage, and those that begin after its row has ended, are kept exactly."""
    rng = random.Random(seed)
    rows = good_rows(rng, rng.choice([b"\n", b"\r\n"]))
    content = HEADER + b"".join(rows)
    damaged, at, untouched = damage(rng, content, len(HEADER))
    ends = (len(HEADER) + np.cumsum([len(row) for row in rows])).tolist()
    before = sum(end <= at for end in ends)
    after = sum(end - len(row) > len(content) - untouched for end, row in zip(ends, rows, strict=True))
    frames, texts = read(damaged)
    good = [(frame, text) for frame, text in zip(frames, texts, strict=True) if frame.reason is None]
    records = [damaged[frame.offset : frame.offset + frame.length] for frame, _ in good]
    expected = [row.rstrip(b"\r\n") for row in rows]
    assert records[:before] == expected[:before]
    assert records[len(records) - after :] == expected[len(rows) - after :]
    assert [text[0] for _, text in good[:before]] == [str(number) for number in range(before)]


def test_a_file_of_broken_rows_takes_linear_time() -> None:
    """Lost quotes in every other row cost no more than reading row by row."""
    frames, _ = read(HEADER + b'1,a,"x\n2,b,y\n' * 20_000)
    assert [frame.reason for frame in frames] == ["csv.quote", KEPT] * 20_000
