"""Regular expressions of contracts: the part that Java (Spark runs it), RE2 and Python read alike, as a tree.

Without look-around, back references, flags and possessive repeats; `explosions.py` judges what a tree may cost.
"""

import re
from typing import NamedTuple

from pipeline.contracts.signs import CLASSES, DOT, EVERY, LETTERS, Ranges, joined, outside

#: RE2 reads no greater count.
MOST_COPIES = 1000
_CONTROLS = {"t": 9, "n": 10, "r": 13, "f": 12}
#: Unicode's general categories; which signs they hold is taken broadly.
_CATEGORIES = re.compile(r"\{(L[ulmot]?|N[dlo]?|P[cdsefio]?|S[mcko]?|Z[slp]?|M[nce]?)\}")
_COUNT = re.compile(r"\{(\d{1,4})(,(\d{1,4})?)?\}")
_MEANT = frozenset(r"\.[]{}()*+?^$|/-'\"#&@!%,:;<>=_~` ")


class PatternError(ValueError):
    """What a regular expression has that is not read alike everywhere."""


class UnsafePatternError(PatternError):
    """Why a regular expression may take exploding time."""


class Signs(NamedTuple):
    """One sign out of these ranges of code points, both ends included, ascending."""

    ranges: Ranges


class Sequence(NamedTuple):
    """One after the other; empty for an anchor and for nothing."""

    parts: tuple["Node", ...]


class Choice(NamedTuple):
    """One of them."""

    parts: tuple["Node", ...]


class Repeat(NamedTuple):
    """`least` to `most` times; `most` None: without a bound."""

    part: "Node"
    least: int
    most: int | None


Node = Signs | Sequence | Choice | Repeat
_NOTHING = Sequence(())


class Pattern(NamedTuple):
    """A pattern that was read.

    Attributes:
        tree: what it matches.
        anchored: whether a match can begin at the text's first sign only.
        java: as Java reads it: `$` is the end of the text, and not also the place before a last line break.
    """

    tree: Node
    anchored: bool
    java: str


def parse_pattern(text: str) -> Pattern:
    """Read a pattern.

    Raises:
        PatternError: it is none, or has what Java, RE2 and Python do not read alike.
    """
    reader = _Reader(text)
    tree = reader.choice()
    if reader.at < len(text):
        raise PatternError("a ) that closes nothing")
    parts = tree.parts if isinstance(tree, Choice) else (tree,)
    anchored = len(parts) == 1 and text.startswith("^")
    return Pattern(tree, anchored, "".join(reader.java))


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.java: list[str] = []

    def choice(self) -> Node:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self, part: Node) -> Node:
        counts = self._counts()
        if counts is None:
            return part
        if part == _NOTHING:
            raise PatternError("an anchor or nothing repeated")
        self._take("?")
        if self.text[self.at : self.at + 1] in ("+", "*", "?") or _COUNT.match(self.text, self.at):
            raise PatternError("a repeat of a repeat without brackets")
        return Repeat(part, *counts)

    def _counts(self) -> tuple[int, int | None] | None:
        for sign, counts in {"*": (0, None), "+": (1, None), "?": (0, 1)}.items():
            if self._take(sign):
                return counts
        if found := _COUNT.match(self.text, self.at):
            self._copy(found.end() - self.at)
            least, most = int(found[1]), int(found[3]) if found[3] else None if found[2] else int(found[1])
            if max(least, most or 0) > MOST_COPIES or (most is not None and most < least):
                raise PatternError(f"a count of copies from {least} to {most}; at most {MOST_COPIES}, ascending")
            return least, most
        return None

    def _atom(self) -> Node:
        sign = self.text[self.at]
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escape()
        if sign in "*+?{":
            raise PatternError(f"a {sign} that repeats nothing; write \\{sign} for the sign")
        if sign in "]}":
            raise PatternError(f"a {sign} that closes nothing; write \\{sign} for the sign")
        if sign == "$":
            self.at += 1
            self.java.append(r"\z")
            return _NOTHING
        self._copy(1)
        if sign == "^":
            return _NOTHING
        return Signs(DOT) if sign == "." else Signs(((ord(sign), ord(sign)),))

    def _group(self) -> Node:
        self._copy(1)
        if self._take("?") and not self._take(":"):
            raise PatternError("look-around, flags or names after (?; only ( ) and (?: ) are read")
        self.depth += 1
        if self.depth > 50:
            raise PatternError("brackets more than 50 deep")
        inner = self.choice()
        self.depth -= 1
        if not self._take(")"):
            raise PatternError("a ( that nothing closes")
        return inner

    def _escape(self) -> Node:
        sign = self.text[self.at + 1 : self.at + 2]
        if sign and sign in "bB":
            self._copy(2)
            return _NOTHING
        return Signs(self._escaped())

    def _escaped(self) -> Ranges:
        """The signs that an escape stands for, inside a class or outside."""
        sign = self.text[self.at + 1 : self.at + 2]
        if sign.lower() in CLASSES:
            self._copy(2)
            ranges = CLASSES[sign.lower()]
            return ranges if sign.islower() else outside(ranges)
        if sign in _CONTROLS or sign in _MEANT:
            self._copy(2)
            code = _CONTROLS.get(sign) or ord(sign)
            return ((code, code),)
        if sign and sign in "pP" and (found := _CATEGORIES.match(self.text, self.at + 2)):
            self._copy(2 + len(found[0]))
            return LETTERS if sign == "p" and found[1][0] == "L" else EVERY
        raise PatternError(f"the escape \\{sign}" if sign else "a \\ at the end")

    def _class(self) -> Node:
        self._copy(1)
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not self._take("]"):
            if self.at >= len(self.text):
                raise PatternError("a [ that nothing closes")
            low = self._member()
            if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self._copy(1)
                high = self._member()
                first, last = low[0][0], high[-1][1]
                if low != ((first, first),) or high != ((last, last),) or first > last:
                    raise PatternError("a range in [ ] that does not ascend from one sign to another")
                low = ((first, last),)
            ranges += low
        if not ranges:
            raise PatternError("an empty [ ]; write \\] for the sign")
        return Signs(outside(ranges) if negated else joined(ranges))

    def _member(self) -> Ranges:
        sign = self.text[self.at]
        if sign == "\\":
            return self._escaped()
        if sign == "[" or self.text.startswith("&&", self.at):
            raise PatternError(f"a {sign} in [ ]; write \\{sign} for the sign")
        self._copy(1)
        return ((ord(sign), ord(sign)),)

    def _take(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.at)
        if found:
            self._copy(len(sign))
        return found

    def _copy(self, length: int) -> None:
        self.java.append(self.text[self.at : self.at + length])
        self.at += length
