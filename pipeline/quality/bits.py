"""Many conditions as bits of few numbers, and back: names of the bits that are set.

A row that breaks nothing costs one evaluation of each condition and one comparison a word; names are made of the others
alone. (An array of `CASE` for each row, compacted, is interpreted by Spark node by node, for good rows too.)
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.quality import sql_text as sql

#: Bits of a word. The sign stays unused.
_WORD = 63


class Named(NamedTuple):
    """A condition: its name, and SQL that is true, false or null."""

    name: str
    holds: str


class Bits:
    """Conditions that lie in columns `<prefix>0`, `<prefix>1` and so on, in their order."""

    def __init__(self, prefix: str, conditions: Sequence[Named]) -> None:
        parts = (conditions[at : at + _WORD] for at in range(0, len(conditions), _WORD))
        self._words = {f"{prefix}{at}": part for at, part in enumerate(parts)}

    def columns(self) -> dict[str, str]:
        """SQL of each column: a number whose n-th bit says whether the n-th condition is true."""
        return {word: " | ".join(_bits(part)) for word, part in self._words.items()}

    def none(self) -> str:
        """SQL over these columns: whether no condition is true."""
        return " AND ".join(f"{word} = 0" for word in self._words) or "true"

    def names(self, but: str = "false", also: str = "false") -> str:
        """SQL over these columns: array of the names of true conditions, in order.

        Args:
            but: SQL over `name`; where it is true the name is left out although its condition is true.
            also: where it is true the name is taken although its condition is not.
        """
        found = (
            f"filter(array({', '.join(sql.text(item.name) for item in part)}), "
            f"(name, at) -> (getbit({word}, at) = 1 AND NOT ({but})) OR ({also}))"
            for word, part in self._words.items()
        )
        return f"concat({', '.join(found)})" if self._words else "cast(array() AS array<string>)"


def _bits(part: Sequence[Named]) -> Iterator[str]:
    return (f"if({item.holds}, {1 << at}L, 0L)" for at, item in enumerate(part))
