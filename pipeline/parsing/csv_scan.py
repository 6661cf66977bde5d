r"""Where rows begin and end in a piece of a CSV file, all at once, taken that no quote is lost.

A line break ends a row where an even number of quotes stands before it. That is right as long as every row that spans
lines is well-formed; whatever may be wrong with a row makes it a *suspect*, which the careful rules then judge.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.parsing.frames import Positions

_LF, _CR, _QUOTE = b'\n\r"'
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Scan:
    """Rows of a piece that begins where a row may begin.

    Attributes:
        starts: first byte of each row; blank lines are none.
        ends: byte after the last of each row, without its line break.
        lines: how many each row spans.
        used: bytes up to the last row's end, line break included.
        suspects: positions of quotes and carriage returns that do not fit, in no order.
        opening: positions of the quotes before which an even number stands.
        closing: positions of the others, as many.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    used: int
    suspects: Positions
    opening: Positions
    closing: Positions

    def row_of(self, positions: Positions) -> Positions:
        """Which row holds each byte; a byte of a line break belongs to the row before it."""
        rows: Positions = np.searchsorted(self.starts, positions, "right") - 1
        return rows

    def fields(self, data: Bytes, delimiter: int) -> Positions:
        """How many fields each row has."""
        found = _where(data[: self.used], delimiter)
        counts = np.searchsorted(found, self.ends) - np.searchsorted(found, self.starts) + 1
        inside = np.searchsorted(found, self.closing) - np.searchsorted(found, self.opening)
        quoted = np.flatnonzero(inside)
        np.subtract.at(counts, self.row_of(self.opening[quoted]), inside[quoted])
        return counts


def scan_rows(data: Bytes, delimiter: int, whole: bool) -> Scan:
    """Find the rows of `data`; only where it is the `whole` rest of a file may the last one lack its line break."""
    quotes, breaks = _where(data, _QUOTE), _where(data, _LF)
    if whole and len(data) and data[-1] != _LF:
        breaks = np.append(breaks, len(data))
    outside = np.flatnonzero(np.searchsorted(quotes, breaks) % 2 == 0) if len(quotes) else np.arange(len(breaks))
    stops = breaks[outside]
    used = int(stops[-1]) + 1 if len(stops) else 0
    quotes = quotes[: np.searchsorted(quotes, used)]
    starts = np.concatenate([[0], stops[:-1] + 1])[: len(stops)]
    returns = _where(data[:used], _CR)
    ends = stops - ((stops > starts) & (data[stops - 1] == _CR)) if len(returns) else stops
    rows = ends > starts
    opening, closing = quotes[0::2], quotes[1::2]
    suspects = [_wrong_opening(data, opening, delimiter), _wrong_closing(data, closing, delimiter, whole)]
    if len(returns):
        suspects.append(_wrong_returns(data, returns, quotes, whole))
    return Scan(
        starts[rows],
        ends[rows],
        np.diff(outside, prepend=-1)[rows],
        min(used, len(data)),
        np.concatenate(suspects),
        opening,
        closing,
    )


def _where(data: Bytes, byte: int) -> Positions:
    return np.flatnonzero(data == byte)


def _wrong_opening(data: Bytes, opening: Positions, delimiter: int) -> Positions:
    """Opening quotes that do not stand at a field's start (or double the quote before them)."""
    before = data[opening - 1]
    wrong: Positions = opening[(opening > 0) & (before != delimiter) & (before != _QUOTE) & (before != _LF)]
    return wrong


def _wrong_closing(data: Bytes, closing: Positions, delimiter: int, whole: bool) -> Positions:
    """Closing quotes that do not stand at a field's end (or before their double)."""
    after = _byte_at(data, closing + 1, whole)
    good = (after == delimiter) | (after == _QUOTE) | (after == _LF)
    good |= (after == _CR) & (_byte_at(data, closing + 2, whole) == _LF)
    wrong: Positions = closing[~good]
    return wrong


def _wrong_returns(data: Bytes, returns: Positions, quotes: Positions, whole: bool) -> Positions:
    """Carriage returns that stand neither in quotes nor before a line feed."""
    bare = returns[np.searchsorted(quotes, returns) % 2 == 0]
    wrong: Positions = bare[_byte_at(data, bare + 1, whole) != _LF]
    return wrong


def _byte_at(data: Bytes, positions: Positions, whole: bool) -> Bytes:
    """Bytes at positions of which some lie past the end: a file's end counts as a line feed."""
    found = data[np.minimum(positions, len(data) - 1)] if len(data) else np.zeros(len(positions), np.uint8)
    return np.where(positions < len(data), found, np.uint8(_LF if whole else 0))
