"""A sample of a CSV file: dialect and header found, since nobody has declared them."""

import io
import re
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.errors import SourceError
from pipeline.onboarding.files import Body
from pipeline.onboarding.sampled import Sampled, framed, read_columns
from pipeline.parsing import FORMATS
from pipeline.parsing.csv_dialect import HEAD, UTF8_BOM, find_delimiter, find_encoding
from pipeline.parsing.csv_header import describe_csv
from pipeline.parsing.csv_lines import Lines
from pipeline.parsing.csv_rows import Rules, delimiter_byte, header_names, rows_one_by_one, take_row

#: Names that look like values: numbers, dates, addresses of mail. Years may be names of columns.
_VALUE = re.compile(r"[-+]?\d[\d.,]*|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*|[^@\s]+@[^@\s]+\.[^@\s]+")
_YEAR = re.compile(r"(19|20)\d\d")
#: Share of the header's names that look like values, from which it is a row.
_MOST_VALUES = 0.4
#: Delimiters in order of preference; rows that are looked at, and the share of them that one must fit.
_DELIMITERS = (",", ";", "\t", "|")
_ROWS, _LEAST_FIT = 100, 0.5
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def sample_csv(path: Path, body: Body) -> Sampled:
    """Read a CSV file.

    Raises:
        SourceError: it has no header, or one that can't be used, or no rows.
    """
    head = body.data[:HEAD]
    whole_head = body.whole and len(body.data) <= HEAD
    encoding = find_encoding(head, whole_head)
    delimiter = _delimiter(head, whole_head, encoding)
    names = _header(path, body, delimiter, encoding)
    declared: dict[str, Any] = {"delimiter": delimiter, "encoding": encoding}
    layout = describe_csv(body.stream(), declared, names)
    records, whole = framed(body.data, list(FORMATS["csv"].frame(body.stream(), layout)), body.whole)
    columns, rejected = read_columns("csv", records, names, layout)
    if not len(records):
        raise SourceError(
            f"{path.name} has a header and no rows", given=f"{len(names)} columns", allowed="rows below it"
        )
    return Sampled("csv", declared, columns, len(records) - sum(rejected.values()), whole, rejected)


def _delimiter(head: bytes, whole: bool, encoding: str) -> str:
    """The delimiter that parts the header and fits at least half of the first rows; else as the parser would find it.

    Where no name is expected the parser prefers what all rows fit: one column, if a single row is broken.
    """
    text = (head if whole else head[: head.rfind(b"\n") + 1]).removeprefix(UTF8_BOM)
    found = {delimiter: _fit(text, delimiter, encoding) for delimiter in _DELIMITERS}
    good = [delimiter for delimiter, (names, share) in found.items() if names > 1 and share >= _LEAST_FIT]
    return max(good, key=lambda delimiter: found[delimiter][0]) if good else find_delimiter(head, whole, encoding, ())


def _fit(text: bytes, delimiter: str, encoding: str) -> tuple[int, float]:
    """Names in the header, and the share of the first rows that have as many fields."""
    lines = Lines(io.BytesIO(text), 0)
    first = next(rows_one_by_one(lines, Rules(None, delimiter.encode(), encoding)), None)
    if first is None or first[0].reason:
        return 0, 0.0
    header = text[first[0].offset : first[0].offset + first[0].length]
    names = len(header_names(header, Rules(None, delimiter.encode(), encoding)))
    rows = list(islice(rows_one_by_one(lines, Rules(names, delimiter.encode(), encoding)), _ROWS))
    return names, sum(row.reason is None for row, _ in rows) / len(rows) if rows else 1.0


def _header(path: Path, body: Body, delimiter: str, encoding: str) -> list[str]:
    lines = Lines(body.stream(), 0)
    if body.data.startswith(UTF8_BOM):
        lines.skip(len(UTF8_BOM))
    line = lines.take()
    while line is not None and not line.content and not line.too_long:
        line = lines.take()
    rules = Rules(None, delimiter_byte(delimiter), encoding)
    row, reason, _ = take_row(line, lines, rules) if line and not line.too_long else (b"", "csv.header_malformed", 0)
    if reason:
        raise SourceError(f"the header of {path.name} can't be read", given=reason, allowed="names, one a column")
    names = list(header_names(row, rules))
    _check(path, names)
    return names


def _check(path: Path, names: list[str]) -> None:
    unnamed = [number for number, name in enumerate(names, 1) if not name]
    like_values = [name for name in names if _VALUE.fullmatch(name) and not _YEAR.fullmatch(name)]
    if len(like_values) + len(unnamed) > _MOST_VALUES * len(names) or any(map(_MAIL.fullmatch, names)):
        raise SourceError(
            f"the first line of {path.name} looks like a row, not like a header",
            given=f"{len(like_values)} of {len(names)} names look like values",
            allowed="a first line with the columns' names",
            hint="add one to the file",
        )
    if unnamed:
        raise SourceError(
            f"the header of {path.name} has a column without a name",
            given=f"column {unnamed[0]} of {len(names)}",
            hint="name it in the file; an exported index may be deleted",
        )
    numbers: dict[str, list[int]] = {}
    for number, name in enumerate(names, 1):
        numbers.setdefault(name, []).append(number)
    twice = next(((name, found) for name, found in numbers.items() if len(found) > 1), None)
    if twice:
        raise SourceError(
            f"the header of {path.name} has two columns of one name",
            given=f"{twice[0]!r} is column {' and '.join(map(str, twice[1]))}",
            hint="rename one in the file",
        )
