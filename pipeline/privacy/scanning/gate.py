"""What must stand in a text before a pattern can match in it, as an expression for Hyperscan.

A gate is compiled from the pattern's parse tree and matches wherever the pattern does, and more: assertions about
neighbours fall away, and from the first repetition without an end on, the rest. What the parser does not know is not
gated: such a pattern is always searched for.
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import regex

from pipeline.privacy.scanning.alphabet import bytes_of_class, written

#: A gate sees so many characters of a match at most.
GATE_WIDTH = 320
#: Hyperscan counts repetitions up to here; more are as good as any.
_COUNTED = 32
#: Flags whose meaning we know, by the bits of `regex`.
_FLAGS = {regex.IGNORECASE: re.IGNORECASE, regex.MULTILINE: re.MULTILINE, regex.DOTALL: re.DOTALL}
_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_EDGES = {sre.AT_BOUNDARY: r"\b", sre.AT_NON_BOUNDARY: r"\B"}
#: What a brace in a pattern has no part in: escapes and classes.
_OPAQUE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
#: A brace that opens no repetition: `regex` reads it as fuzzy matching.
_FUZZY = re.compile(r"\{(?!\d*,?\d*\})")


class _UnknownError(Exception):
    """A construct that is not gated."""


@dataclass(frozen=True)
class Gate:
    """A necessary condition of a match.

    Attributes:
        expression: matches within `width` characters of the beginning of every match.
        edged: the same with the edges of words kept, for texts of ASCII alone, where Hyperscan's are the same.
        caseless: Hyperscan is to ignore case.
        least: a match has so many characters at least.
        edged_both: every match begins and ends at the edge of a word, and `edged` says so: few places fit.
        reach: a try to match looks at so many characters at most, neighbours included; None: at any number.
        needs: each of these occurs somewhere in every text with a match.
    """

    expression: bytes
    edged: bytes
    caseless: bool
    width: int
    least: int
    edged_both: bool
    reach: int | None
    needs: tuple[bytes, ...]


@dataclass(frozen=True)
class _Part:
    """An expression of at most `width` characters; not `whole`: the pattern goes on beyond it."""

    expression: str
    least: int
    width: int
    whole: bool


def gate_of(pattern: str, flags: int) -> Gate | None:
    """The gate of a pattern that `regex` compiles with these flags; None where there is none."""
    known = sum(flags & ours and theirs for ours, theirs in _FLAGS.items())
    if flags & ~sum(_FLAGS) or _FUZZY.search(_OPAQUE.sub("", pattern)):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what `re` foresees to read otherwise, `regex` may read so today
            tree = parser.parse(pattern, known)
        if tree.state.flags & ~(known | re.IGNORECASE | re.UNICODE):
            return None
        ours = _ours(tree.state.flags)
        caseless = bool(ours & regex.IGNORECASE)
        plain, edged = (_Writer(ours, caseless, edges).sequence(tree, GATE_WIDTH) for edges in (False, True))
        needs = tuple(_Writer(ours, caseless, edges=False).needs(tree))
    except (_UnknownError, re.error, Warning, RecursionError):
        return None
    if not plain.least:
        return None
    return Gate(
        expression=plain.expression.encode(),
        edged=edged.expression.encode(),
        caseless=caseless,
        width=plain.width,
        least=plain.least,
        edged_both=plain.whole and _begins_and_ends_at_edges(tree),
        reach=_reach(tree),
        needs=needs,
    )


def _begins_and_ends_at_edges(tree: Any) -> bool:
    items = list(tree)
    while len(items) == 1 and items[0][0] is sre.SUBPATTERN:
        items = list(items[0][1][3])
    edge = (sre.AT, sre.AT_BOUNDARY)
    return len(items) > 2 and items[0] == items[-1] == edge


def _reach(tree: Any) -> int | None:
    """Widths of the pattern and of all its lookaheads, and one character beyond for the edge of a word."""
    total = tree.getwidth()[1] + sum(ahead.getwidth()[1] for ahead in _lookaheads(tree)) + 1
    return int(total) if total < sre.MAXREPEAT else None


def _lookaheads(tree: Any) -> Iterator[Any]:
    for operation, value in tree:
        if operation in {sre.ASSERT, sre.ASSERT_NOT} and value[0] > 0:
            yield value[1]
        for inner in _inner(operation, value):
            yield from _lookaheads(inner)


def _inner(operation: Any, value: Any) -> list[Any]:
    """Sequences within one item of a parse tree."""
    if operation in {sre.ASSERT, sre.ASSERT_NOT, sre.SUBPATTERN}:
        return [value[-1]]
    if operation is sre.ATOMIC_GROUP:
        return [value]
    if operation is sre.BRANCH:
        return list(value[1])
    if operation in _REPEATS:
        return [value[2]]
    return [part for part in value[1:] if part] if operation is sre.GROUPREF_EXISTS else []


def _ours(flags: int) -> int:
    return sum(ours for ours, theirs in _FLAGS.items() if flags & theirs)


class _Writer:
    """Writes parts of a parse tree as expressions over the gates' alphabet."""

    def __init__(self, flags: int, caseless: bool, edges: bool) -> None:
        self.flags = flags
        self._caseless = caseless
        self._edges = edges

    def sequence(self, tree: Any, room: int) -> _Part:
        """The longest beginning of a sequence that is bounded and fits into `room` characters."""
        parts: list[str] = []
        least = width = 0
        for operation, value in tree:
            part = self._item(operation, value, room - width)
            parts.append(part.expression)
            least, width = least + part.least, width + part.width
            if not part.whole:
                return _Part("".join(parts), least, width, whole=False)
        return _Part("".join(parts), least, width, whole=True)

    def _item(self, operation: Any, value: Any, room: int) -> _Part:
        if operation in {sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN}:
            return _Part(self._class(operation, value), 1, 1, whole=True) if room else _Part("", 0, 0, whole=False)
        if operation is sre.AT:
            return _Part(_EDGES.get(value, "") if self._edges else "", 0, 0, whole=True)
        if operation in {sre.ASSERT, sre.ASSERT_NOT}:
            return _Part("", 0, 0, whole=True)
        if operation is sre.SUBPATTERN:
            _, added, removed, inner = value
            return self._scoped(added, removed).sequence(inner, room)
        if operation is sre.ATOMIC_GROUP:
            return self.sequence(value, room)
        if operation is sre.BRANCH:
            return self._branch(value[1], room)
        if operation in {sre.GROUPREF, sre.GROUPREF_EXISTS}:
            return _Part("", 0, 0, whole=False)
        if operation in _REPEATS:
            return self._repeat(*value, room)
        raise _UnknownError

    def _scoped(self, added: int, removed: int) -> "_Writer":
        if (added | removed) & ~sum(_FLAGS.values()):
            raise _UnknownError
        return _Writer((self.flags | _ours(added)) & ~_ours(removed), self._caseless, self._edges)

    def _branch(self, branches: Any, room: int) -> _Part:
        parts = [self.sequence(branch, room) for branch in branches]
        return _Part(
            f"(?:{'|'.join(part.expression for part in parts)})",
            min(part.least for part in parts),
            max(part.width for part in parts),
            all(part.whole for part in parts),
        )

    def _repeat(self, low: int, high: int, inner: Any, room: int) -> _Part:
        part = self.sequence(inner, room)
        if not part.whole:
            return part if low else _Part("", 0, 0, whole=False)
        if high is sre.MAXREPEAT or high * part.width > room:
            times = min(low, room // part.width) if part.width else low
            return _Part(_repeated(part, times, times), times * part.least, times * part.width, whole=False)
        return _Part(_repeated(part, low, high), low * part.least, high * part.width, whole=True)

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
            raise _UnknownError
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


def _repeated(part: _Part, low: int, high: int) -> str:
    """The part as often; a high count is left open, since automata grow with it."""
    if not high or not part.expression:
        return ""
    return f"(?:{part.expression}){{{low},{high if high <= _COUNTED else ''}}}"


def _best(parts: Iterable[_Part]) -> list[bytes]:
    """The longest of some expressions, if it says anything."""
    best = max(parts, key=lambda part: part.least)
    return [best.expression.encode()] if best.least else []
