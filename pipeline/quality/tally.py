"""All counts of a refined table in one pass over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.quality.checks import REASONS
from pipeline.storage.tables import KEPT, REJECTED, VERDICT


@dataclass(frozen=True)
class Tally:
    """Counts of one refined table."""

    kept: int
    rejected: int
    reasons: dict[str, int]
    """By `column:rule`; a row with several reasons counts under each."""
    counts: dict[str, int]
    """Sums of `_counts`: `ignored:<field>`, `discarded:<column>`, `frozen:<column>`, `masked:<ENTITY_TYPE>`."""
    missing: dict[str, int]
    """Nulls among kept rows, by column."""

    def reason_documents(self) -> list[dict[str, Any]]:
        """Reasons as evidence, most rows first."""
        ordered = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        split = [(*reason.split(":", 1), rows) for reason, rows in ordered]
        return [{"column": column, "rule": rule, "rows": rows} for column, rule, rows in split]

    def named(self, kind: str) -> dict[str, int]:
        """The counts of one kind by what follows the colon."""
        prefix = f"{kind}:"
        found = (name for name in sorted(self.counts) if name.startswith(prefix))
        return {name.removeprefix(prefix): self.counts[name] for name in found}


def tally(rows: DataFrame, missing: Sequence[str] = ()) -> Tally:
    """Count a refined table.

    Args:
        rows: all its rows, of both verdicts.
        missing: columns whose nulls among kept rows are counted.
    """
    kept = F.col(VERDICT) == KEPT
    entries = F.concat(
        F.array(_entry("verdict", F.col(VERDICT)), *(_missing(name, kept) for name in missing)),
        F.transform(REASONS, lambda reason: _entry("reason", reason)),
        F.transform(
            F.coalesce(F.map_entries("_counts"), F.array().cast("array<struct<key:string,value:bigint>>")),
            lambda item: _entry("count", item["key"], item["value"]),
        ),
    )
    exploded = rows.select(F.explode(entries).alias("e")).groupBy("e.kind", "e.name").agg(F.sum("e.rows").alias("rows"))
    found: dict[str, dict[str, int]] = {"verdict": {}, "reason": {}, "count": {}, "missing": {}}
    for row in exploded.collect():
        found[row["kind"]][row["name"]] = int(row["rows"])
    verdicts = found["verdict"]
    return Tally(verdicts.get(KEPT, 0), verdicts.get(REJECTED, 0), found["reason"], found["count"], found["missing"])


def _entry(kind: str, name: Expression, rows: Expression | None = None) -> Expression:
    return F.struct(
        F.lit(kind).alias("kind"), name.alias("name"), (F.lit(1) if rows is None else rows).cast("long").alias("rows")
    )


def _missing(name: str, kept: Expression) -> Expression:
    return _entry("missing", F.lit(name), (kept & F.col(name).isNull()).cast("long"))
