"""What a release policy would withhold, and what would withhold less: more generalisation, or less privacy, in numbers.

Pure: over the same histogram that the levels are chosen from. Nothing here decides; a person does, in dataset.yaml.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.privacy.release_policy.histogram import Histogram
from pipeline.privacy.release_policy.lattice import WHOLE_LATTICE, Judged, Lattice, Policy

DECLARED = "as declared"
_MOST = 6
#: Each choice searches anew, so fewer combinations are compared than for a release.
_WHOLE_LATTICE = WHOLE_LATTICE // 10


@dataclass(frozen=True)
class Choice:
    """One way to publish.

    Attributes:
        change: what it changes, in words; `DECLARED` for nothing.
        levels: level of each quasi-identifier, 0 the finest; one that is left out of the release is not in it.
        k: entities that each class must have.
        withheld: share of the entities that it withholds, in [0, 1]; an entity counts once a snapshot.
        loss: share of the information that it loses, in [0, 1] (see `Lattice.judge`).
    """

    change: str
    levels: Mapping[str, int]
    k: int
    withheld: float
    loss: float

    def __str__(self) -> str:
        return f"{self.change}: {self.withheld:.1%} of the entities withheld, {self.loss:.0%} of the information lost"


def choices(histogram: Histogram, policy: Policy, most: int = _MOST) -> list[Choice]:
    """What is declared, at the finest levels; then the best few ways to withhold less.

    Args:
        histogram: what there is to publish.
        policy: k, l and the share that may be withheld.
        most: how many choices there may be at most.

    Returns:
        The first withholds what the finest levels lead to. Those that follow withhold less: first the ones that keep
        `policy.most_suppressed`, least loss first; then the others, fewest withheld first.

    Raises:
        PrivacyError: the histogram has no rows.
    """
    lattice = Lattice(histogram, policy)
    declared = _choice(DECLARED, lattice, lattice.judge(tuple(0 for _ in lattice.traits)))
    offers: dict[tuple[tuple[tuple[str, int], ...], int], Choice] = {}
    for offer in (*_coarser(lattice), *_smaller_k(lattice), *_without(lattice)):
        if offer.withheld < declared.withheld:
            offers.setdefault((tuple(offer.levels.items()), offer.k), offer)

    def order(offer: Choice) -> tuple[bool, float, float]:
        kept = offer.withheld <= policy.most_suppressed
        return (False, offer.loss, offer.withheld) if kept else (True, offer.withheld, offer.loss)

    return [declared, *sorted(offers.values(), key=order)][:most]


def _coarser(lattice: Lattice) -> Iterator[Choice]:
    """As coarse as the policy needs; and one step of one quasi-identifier."""
    yield _choice("as coarse as needed", lattice, _best(lattice))
    for index, item in enumerate(lattice.traits):
        if len(item.levels) > 1:
            node = tuple(int(index == place) for place in range(len(lattice.traits)))
            yield _choice(f"coarser {item.column}", lattice, lattice.judge(node))


def _smaller_k(lattice: Lattice) -> Iterator[Choice]:
    """The smallest k that the policy's name allows."""
    k = lattice.policy.least_k
    if k < lattice.policy.k:
        other = Lattice(lattice.histogram, replace(lattice.policy, k=k))
        yield _choice(f"k {k}", other, _best(other))


def _without(lattice: Lattice) -> Iterator[Choice]:
    """One quasi-identifier is not published at all, so its information is lost wholly."""
    columns = len(lattice.traits)
    for item in lattice.traits:
        rest = lattice.histogram.over([left for left in lattice.traits if left is not item])
        other = Lattice(rest, lattice.policy)
        best = _best(other)
        share = best.withheld / other.total
        lost = (best.loss - share) / (1 - share) if share < 1 else 1.0
        loss = share + (1 - share) * (lost * (columns - 1) + 1) / columns
        yield replace(_choice(f"without {item.column}", other, best), loss=loss)


def _best(lattice: Lattice) -> Judged:
    """What the policy leads to; where no levels meet it, the coarsest."""
    best = lattice.best() if lattice.is_small(_WHOLE_LATTICE) else lattice.greedy()
    return best or lattice.judge(lattice.coarsest)


def _choice(change: str, lattice: Lattice, judged: Judged) -> Choice:
    levels = {item.column: level for item, level in zip(lattice.traits, judged.node, strict=True)}
    withheld = lattice.withheld_entities(judged) / lattice.entities
    return Choice(change, levels, lattice.policy.k, withheld, judged.loss)
