"""Tokens of XML in bytes, of any encoding that leaves ASCII as it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

#: White space of XML, as a class and as bytes.
BLANK, BLANKS = rb"[ \t\r\n]", b" \t\r\n"
NAME = rb"[A-Za-z_:\x80-\xff][A-Za-z0-9_.:\x80-\xff-]*+"
_PREFIX = rb"[A-Za-z_\x80-\xff][A-Za-z0-9_.\x80-\xff-]*+:"
START = re.compile(rb"<(" + NAME + rb""")(?=[ \t\r\n/>])((?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+'|/(?!>))*+)(/?)>""")
_END = re.compile(rb"</(" + NAME + rb")" + BLANK + rb"*+>")
ATTRIBUTE = re.compile(
    BLANK + rb"++(" + NAME + rb")" + BLANK + rb"*+=" + BLANK + rb"""*+(?:"([^"<]*+)"|'([^'<]*+)')""",
)
_SECTIONS = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"))
#: How far on the end of a section is looked for in any case: keeps hostile files linear.
_NEAR = 1 << 12

Kind = Literal["start", "empty", "end", "section", "broken"]


@dataclass(frozen=True)
class Token:
    """One piece of markup.

    Attributes:
        kind: start tag, tag of an empty element, end tag, section (comment, CDATA, processing instruction), or a `<`
            that begins none of these.
        end: position after it.
        name: of a tag, with its prefix; of a section, what opens it.
    """

    kind: Kind
    end: int
    name: bytes = b""


@dataclass(frozen=True)
class RecordTags:
    """What a record looks like in one file: its start tag, its end tag, and a whole record that holds no other."""

    name: bytes

    @cached_property
    def start(self) -> re.Pattern[bytes]:
        return _compiled(rb"<((?:" + _PREFIX + rb")?" + re.escape(self.name) + rb")(?=[ \t\r\n/>])")

    @cached_property
    def either(self) -> re.Pattern[bytes]:
        return _compiled(rb"<(/?)(?:" + _PREFIX + rb")?" + re.escape(self.name) + rb"(?=[ \t\r\n/>])")

    def is_end(self, token: Token) -> bool:
        return token.kind == "end" and token.name.rpartition(b":")[2] == self.name

    def whole(self, name: bytes) -> re.Pattern[bytes]:
        """Blanks, and a record whose tags are called `name`; sections that look as if they lost their end don't fit."""
        tag = re.escape(name)
        return _compiled(
            BLANK + rb"*+(<" + tag + rb"(?:" + BLANK + rb"""(?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+'|/(?!>))*+)?+(?:/>|>"""
            rb"[^<]*+(?:<(?:(?!/?" + tag + rb"[ \t\r\n/>])[^!?]|!--[^<-]*+(?:-(?!-)[^<-]*+)*+-->"
            rb"|!\[CDATA\[[^\]<]*+(?:(?:\](?!\]>)|<(?!!\[CDATA\[))[^\]<]*+)*+\]\]>"
            rb"|\?[^?<]*+(?:\?(?!>)[^?<]*+)*+\?>)[^<]*+)*+</" + tag + BLANK + rb"*+>))"
        )


@lru_cache(256)
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)


def token_at(body: bytes, at: int, limit: int, tags: RecordTags) -> Token:
    """The token that begins with the `<` at `at`.

    A section is taken for one that lost its end, and its opening for broken, where there is no end before `limit`, or
    where another opening of the same kind comes before it, and before that a record's start tag or `_NEAR` bytes.
    """
    if tag := START.match(body, at, limit):
        return Token("empty" if tag[3] else "start", tag.end(), tag[1])
    if tag := _END.match(body, at, limit):
        return Token("end", tag.end(), tag[1])
    for opening, closing in _SECTIONS:
        if body.startswith(opening, at, limit):
            end = _section_end(body, at + len(opening), limit, (opening, closing), tags)
            return Token("section", end, opening) if end else Token("broken", at + len(opening))
    return Token("broken", at + 1)


def _section_end(body: bytes, at: int, limit: int, marks: tuple[bytes, bytes], tags: RecordTags) -> int | None:
    opening, closing = marks
    end = body.find(closing, at, min(limit, at + _NEAR))
    again = body.find(opening, at, limit if end < 0 else end)
    if again < 0 and end < 0:
        end = body.find(closing, at, limit)
    elif again >= 0 and tags.start.search(body, at, again):
        return None
    return end + len(closing) if end >= 0 else None


def attributes(inside: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and raw values of a start tag's attributes."""
    for found in ATTRIBUTE.finditer(inside):
        yield found[1], found[2] if found[2] is not None else found[3]
