"""Rows of all sources become facts of entities: whose, when, known since when, and until when they hold.

Rows of one primary key are versions of one fact. The newest known holds: a version holds from when it was seen until
the next one is, whatever entity the next one names. Of rows with equal key and knowledge time (a re-delivery, or a
conflict) the greatest digest holds and the others hold for no instant: this is the declared tie-break.
"""

from collections.abc import Collection, Mapping
from datetime import date

import pyspark.sql.functions as F
from pyspark.sql import Column, DataFrame, Window

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Contract
from pipeline.features.checks import link_providers
from pipeline.features.links import link_holders, statement, with_holder
from pipeline.features.reader import AT

SOURCE = "_source"
#: The entity's pseudonym; a row that names none has its digest instead, so that such rows spread over all cores.
OWNER = "_owner"
#: The contract's knowledge time, and the primary key's values as strings.
KNOWN, KEY, DIGEST = "_known", "_key", "_digest"
#: A fact holds in [seen, until): its own knowledge time or that of its link, and when its next version was seen.
SEEN, UNTIL = "_seen", "_until"
#: Whether the row names an entity; its first and last day in the population, where the source states them.
NAMED, START, END = "_named", "_start", "_end"


def resolve(
    dataset: Dataset, frames: Mapping[str, DataFrame], reads: Mapping[str, Collection[str]], as_of: date
) -> DataFrame:
    """One row per kept row of any source, with the columns named above and a struct per source that is read.

    Args:
        dataset: whose contracts say keys, times and links.
        frames: refined kept rows of each source.
        reads: columns that features and label read, by source; no other is carried along.
        as_of: when a fact happened and was known of which the contract says neither.
    """
    parts = [_facts(dataset, frames, source, sorted(reads.get(source, ())), as_of) for source in dataset.contracts]
    rows = parts[0]
    for part in parts[1:]:
        rows = rows.unionByName(part, allowMissingColumns=True)
    versions = Window.partitionBy(SOURCE, KEY).orderBy(KNOWN, DIGEST)
    return rows.withColumn(UNTIL, F.lead(SEEN).over(versions))


def holds_before(instant: Column, seen: Column, until: Column) -> Column:
    """Whether a fact that holds in [seen, until) is the newest version known just before `instant`."""
    return (seen < instant) & (until.isNull() | (until >= instant))


def _facts(
    dataset: Dataset, frames: Mapping[str, DataFrame], source: str, columns: list[str], as_of: date
) -> DataFrame:
    contract = dataset.contracts[source]
    population = dataset.spec.population
    rows = frames[source].withColumn(KNOWN, _known(contract, as_of))
    rows, entity, seen = _identified(dataset, frames, contract, rows, as_of)

    def population_day(stated_by: tuple[str, str] | None) -> Column:
        """Only a row that names an entity can make it a member."""
        day = F.col(stated_by[1]) if stated_by and stated_by[0] == source else F.lit(None)
        return F.when(entity.isNotNull(), day.cast("date"))

    return rows.select(
        F.lit(source).alias(SOURCE),
        F.coalesce(entity, F.hex(DIGEST)).alias(OWNER),
        _time(contract.event_time or contract.knowledge_time, as_of).alias(AT),
        KNOWN,
        F.array(*(F.col(name).cast("string") for name in contract.primary_key)).alias(KEY),
        DIGEST,
        seen.alias(SEEN),
        entity.isNotNull().alias(NAMED),
        population_day(population.start if population else None).alias(START),
        population_day(population.end if population else None).alias(END),
        *([F.expr(f"struct({', '.join(map(quoted, columns))})").alias(source)] if columns else []),
    )


def _identified(
    dataset: Dataset, frames: Mapping[str, DataFrame], contract: Contract, rows: DataFrame, as_of: date
) -> tuple[DataFrame, Column, Column]:
    """The rows, their entity (null where none is named), and when they were seen as facts of it."""
    identity, known = contract.identity, F.col(KNOWN)
    if identity is None or identity.entity != dataset.spec.entity:
        return rows, F.lit(None).cast("string"), known
    if identity.key is not None:
        return rows, F.col(identity.key).cast("string"), known
    names = []
    for link in identity.links_by:
        providers = link_providers(dataset, link)
        if providers:
            names.append(f"_holder_{link}")
            holders = link_holders(
                frames[provider.source].select(*statement(F.col(link), _known(provider, as_of), F.col(key)))
                for provider, key in providers
            )
            rows = with_holder(rows, link, known, holders, names[-1])
    if not names:
        return rows, F.lit(None).cast("string"), known
    holder = F.coalesce(*names)
    # greatest() skips nulls, but a row that was never known stays unseen.
    return rows, holder["entity"], F.when(known.isNotNull(), F.greatest(known, holder["since"]))


def quoted(name: str) -> str:
    """A column's name as SQL reads it."""
    return f"`{name.replace('`', '``')}`"


def _known(contract: Contract, as_of: date) -> Column:
    """When a row was known: where the contract does not say, when it happened."""
    return _time(contract.knowledge_time or contract.event_time, as_of)


def _time(column: str | None, as_of: date) -> Column:
    """A source without times is what was known at the start of the as-of day, when it landed."""
    return (F.lit(as_of) if column is None else F.col(column)).cast("timestamp")
