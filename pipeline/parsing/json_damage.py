"""Records of a JSON response of which something is broken: where each ends, and where to go on.

An element that is no JSON object, or no JSON at all, is a frame with a reason. Where its end can't be told (a quote or
bracket is missing), it ends at the nearest of: a comma before a valid object that is itself followed by a comma or the
array's end; an array's end after which the rest of the page is valid; the end of the body. Every byte of the array but
blanks and separating commas lies in exactly one frame. A damaged record that holds arrays of objects may end at one of
those: it then counts as more than one record, never as fewer.

So damage at one place costs the records that it hits, and one whose comma before it is hit, as long as the page is
whole apart from its records; a pull takes no other page.
"""

import re
from collections.abc import Sequence

import msgspec

from pipeline.parsing.frames import Frame

BOM = b"\xef\xbb\xbf"
GAP = re.compile(rb"[ \t\r\n,]*")
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_COLON = re.compile(rb"[ \t\r\n]*:[ \t\r\n]*")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
_SCALAR = re.compile(rb'[^,\]}\s{\["]++')
_AFTER_STRING = re.compile(rb"[ \t\r\n]*[:,\]}]")
_AFTER_ELEMENT = re.compile(rb"[ \t\r\n]*[,\]]")
#: A comma before an object, or the end of an array that is a member, or that is the whole body.
_RESUME = re.compile(rb",[ \t\r\n]*(?=\{)|\](?=[ \t\r\n]*[,}])")
_RESUME_BARE = re.compile(rb",[ \t\r\n]*(?=\{)|\](?=[ \t\r\n]*\Z)")
_CLOSERS = {b"{": b"}", b"[": b"]"}
#: Bytes that the search for a place to resume may look at, in lengths of the body: keeps hostile bodies linear.
_EFFORT = 20


def array_start(body: bytes, path: Sequence[str]) -> int | None:
    """Position after the `[` of the first array at `path`."""
    at = skip(GAP, body, len(BOM) if body.startswith(BOM) else 0)
    if not path:
        return at + 1 if body[at : at + 1] == b"[" else None
    if body[at : at + 1] != b"{":
        return None
    depth = 0
    at = skip(GAP, body, at + 1)
    while name := _STRING.match(body, at):
        colon = _COLON.match(body, name.end())
        if colon is None:
            return None
        at = colon.end()
        wanted, last = _text(name.group()) == path[depth], depth == len(path) - 1
        if wanted and body[at : at + 1] == (b"[" if last else b"{"):
            if last:
                return at + 1
            depth += 1
            at += 1
        else:
            at, closed = _value_end(body, at)
            if not closed:
                return None
        at = skip(GAP, body, at)
    return None


def next_element(body: bytes, at: int, depth: int) -> tuple[Frame, int]:
    """The frame of the element at `at`, and where to go on; the array lies in `depth` objects."""
    end, closed = _value_end(body, at)
    # A text that something else follows begins with a stray quote: from there on, inside and outside are exchanged.
    if closed and (body[at] != ord('"') or _AFTER_ELEMENT.match(body, end)):
        return Frame(at, end - at, _verdict(body[at:end])), end
    end, resume = _resume(body, at + 1, depth)
    return Frame(at, end - at, "json.malformed" if end < len(body) else "json.truncated"), resume


def skip(pattern: re.Pattern[bytes], body: bytes, at: int) -> int:
    """Where `pattern` ends at `at`."""
    found = pattern.match(body, at)
    return found.end() if found else at


def _verdict(element: bytes) -> str | None:
    try:
        msgspec.json.decode(element, type=msgspec.Raw)
    except UNREADABLE:
        return "json.malformed"
    return None if element.startswith(b"{") else "json.not_object"


def _value_end(body: bytes, at: int) -> tuple[int, bool]:
    """Where the value at `at` ends, and whether that is sure; else how far it was looked at."""
    if body[at : at + 1] not in (b"{", b"[", b'"'):
        return max(skip(_SCALAR, body, at), at + 1), True
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


def _resume(body: bytes, start: int, depth: int) -> tuple[int, int]:
    """Where a damaged element ends, and where the next one or the array's end stands."""
    spent = 0
    for found in (_RESUME if depth else _RESUME_BARE).finditer(body, start):
        if found.group().startswith(b","):
            end, closed = _value_end(body, found.end())
            spent += end - found.end()
            if closed and _AFTER_ELEMENT.match(body, end) and _verdict(body[found.end() : end]) is None:
                return found.start(), found.end()
        else:
            spent += len(body) - found.end()
            if _is_tail(body[found.end() :], depth):
                return found.start(), found.start()
        if spent > _EFFORT * len(body):
            break
    return len(body), len(body)


def _is_tail(rest: bytes, depth: int) -> bool:
    """Whether `rest` can follow a page's array up to the page's end."""
    try:
        msgspec.json.decode(b'{"":' * depth + b"[]" + rest)
    except UNREADABLE:
        return False
    return True


def _text(quoted: bytes) -> str | None:
    try:
        return msgspec.json.decode(quoted, type=str)
    except UNREADABLE:
        return None
