"""How far one XML element reaches, damaged ones too."""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.parsing.xml_tokens import START, RecordTags, Token, token_at

#: Record start tags inside a record; past that, the outer one is taken for one that lost its end tag.
MOST_NESTED = 32
#: Elements open at a time; no parser takes more.
MOST_DEPTH = 256


@dataclass(frozen=True)
class Extent:
    """How far an element reaches.

    Attributes:
        end: position after it; of one that is not closed, where it is cut.
        sound: every tag inside has its counterpart.
        closed: its end was found; else the bytes ran out.
        unclosed: where records inside begin that are not closed either, as far as can be told by now.
    """

    end: int
    sound: bool
    closed: bool = True
    unclosed: tuple[int, ...] = ()


class _Open:
    """Names of the elements that are open."""

    def __init__(self, name: bytes) -> None:
        self.names = [name]

    def take(self, token: Token) -> bool:
        """Count a token in; whether it fits. An end tag closes what was left open inside its element."""
        if token.kind == "start":
            if len(self.names) > MOST_DEPTH:
                return False
            self.names.append(token.name)
        elif token.kind == "end":
            if self.names[-1] == token.name:
                self.names.pop()
                return True
            if token.name in self.names:
                while self.names.pop() != token.name:
                    pass
            return False
        return token.kind != "broken"


def measure_record(body: bytes, at: int, limit: int, tags: RecordTags, ancestors: Collection[bytes]) -> Extent:
    """The extent of the record whose start tag begins at `at`; nothing at or after `limit` is looked at.

    A record inside belongs to it, if all tags between have their counterparts and there are at most `MOST_NESTED`;
    otherwise it ends before the first start tag of a record inside, or before the end tag of an ancestor.
    """
    tag = START.match(body, at, limit)
    begun = tags.start.match(body, at)
    assert begun
    if tag and tag[3]:
        return Extent(tag.end(), sound=True)
    opened, sound = _Open(begun[1]), tag is not None
    first_inside, inside = None, 0
    still_open: list[tuple[int, int]] = []
    at = (tag or begun).end()
    while (at := body.find(b"<", at, limit)) >= 0:
        token = token_at(body, at, limit, tags)
        if token.kind != "end" and tags.start.match(body, at, limit):
            first_inside, inside = first_inside or at, inside + 1
            if inside <= MOST_NESTED // 2:
                still_open.append((len(opened.names), at))
        elif token.kind == "end" and token.name not in opened.names and token.name in ancestors:
            return Extent(first_inside or at, sound=False)
        sound = opened.take(token) and sound
        while still_open and token.kind != "start" and len(opened.names) <= still_open[-1][0]:
            still_open.pop()
        if first_inside and inside > MOST_NESTED:
            return Extent(first_inside, sound=False, unclosed=tuple(start for _, start in still_open))
        if first_inside and not sound:
            return Extent(first_inside, sound=False)
        if not opened.names:
            return Extent(token.end, sound)
        at = token.end
    return Extent(first_inside or limit, sound=False, closed=first_inside is not None)


def measure_other(body: bytes, at: int, limit: int, tags: RecordTags, ancestors: Collection[bytes]) -> Extent | None:
    """The extent of an element that is no record; None if it holds one, is damaged further in, or reaches past `limit`.

    The end tag of a record inside it, at its first level, means that it is itself a record with a damaged start tag.
    """
    tag = START.match(body, at, limit)
    assert tag
    if tag[3]:
        return Extent(tag.end(), sound=True)
    opened, at = _Open(tag[1]), tag.end()
    while (at := body.find(b"<", at, limit)) >= 0:
        token = token_at(body, at, limit, tags)
        if token.kind != "end" and tags.start.match(body, at, limit):
            return None
        outermost = len(opened.names) == 1
        if not opened.take(token):
            return _cut(at, token, tags, ancestors) if outermost and ancestors else None
        if not opened.names:
            return Extent(token.end, sound=True)
        at = token.end
    return None


def _cut(at: int, token: Token, tags: RecordTags, ancestors: Collection[bytes]) -> Extent | None:
    """Where an element ends that has the token at `at` at its first level, where it does not fit."""
    if tags.is_end(token):
        return Extent(token.end, sound=False)
    return Extent(at, sound=False) if token.kind == "end" and token.name in ancestors else None
