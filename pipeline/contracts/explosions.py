"""Whether a regular expression can take exploding time in an engine that tries one way after another, as Java's does.

A text that does not match is tried in every way in which its beginning can be matched. So we count ways, on the
automaton whose states are the signs of the pattern (Glushkov 1961), by the criteria of Weber and Seidl (1991, "On the
degree of ambiguity of finite automata"): a state from which two different ways lead back to itself by one text doubles
the ways with every turn; of loops that can pass a text on to the next each adds a power of the text's length.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from math import log
from typing import NamedTuple, TypeVar

from pipeline.contracts.patterns import Choice, Node, Pattern, PatternError, Repeat, Sequence, Signs, UnsafePatternError
from pipeline.contracts.signs import EVERY, Ranges, common

#: Ways may grow with the square of a text's length: 10^8 for the longest text that we reckon with.
MOST_POWERS = 2
_LONGEST_TEXT = 10_000
#: Copies from which a bounded repeat costs like one without a bound: nine twos are 512 ways, twenty a million.
_LIKE_UNBOUNDED = 10
_MOST_STATES = 1200
_MOST_STEPS = 100_000
_A = TypeVar("_A")
_B = TypeVar("_B")


class _Part(NamedTuple):
    """States that a part of the pattern begins and ends with, and how often it matches nothing; all count ways."""

    first: Counter[int]
    last: Counter[int]
    empty: int


def refuse_explosions(pattern: Pattern) -> None:
    """Raises UnsafePatternError where the ways to match a text can grow beyond its square, or can't be judged."""
    tree = pattern.tree if pattern.anchored else Sequence((Repeat(Signs(EVERY), 0, None), pattern.tree))
    if _Automaton(tree).doubles():
        raise UnsafePatternError("a repeat whose inside can match one text in two ways: it takes exponential time")
    if _Automaton(tree, relaxed=True).powers() > MOST_POWERS:
        raise UnsafePatternError(f"more than {MOST_POWERS + 1} repeats in a row that can match the same signs")


