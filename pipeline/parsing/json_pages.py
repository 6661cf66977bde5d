"""Records of a JSON response `{"records": [...], ...}`: the byte spans of the array's elements, damaged bodies too.

An element that is no JSON object, or no JSON at all, is a frame with a reason. Where its end can't be told (a quote or
bracket is missing), it ends at the nearest of: a comma before a valid object that is itself followed by a comma or the
array's end; an array's end after which the rest of the page is valid; the end of the body. Every byte of the array but
blanks and separating commas lies in exactly one frame. A damaged record that holds arrays of objects may end at one of
those: it then counts as more than one record, never as fewer.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from pipeline.parsing.frames import Frame, Frames, Layout, in_batches

_BOM = b"\xef\xbb\xbf"
_GAP = re.compile(rb"[ \t\r\n,]*")
_COLON = re.compile(rb"[ \t\r\n]*:[ \t\r\n]*")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
_SCALAR = re.compile(rb"[^,\]}\s]++")
_AFTER_STRING = re.compile(rb"[ \t\r\n]*[:,\]}]")
_AFTER_ELEMENT = re.compile(rb"[ \t\r\n]*[,\]]")
_RESUME = re.compile(rb",[ \t\r\n]*(?=\{)|\](?=[ \t\r\n]*[,}])")
_CLOSERS = {b"{": b"}", b"[": b"]"}
#: Bytes that the search for a place to resume may look at, in lengths of the body: keeps hostile bodies linear.
_EFFORT = 20
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_elements = msgspec.json.Decoder(list[msgspec.Raw])
_objects = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True)
class _Page:
    frames: list[Frame]
    envelope: dict[str, Any] | None


def frame_page(body: bytes, records_at: str) -> list[Frame]:
    """Frames of the elements of the array under `records_at`, in order.

    Reasons: `json.not_object`, `json.malformed`, `json.truncated` (the body ends inside it); `json.envelope`: no such
    array can be found, the whole body is one frame.
    """
    return _read(body, records_at).frames


def envelope(body: bytes, records_at: str) -> dict[str, Any] | None:
    """The response's object with the array replaced by `[]`; None where the page is not whole apart from records."""
    return _read(body, records_at).envelope


def frame_body(stream: BinaryIO, layout: Layout) -> Iterator[Frames]:
    """`frame_page` of a whole stream; the layout names `records_at`."""
    body = stream.read()
    frames = frame_page(body, layout["records_at"])
    yield from in_batches(
        (frame, hashlib.sha256(body[frame.offset : frame.offset + frame.length]).digest()) for frame in frames
    )


def _read(body: bytes, key: str) -> _Page:
    return _read_intact(body, key) or _read_damaged(body, key)


def _read_intact(body: bytes, key: str) -> _Page | None:
    """The quick way; None unless the page is valid and its array is found beyond doubt."""
    try:
        members = _members.decode(body)
        array = members.pop(key)
        elements = _elements.decode(array)
        rest = {name: msgspec.json.decode(value) for name, value in members.items()}
    except (*_UNREADABLE, KeyError):
        return None
    quoted = msgspec.json.encode(key)
    colon = _COLON.match(body, body.find(quoted) + len(quoted))
    if body.count(quoted) != 1 or colon is None or not body.startswith(bytes(array), colon.end()):
        return None
    frames, at = [], colon.end() + 1
    for element in elements:
        at = _skip(_GAP, body, at)
        length = len(bytes(element))
        frames.append(Frame(at, length, None if body[at] == ord("{") else "json.not_object"))
        at += length
    return _Page(frames, {**rest, key: []})


def _read_damaged(body: bytes, key: str) -> _Page:
    start = _array_start(body, key)
    if start is None:
        return _Page([Frame(0, len(body), "json.envelope")] if body else [], None)
    frames: list[Frame] = []
    at = _skip(_GAP, body, start)
    while at < len(body) and body[at] != ord("]"):
        frame, at = _next_element(body, at)
        frames.append(frame)
        at = _skip(_GAP, body, at)
    try:
        rest = _objects.decode((body[:start] + body[at:]).removeprefix(_BOM))
    except _UNREADABLE:
        return _Page(frames, None)
    # Not empty: the key stands there twice, and the other array's records would be lost.
    return _Page(frames, rest if rest.get(key) == [] else None)


def _array_start(body: bytes, key: str) -> int | None:
    """Position after the `[` of the first array under the top-level `key`."""
    at = _skip(_GAP, body, len(_BOM) if body.startswith(_BOM) else 0)
    if body[at : at + 1] != b"{":
        return None
    at = _skip(_GAP, body, at + 1)
    while name := _STRING.match(body, at):
        colon = _COLON.match(body, name.end())
        if colon is None:
            return None
        at = colon.end()
        if body[at : at + 1] == b"[" and _text(name.group()) == key:
            return at + 1
        at, closed = _value_end(body, at)
        if not closed:
            return None
        at = _skip(_GAP, body, at)
    return None


def _next_element(body: bytes, at: int) -> tuple[Frame, int]:
    """The frame of the element at `at`, and where to go on."""
    end, closed = _value_end(body, at)
    if closed:
        return Frame(at, end - at, _verdict(body[at:end])), end
    end, resume = _resume(body, at + 1)
    return Frame(at, end - at, "json.malformed" if end < len(body) else "json.truncated"), resume


def _verdict(element: bytes) -> str | None:
    try:
        msgspec.json.decode(element, type=msgspec.Raw)
    except _UNREADABLE:
        return "json.malformed"
    return None if element.startswith(b"{") else "json.not_object"


def _value_end(body: bytes, at: int) -> tuple[int, bool]:
    """Where the value at `at` ends, and whether that is sure; else how far it was looked at."""
    if body[at : at + 1] not in (b"{", b"[", b'"'):
        return max(_skip(_SCALAR, body, at), at + 1), True
    open_brackets: list[bytes] = []
    for token in _TOKEN.finditer(body, at):
        text = token.group()
        if closer := _CLOSERS.get(text):
            open_brackets.append(closer)
        elif text in (b"}", b"]"):
            if not open_brackets or open_brackets.pop() != text:
                return token.end(), False
        elif len(text) == 1 or (open_brackets and not _AFTER_STRING.match(body, token.end())):
            return token.end() if len(text) > 1 else len(body), False
        if not open_brackets:
            return token.end(), True
    return len(body), False


def _resume(body: bytes, start: int) -> tuple[int, int]:
    """Where a damaged element ends, and where the next one or the array's end stands."""
    spent = 0
    for found in _RESUME.finditer(body, start):
        if found.group().startswith(b","):
            end, closed = _value_end(body, found.end())
            spent += end - found.end()
            if closed and _AFTER_ELEMENT.match(body, end) and _verdict(body[found.end() : end]) is None:
                return found.start(), found.end()
        else:
            spent += len(body) - found.end()
            if _is_tail(body[found.end() :]):
                return found.start(), found.start()
        if spent > _EFFORT * len(body):
            break
    return len(body), len(body)


def _is_tail(rest: bytes) -> bool:
    """Whether `rest` can follow a page's array up to the page's end."""
    try:
        _objects.decode(b'{"":[]' + rest)
    except _UNREADABLE:
        return False
    return True


def _skip(pattern: re.Pattern[bytes], body: bytes, at: int) -> int:
    found = pattern.match(body, at)
    return found.end() if found else at


def _text(quoted: bytes) -> str | None:
    try:
        return msgspec.json.decode(quoted, type=str)
    except _UNREADABLE:
        return None
