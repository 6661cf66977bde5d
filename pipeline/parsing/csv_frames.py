"""Frames of a CSV file, many rows at once; rows that may be wrong are judged one by one by the careful rules."""

import codecs
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import numpy as np

from pipeline.parsing.csv_lines import Lines
from pipeline.parsing.csv_rows import MOST_LINES, MOST_QUOTED, Rules, lines_of_bad_file, rows_one_by_one
from pipeline.parsing.csv_scan import Bytes, Scan, scan_rows
from pipeline.parsing.frames import Frames, Layout, Positions, digests_of, in_batches

_PIECE = 4 << 20
#: Where fewer rows than this came at once before one that needs care, twice as many as last time go one by one.
_FEW, _MOST_CAREFUL = 100, 8_192
#: Rows that are handed on together.
_BATCH = 16_384


def frame_csv(stream: BinaryIO, layout: Layout, size: int = _PIECE) -> Iterator[Frames]:
    """Frames of a file's rows, holding few of them in memory.

    Args:
        stream: the whole file, at its beginning.
        layout: `header` (names), `start` (where the first row may start), `delimiter`, `encoding`, and `reason` where
            no row of the file can be read: then every line that is not blank is a frame with that reason.
        size: bytes to look at at once; it changes nothing but speed and memory.

    Reasons: `csv.nul`, `csv.encoding`, `csv.quote`, `csv.line_break` (a bare carriage return), `csv.fields`,
    `csv.too_long` (over `MOST_RECORD` bytes).
    """
    lines = Lines(stream, 0)
    lines.skip(layout["start"])
    if reason := layout.get("reason"):
        return in_batches(lines_of_bad_file(lines, reason))
    return _gathered(_pieces(lines, Rules.of(layout), size))


def _pieces(lines: Lines, rules: Rules, size: int) -> Iterator[Frames]:
    """Frames of piece after piece; after a row that needs care, pieces are small for a while."""
    look, careful = size, 1
    while True:
        piece, ended = lines.peek(look)
        frames, used = frame_piece(piece, ended, rules)
        yield frames.moved(lines.offset)
        lines.skip(used)
        if ended and used == len(piece):
            return
        if not ended and len(piece) - used <= look // 4:
            look = min(2 * look, size)
            continue
        look = max(look // 4, size // 64, 1)
        careful = 1 if len(frames) >= _FEW else min(2 * careful, _MOST_CAREFUL)
        yield Frames.of(list(islice(rows_one_by_one(lines, rules), careful)))


def _gathered(pieces: Iterator[Frames]) -> Iterator[Frames]:
    """The same frames in large batches."""
    kept: list[Frames] = []
    rows = 0
    for frames in pieces:
        kept.append(frames)
        rows += len(frames)
        if rows >= _BATCH:
            yield _join(kept)
            kept, rows = [], 0
    if rows:
        yield _join(kept)


def _join(parts: list[Frames]) -> Frames:
    starts = np.cumsum([0, *map(len, parts)]).tolist()
    return Frames(
        np.concatenate([part.offsets for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        b"".join(part.digests for part in parts),
        {start + at: reason for start, part in zip(starts, parts, strict=False) for at, reason in part.reasons.items()},
    )


def frame_piece(piece: bytes, whole: bool, rules: Rules) -> tuple[Frames, int]:
    """Rows of a piece up to one that needs care, and how many bytes they and their line breaks are."""
    data = np.frombuffer(piece, np.uint8)
    scan = scan_rows(data, rules.delimiter[0], whole)
    count, used, reasons = len(scan.starts), scan.used, {}
    for row in _suspects(piece, data, scan, rules).tolist():
        if scan.lines[row] > 1:
            # Whether it is one row at all is for the careful rules to say; what follows hangs on it.
            count, used = row, int(scan.starts[row])
            break
        reason = rules.reason(piece[scan.starts[row] : scan.ends[row]])
        if reason:
            reasons[row] = reason
    offsets, ends = scan.starts[:count], scan.ends[:count]
    lengths = ends - offsets
    return Frames(offsets, lengths, digests_of(piece, offsets.tolist(), lengths.tolist()), reasons), used


def _suspects(piece: bytes, data: Bytes, scan: Scan, rules: Rules) -> Positions:
    """Rows with which something may be wrong, in order."""
    sizes = scan.ends - scan.starts
    found = [
        scan.row_of(scan.suspects),
        np.flatnonzero(scan.fields(data, rules.delimiter[0]) != rules.fields),
        np.flatnonzero((scan.lines > 1) & ((scan.lines > MOST_LINES) | (sizes > MOST_QUOTED))),
    ]
    if b"\0" in piece:
        found.append(scan.row_of(np.flatnonzero(data == 0)))
    if not piece.isascii():
        found.append(_undecodable(piece, scan, rules.encoding))
    rows = np.unique(np.concatenate(found))
    return rows[rows >= 0]


def _undecodable(piece: bytes, scan: Scan, encoding: str) -> Positions:
    """Rows that are not in the encoding: both that we know can be cut at any line break."""
    decode, view, found = codecs.getdecoder(encoding), memoryview(piece)[: scan.used], []
    at = 0
    while at < scan.used:
        try:
            decode(view[at:], "strict")
            break
        except UnicodeDecodeError as error:
            row = int(scan.row_of(np.array([at + error.start]))[0])
            found.append(row)
            at = int(scan.starts[row + 1]) if row + 1 < len(scan.starts) else scan.used
    return np.array(found, np.int64)