class _Automaton:
    """A state for each sign of the pattern, an edge where one may follow the other, with the number of ways.

    `relaxed`: every repeat that may vary is a loop, which passes on as many ways as it may vary by.
    """

    def __init__(self, tree: Node, *, relaxed: bool = False) -> None:
        self.relaxed = relaxed
        self.signs: list[Ranges] = []
        self.weights: list[float] = []
        """Of each state: the power of the longest text's length that its loop may vary by."""
        self.edges: Counter[tuple[int, int]] = Counter()
        self.empty_turns = False
        self.steps = 0
        self._built(tree, 1, 0.0)
        self.next: list[list[int]] = [[] for _ in self.signs]
        for state, after in self.edges:
            self.next[state].append(after)
        self.reach = [self._reached(state) for state in range(len(self.signs))]

    def doubles(self) -> bool:
        """Whether a state leads back to itself by one text in two ways."""
        if self.empty_turns or any(
            ways > 1 and state in self.reach[after] for (state, after), ways in self.edges.items()
        ):
            return True
        loops = [(state, state) for state in self._loops()]
        forward = self._pairs(loops)
        turned: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for pair, following in forward.items():
            for after in following:
                turned.setdefault(after, []).append(pair)
        back, waiting = set(loops), list(loops)
        while waiting:
            for pair in turned.get(waiting.pop(), ()):
                if pair not in back:
                    back.add(pair)
                    waiting.append(pair)
        return any(one != other for one, other in back)

    def powers(self) -> float:
        """The power of a text's length that the number of ways can grow with."""
        loops = self._loops()
        passing = {(one, other) for one in loops for other in self.reach[one] & loops if self._passes(one, other)}

        @cache
        def longest(state: int) -> float:
            after = ((one, other) for one, other in passing if one == state or one in self.reach[state])
            return max(
                (min(self.weights[one], self.weights[other]) + longest(other) for one, other in after), default=0
            )

        return max((longest(state) for state in loops), default=0)

    def _loops(self) -> set[int]:
        return {state for state in range(len(self.signs)) if state in self.reach[state]}

    def _pairs(self, start: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[tuple[int, int]]]:
        """What pairs of states can follow by one sign, inside of one loop, for all that `start` leads to."""
        found: dict[tuple[int, int], list[tuple[int, int]]] = {}
        waiting = list(start)
        while waiting:
            pair = waiting.pop()
            if pair not in found:
                inside = ([after for after in self.next[state] if state in self.reach[after]] for state in pair)
                found[pair] = [(one, other) for one, other in _product(*inside) if self._share(one, other)]
                waiting += found[pair]
        return found

    def _passes(self, one: int, other: int) -> bool:
        """Whether a text leads from a loop back to it, on to a later loop, and around that one (one, one, other)."""
        if one in self.reach[other]:
            return False
        start, goal = (one, one, other), (one, other, other)
        seen, waiting = {start}, [start]
        while waiting:
            first, middle, last = waiting.pop()
            for a, b in _product(self._around(first, one), self.next[middle]):
                if not (other in self.reach[b] or b == other) or not self._share(a, b):
                    continue
                for c in self._around(last, other):
                    if self._share(a, b, c) and (a, b, c) not in seen:
                        if (a, b, c) == goal:
                            return True
                        seen.add((a, b, c))
                        waiting.append((a, b, c))
        return False

    def _around(self, state: int, home: int) -> list[int]:
        return [after for after in self.next[state] if home in self.reach[after]]

    def _share(self, *states: int) -> bool:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise UnsafePatternError("too many ways to be judged; make it simpler")
        found = self.signs[states[0]]
        for state in states[1:]:
            found = common(found, self.signs[state])
        return bool(found)

    def _reached(self, state: int) -> set[int]:
        seen: set[int] = set()
        waiting = [state]
        while waiting:
            fresh = set(self.next[waiting.pop()]) - seen
            seen |= fresh
            waiting += fresh
        return seen

    def _built(self, node: Node, copies: int, weight: float) -> _Part:
        """Add the states of a part; `copies`: how often bounded repeats around it lay it out."""
        if isinstance(node, Signs):
            self.signs.append(node.ranges)
            self.weights.append(weight)
            if len(self.signs) > _MOST_STATES:
                raise PatternError(f"more than {_MOST_STATES} signs; make it simpler")
            only = Counter([len(self.signs) - 1])
            return _Part(only, only, 0)
        if isinstance(node, Choice):
            parts = [self._built(part, copies, weight) for part in node.parts]
            first = sum((part.first for part in parts), Counter[int]())
            last = sum((part.last for part in parts), Counter[int]())
            return _Part(first, last, min(2, sum(part.empty for part in parts)))
        if isinstance(node, Sequence):
            found = _Part(Counter(), Counter(), 1)
            for part in node.parts:
                found = self._joined(found, self._built(part, copies, weight))
            return found
        return self._repeated(node, copies, weight)

    def _repeated(self, node: Repeat, copies: int, weight: float) -> _Part:
        varies = node.least != node.most
        exact = isinstance(node.part, Signs) and not varies
        many = node.most is None or (node.most * copies >= _LIKE_UNBOUNDED and not exact)
        if node.most is None or many or (varies and self.relaxed):
            span = _LONGEST_TEXT if node.most is None else node.most - node.least + 1
            part = self._built(node.part, copies, max(weight, log(span, _LONGEST_TEXT)))
            self.empty_turns |= bool(part.empty) and node.least * copies >= _LIKE_UNBOUNDED
            self._link(part.last, part.first)
            return part._replace(empty=min(2, part.empty + (node.least == 0)))
        found = _Part(Counter(), Counter(), 1)
        for copy in range(node.most, 0, -1):
            found = self._joined(self._built(node.part, copies * max(1, node.most), weight), found)
            if copy > node.least:
                found = found._replace(empty=min(2, found.empty + 1))
        return found

    def _joined(self, one: _Part, other: _Part) -> _Part:
        self._link(one.last, other.first)
        first = one.first + _times(other.first, one.empty)
        last = other.last + _times(one.last, other.empty)
        return _Part(first, last, min(2, one.empty * other.empty))

    def _link(self, last: Counter[int], first: Counter[int]) -> None:
        for (before, ways), (after, more) in _product(last.items(), first.items()):
            self.edges[before, after] += ways * more


def _times(states: Counter[int], ways: int) -> Counter[int]:
    return Counter({state: count * ways for state, count in states.items() if ways})


def _product(one: Iterable[_A], other: Iterable[_B]) -> Iterator[tuple[_A, _B]]:
    seen = list(other)
    return ((a, b) for a in one for b in seen)
