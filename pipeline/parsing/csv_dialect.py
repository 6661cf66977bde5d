"""Delimiter and encoding of a CSV file that does not declare them: found in its first megabyte, always alike."""

import codecs
import io
from collections.abc import Collection
from itertools import islice

from pipeline.parsing.csv_lines import Lines
from pipeline.parsing.csv_rows import Rules, header_names, rows_one_by_one

HEAD = 1 << 20
UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
#: In order of preference where nothing else decides.
_DELIMITERS = (",", ";", "\t", "|")
_ROWS = 100


def find_encoding(head: bytes, whole: bool) -> str:
    """`utf-8` where the head is that, else `windows-1252`.

    Plain ASCII is both and counts as UTF-8: a row further on that is not UTF-8 is then rejected by itself
    (`csv.encoding`), and the file's source should declare its encoding.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        # UTF-16 is refused by its mark, whatever is said here.
        return "utf-8" if head.startswith(UTF16_BOMS) else "windows-1252"
    return "utf-8"


def find_delimiter(head: bytes, whole: bool, encoding: str, expected: Collection[str]) -> str:
    """The delimiter under which the header has most of the expected names; then under which most of the first rows
    fit the header; then which splits the header into most fields.
    """
    text = head if whole else head[: head.rfind(b"\n") + 1] or head
    text = text.removeprefix(UTF8_BOM)
    return max(_DELIMITERS, key=lambda delimiter: _fit(text, Rules(None, delimiter.encode(), encoding), expected))


def _fit(text: bytes, rules: Rules, expected: Collection[str]) -> tuple[int, int, int]:
    lines = Lines(io.BytesIO(text), 0)
    first = next(rows_one_by_one(lines, rules), None)
    if first is None or first[0].reason:
        return (0, 0, 0)
    frame = first[0]
    names = header_names(text[frame.offset : frame.offset + frame.length], rules)
    rows = islice(rows_one_by_one(lines, Rules(len(names), rules.delimiter, rules.encoding)), _ROWS)
    return len(set(names) & set(expected)), sum(row.reason is None for row, _ in rows), len(names)
