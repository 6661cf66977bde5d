"""Expressions compiled for Hyperscan."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple

import hyperscan

#: Expressions of one database: fewer take longer to search, twice as many four times as long to compile.
_TOGETHER = 16


class Expression(NamedTuple):
    """What is searched for under a number; once: one hit a text is enough."""

    number: int
    text: bytes
    caseless: bool
    once: bool

    @property
    def flags(self) -> int:
        """As Hyperscan has them."""
        once = hyperscan.HS_FLAG_SINGLEMATCH if self.once else 0
        return int(once | (hyperscan.HS_FLAG_CASELESS if self.caseless else 0))


class Databases:
    """Many expressions, searched for in one pass over each database.

    `together`: expressions of one database; literals alone may be many.

    Attributes:
        refused: numbers of the expressions that Hyperscan can't compile; they are never reported.
    """

    def __init__(self, expressions: Sequence[Expression], together: int = _TOGETHER) -> None:
        self.refused: set[int] = set()
        self._lock = Lock()  # a database has one scratch space
        self._databases = []
        for first in range(0, len(expressions), together):
            some = expressions[first : first + together]
            try:
                self._databases.append(_compiled(some))
            except hyperscan.error:
                self._databases += self._one_by_one(some)

    def _one_by_one(self, expressions: Sequence[Expression]) -> list[hyperscan.Database]:
        good = []
        for expression in expressions:
            try:
                good.append(_compiled([expression]))
            except hyperscan.error:
                self.refused.add(expression.number)
        return good

    def hits(self, data: bytes) -> list[tuple[int, int]]:
        """(number, end) of what stands in the data, in no order."""
        hits: list[tuple[int, int]] = []
        note: Callable[..., None] = lambda number, _, end, *rest: hits.append((number, end))  # noqa: E731, ARG005
        with self._lock:
            for database in self._databases:
                database.scan(data, note)
        return hits


def _compiled(expressions: Sequence[Expression]) -> hyperscan.Database:
    database = hyperscan.Database()
    database.compile(
        expressions=[item.text for item in expressions],
        ids=[item.number for item in expressions],
        elements=len(expressions),
        flags=[item.flags for item in expressions],
    )
    return database
