"""One pass of Hyperscan over a text says which patterns can match in it, and where."""

from collections.abc import Sequence
from functools import cached_property

from pipeline.privacy.scanning.alphabet import LETTERS_ALIKE, gate_bytes
from pipeline.privacy.scanning.databases import Databases, Expression
from pipeline.privacy.scanning.gate import Gate
from pipeline.privacy.scanning.writer import GATE_WIDTH

#: Characters [first, last] where a match can begin, ascending.
Stretches = list[tuple[int, int]]

#: Longer texts are gated piece by piece, so that one number in a book does not open the whole book.
_PIECE = 1024


class Gates:
    """The gates of many patterns; a pattern without one is always open."""

    def __init__(self, gates: Sequence[Gate | None]) -> None:
        self._gates = {number: gate for number, gate in enumerate(gates) if gate}
        self._always = dict.fromkeys(number for number, gate in enumerate(gates) if not gate)
        self._count = len(gates)
        needs = sorted({need for gate in self._gates.values() for need in gate.needs})
        self._need_ids = {need: len(gates) + index for index, need in enumerate(needs)}
        self._needs = {
            n: {self._need_ids[need] for need in gate.needs} for n, gate in self._gates.items() if gate.needs
        }

    @cached_property
    def _ascii(self) -> Databases:
        return self._databases(edged=True)

    @cached_property
    def _any(self) -> Databases:
        return self._databases(edged=False)

    def _databases(self, edged: bool) -> Databases:
        asked = [
            Expression(number, gate.edged if edged else gate.expression, gate.caseless, not (edged and gate.edged_both))
            for number, gate in self._gates.items()
        ]
        asked += [Expression(number, need, True, True) for need, number in self._need_ids.items()]
        return Databases(asked)

    def open_in(self, text: str) -> dict[int, Stretches | None]:
        """Numbers of the patterns that can match in the text, with where a match can begin; None: anywhere."""
        if not text.isascii() and LETTERS_ALIKE.search(text):
            return dict.fromkeys(range(self._count))
        length = len(text)
        pieces = [(0, length)] if length <= 2 * _PIECE else [(at, at + _PIECE) for at in range(0, length, _PIECE)]
        places: dict[int, Stretches] = {}
        found: set[int] = set()
        refused: set[int] = set()
        for first, last in pieces:
            before = max(0, first - GATE_WIDTH - 1)
            piece = text if len(pieces) == 1 else text[before : last + 1]
            edged = piece.isascii()
            databases = self._ascii if edged else self._any
            refused |= databases.refused
            for number, end in databases.hits(gate_bytes(piece)):
                found.add(number)
                gate = self._gates.get(number)
                if gate is None:
                    continue
                if edged and gate.edged_both:
                    place = (max(0, before + end - gate.width), before + end - gate.least)
                else:
                    place = (max(0, first - gate.width), last)
                places.setdefault(number, []).append(place)
        found |= refused
        shut = {number for number, needs in self._needs.items() if not needs <= found}
        opened: dict[int, Stretches | None] = {n: _merged(some) for n, some in places.items() if n not in shut}
        opened.update(dict.fromkeys(refused & self._gates.keys()))
        return opened | self._always


def _merged(places: Stretches) -> Stretches:
    """The places ascending, those that touch as one."""
    merged: Stretches = []
    for first, last in sorted(places):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged
