"""Columns masked by their contract's actions against presidio-structured, in cells a second.

The peer is measured twice: as its documentation shows it (it finds out what the columns hold, then masks them), and
masking alone, where it is told. It hashes, replaces or cuts each cell; ours makes keyed pseudonyms, which are HMACs,
bands, months and prefixes.
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Privacy
from pipeline.keys import DevelopmentKeyFile
from pipeline.privacy.finders import Finders
from pipeline.privacy.kernel import Vault, apply_keyed_actions
from pipeline.privacy.masking import SPARK_ACTIONS, masked
from pipeline.settings import Settings
from pipeline.spark import make_session
from pipeline.storage.objects import FolderStore
from tests.benchmarks.apart import Apart
from tests.benchmarks.harness import Result, compare

_ROWS, _ROWS_OF_PEER, _ROWS_TO_FIND = 300_000, 10_000, 100
_PINS = (
    "presidio-structured==0.0.6",
    "presidio-anonymizer==2.2.366",
    "presidio-analyzer==2.2.366",
    "pandas==2.3.3",
    "pyarrow",
)
_HASHED = {
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "name": "PERSON",
    "national_id": "US_SSN",
    "manager": "PERSON",
}
#: Ten columns: what makes their texts, our action, the peer's type.
COLUMNS = (
    *(Column(name, "string", Privacy("pseudonymise", domain=name)) for name in _HASHED),
    Column("hired", "date", Privacy("truncate", to="month")),
    Column("salary", "number", Privacy("band", edges=(20_000, 40_000, 60_000, 80_000, 100_000))),
    Column("hours", "number", Privacy("round", to="5")),
    Column("city", "string", Privacy("truncate", to="3")),
    Column("department", "string", Privacy("keep")),
)
_TEXTS = {
    "email": "concat('p', id, '@example.org')",
    "phone": "concat('+1 415 555 ', lpad(id % 10000, 4, '0'))",
    "name": "concat('Asha ', char(65 + id % 26), 'raman', id)",
    "national_id": "concat(lpad(id % 900, 3, '0'), '-', lpad(id % 99, 2, '0'), '-', lpad(id % 9999, 4, '0'))",
    "manager": "concat('Jonas ', char(65 + id % 26), 'essler', id % 1000)",
    "hired": "date_add(DATE '2000-01-01', cast(id % 7000 AS int))",
    "salary": "20000 + (id * 37) % 90000D",
    "hours": "(id * 7) % 60D",
    "city": "element_at(array('Bangalore', 'Stuttgart', 'Marseille', 'Leeds'), cast(id % 4 + 1 AS int))",
    "department": "element_at(array('Sales', 'Support'), cast(id % 2 + 1 AS int))",
}
_OPERATORS: dict[str, tuple[str, dict[str, Any]]] = {
    **{kind: ("hash", {"hash_type": "sha256"}) for kind in _HASHED.values()},
    "DATE_TIME": ("mask", {"masking_char": "*", "chars_to_mask": 3, "from_end": True}),
    "SALARY": ("replace", {"new_value": "band"}),
    "HOURS": ("replace", {"new_value": "5"}),
    "CITY": ("mask", {"masking_char": "*", "chars_to_mask": 20, "from_end": True}),
}
_KINDS = {**_HASHED, "hired": "DATE_TIME", "salary": "SALARY", "hours": "HOURS", "city": "CITY"}


def main() -> None:
    """Print both comparisons in cells a second; each side has as many rows as it does in about a second."""
    with tempfile.TemporaryDirectory(prefix="clearwell-bench-structured-") as made:
        folder = Path(made)
        spark = make_session(Settings(home=folder / "home"))
        source = spark.range(_ROWS).selectExpr(*(f"{text} AS {column}" for column, text in _TEXTS.items()))
        source.write.parquet(str(folder / "staff"))
        few = [F.col(column).cast("string").alias(column) for column in _TEXTS]
        source.limit(_ROWS_OF_PEER).select(*few).coalesce(1).write.parquet(str(folder / "few"))
        ours = partial(write, masked_table(spark.read.parquet(str(folder / "staff")), opened_vault(folder)))
        with PresidioStructured(folder / "few") as peer:
            assert peer.masked(10, find=False) > 0, "the peer masked nothing"
            for name, rows, find in (("found and masked", _ROWS_TO_FIND, True), ("masked", _ROWS_OF_PEER, False)):
                show(
                    name,
                    rows,
                    compare(f"structured, {name}", partial(peer.masked, rows, find), ours, 1, "tables", pairs=3),
                )
        spark.stop()


def show(name: str, rows: int, result: Result) -> None:
    """The rates in cells: each side had a table of its own size."""
    scale = _ROWS / rows
    ours, peer = (rate * count * len(_TEXTS) for rate, count in ((result.ours, _ROWS), (result.peer, rows)))
    interval = f"[{result.low * scale:,.0f}, {result.high * scale:,.0f}]"
    print(
        f"{name}: {result.ratio * scale:,.0f}x {interval}: ours {ours:,.0f} cells/s, peer {peer:,.0f} cells/s",
        flush=True,
    )


def opened_vault(folder: Path) -> Vault:
    """A key; no roster, since no column is free text."""
    keys = DevelopmentKeyFile(folder / "key")
    keys.create("staff")
    return Vault(keys, "staff", None, FolderStore(folder / "landing"), "none", Finders("none", folder))


def masked_table(source: DataFrame, vault: Vault) -> DataFrame:
    """The table as refine masks it: Spark's actions in one pass, then pseudonyms in Arrow batches."""
    plain = [
        masked(item, F.lit(True)) if item.privacy.action in SPARK_ACTIONS else F.col(item.name) for item in COLUMNS
    ]
    extra = [F.expr("cast('0' AS binary)").alias("_digest"), F.create_map().cast("map<string,bigint>").alias("_counts")]
    return apply_keyed_actions(source.select(*plain, *extra), COLUMNS, vault)


def write(frame: DataFrame) -> None:
    """Every cell computed, written nowhere."""
    frame.write.format("noop").mode("overwrite").save()


class PresidioStructured(Apart):
    """presidio-structured with the same columns."""

    def __init__(self, data: Path) -> None:
        told = {"data": str(data), "columns": _KINDS, "operators": _OPERATORS}
        super().__init__(_PINS, "presidio_structured_suite.py", told)

    def masked(self, rows: int, find: bool) -> int:
        """How many cells one masking changed; `find`: it finds the columns' entities first."""
        return int(self.ask({"rows": rows, "find": find})["changed"])


if __name__ == "__main__":
    main()
