"""The gates of a run: what they count is gathered from the validated tables of all its sources, then judged."""

from collections.abc import Mapping

from pipeline.contracts.model import Contract
from pipeline.evidence.record import Document
from pipeline.jobs.context import RunContext
from pipeline.quality.asked import Queries, ask, asks_queries
from pipeline.quality.gates import Judgement, Measured, judge
from pipeline.quality.tally import Tally
from pipeline.storage.tables import Tables, TableSnapshot

Validated = Mapping[str, tuple[TableSnapshot, Tally]]


def judge_gates(context: RunContext, refined: Mapping[str, Document], validated: Validated) -> list[Judgement]:
    """Every gate of every contract; queries see the kept rows of all sources as validate leaves them.

    Args:
        context: the run.
        refined: what refine found, by source.
        validated: table and counts of each source after rules across rows.

    Raises:
        GateError: a query can't be run.
    """
    contracts = context.dataset.contracts
    queries = _queries(context, validated) if asks_queries(contracts.values()) else None
    found: list[Judgement] = []
    for source, contract in contracts.items():
        snapshot, counted = validated[source]
        asked = ask(contract, context.at.tables.kept(snapshot), queries)
        found += judge(contract, _measured(contract, refined[source], counted, asked))
    return found


def _queries(context: RunContext, validated: Validated) -> Queries:
    session = context.at.spark.newSession()
    tables = Tables(session)
    return Queries(session, {source: tables.kept(snapshot) for source, (snapshot, _) in validated.items()})


def _measured(contract: Contract, refined: Document, counted: Tally, asked: Mapping[str, float | None]) -> Measured:
    broken = {rule.name: counted.reasons.get(f"record:{rule.name}", 0) for rule in contract.row_rules}
    return Measured(
        framed=refined["framed"],
        kept=counted.kept,
        rejected=counted.rejected,
        missing=counted.missing | counted.named("missing"),
        invalid=counted.invalid,
        broken=broken | refined["warned"],
        asked=asked,
    )
