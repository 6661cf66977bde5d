"""Records of an XML file of any size: the byte spans of its record elements, whatever is broken.

A record is an element with the declared local name that lies in no other such element. It is closed by its end tag;
one whose tags don't pair ends at its end tag all the same. One that is not closed ends before the next start tag of a
record, or before the end tag of an element around it. A start tag of a record inside another belongs to the outer one
only where all tags of the outer one pair (and it holds at most `MOST_NESTED`): a lost end tag costs one record. A CDATA
section, comment or instruction that holds both a record's start tag and another opening of its own kind has lost its
end. Two damages that make well-formed XML again are read as that XML.

Outside of records, tags around records and whole elements that are no records are structure. All else, text, CDATA, end
tags that close nothing, and the remains of a record whose start tag is damaged, lies in frames with the reason
`xml.stray`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from pipeline.parsing.frames import Frame, Frames, Layout
from pipeline.parsing.xml_elements import MOST_DEPTH, measure_other, measure_record
from pipeline.parsing.xml_scope import Around, namespaces_of
from pipeline.parsing.xml_tokens import BLANKS, START, RecordTags, token_at
from pipeline.parsing.xml_window import MOST_RECORD, Window

_PIECE = 1 << 20


def frame_elements(stream: BinaryIO, layout: Layout) -> Iterator[Frames]:
    """Frames of a file's records, holding few of them in memory.

    Args:
        stream: the whole file, at its beginning.
        layout: `record` (local name), `encoding`, `start` (where the root element may start), `namespaces` in scope at
            the records, and `reason` where no record can be read: then the file is one frame with that reason.

    Reasons: `xml.malformed` (tags that don't pair), `xml.truncated` (the file ends inside; with no bytes, between
    records), `xml.too_long` (over `MOST_RECORD` bytes: up to the next tag of a record), `xml.namespaces` (others are in
    scope than at the file's first record), `xml.stray`, `xml.doctype`, `xml.encoding`.
    """
    if reason := layout.get("reason"):
        yield from _whole_file(stream, reason)
        return
    stream.read(layout["start"])
    window = Window(stream, layout["start"])
    yield from _Framer(window, RecordTags(layout["record"].encode(layout["encoding"])), layout).frames()


def scope_of_first_record(stream: BinaryIO, layout: Layout) -> Mapping[str, str]:
    """Namespaces in scope at the first record, if it begins within the first MiBs; else at the place looked at last."""
    stream.read(layout["start"])
    window = Window(stream, layout["start"])
    framer = _Framer(window, RecordTags(layout["record"].encode(layout["encoding"])), layout)
    return framer.scope_of_first()


class _Framer:
    """Walks through one file. Positions are those of the window."""

    def __init__(self, window: Window, tags: RecordTags, layout: Layout) -> None:
        self._window = window
        self._tags = tags
        self._around = Around()
        self._layout = layout
        self._at = 0
        self._stray: tuple[int, int] | None = None
        self._truncated = False
        #: Where records begin that are known not to be closed, in the whole file: they need no second look.
        self._unclosed: set[int] = set()

    def frames(self) -> Iterator[Frames]:
        window = self._window
        while True:
            self._sound_records()
            if window.lacks(self._at):
                yield from self._read_on()
            elif self._at >= len(window.body):
                break
            elif self._tags.start.match(window.body, self._at):
                yield from self._record()
            else:
                self._other()
        self._end_stray()
        if self._around.names and not self._truncated:
            window.add(self._at, self._at, "xml.truncated")
        yield from window.take()

    def scope_of_first(self) -> Mapping[str, str]:
        window = self._window
        while window.lacks(0) and not self._tags.start.search(window.body):
            window.drop(0)
        while self._at < len(window.body) and not self._tags.start.match(window.body, self._at):
            self._other()
        return self._around.scope

    def _read_on(self) -> Iterator[Frames]:
        yield from self._window.take()
        if self._stray and self._at - self._stray[0] > MOST_RECORD:
            self._end_stray()
            yield from self._window.take()
        keep = self._stray[0] if self._stray else self._at
        if self._stray:
            self._stray = (0, self._stray[1] - keep)
        self._at -= keep
        self._window.drop(keep)

    def _sound_records(self) -> None:
        """Take records that follow each other, as long as nothing is in doubt."""
        body, at = self._window.body, self._at
        while body[at : at + 1] and body[at] in BLANKS:
            at += 1
        begun = self._tags.start.match(body, at)
        if not begun:
            return
        match = self._tags.whole(begun[1]).match
        starts, ends = [], []
        while (found := match(body, at)) and (end := found.end()) - at <= MOST_RECORD:
            starts.append(found.start(1))
            ends.append(end)
            at = end
        if starts:
            self._end_stray()
            self._window.extend(starts, ends, self._foreign())
            self._at = at

    def _foreign(self) -> str | None:
        return None if self._around.scope == self._layout["namespaces"] else "xml.namespaces"

    def _record(self) -> Iterator[Frames]:
        """Take one record by its tags."""
        window, at = self._window, self._at
        self._end_stray()
        if window.base + at in self._unclosed:
            following = self._tags.start.search(window.body, at + 1)
            assert following
            window.add(at, following.start(), "xml.malformed")
            self._at = following.start()
            return
        limit = min(len(window.body), at + MOST_RECORD)
        extent = measure_record(window.body, at, limit, self._tags, self._around.names)
        if not extent.closed and (limit < len(window.body) or not window.ended):
            yield from self._too_long()
            return
        reason = self._foreign() if extent.sound else "xml.malformed" if extent.closed else "xml.truncated"
        window.add(at, extent.end, reason)
        self._at = extent.end
        self._truncated = not extent.closed
        self._unclosed = {window.base + start for start in extent.unclosed} or self._unclosed

    def _too_long(self) -> Iterator[Frames]:
        """Frame a record that is too long: up to its end tag or the next record's start tag, whatever they lie in."""
        yield from self._window.take()
        framed, self._at = self._window.pass_over(self._at, self._tags.either)
        yield Frames.of([framed])

    def _other(self) -> None:
        """Take one piece of what lies between records."""
        body, at, around = self._window.body, self._at, self._around
        markup = body.find(b"<", at)
        text = body[at : markup if markup >= 0 else len(body)]
        if text:
            if rest := text.lstrip(BLANKS):
                self._add_stray(at + len(text) - len(rest), at + len(text))
            self._at = at + len(text)
            return
        token = token_at(body, markup, len(body), self._tags)
        self._at = token.end
        if token.kind == "start":
            self._element(markup)
        elif token.kind == "end" and token.name in around.names:
            self._end_stray()
            if not around.leave(token.name):
                self._add_stray(markup, token.end)
        elif token.kind in ("end", "broken") or token.name == b"<![CDATA[":
            self._add_stray(markup, token.end)
            if self._tags.is_end(token):
                self._end_stray()
        elif token.kind == "empty" and self._stray:
            self._add_stray(markup, token.end)

    def _element(self, at: int) -> None:
        """Take an element that is no record, or only its start tag where it holds records."""
        body = self._window.body
        if len(self._around.names) >= MOST_DEPTH:
            self._add_stray(at, self._at)
            return
        limit = min(len(body), at + MOST_RECORD)
        extent = measure_other(body, at, limit, self._tags, self._around.names)
        if extent is None:
            self._end_stray()
            tag = START.match(body, at)
            assert tag
            self._around.enter(tag[1], namespaces_of(tag[2], self._layout["encoding"]))
            return
        self._at = extent.end
        if self._stray or not extent.sound:
            self._add_stray(at, extent.end)
            if not extent.sound:
                self._end_stray()

    def _add_stray(self, start: int, end: int) -> None:
        self._stray = (self._stray[0] if self._stray else start, end)

    def _end_stray(self) -> None:
        if self._stray:
            self._window.add(*self._stray, "xml.stray")
            self._stray = None


def _whole_file(stream: BinaryIO, reason: str) -> Iterator[Frames]:
    digest, length = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        digest.update(piece)
        length += len(piece)
    if length:
        yield Frames.of([(Frame(0, length, reason), digest.digest())])
