"""Records of a JSON response such as `{"records": [...], ...}`: the byte spans of the array's elements.

`records_at` says where the array lies: names of members joined by dots, or nothing where the body itself is the array.
An intact page is read in C; for what happens in a damaged one see `json_damage`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec
import numpy as np

from pipeline.parsing.frames import Frame, Frames, Layout, Positions, digests_of
from pipeline.parsing.json_damage import BOM, GAP, UNREADABLE, array_start, next_element, skip
from pipeline.parsing.json_exact import check_decoder

Envelope = dict[str, Any] | list[Any]

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_elements = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True)
class _Spans:
    """Where the elements lie, and why some are no records."""

    offsets: Positions
    lengths: Positions
    reasons: Mapping[int, str]


@dataclass(frozen=True)
class _Array:
    """The array of an intact page: where it starts, its elements as they lie in the body, and the rest of the page."""

    start: int
    elements: list[msgspec.Raw]
    rest: Envelope


def frame_page(body: bytes, records_at: str) -> list[Frame]:
    """Frames of the elements of the array at `records_at`, in order.

    Reasons: `json.not_object`, `json.malformed`, `json.truncated` (the body ends inside it); `json.envelope`: no such
    array can be found, the whole body is one frame.
    """
    spans = _spans(body, records_at)
    ends = zip(spans.offsets.tolist(), spans.lengths.tolist(), strict=True)
    return [Frame(offset, length, spans.reasons.get(at)) for at, (offset, length) in enumerate(ends)]


def envelope(body: bytes, records_at: str) -> Envelope | None:
    """The response with the array emptied; None where the page is not whole apart from records."""
    array = _intact(body, _path(records_at))
    return array.rest if array else _damaged(body, _path(records_at))[1]


def with_records(rest: Envelope, records_at: str, records: list[Any]) -> Envelope:
    """The response again: an envelope with records in its array."""
    if not records_at:
        return records
    name, _, below = records_at.partition(".")
    assert isinstance(rest, dict)
    return {**rest, name: with_records(rest[name], below, records)}


def frame_body(stream: BinaryIO, layout: Layout) -> Iterator[Frames]:
    """`frame_page` of a whole stream; the layout names `records_at`."""
    body = stream.read()
    spans = _spans(body, layout["records_at"])
    if len(spans.offsets):
        digests = digests_of(body, spans.offsets.tolist(), spans.lengths.tolist())
        yield Frames(spans.offsets, spans.lengths, digests, spans.reasons)


def _path(records_at: str) -> list[str]:
    return records_at.split(".") if records_at else []


def _spans(body: bytes, records_at: str) -> _Spans:
    path = _path(records_at)
    array = _intact(body, path)
    if array:
        return _elements_of(body, array)
    frames = _damaged(body, path)[0]
    return _Spans(
        np.array([frame.offset for frame in frames], np.int64),
        np.array([frame.length for frame in frames], np.int64),
        {at: frame.reason for at, frame in enumerate(frames) if frame.reason},
    )


def _intact(body: bytes, path: list[str]) -> _Array | None:
    """The quick way; None unless the page is valid and its array is found beyond doubt.

    It is where the path leads to, and the page without its elements is valid, names no key twice, and has `[]` there.
    """
    mark = len(BOM) if body.startswith(BOM) else 0
    try:
        raw: memoryview | msgspec.Raw = memoryview(body)[mark:]
        for name in path:
            raw = _members.decode(raw)[name]
        elements = _elements.decode(raw)
        start = _address(raw) - _address(body) if path else body.index(b"[")
        end = start + memoryview(raw).nbytes if path else body.rindex(b"]") + 1
        rest = body[mark:start] + b"[]" + body[end:]
        check_decoder.decode(rest.decode())
        return _Array(start, elements, msgspec.json.decode(rest))
    except (*UNREADABLE, KeyError, ValueError):
        return None


def _address(piece: bytes | memoryview | msgspec.Raw) -> int:
    """Where bytes lie in memory: what is decoded as raw lies inside the whole."""
    return int(np.frombuffer(piece, np.uint8).ctypes.data)


def _elements_of(body: bytes, array: _Array) -> _Spans:
    lengths = np.array([memoryview(element).nbytes for element in array.elements], np.int64)
    offsets = _evenly(body, array.start + 1, lengths)
    if offsets is None:
        offsets, at = np.empty_like(lengths), array.start + 1
        for row, length in enumerate(lengths.tolist()):
            offsets[row] = at = skip(GAP, body, at)
            at += length
    starts = np.frombuffer(body, np.uint8)[offsets]
    return _Spans(offsets, lengths, {int(row): "json.not_object" for row in np.flatnonzero(starts != ord("{"))})


def _evenly(body: bytes, start: int, lengths: Positions) -> Positions | None:
    """Offsets of elements that are all objects and have the same gap, a comma and a blank at most, between them."""
    start = skip(GAP, body, start)
    text = np.frombuffer(body, np.uint8)
    for gap in (b",", b", "):
        offsets = start + np.cumsum(lengths + len(gap)) - lengths - len(gap)
        if not len(offsets) or offsets[-1] >= len(body) or (text[offsets] != ord("{")).any():
            continue
        # By induction: where an element lies here and the gap follows, the next element begins after it.
        ends = offsets[:-1] + lengths[:-1]
        if all((text[ends + at] == byte).all() for at, byte in enumerate(gap)):
            return offsets
    return None


def _damaged(body: bytes, path: list[str]) -> tuple[list[Frame], Envelope | None]:
    start = array_start(body, path)
    if start is None:
        return [Frame(0, len(body), "json.envelope")] if body else [], None
    frames: list[Frame] = []
    at = skip(GAP, body, start)
    while at < len(body) and body[at] != ord("]"):
        frame, at = next_element(body, at, len(path))
        frames.append(frame)
        at = skip(GAP, body, at)
    try:
        rest = found = msgspec.json.decode((body[:start] + body[at:]).removeprefix(BOM))
        for name in path:
            found = found[name]
    except (*UNREADABLE, KeyError, TypeError):
        return frames, None
    # Not empty: the key stands there twice, and the other array's records would be lost.
    return frames, rest if found == [] else None
