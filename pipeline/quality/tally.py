"""All counts of a refined table in one pass over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Contract
from pipeline.quality.checks import REASONS, counted_before_masking
from pipeline.quality.rules import INVALID
from pipeline.storage.tables import KEPT, REJECTED, VERDICT


@dataclass(frozen=True)
class Tally:
    """Counts of one refined table."""

    kept: int
    rejected: int
    reasons: dict[str, int]
    """By `column:rule`; a row with several reasons counts under each."""
    counts: dict[str, int]
    """Sums of `_counts`: `ignored:<field>`, `discarded:<column>`, `frozen:<column>`, `masked:<ENTITY_TYPE>`,
    `warned:<rule>`, `missing:<column>`."""
    missing: dict[str, int]
    """Nulls among kept rows, by column."""
    invalid: dict[str, int]
    """Rows with a value that valid values or pattern do not hold, by column."""

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


def gated_columns(contract: Contract) -> tuple[list[str], list[str]]:
    """Columns of which the contract's gates ask the nulls that a refined table can tell, and the invalid values.

    Each once, though one gate may warn of a column and another stop at it.
    """
    before = counted_before_masking(contract)
    asked = [(gate.metric, gate.column) for gate in contract.gates if gate.column]
    nulls = {name for metric, name in asked if metric in ("nullValues", "missingValues")}
    return sorted(nulls.difference(before)), sorted({name for metric, name in asked if metric == "invalidValues"})


def tally(rows: DataFrame, missing: Sequence[str] = (), invalid: Sequence[str] = ()) -> Tally:
    """Count a refined table.

    Args:
        rows: all its rows, of both verdicts.
        missing: columns whose nulls among kept rows are counted.
        invalid: columns of which rows with invalid values are counted, once a row.
    """
    kept = F.col(VERDICT) == KEPT
    asked = [*(_missing(name, kept) for name in missing), *(_invalid(name) for name in invalid)]
    entries = F.concat(
        F.array(_entry("verdict", F.col(VERDICT)), *asked),
        F.transform(REASONS, lambda reason: _entry("reason", reason)),
        F.transform(
            F.coalesce(F.map_entries("_counts"), F.array().cast("array<struct<key:string,value:bigint>>")),
            lambda item: _entry("count", item["key"], item["value"]),
        ),
    )
    exploded = rows.select(F.explode(entries).alias("e")).groupBy("e.kind", "e.name").agg(F.sum("e.rows").alias("rows"))
    found: dict[str, dict[str, int]] = {"verdict": {}, "reason": {}, "count": {}, "missing": {}, "invalid": {}}
    for row in exploded.collect():
        found[row["kind"]][row["name"]] = int(row["rows"])
    verdicts = found.pop("verdict")
    kinds = ("reason", "count", "missing", "invalid")
    return Tally(verdicts.get(KEPT, 0), verdicts.get(REJECTED, 0), *(found[kind] for kind in kinds))


def _entry(kind: str, name: Expression, rows: Expression | None = None) -> Expression:
    return F.struct(
        F.lit(kind).alias("kind"), name.alias("name"), (F.lit(1) if rows is None else rows).cast("long").alias("rows")
    )


def _missing(name: str, kept: Expression) -> Expression:
    return _entry("missing", F.lit(name), (kept & F.col(name).isNull()).cast("long"))


def _invalid(name: str) -> Expression:
    reasons = F.array(*(F.lit(f"{name}:{rule}") for rule in INVALID))
    return _entry("invalid", F.lit(name), F.arrays_overlap(REASONS, reasons).cast("long"))
