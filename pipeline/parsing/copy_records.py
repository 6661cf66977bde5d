r"""Rows of PostgreSQL's COPY text format to columns of text."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from pipeline.parsing.copy_types import in_our_form
from pipeline.parsing.frames import Field, Layout, Parsed, Positions, Records

_ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.|\Z)", re.DOTALL)
_NAMED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_OCTAL = b"01234567"


class _EscapeError(ValueError):
    """A value ends in a lone backslash: the delimiter after it may belong to the value."""


def parse_copy(records: Records, fields: Sequence[Field], layout: Layout) -> Parsed:
    r"""Read one row a record. `\N` is None, an empty text stays one; a field that the table lacks is None in every row.

    Args:
        records: lines without their line breaks.
        fields: their places are columns of the table.
        layout: `columns`, (name, PostgreSQL type) of each in order.

    A database has types, so none is ever wrong here. Text of a value: as `COPY` wrote it, escapes decoded; booleans and
    times as `in_our_form` says. A column that was not asked for counts where it is not null.

    Reasons: `copy.line_break` (a bare carriage return or line feed), `copy.fields` (not as many as the table has),
    `copy.nul`, `copy.encoding` (not UTF-8; escaped bytes too), `copy.escape` (a lone backslash at a value's end).
    """
    types: dict[str, str] = dict(layout["columns"])
    columns, rows, reasons = _split(records, len(types))
    table = dict(zip(types, columns, strict=True))
    for name, column in table.items():
        table[name], unreadable = _unescape(column)
        reasons.update((int(rows[at]), reason) for at, reason in unreadable.items() if int(rows[at]) not in reasons)
    order = _order(len(records), rows, reasons)
    if order is not None:
        table = {name: column.take(order) for name, column in table.items()}
    none = pa.nulls(len(records), pa.string())
    texts = {
        item.name: in_our_form(table[item.source_name], types[item.source_name]) if item.source_name in types else none
        for item in fields
    }
    return Parsed(texts, {}, reasons, *_strangers(table, {item.source_name for item in fields}))


def _split(records: Records, width: int) -> tuple[list[pa.Array], Positions, dict[int, str]]:
    """Columns of the rows that are well-formed, escapes and all, their positions, and why the others are not."""
    texts = list(records)
    rows = np.array([at for at in range(len(texts)) if at not in records.rejected], np.int64)
    kept = texts if not records.rejected else [texts[at] for at in rows]
    columns = _columns(kept, width)
    if columns is not None:
        return columns, rows, {}
    verdicts = [verdict(text, width) for text in kept]
    reasons = {int(at): found for at, found in zip(rows, verdicts, strict=True) if found}
    good = [text for text, found in zip(kept, verdicts, strict=True) if found is None]
    columns = _columns(good, width)
    assert columns is not None
    return columns, rows[[found is None for found in verdicts]], reasons


def _columns(texts: list[bytes], width: int) -> list[pa.Array] | None:
    """Columns of well-formed rows; None if one is not."""
    names = [f"c{at}" for at in range(width)]
    # A first line of our own: a byte order mark would be lost from the first.
    body = b"\n".join(["\t".join(names).encode(), *texts, b""])
    # Arrow takes an empty line for a row of as many fields as there are.
    empty = width > 1 and b"\n\n" in body
    if empty or b"\r" in body or b"\0" in body or body.count(b"\n") != len(texts) + 1:
        return None
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(body),
            pa.csv.ReadOptions(use_threads=False, block_size=len(body) + 1),
            pa.csv.ParseOptions(delimiter="\t", quote_char=False, double_quote=False, ignore_empty_lines=False),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[r"\N"], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid:
        return None
    return [column.combine_chunks() for column in table.columns] if len(table) == len(texts) else None


def verdict(row: bytes, width: int) -> str | None:
    """Why a row is not well-formed, the first that holds: its shape comes before its content."""
    if b"\r" in row or b"\n" in row:
        return "copy.line_break"
    if row.count(b"\t") != width - 1:
        return "copy.fields"
    if b"\0" in row:
        return "copy.nul"
    try:
        row.decode()
    except UnicodeDecodeError:
        return "copy.encoding"
    return None


def _unescape(column: pa.Array) -> tuple[pa.Array, dict[int, str]]:
    """The column with its escapes decoded, and the rows where that can't be."""
    escaped = pc.fill_null(pc.match_substring(column, "\\"), False)
    if not escaped.true_count:
        return column, {}
    texts: list[str | None] = []
    reasons: dict[int, str] = {}
    for at, value in zip(np.flatnonzero(escaped).tolist(), column.filter(escaped).to_pylist(), strict=True):
        text, reason = decoded(value.encode())
        texts.append(text)
        if reason:
            reasons[at] = reason
    return pc.replace_with_mask(column, escaped, pa.array(texts, pa.string())), reasons


def decoded(value: bytes) -> tuple[str | None, str | None]:
    """A value with its escapes decoded; where that can't be, None and why."""
    try:
        text = _ESCAPE.sub(_byte, value).decode()
    except UnicodeDecodeError:
        return None, "copy.encoding"
    except _EscapeError:
        return None, "copy.escape"
    return (None, "copy.nul") if "\0" in text else (text, None)


def _byte(found: re.Match[bytes]) -> bytes:
    code = found.group(1)
    if code in _NAMED:
        return _NAMED[code]
    if not code:
        raise _EscapeError
    if code[0] in _OCTAL:
        return bytes([int(code, 8) & 0xFF])
    return bytes([int(code[1:], 16)]) if len(code) > 1 else code


def _order(size: int, rows: Positions, reasons: Mapping[int, str]) -> pa.Array | None:
    """Where each record stands among `rows`, null where it can't be read; None if there is nothing to move."""
    if len(rows) == size and not reasons:
        return None
    order = np.full(size, -1)
    order[rows] = np.arange(len(rows))
    order[list(reasons)] = -1
    return pa.array(order, mask=order < 0)


def _strangers(table: Mapping[str, pa.Array], asked: set[str]) -> tuple[dict[str, int], list[int]]:
    """How many rows have each column that was not asked for, and which rows have any."""
    present = {name: np.asarray(column.is_valid()) for name, column in table.items() if name not in asked}
    counts = {name: int(having.sum()) for name, having in present.items() if having.any()}
    return counts, np.flatnonzero(np.any(list(present.values()), axis=0)).tolist() if counts else []
