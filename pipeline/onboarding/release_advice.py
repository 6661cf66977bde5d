"""What the proposed release policy would do to the sample, in numbers, and what else could be chosen."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from pipeline.contracts.release import LEAST
from pipeline.onboarding.proposal import Proposal
from pipeline.onboarding.treatment import K
from pipeline.privacy.release_policy.choices import Choice, choices
from pipeline.privacy.release_policy.histogram import ENTITIES, ROWS, SNAPSHOT, QuasiLevels, histogram_of
from pipeline.privacy.release_policy.lattice import Policy

#: Share of entities that may be withheld without a word; also the policy's `most_suppressed`.
MOST_WITHHELD = 0.05


@dataclass(frozen=True)
class Advice:
    """What the policy comes to on the sample.

    Attributes:
        entities: of the sample.
        finest: every column at its finest level.
        others: what withholds less, the best first; the run takes the first that keeps the policy.
    """

    entities: int
    finest: Choice
    others: tuple[Choice, ...]

    @property
    def too_few(self) -> bool:
        """Whether there are not even k entities in all."""
        return self.entities < K

    @property
    def asks(self) -> bool:
        """Whether the user should choose."""
        return self.finest.withheld > MOST_WITHHELD

    def document(self) -> dict[str, Any]:
        """For programs."""
        offered = [asdict(choice) for choice in (self.finest, *self.others)]
        return {"k": K, "entities": self.entities, "too_few": self.too_few, "choices": offered}


def advise(proposal: Proposal) -> Advice:
    """The policy's effect on the sample."""
    table = histogram(proposal)
    policy = Policy(K, 1, MOST_WITHHELD, least_k=LEAST["internal"].k)
    finest, *others = choices(histogram_of(table, quasi_levels(proposal)), policy)
    return Advice(sum(table[ENTITIES].to_pylist()), finest, tuple(others))


def quasi_levels(proposal: Proposal) -> list[QuasiLevels]:
    """The quasi-identifiers as the histogram has them."""
    return [
        QuasiLevels(item.column, tuple(f"{item.column} level {level}" for level in range(len(item.levels))))
        for item in proposal.quasi
    ]


def histogram(proposal: Proposal) -> pa.Table:
    """Entities of the sample by all levels at once, as `histogram_of` wants them: one snapshot."""
    sampled = proposal.main.sampled
    rows = _newest_rows(proposal)
    labels = [
        [level.labels.get(text) for text in sampled.columns[item.place].take(rows).to_pylist()]
        for item in proposal.quasi
        for level in item.levels
    ]
    counted = Counter(zip(*labels, strict=True)) if labels else Counter({(): len(rows)})
    names = [name for item in quasi_levels(proposal) for name in item.levels]
    columns = {
        name: pa.array([combination[at] for combination in counted], pa.string()) for at, name in enumerate(names)
    }
    counts = pa.array(counted.values(), pa.int64())
    return pa.table({SNAPSHOT: pa.repeat("now", len(counted)), **columns, ENTITIES: counts, ROWS: counts})


def _newest_rows(proposal: Proposal) -> pa.Array:
    """The last row of each entity."""
    main = proposal.main
    if main.one_each:
        return pa.array(range(main.sampled.records), pa.int64())
    keys = main.sampled.columns[main.column(main.key.entity).profile.place].to_pylist()
    return pa.array({key: at for at, key in enumerate(keys)}.values(), pa.int64())
