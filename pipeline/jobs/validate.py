"""`validate`: rules across rows move kept rows to rejected; then the gates."""

from typing import NamedTuple

from pipeline.contracts.model import Contract
from pipeline.errors import GateError
from pipeline.evidence.record import Document, balance, read_evidence
from pipeline.jobs.context import RunContext
from pipeline.jobs.stages import Outcome
from pipeline.jobs.watch import watch
from pipeline.quality.across import rejections
from pipeline.quality.gates import Judgement, Measured, judge, stop_on_failure
from pipeline.quality.tally import tally
from pipeline.quality.verdicts import stop_on_change
from pipeline.storage.tables import TableSnapshot


class _Validated(NamedTuple):
    snapshot: TableSnapshot
    evidence: Document
    judgements: list[Judgement]


def work(context: RunContext) -> Outcome:
    """Reject across rows source by source, then judge every gate."""
    refined = read_evidence(context.at.zones.evidence, context.dataset.name, context.run)["refine"]["sources"]
    done = context.side_by_side(lambda contract: _validate_source(context, contract, refined[contract.source]))
    tables = {context.refined_name(source): item.snapshot for source, item in done.items()}
    sources = {source: item.evidence for source, item in done.items()}
    judgements = [judgement for item in done.values() for judgement in item.judgements]
    watched = watch(context, refined)
    evidence = {"sources": sources, "gates": [item.document() for item in judgements], **watched}
    try:
        stop_on_failure(judgements, f"clearwell quarantine list {context.dataset.name} --run {context.run}")
        stop_on_change(watched["drift"], watched["anomalies"], f"clearwell baseline show {context.dataset.name}")
    except GateError as failure:
        return Outcome(evidence, failure=failure)
    return Outcome(evidence, tables)


def _validate_source(context: RunContext, contract: Contract, refined: Document) -> _Validated:
    """Rules see all sources as refine left them, so their order does not matter."""
    before = context.manifest.table(context.refined_name(contract.source))
    reasons = rejections(contract, context.kept).localCheckpoint()
    moved = reasons.count()
    snapshot = before
    if moved:
        context.at.tables.rollback(before)
        snapshot = context.at.tables.reject(before, reasons, context.run)
    counted = tally(context.at.tables.at(snapshot), [gate.column for gate in contract.gates if gate.column])
    source = f"{contract.source} after rules across rows"
    balance(source, refined["kept"] - moved, "refine", counted.kept, "validate")
    evidence = {
        "kept": counted.kept,
        "rejected": counted.rejected,
        "moved": moved,
        "table_bytes": context.at.tables.size(snapshot),
        "reasons": counted.reason_documents(),
    }
    measured = Measured(refined["framed"], counted.kept, counted.rejected, counted.missing)
    return _Validated(snapshot, evidence, judge(contract, measured))
