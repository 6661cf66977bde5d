"""Many conditions as bits of few numbers, and back: names of the bits that are set.

A row that breaks nothing costs one evaluation of each condition and one comparison a word; names are made of the others
alone. (An array of `when` for each row, compacted, is interpreted by Spark node by node, for good rows too.)
"""

from collections.abc import Iterator, Sequence
from functools import reduce

from pyspark.sql import Column as Expression
from pyspark.sql import functions as F

#: Bits of a word. The sign stays unused.
_WORD = 63
Named = tuple[str, Expression]


def words(conditions: Sequence[Named], prefix: str) -> dict[str, Expression]:
    """Columns of numbers, `<prefix>0` and so on, in which the n-th bit says whether the n-th condition is true."""
    return {f"{prefix}{at}": _word([holds for _, holds in part]) for at, part in enumerate(_parts(conditions))}


def names_of(conditions: Sequence[Named], prefix: str) -> Expression:
    """Names of the conditions that are true, in order: array of strings. Reads the columns that `words` made."""
    found = [_names(part, f"{prefix}{at}") for at, part in enumerate(_parts(conditions))]
    return F.concat(*found) if found else F.array().cast("array<string>")


def none_of(conditions: Sequence[Named], prefix: str) -> Expression:
    """Whether no condition is true."""
    zeros = (F.col(f"{prefix}{at}") == 0 for at, _ in enumerate(_parts(conditions)))
    return reduce(lambda one, other: one & other, zeros, F.lit(True))


def _parts(conditions: Sequence[Named]) -> Iterator[Sequence[Named]]:
    return (conditions[at : at + _WORD] for at in range(0, len(conditions), _WORD))


def _word(conditions: Sequence[Expression]) -> Expression:
    nothing = F.lit(0).cast("long")
    bits = (F.when(holds, F.lit(1 << at).cast("long")).otherwise(nothing) for at, holds in enumerate(conditions))
    return reduce(lambda one, other: one.bitwiseOR(other), bits)


def _names(part: Sequence[Named], word: str) -> Expression:
    names = F.array(*(F.lit(name) for name, _ in part))
    return F.filter(names, lambda _, at: F.getbit(F.col(word), at) == 1)
