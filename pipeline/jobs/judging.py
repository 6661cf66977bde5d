"""The gates of a run: what they count is gathered from the validated tables of all its sources, then judged."""

from collections.abc import Mapping

from pipeline.contracts.model import Contract
from pipeline.evidence.record import Document
from pipeline.jobs.context import RunContext
from pipeline.quality.asked import Queries, ask
from pipeline.quality.gates import Judgement, Measured, judge
from pipeline.quality.tally import Tally
from pipeline.storage.tables import TableSnapshot

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
    frames = {source: context.at.tables.kept(snapshot) for source, (snapshot, _) in validated.items()}
    found: list[Judgement] = []
    with Queries(context.at.spark, frames) as queries:
        for source, contract in context.dataset.contracts.items():
            asked = ask(contract, frames[source], queries)
            found += judge(contract, _measured(contract, refined[source], validated[source][1], asked))
    return found


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
