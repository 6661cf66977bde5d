"""Gates that ask tables: how many rows repeat values of another fact, and what a query of the contract gives."""

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Self

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from pipeline.contracts.model import Contract, Gate
from pipeline.errors import GateError
from pipeline.quality.across import repeated


def ask(contract: Contract, rows: DataFrame, queries: "Queries") -> dict[str, float | None]:
    """The figures of the contract's gates that can't be had by counting a row at a time, by the gates' rules.

    Args:
        contract: of the source.
        rows: its kept rows.
        queries: answers gates of metric `sql`.

    Raises:
        GateError: a query can't be run.
    """
    found: dict[str, float | None] = {}
    for gate in contract.gates:
        if gate.metric == "duplicateValues":
            found[gate.rule] = float(repeated(contract, rows, gate.columns or (str(gate.column),)).count())
        elif gate.metric == "sql":
            found[gate.rule] = queries.answer(contract.source, gate)
    return found


class Queries:
    """Answers queries over the kept rows of all sources, by their names; used by one thread of a session at a time.

    Args:
        session: in which the sources have views while the block lasts.
        frames: kept rows by source.
    """

    def __init__(self, session: SparkSession, frames: Mapping[str, DataFrame]) -> None:
        self._session = session
        self._frames = frames

    def __enter__(self) -> Self:
        for source, rows in self._frames.items():
            rows.createOrReplaceTempView(source)
        return self

    def __exit__(self, *_: object) -> None:
        for source in self._frames:
            self._session.catalog.dropTempView(source)

    def answer(self, source: str, gate: Gate) -> float | None:
        """The one number that a gate's query gives; None where it gives none, null or no finite one.

        Raises:
            GateError: Spark can't run it; told by the class of its error, since its message may quote values.
        """
        try:
            answers = self._session.sql(gate.query).take(2)
        except PySparkException as error:
            raise GateError(
                f"{source}: the query of {gate.rule!r} can't be run",
                given=error.getCondition() or type(error).__name__,
                allowed="one number out of the dataset's sources",
                hint="clearwell check reads it; its columns are those of refined tables, after masking",
            ) from None
        value = answers[0][0] if len(answers) == 1 else None
        return float(value) if isinstance(value, int | float | Decimal) and isfinite(value) else None
