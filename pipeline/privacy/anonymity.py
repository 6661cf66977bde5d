"""k-anonymity and l-diversity: the finest published levels for which few enough rows have to be withheld.

A class is one combination of published quasi-identifier values at one snapshot. k is the number of entities of the
smallest published class (Sweeney 2002), l the smallest number of distinct values of a sensitive column in any published
class (distinct l-diversity, Machanavajjhala et al. 2007). An entity has one row a snapshot, so it counts once a class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import pyarrow as pa

from pipeline.errors import PrivacyError
from pipeline.privacy.choices import DECLARED, Choice, choices
from pipeline.privacy.lattice import Lattice, Node, Policy, QuasiLevels

#: Lattices up to this size are searched whole; each node costs about two milliseconds for 10,000 histogram rows.
WHOLE_LATTICE = 5_000
_NOTHING_HELPS = (
    "neither coarser levels nor a smaller k publish anything: gather more entities, or lower l in dataset.yaml"
)


@dataclass(frozen=True)
class Generalisation:
    """The levels chosen, and what they lead to.

    Attributes:
        levels: index of the chosen level of each quasi-identifier, in their order; 0 is the finest.
        suppressed: classes that are withheld, each its snapshot, then its value of each quasi-identifier.
        k: entities of the smallest published class.
        l: fewest distinct sensitive values of a published class; None where no column is sensitive.
        rows, published_rows: before and after suppression.
        loss: mean share of the quasi-identifiers' entropy that is lost, withheld rows counted as a whole.
        whole_lattice: every combination of levels was compared.
    """

    levels: Node
    suppressed: frozenset[tuple[str | None, ...]]
    k: int
    l: int | None  # noqa: E741
    rows: int
    published_rows: int
    loss: float
    whole_lattice: bool


def choose_levels(
    histogram: pa.Table, quasi: Sequence[QuasiLevels], sensitive: Sequence[str], policy: Policy
) -> Generalisation:
    """Generalise as little as possible, then withhold the classes that are still too small.

    Args:
        histogram: one row for each combination of all levels and snapshot: the level columns and `snapshot` (strings,
            null is a value), `entities` and `rows` (counts), and a list of distinct strings for each sensitive column.
        quasi: the quasi-identifiers.
        sensitive: names of the list columns.
        policy: k, l and the share that may be withheld.

    Returns:
        The node of least information loss among those that keep the limit: of all nodes where the lattice has at most
        5,000, else of those on a greedy way up and back down again.

    Raises:
        PrivacyError: no rows; or no combination of levels keeps the limit.
    """
    lattice = Lattice(histogram, quasi, sensitive, policy)
    whole = prod(len(item.levels) for item in quasi) <= WHOLE_LATTICE
    best = lattice.best() if whole else lattice.greedy()
    if best is None:
        raise _refusal(lattice, choices(histogram, quasi, sensitive, policy))
    return Generalisation(
        levels=best.node,
        suppressed=lattice.classes(best),
        k=best.k,
        l=best.l,
        rows=lattice.total,
        published_rows=lattice.total - best.withheld,
        loss=best.loss,
        whole_lattice=whole,
    )


def _refusal(lattice: Lattice, offers: Sequence[Choice]) -> PrivacyError:
    policy, coarsest, most = lattice.policy, lattice.judge(lattice.coarsest), lattice.most_entities()
    few = most < policy.k
    helping = "; ".join(str(offer) for offer in offers if offer.change != DECLARED and offer.withheld < 1)
    return PrivacyError(
        "no level of generalisation meets the release policy",
        given=f"{most} {'entity' if most == 1 else 'entities'}"
        if few
        else f"k {policy.k}, l {policy.l}: {coarsest.withheld} of {lattice.total} rows too few at the coarsest levels",
        allowed=f"at least {policy.k}"
        if few
        else f"at most {policy.most_suppressed:.1%} of the rows withheld, and at least one published",
        hint=f"in dataset.yaml, the choice is yours: {helping}" if helping else _NOTHING_HELPS,
    )
