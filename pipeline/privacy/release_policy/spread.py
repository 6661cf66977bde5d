"""How the quasi-identifiers' values spread before and after a release, in groups that single nobody out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.privacy.release_policy.histogram import Flags, Ints, Numbers, Trait

#: Categories that are told of a column; the report's pictures of features have as many.
MOST_CATEGORIES = 12
OTHER, MISSING = "other", "missing"


@dataclass(frozen=True)
class Values:
    """The quasi-identifiers' values of all rows, of which many may be counted as one.

    Attributes:
        cells: the cell of the histogram that each belongs to.
        rows: how many rows each stands for, all of one snapshot and of as many entities.
        snapshots: the number of its snapshot.
        traits: the values.
    """

    cells: Numbers
    rows: Ints
    snapshots: Numbers
    traits: tuple[Trait, ...]

    def spreads(self, levels: Sequence[int], withheld: Flags, k: int) -> list[dict[str, Any]]:
        """Of each quasi-identifier `before`, at its finest level, and `after`, as it is published.

        Args:
            levels: the level of each at which it is published.
            withheld: which cells are not.
            k: a category is told where at least so many entities have it at one snapshot.

        Returns:
            `{column, before, after}` each; both are lists of `{value, rows}`, the most frequent first, at most 12,
            then `other` for the rest.
        """
        published = np.where(withheld[self.cells], 0, self.rows)
        return [
            {
                "column": item.column,
                "before": self._categories(item, 0, self.rows, k),
                "after": self._categories(item, level, published, k),
            }
            for item, level in zip(self.traits, levels, strict=True)
        ]

    def _categories(self, item: Trait, level: int, rows: Ints, k: int) -> list[dict[str, Any]]:
        days = int(self.snapshots.max(initial=0)) + 1
        at = item.codes[level][item.members] * days + self.snapshots
        counts = np.bincount(at, weights=rows, minlength=item.widths[level] * days).astype(np.int64).reshape(-1, days)
        totals = counts.sum(axis=1)
        texts = dict(zip(item.codes[level].tolist(), item.levels[level].to_pylist(), strict=True))
        named = sorted(range(len(totals)), key=lambda code: (-totals[code], texts.get(code) or ""))
        told = [code for code in named if counts[code].max() >= k][:MOST_CATEGORIES]
        rest = counts.sum(axis=0) - counts[told].sum(axis=0)
        while told and 0 < rest.max() < k:  # what is left alone would tell how few they are
            rest = rest + counts[told.pop()]
        found = [{"value": MISSING if texts[code] is None else texts[code], "rows": int(totals[code])} for code in told]
        return [*found, {"value": OTHER, "rows": int(rest.sum())}] if rest.any() else found
