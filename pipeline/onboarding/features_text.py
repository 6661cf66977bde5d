"""A proposal as a first `features.py`: every published column, and the label."""

from collections.abc import Iterator, Sequence

from pipeline.onboarding.proposal import Proposal
from pipeline.onboarding.proposed import ProposedColumn, ProposedSource

_MOST_MEANS = 10


def features_text(proposal: Proposal) -> str:
    """The file `features.py`."""
    blocks = [_columns(proposal, proposal.main)]
    for source in proposal.sources[1:]:
        blocks += [_columns(proposal, source)] if source.one_each else list(_many(proposal, source))
    blocks += [_common(proposal, source, item) for source in proposal.sources for item in _folded(proposal, source)]
    blocks = [block for block in blocks if block]
    if not blocks:
        blocks = [_count(proposal, proposal.main)]
    if proposal.target:
        blocks.append(_label(proposal, proposal.target))
    return "\n".join(_imports(blocks)) + "\n\n" + "\n\n".join(blocks)


def _imports(blocks: Sequence[str]) -> Iterator[str]:
    text = "\n".join(blocks)
    yield '"""Features and label, as `clearwell new` proposed them: change them as you like."""'
    yield ""
    if "F." in text:
        yield "import pyspark.sql.functions as F"
    if "-> Column" in text:
        yield "from pyspark.sql import Column"
        yield ""
        yield "from pipeline.features.events import Events"
    names = [name for name in ("columns", "feature", "label") if f"@{name}(" in text or f"\n{name}(" in f"\n{text}"]
    yield f"from pipeline.features.registry import {', '.join(names)}"


def _columns(proposal: Proposal, source: ProposedSource) -> str:
    names = [item.name for item in source.columns if item.published and item.name != proposal.target]
    names = [name for name in names if name not in {item.name for item in _folded(proposal, source)}]
    if not names:
        return ""
    listed = "\n".join(f'        "{name}",' for name in names)
    return f'columns(\n    entity="{proposal.entity}",\n    source="{source.name}",\n    names=[\n{listed}\n    ],\n)\n'


def _folded(proposal: Proposal, source: ProposedSource) -> list[ProposedColumn]:
    """Columns whose rare values become `other`; of records that an entity has several of, no words are published."""
    published = source is proposal.main or source.one_each
    return [item for item in source.columns if item.treatment.common and published and item.name != proposal.target]


def _common(proposal: Proposal, source: ProposedSource, item: ProposedColumn) -> str:
    common = ", ".join(map(repr, sorted(item.treatment.common)))
    name = item.name if source is proposal.main else f"{source.name}_{item.name}"
    return (
        f'@feature(entity="{proposal.entity}", source="{source.name}", unit="category")\n'
        f"def {name}(events: Events) -> Column:\n"
        f'    """{item.name}; values that few have are `other`."""\n'
        f'    value = events.latest("{item.name}")\n'
        f"    return F.when(value.isin({common}) | value.isNull(), value).otherwise('other')\n"
    )


def _many(proposal: Proposal, source: ProposedSource) -> Iterator[str]:
    """Of records that an entity has several of: how many, and the means of their numbers."""
    yield _count(proposal, source)
    numbers = [
        item
        for item in source.columns
        if item.published and item.treatment.action in ("keep", "rank", "round")
        and item.profile.type.logical_type in ("integer", "number")
    ]  # fmt: skip
    for item in numbers[:_MOST_MEANS]:
        yield (
            f'@feature(entity="{proposal.entity}", source="{source.name}", unit="mean")\n'
            f"def {source.name}_{item.name}_mean(events: Events) -> Column:\n"
            f'    """Mean of {item.name} over all records of {source.name}."""\n'
            f'    return events.mean("{item.name}")\n'
        )


def _count(proposal: Proposal, source: ProposedSource) -> str:
    return (
        f'@feature(entity="{proposal.entity}", source="{source.name}", unit="records")\n'
        f"def {source.name}_records(events: Events) -> Column:\n"
        f'    """Records of {source.name}."""\n'
        f"    return events.count()\n"
    )


def _label(proposal: Proposal, target: str) -> str:
    found = proposal.main.column(target).profile
    zero_one = found.type.logical_type == "integer" and sorted(found.values.to_pylist()) == ["0", "1"]
    value = f'events.latest("{target}")' + (" == 1" if zero_one else "")
    return (
        f'@label(entity="{proposal.entity}", source="{proposal.main.name}", horizon="0 months")\n'
        f"def {target}(events: Events) -> Column:\n"
        f'    """{target} of the same record."""\n'
        f"    return {value}\n"
    )
