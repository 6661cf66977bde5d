"""What must stand in a text before a pattern can match in it, as an expression for Hyperscan.

A gate is compiled from the pattern's parse tree and matches wherever the pattern does, and more: assertions about
neighbours fall away, and from the first repetition without an end on, the rest. What the parser does not know is not
gated: such a pattern is always searched for.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import regex

from pipeline.privacy.scanning.writer import FLAGS, GATE_WIDTH, REPEATS, UnknownError, Writer, our_flags

#: What a brace in a pattern has no part in: escapes and classes.
_OPAQUE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
#: A brace that opens no repetition: `regex` reads it as fuzzy matching.
_FUZZY = re.compile(r"\{(?!\d*,?\d*\})")


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


def gate_of(pattern: str, flags: int) -> Gate | None:
    """The gate of a pattern that `regex` compiles with these flags; None where there is none."""
    known = sum(flags & ours and theirs for ours, theirs in FLAGS.items())
    if flags & ~sum(FLAGS) or _FUZZY.search(_OPAQUE.sub("", pattern)):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what `re` foresees to read otherwise, `regex` may read so today
            tree = parser.parse(pattern, known)
        if tree.state.flags & ~(known | re.IGNORECASE | re.UNICODE):
            return None
        ours = our_flags(tree.state.flags)
        caseless = bool(ours & regex.IGNORECASE)
        plain, edged = (Writer(ours, caseless, edges).sequence(tree, GATE_WIDTH) for edges in (False, True))
        needs = tuple(Writer(ours, caseless, edges=False).needs(tree))
    except (UnknownError, re.error, Warning, RecursionError):
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
    if operation in REPEATS:
        return [value[2]]
    return [part for part in value[1:] if part] if operation is sre.GROUPREF_EXISTS else []
