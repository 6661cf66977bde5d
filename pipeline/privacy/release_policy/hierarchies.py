"""Each quasi-identifier's levels as SQL: those that dataset.yaml says, or those of its kind.

Where small places are folded, entities are counted once over all snapshots, and the places that stay become literals.
"""

from dataclasses import dataclass

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.literals import quoted
from pipeline.contracts.release import QuasiIdentifier, Release
from pipeline.errors import PrivacyError

#: From this age on all are told as one: HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(C).
_OLDEST = 90
_AREA_CHARACTERS = 3
#: Of more places the most populous are told: each becomes a literal of the plan.
_MOST_PLACES = 1_000
_NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")


@dataclass(frozen=True)
class Level:
    """One way to publish a column: the SQL, and the words for evidence, which hold no place's name."""

    sql: str
    words: str


@dataclass(frozen=True)
class Hierarchy:
    """A quasi-identifier's levels, finest first."""

    column: str
    levels: tuple[Level, ...]


def hierarchies(frame: DataFrame, release: Release, entity: str) -> tuple[Hierarchy, ...]:
    """The levels of every quasi-identifier of the policy, in its order.

    Args:
        frame: the feature table.
        release: the policy; it names columns of the table.
        entity: name of the column that tells entities apart.

    Raises:
        PrivacyError: a level is no expression over the table, or a column's type does not fit its kind.
    """
    return tuple(_hierarchy(frame, release, item, entity) for item in release.quasi_identifiers)


def _hierarchy(frame: DataFrame, release: Release, item: QuasiIdentifier, entity: str) -> Hierarchy:
    if item.kind is None:
        return Hierarchy(item.column, tuple(_said(frame, item.column, level) for level in item.levels))
    actual, wanted = dict(frame.dtypes)[item.column], ("a number",) if item.kind == "age" else ("a string",)
    if not actual.startswith(_NUMBERS if item.kind == "age" else "string"):
        raise PrivacyError(f"{item.column} can't be of kind {item.kind}", given=actual, allowed=wanted)
    if item.kind == "age":
        levels = _age(item.column)
    else:
        folded = _postcode if item.kind == "postcode" else _place
        levels = folded(frame, item.column, entity, release.fold_below(item))
    return Hierarchy(item.column, (*levels, Level("'*'", "*")))


def _said(frame: DataFrame, column: str, level: str) -> Level:
    try:
        frame.select(F.expr(level))
    except AnalysisException:
        raise PrivacyError(
            f"a level of {column} is no expression over the table", given=level, allowed=frame.columns
        ) from None
    return Level(level, level)


def _age(column: str) -> tuple[Level, ...]:
    def told(band: str) -> str:
        return f"CASE WHEN `{column}` >= {_OLDEST} THEN '{_OLDEST}+' ELSE {band} END"

    def band(years: int) -> str:
        first = f"{years} * CAST(FLOOR(`{column}` / {years}) AS INT)"
        return f"CONCAT({first}, '-', {first} + {years - 1})"

    rest = f"{_OLDEST} and over as one"
    return (
        Level(told(f"CAST(CAST(`{column}` AS INT) AS STRING)"), f"years, {rest}"),
        *(Level(told(band(years)), f"bands of {years} years, {rest}") for years in (5, 10)),
    )


def _postcode(frame: DataFrame, column: str, entity: str, fold_below: int) -> tuple[Level, ...]:
    area = f"UPPER(SUBSTRING(TRIM(`{column}`), 1, {_AREA_CHARACTERS}))"
    words = f"first {_AREA_CHARACTERS} characters, areas of fewer than {fold_below:,} as 000"
    first = Level(f"UPPER(SUBSTRING(TRIM(`{column}`), 1, 1))", "first character")
    return Level(_folded(frame, area, entity, fold_below, "000"), words), first


def _place(frame: DataFrame, column: str, entity: str, fold_below: int) -> tuple[Level, ...]:
    words = f"places, those of fewer than {fold_below:,} as other"
    return (Level(_folded(frame, f"`{column}`", entity, fold_below, "other"), words),)


def _folded(frame: DataFrame, place: str, entity: str, fold_below: int, other: str) -> str:
    """The place where enough entities have it, else `other`; a missing one stays missing."""
    counted = frame.groupBy(F.expr(place).alias("place")).agg(F.countDistinct(entity).alias("entities"))
    enough = counted.where((F.col("entities") >= fold_below) & F.col("place").isNotNull())
    told = enough.orderBy(F.desc("entities"), "place").limit(_MOST_PLACES).collect()
    names = ", ".join(sorted(quoted(row["place"]) for row in told))
    kept = f"WHEN {place} IN ({names}) THEN {place} " if names else ""
    return f"CASE {kept}WHEN {place} IS NOT NULL THEN '{other}' END"
