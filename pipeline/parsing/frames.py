"""What framing and parsing say about records, whatever the format. A reason is `<format>.<what>`, never a value."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

#: (name, logical type) of the columns to read.
Fields = Sequence[tuple[str, str]]
Layout = Mapping[str, Any]


@dataclass(frozen=True)
class Frame:
    """Where one record lies: `length` bytes from `offset`; `reason` says why it could not be taken as a record."""

    offset: int
    length: int
    reason: str | None = None


@dataclass(frozen=True)
class Parsed:
    """A batch of records as columns of text.

    Attributes:
        columns: one text or None a record, by field.
        wrong_types: for each record, the fields whose type in the source does not fit; their text is None.
        reasons: for each record, why it can't be read as a whole; all its texts are then None.
        ignored: fields that were not asked for, with the number of records that had them.
    """

    columns: dict[str, list[str | None]]
    wrong_types: list[list[str]]
    reasons: list[str | None]
    ignored: dict[str, int]


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        frame: frames of a whole body or file, in order, each with the sha256 of its bytes; spans never overlap.
        parse: records (the bytes of frames) to columns of text.
    """

    frame: Callable[[BinaryIO, Layout], Iterator[tuple[Frame, bytes]]]
    parse: Callable[[Sequence[bytes], Fields, Layout], Parsed]


def count_ignored(rows: Iterable[Iterable[str]], fields: Fields) -> dict[str, int]:
    """How many rows had each name that is not a field."""
    known = {name for name, _ in fields}
    return dict(Counter(name for row in rows for name in row if name not in known))
