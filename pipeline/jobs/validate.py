"""`validate`: rules across rows move kept rows to rejected; then gates, drift and anomalies."""

from typing import NamedTuple

from pipeline.contracts.model import Contract
from pipeline.errors import GateError
from pipeline.evidence.record import Document, balance, read_evidence
from pipeline.jobs.context import RunContext
from pipeline.jobs.judging import judge_gates
from pipeline.jobs.stages import Outcome
from pipeline.jobs.watch import watch
from pipeline.quality.across import rejections
from pipeline.quality.gates import stop_on_failure
from pipeline.quality.rules import broken_rules
from pipeline.quality.tally import Tally, gated_columns, tally
from pipeline.quality.verdicts import stop_on_change
from pipeline.storage.tables import TableSnapshot


class _Validated(NamedTuple):
    snapshot: TableSnapshot
    moved: int
    counted: Tally


def work(context: RunContext) -> Outcome:
    """Reject across rows source by source, then judge all of them."""
    refined = read_evidence(context.at.zones.evidence, context.dataset.name, context.run)["refine"]["sources"]
    done = context.side_by_side(lambda contract: _validate_source(context, contract, refined[contract.source]))
    tables = {context.refined_name(source): item.snapshot for source, item in done.items()}
    judgements = judge_gates(context, refined, {source: (item.snapshot, item.counted) for source, item in done.items()})
    watched = watch(context, refined)
    evidence = {
        "sources": {source: _evidence(context, item) for source, item in done.items()},
        "rules": {
            source: broken_rules(contract, done[source].counted.reasons, refined[source]["warned"])
            for source, contract in context.dataset.contracts.items()
        },
        "gates": [item.document() for item in judgements],
        **watched,
    }
    try:
        stop_on_failure(judgements, context.dataset.name, context.run)
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
    counted = tally(context.at.tables.at(snapshot), *gated_columns(contract))
    source = f"{contract.source} after rules across rows"
    balance(source, refined["kept"] - moved, "refine", counted.kept, "validate")
    return _Validated(snapshot, moved, counted)


def _evidence(context: RunContext, done: _Validated) -> Document:
    return {
        "kept": done.counted.kept,
        "rejected": done.counted.rejected,
        "moved": done.moved,
        "table_bytes": context.at.tables.size(done.snapshot),
        "reasons": done.counted.reason_documents(),
    }
