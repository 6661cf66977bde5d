"""`validate`: rules across rows move kept rows to rejected; then the gates."""

from pyspark.sql import functions as F

from pipeline.contracts.model import Contract
from pipeline.errors import GateError
from pipeline.evidence.record import Document, balance, read_evidence
from pipeline.jobs.context import RunContext
from pipeline.jobs.refine import count_reasons
from pipeline.jobs.stages import Outcome
from pipeline.quality.across import rejections
from pipeline.quality.gates import Judgement, Measured, judge, stop_on_failure
from pipeline.storage.tables import TableSnapshot


def work(context: RunContext) -> Outcome:
    """Reject across rows source by source, then judge every gate."""
    refined = read_evidence(context.at.zones.evidence, context.dataset.name, context.run)["refine"]["sources"]
    tables: dict[str, TableSnapshot] = {}
    sources: Document = {}
    judgements: list[Judgement] = []
    for source, contract in context.dataset.contracts.items():
        moved, snapshot = _reject(context, contract)
        tables[context.refined_name(source)] = snapshot
        measured = _measure(context, contract, snapshot, refined[source]["framed"])
        sources[source] = {
            "kept": measured.kept,
            "rejected": measured.rejected,
            "moved": moved,
            "reasons": count_reasons(context.at.tables.rejected(snapshot)),
        }
        balance(
            f"{source} after rules across rows", refined[source]["kept"] - moved, "refine", measured.kept, "validate"
        )
        judgements += judge(contract, measured)
    evidence = {"sources": sources, "gates": [item.document() for item in judgements]}
    try:
        stop_on_failure(judgements, f"clearwell quarantine list {context.dataset.name} --run {context.run}")
    except GateError as failure:
        return Outcome(evidence, failure=failure)
    return Outcome(evidence, tables)


def _reject(context: RunContext, contract: Contract) -> tuple[int, TableSnapshot]:
    """Number of rows moved, and the table after it. Rules see all sources as refine left them."""
    before = context.manifest.table(context.refined_name(contract.source))
    reasons = rejections(contract, context.kept).localCheckpoint()
    moved = reasons.count()
    if moved == 0:
        return 0, before
    context.at.tables.rollback(before)
    return moved, context.at.tables.reject(before, reasons, context.run)


def _measure(context: RunContext, contract: Contract, snapshot: TableSnapshot, framed: int) -> Measured:
    kept = context.at.tables.kept(snapshot)
    gated = [gate.column for gate in contract.gates if gate.column is not None]
    missing = [F.sum(F.col(name).isNull().cast("long")).alias(name) for name in gated]
    row = kept.agg(F.count("*").alias("_kept"), *missing).collect()[0]
    rejected = context.at.tables.rejected(snapshot).count()
    return Measured(framed, row["_kept"], rejected, {name: row[name] or 0 for name in gated})
