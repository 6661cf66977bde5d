"""One pass of Hyperscan over a text says which patterns can match in it, and where."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import hyperscan

from pipeline.privacy.scanning.alphabet import LETTERS_ALIKE, gate_bytes
from pipeline.privacy.scanning.gate import GATE_WIDTH, Gate

#: Characters [first, last] where a match can begin, ascending.
Stretches = list[tuple[int, int]]

#: Longer texts are gated piece by piece, so that one number in a book does not open the whole book.
_PIECE = 1024
#: Expressions of one database: fewer take longer to search, more take longer to compile.
_TOGETHER = 32


class Gates:
    """The gates of many patterns; a pattern without one is always open."""

    def __init__(self, gates: Sequence[Gate | None]) -> None:
        self._gates = {number: gate for number, gate in enumerate(gates) if gate}
        self._always = dict.fromkeys(number for number, gate in enumerate(gates) if not gate)
        self._count = len(gates)
        needs = sorted({need for gate in self._gates.values() for need in gate.needs})
        self._need_ids = {need: len(gates) + index for index, need in enumerate(needs)}
        self._needs = {n: {self._need_ids[need] for need in gate.needs} for n, gate in self._gates.items() if gate.needs}

    @cached_property
    def _ascii(self) -> list[hyperscan.Database]:
        return self._compile(edged=True)

    @cached_property
    def _any(self) -> list[hyperscan.Database]:
        return self._compile(edged=False)

    def _compile(self, edged: bool) -> list[hyperscan.Database]:
        once = hyperscan.HS_FLAG_SINGLEMATCH
        asked = [
            (
                number,
                gate.edged if edged else gate.expression,
                (0 if edged and gate.edged_both else once) | gate.caseless * hyperscan.HS_FLAG_CASELESS,
            )
            for number, gate in self._gates.items()
        ]
        asked += [(number, need, once | hyperscan.HS_FLAG_CASELESS) for need, number in self._need_ids.items()]
        databases = []
        for first in range(0, len(asked), _TOGETHER):
            ids, texts, flags = zip(*asked[first : first + _TOGETHER], strict=True)
            database = hyperscan.Database()
            database.compile(expressions=list(texts), ids=list(ids), elements=len(ids), flags=list(flags))
            databases.append(database)
        return databases

    def open_in(self, text: str) -> dict[int, Stretches | None]:
        """Numbers of the patterns that can match in the text, with where a match can begin; None: anywhere."""
        ascii_only = text.isascii()
        if not ascii_only and LETTERS_ALIKE.search(text):
            return dict.fromkeys(range(self._count))
        data = gate_bytes(text)
        pieces = [(0, None)] if len(data) <= 2 * _PIECE else [(at, at + _PIECE) for at in range(0, len(data), _PIECE)]
        places: dict[int, Stretches] = {}
        found: set[int] = set()
        for first, last in pieces:
            before = max(0, first - GATE_WIDTH - 1)
            piece = data[before : last + 1] if last else data
            for number, end in _hits(self._ascii if ascii_only else self._any, piece):
                found.add(number)
                gate = self._gates.get(number)
                if gate is None:
                    continue
                if ascii_only and gate.edged_both:
                    place = (max(0, before + end - gate.width), before + end - gate.least)
                else:
                    place = (max(0, first - gate.width), last or len(data))
                places.setdefault(number, []).append(place)
        shut = {number for number, needs in self._needs.items() if not needs <= found}
        opened: dict[int, Stretches | None] = {n: _merged(some) for n, some in places.items() if n not in shut}
        return opened | self._always


def _hits(databases: list[hyperscan.Database], data: bytes) -> list[tuple[int, int]]:
    """(number, end) of what is reported."""
    hits: list[tuple[int, int]] = []
    note = lambda number, _, end, *rest: hits.append((number, end))  # noqa: E731, ARG005 - one frame a hit is enough
    for database in databases:
        database.scan(data, note)
    return hits


def _merged(places: Stretches) -> Stretches:
    """The places ascending, those that touch as one."""
    merged: Stretches = []
    for first, last in sorted(places):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged
