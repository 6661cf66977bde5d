"""One difference between two contracts, and what it does to rows and to readers."""

from dataclasses import dataclass
from typing import Literal

Effect = Literal["loosens", "tightens", "same", "means"]


@dataclass(frozen=True)
class Change:
    """One difference between two contracts.

    Attributes:
        where: the column and its word, such as `salary.minimum`, or a word of the source, such as `primaryKey`.
        what: the difference as a sentence.
        effect: what it does to the rows of a source, by the rules that judge each row for itself. `loosens`: every row
            that was kept stays kept, with the same values. `tightens`: a row that was kept could be rejected. `means`:
            values, or how they are read, could differ. `same`: neither.
        breaks: whether readers of what is published break, or must look.
        source: set where the contracts of a whole dataset are compared.
        before, after: of a change that can be acknowledged in dataset.yaml, what stands in from and to.
    """

    where: str
    what: str
    effect: Effect
    breaks: bool
    source: str = ""
    before: str = ""
    after: str = ""


def limit_change(where: str, what: str, *, loosens: bool) -> Change:
    """A rule on values that lets more pass, or less: less breaks readers."""
    return Change(where, what, "loosens" if loosens else "tightens", breaks=not loosens)
