"""k-anonymity and l-diversity: the finest published levels for which few enough rows have to be withheld.

A class is one combination of published quasi-identifier values at one snapshot, or one whole history of them. k is the
number of entities of the smallest published class (Sweeney 2002), l the smallest number of distinct values of a
sensitive column in any published class (distinct l-diversity, Machanavajjhala et al. 2007), at any of its snapshots.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import PrivacyError
from pipeline.privacy.release_policy.choices import DECLARED, Choice, choices
from pipeline.privacy.release_policy.histogram import Flags, Histogram
from pipeline.privacy.release_policy.lattice import WHOLE_LATTICE, Classes, Lattice, Node, Policy

_NOTHING_HELPS = "neither coarser levels nor fewer columns publish enough: gather more entities"
_PER_SNAPSHOT = "pseudonyms: per_snapshot, so that entities hide at each snapshot and not by their whole history"


@dataclass(frozen=True)
class Generalisation:
    """The levels chosen, and what they lead to.

    Attributes:
        levels: index of the chosen level of each quasi-identifier, in their order; 0 is the finest.
        cells: which cells of the histogram are withheld.
        classes: the published classes.
        rows, published_rows: before and after suppression.
        loss: mean share of the quasi-identifiers' entropy that is lost, withheld rows counted as a whole.
        whole_lattice: every combination of levels was compared.
    """

    levels: Node
    cells: Flags
    classes: Classes
    rows: int
    published_rows: int
    loss: float
    whole_lattice: bool

    @property
    def k(self) -> int:
        """Entities of the smallest published class."""
        return int(self.classes.sizes[0])

    @property
    def l(self) -> int | None:  # noqa: E743 - the literature's name
        """Fewest distinct sensitive values of a published class; None where no column is sensitive."""
        return min(self.classes.diversity.values(), default=None)


def choose_levels(histogram: Histogram, policy: Policy, whole_lattice: int = WHOLE_LATTICE) -> Generalisation:
    """Generalise as little as possible, then withhold the classes that are still too small.

    Args:
        histogram: what there is to publish.
        policy: k, l and the share that may be withheld.
        whole_lattice: combinations of levels times cells up to which all are compared.

    Returns:
        The node of least information loss among those that keep the limit: of all nodes, or in a larger lattice of
        those on a greedy way up and back down again.

    Raises:
        PrivacyError: no rows; or no combination of levels keeps the limit.
    """
    lattice = Lattice(histogram, policy)
    whole = lattice.is_small(whole_lattice)
    best = lattice.best() if whole else lattice.greedy()
    if best is None:
        raise _refusal(lattice, choices(histogram, policy))
    return Generalisation(
        levels=best.node,
        cells=best.cells,
        classes=lattice.published(best),
        rows=lattice.total,
        published_rows=lattice.total - best.withheld,
        loss=best.loss,
        whole_lattice=whole,
    )


def _refusal(lattice: Lattice, offers: Sequence[Choice]) -> PrivacyError:
    policy, coarsest, most = lattice.policy, lattice.judge(lattice.coarsest), lattice.most_entities()
    few = most < policy.k
    ways = [str(offer) for offer in offers if offer.change != DECLARED and offer.withheld < 1]
    helping = "; ".join([_PER_SNAPSHOT, *ways] if policy.by_history else ways)
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
