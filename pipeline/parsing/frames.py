"""What framing and parsing say about records, whatever the format. A reason is `<format>.<what>`, never a value."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Layout = Mapping[str, Any]
Positions = NDArray[np.int64]
#: The reason of a record that was erased: nothing of it is left but its ordinal.
ERASED = "erased"
#: Records of one batch of frames, where a framer takes them one by one.
_BATCH = 16_384


@dataclass(frozen=True)
class Field:
    """A column to read.

    Attributes:
        name: of the column.
        logical_type: ODCS.
        place: where it lies in a record, in the format's own terms; empty: under its own name.
        promote: a string column takes numbers and booleans of the source as their text.
    """

    name: str
    logical_type: str
    place: str = ""
    promote: bool = False

    @property
    def source_name(self) -> str:
        return self.place or self.name


@dataclass(frozen=True)
class Frame:
    """Where one record lies: `length` bytes from `offset`; `reason` says why it could not be taken as a record."""

    offset: int
    length: int
    reason: str | None = None


@dataclass(frozen=True)
class Frames:
    """Frames of records that follow each other.

    Attributes:
        offsets: first byte of each.
        lengths: bytes of each.
        digests: sha256 of each record's bytes, 32 bytes each, joined.
        reasons: why a record could not be taken as one, by its position among these.
    """

    offsets: Positions
    lengths: Positions
    digests: bytes
    reasons: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.offsets)

    def __iter__(self) -> Iterator[tuple[Frame, bytes]]:
        """Each frame and its digest: the slow way, for tests and small files."""
        for at, (offset, length) in enumerate(zip(self.offsets.tolist(), self.lengths.tolist(), strict=True)):
            yield Frame(offset, length, self.reasons.get(at)), self.digests[32 * at : 32 * at + 32]

    def moved(self, by: int) -> "Frames":
        """The same frames `by` bytes further on."""
        return Frames(self.offsets + by, self.lengths, self.digests, self.reasons) if by else self

    @classmethod
    def of(cls, framed: Sequence[tuple[Frame, bytes]]) -> Self:
        """Frames that were taken one by one."""
        return cls(
            np.array([frame.offset for frame, _ in framed], np.int64),
            np.array([frame.length for frame, _ in framed], np.int64),
            b"".join(digest for _, digest in framed),
            {at: frame.reason for at, (frame, _) in enumerate(framed) if frame.reason},
        )


def in_batches(framed: Iterable[tuple[Frame, bytes]]) -> Iterator[Frames]:
    """Frames that come one by one, in batches."""
    frames = iter(framed)
    while batch := list(islice(frames, _BATCH)):
        yield Frames.of(batch)


def digests_of(body: bytes | memoryview, offsets: Iterable[int], lengths: Iterable[int]) -> bytes:
    """sha256 of each span of `body`, joined."""
    sha256 = hashlib.sha256
    view = memoryview(body)
    return b"".join([sha256(view[at : at + size]).digest() for at, size in zip(offsets, lengths, strict=True)])


@dataclass(frozen=True)
class Records:
    """Records to parse, in order: spans of one piece of bytes.

    Attributes:
        body: bytes that hold all of them.
        offsets: first byte of each in `body`.
        lengths: bytes of each.
        rejected: why framing could not take a record, by position: it need not be parsed.
        files: name of the file that each record came from, for formats that ask for it.
    """

    body: bytes
    offsets: Positions
    lengths: Positions
    rejected: Mapping[int, str] = field(default_factory=dict)
    files: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.offsets)

    def __iter__(self) -> Iterator[bytes]:
        for at, size in zip(self.offsets.tolist(), self.lengths.tolist(), strict=True):
            yield self.body[at : at + size]

    @classmethod
    def of(cls, records: Sequence[bytes], files: Sequence[str] = ()) -> Self:
        """Records that lie apart."""
        lengths = np.array([len(record) for record in records], np.int64)
        return cls(b"".join(records), np.cumsum(lengths) - lengths, lengths, {}, files)


@dataclass(frozen=True)
class Parsed:
    """A batch of records as columns of text.

    Attributes:
        columns: an Arrow array of strings by field, one value or null a record.
        wrong_types: fields whose type in the source does not fit (their text is null), by the record's position.
        reasons: why a record can't be read as a whole (all its texts are then null), by its position.
        ignored: names in the source that were not asked for, with the number of records that had a value there.
        strangers: positions of the records that had such a name.
    """

    columns: Mapping[str, pa.Array]
    wrong_types: Mapping[int, Sequence[str]]
    reasons: Mapping[int, str]
    ignored: Mapping[str, int] = field(default_factory=dict)
    strangers: Collection[int] = ()


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        frame: frames of a whole body or file, in order; spans never overlap.
        parse: records to columns of text.
        describe: the layout of a file, from its beginning: what its source declares, completed by what it says itself.
            `expected` are the names of which a table's header should have some. Formats that come in bodies have none.
    """

    frame: Callable[[BinaryIO, Layout], Iterator[Frames]]
    parse: Callable[[Records, Sequence[Field], Layout], Parsed]
    describe: Callable[[BinaryIO, Layout, Collection[str]], Layout] | None = None


def as_columns(rows: Sequence[Mapping[str, str | None]], fields: Sequence[Field]) -> dict[str, pa.Array]:
    """Columns of rows whose values lie under their names in the source."""
    return {item.name: pa.array([row.get(item.source_name) for row in rows], pa.string()) for item in fields}


def count_strangers(rows: Iterable[Iterable[str]], fields: Sequence[Field]) -> tuple[dict[str, int], list[int]]:
    """How many rows had each name that is not a field, and which rows had any."""
    known = {item.source_name for item in fields}
    counts: Counter[str] = Counter()
    strangers = []
    for at, row in enumerate(rows):
        unknown = [name for name in row if name not in known]
        counts.update(unknown)
        if unknown:
            strangers.append(at)
    return dict(counts), strangers
