"""What a proposal's release policy would do to the sample: which levels, and how many are withheld."""

from collections import Counter

import pyarrow as pa

from pipeline.onboarding.proposal import Proposal
from pipeline.privacy.lattice import ENTITIES, ROWS, SNAPSHOT, QuasiLevels


def quasi_levels(proposal: Proposal) -> list[QuasiLevels]:
    """The quasi-identifiers as the histogram has them."""
    return [
        QuasiLevels(item.column, tuple(f"{item.column} level {level}" for level in range(len(item.levels))))
        for item in proposal.quasi
    ]


def histogram(proposal: Proposal) -> pa.Table:
    """Entities of the sample by all levels at once, as `pipeline.privacy.lattice` wants them: one snapshot."""
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
