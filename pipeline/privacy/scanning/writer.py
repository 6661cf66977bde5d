"""Writes a pattern, or as long a beginning of it as can be, as an expression for Hyperscan over the gates' alphabet."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

import regex

from pipeline.privacy.scanning.alphabet import bytes_of_class, written

#: A gate sees so many characters of a match at most.
GATE_WIDTH = 320
#: Hyperscan counts repetitions up to here; more are as good as any.
_COUNTED = 32
#: Flags whose meaning we know, by the bits of `regex`.
FLAGS = {regex.IGNORECASE: re.IGNORECASE, regex.MULTILINE: re.MULTILINE, regex.DOTALL: re.DOTALL}
_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}
_ONE = {sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN}
_WIDTHLESS = {sre.AT, sre.ASSERT, sre.ASSERT_NOT}
_REFERENCES = {sre.GROUPREF, sre.GROUPREF_EXISTS}
REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_EDGES = {sre.AT_BOUNDARY: r"\b", sre.AT_NON_BOUNDARY: r"\B"}


class UnknownError(Exception):
    """A construct that is not gated."""


@dataclass(frozen=True)
class Part:
    """An expression of `least` to `width` characters; not `whole`: the pattern goes on beyond it."""

    expression: str
    least: int
    width: int
    whole: bool


def our_flags(flags: int) -> int:
    """Flags of `re` as those of `regex`."""
    return sum(ours for ours, theirs in FLAGS.items() if flags & theirs)


class Writer:
    """Writes parts of a parse tree as expressions over the gates' alphabet."""

    def __init__(self, flags: int, caseless: bool, edges: bool) -> None:
        self.flags = flags
        self._caseless = caseless
        self._edges = edges

    def sequence(self, tree: Any, room: int) -> Part:
        """The longest beginning of a sequence that is bounded and fits into `room` characters."""
        parts: list[str] = []
        least = width = 0
        for operation, value in tree:
            part = self._item(operation, value, room - width)
            parts.append(part.expression)
            least, width = least + part.least, width + part.width
            if not part.whole:
                return Part("".join(parts), least, width, whole=False)
        return Part("".join(parts), least, width, whole=True)

    def _item(self, operation: Any, value: Any, room: int) -> Part:
        if operation in _ONE:
            return Part(self._class(operation, value), 1, 1, whole=True) if room else Part("", 0, 0, whole=False)
        if operation in _WIDTHLESS:
            return Part(_EDGES.get(value, "") if self._edges and operation is sre.AT else "", 0, 0, whole=True)
        if operation in _REFERENCES:
            return Part("", 0, 0, whole=False)
        write = {
            sre.SUBPATTERN: lambda: self._scoped(value[1], value[2]).sequence(value[3], room),
            sre.ATOMIC_GROUP: lambda: self.sequence(value, room),
            sre.BRANCH: lambda: self._branch(value[1], room),
            **dict.fromkeys(REPEATS, lambda: self._repeat(value[0], value[1], self.sequence(value[2], room), room)),
        }.get(operation)
        if write is None:
            raise UnknownError
        return write()

    def _scoped(self, added: int, removed: int) -> "Writer":
        if (added | removed) & ~sum(FLAGS.values()):
            raise UnknownError
        return Writer((self.flags | our_flags(added)) & ~our_flags(removed), self._caseless, self._edges)

    def _branch(self, branches: Any, room: int) -> Part:
        parts = [self.sequence(branch, room) for branch in branches]
        return Part(
            f"(?:{'|'.join(part.expression for part in parts)})",
            min(part.least for part in parts),
            max(part.width for part in parts),
            all(part.whole for part in parts),
        )

    @staticmethod
    def _repeat(low: int, high: int, part: Part, room: int) -> Part:
        if not part.whole:
            return part if low else Part("", 0, 0, whole=False)
        if high is sre.MAXREPEAT or high * part.width > room:
            times = min(low, room // part.width) if part.width else low
            return Part(_repeated(part, times, times), times * part.least, times * part.width, whole=False)
        return Part(_repeated(part, low, high), low * part.least, high * part.width, whole=True)

    def _class(self, operation: Any, value: Any) -> str:
        if operation is sre.ANY:
            return r"[\x00-\xff]" if self.flags & regex.DOTALL else r"[^\n]"
        items = value if operation is sre.IN else [(operation, value)]
        members, negated, beyond = "", False, False
        for kind, item in items:
            if kind in {sre.NEGATE, sre.NOT_LITERAL}:
                negated = True
            if kind is sre.CATEGORY:
                members += _CATEGORIES[item]
            elif kind is not sre.NEGATE:
                low, high = item if kind is sre.RANGE else (item, item)
                members += f"\\U{low:08x}-\\U{high:08x}"
                beyond |= high >= 0x80
        found = bytes_of_class(("^" if negated else "") + members, self.flags & regex.IGNORECASE, negated or beyond)
        if not found:
            raise UnknownError
        return written(found, self._caseless)

    def needs(self, tree: Any) -> list[bytes]:
        """What every match has beside its beginning: lookaheads' content, and what follows an open repetition."""
        found: list[bytes] = []
        items = list(tree)
        for at, (operation, value) in enumerate(items):
            if operation is sre.ASSERT and value[0] > 0:
                ahead = list(value[1])
                found += _best(self.sequence(ahead[first:], GATE_WIDTH) for first in range(len(ahead)))
            elif operation is sre.SUBPATTERN:
                found += self._scoped(value[1], value[2]).needs(value[3])
            if not self._item(operation, value, GATE_WIDTH).whole:
                found += _best([self.sequence(items[at + 1 :], GATE_WIDTH)])
        return found


def _repeated(part: Part, low: int, high: int) -> str:
    """The part as often; a high count is left open, since automata grow with it."""
    if not high or not part.expression:
        return ""
    return f"(?:{part.expression}){{{low},{high if high <= _COUNTED else ''}}}"


def _best(parts: Iterable[Part]) -> list[bytes]:
    """The longest of some expressions, if it says anything."""
    best = max(parts, key=lambda part: part.least)
    return [best.expression.encode()] if best.least else []
