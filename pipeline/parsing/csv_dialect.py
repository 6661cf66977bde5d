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
#: One line in so many must be no UTF-8, or the bad bytes are damage.
_ODD_LINES = 100


def find_encoding(head: bytes, whole: bool) -> str:
    """`utf-8`, or `windows-1252` where lines that are no UTF-8 outnumber those that only UTF-8 explains.

    A few damaged bytes don't make a file another one: such lines must also be one in `_ODD_LINES`, or a UTF-8 file with
    a bad row would be misread as a whole. Plain ASCII counts as UTF-8. A row that is not in the file's encoding is
    rejected by itself (`csv.encoding`); a file that mixes both should declare its encoding.
    """
    if head.startswith(UTF16_BOMS):  # refused by its mark, whatever is said here
        return "utf-8"
    *lines, last = head.split(b"\n")
    high = [_is_utf8(line) for line in lines if not line.isascii()]
    if not last.isascii():
        high.append(_is_utf8(last, whole=whole))
    odd = high.count(False)
    return "windows-1252" if 2 * odd > len(high) and odd * _ODD_LINES >= len(lines) else "utf-8"


def _is_utf8(line: bytes, *, whole: bool = True) -> bool:
    """Whether the line is UTF-8; one that is not `whole` may end inside a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(line, final=whole)
    except UnicodeDecodeError:
        return False
    return True


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
