"""`refine`: landed records become refined tables. Alone in reading landing for a run."""

import hashlib
import json
from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Contract
from pipeline.evidence.record import Document, balance, canonical, read_evidence
from pipeline.jobs.context import RunContext
from pipeline.jobs.reading import Reading, current_reading, parsed
from pipeline.jobs.readmit import rejected_alone, with_counts_of
from pipeline.jobs.rosters import roster_key, run_roster
from pipeline.jobs.stages import Outcome
from pipeline.jobs.takeover import Takeover, make_plan
from pipeline.privacy.group_figures import entity_of
from pipeline.privacy.kernel import Vault, apply_keyed_actions
from pipeline.privacy.leaks.fingerprints import Fingerprints
from pipeline.privacy.masking import SPARK_ACTIONS, masked
from pipeline.privacy.measured.measure import NOTHING, measure
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.utility import Utility, UtilityWatch
from pipeline.quality.checks import REASONS, checked
from pipeline.quality.evolution import changed, frozen_error, lacking
from pipeline.quality.profile import profile
from pipeline.quality.tally import Tally, tally
from pipeline.storage.tables import KEPT, REJECTED, VERDICT, TableSnapshot


def fingerprints_key(context: RunContext) -> str:
    """Where a run's keyed fingerprints of identities lie in the warehouse."""
    return f"_fingerprints/{context.dataset.name}/{context.run}"


class _Refined(NamedTuple):
    snapshot: TableSnapshot
    evidence: Document
    changes: list[str]
    """What a contract that says `freeze` did not allow."""


def work(context: RunContext) -> Outcome:
    """Build the roster, then parse, check and mask each source in one pass; a replay takes over what it can."""
    missing = [change for source in context.dataset.contracts for change in _lacking(context, source)]
    if missing:
        return Outcome({"sources": {}, "frozen": missing}, failure=frozen_error(missing))
    plan = make_plan(context)
    roster, same = run_roster(context, plan)
    if not same:
        plan = plan.without_redacted(context.dataset, "its texts are redacted by a roster that has changed")
    fingerprints = Fingerprints.build(roster, context.pseudonymiser())
    context.at.zones.landing.write(roster_key(context.dataset.name, context.run), roster.to_bytes())
    context.at.zones.warehouse.write(fingerprints_key(context), fingerprints.to_bytes())
    done = context.side_by_side(lambda contract: _refine_source(context, contract, plan.sources[contract.source]))
    sources = {source: item.evidence for source, item in done.items()}
    changes = [change for item in done.values() for change in item.changes]
    if changes:
        return Outcome({"sources": sources, "frozen": changes}, failure=frozen_error(changes))
    tables = {context.refined_name(source): item.snapshot for source, item in done.items()}
    measured = _measure_redaction(context, roster, fingerprints)
    return Outcome({"sources": sources, "roster": roster.counts(), **measured}, tables)


def _measure_redaction(context: RunContext, roster: Roster, fingerprints: Fingerprints) -> Document:
    """What redaction finds of values that we plant; measured here, since no later stage may read the roster.

    Without any free text it says nothing, and is not measured. The same people, finders and code give the same figures:
    a run that does this again need not. The people are told apart by their keyed fingerprints.
    """
    if not context.dataset.redacts:
        return NOTHING
    planted = context.at.settings.planted
    told = (str(planted), str(context.manifest.finders), context.manifest.code)
    parts = (fingerprints.to_bytes(), *(part.encode() for part in told))
    kept = f"_measured/{hashlib.sha256(b''.join(hashlib.sha256(part).digest() for part in parts)).hexdigest()}.json"
    warehouse = context.at.zones.warehouse
    if not warehouse.exists(kept):
        figures = measure(context.finders.redactor(roster), roster, context.finders.names(), planted)
        warehouse.write(kept, canonical(figures))
    found: Document = json.loads(warehouse.read(kept))
    return found


def _lacking(context: RunContext, source: str) -> Iterator[str]:
    for contract, objects in current_reading(context, source).by_contract(context.dataset, source):
        yield from lacking(contract, (item.layout for item in objects))


def _refine_source(context: RunContext, contract: Contract, takeover: Takeover) -> _Refined:
    watch = UtilityWatch(contract)
    snapshot = _rows(context, contract, takeover, watch)
    counted = tally(context.at.tables.at(snapshot))
    evidence = _evidence(context, contract, takeover, snapshot, counted)
    evidence["utility"] = _utility_of_base(context, contract) if takeover.base else watch.document()
    return _Refined(snapshot, evidence, changed(contract, counted))


def _rows(context: RunContext, contract: Contract, takeover: Takeover, watch: UtilityWatch) -> TableSnapshot:
    """The source's refined table for this run."""
    tables, base, reading = context.at.tables, takeover.base, takeover.reading
    if base is None:
        frame = _refined(context, contract, reading, watch)
        return tables.replace(context.refined_name(contract.source), frame, context.run, partition_by=VERDICT)
    rejected = rejected_alone(reading, base)
    if takeover.way == "all" or not rejected.wanted:
        return tables.take_over(base, context.run)
    before = tables.at(base).where(F.col(VERDICT) == REJECTED)
    return tables.readmit(base, with_counts_of(_refined(context, contract, rejected, watch), before), context.run)


def _refined(context: RunContext, contract: Contract, reading: Reading, watch: UtilityWatch) -> DataFrame:
    """Each period's records are read and checked by their own contract; masking sees all of them."""
    landing, name = context.at.zones.landing, context.dataset.name
    roster = roster_key(name, context.run)
    vault = Vault(context.at.keys, name, context.manifest.key_epoch, landing, roster, context.finders)
    held = reading.by_contract(context.dataset, contract.source)
    judged = [checked(parsed(context, version, reading), version) for version, _ in held]
    plain = watch.select(reduce(DataFrame.unionByName, judged), list(plain_columns(contract)))
    return watch.keyed(apply_keyed_actions(plain, contract.columns, vault))


def plain_columns(contract: Contract) -> Iterator[Column | str]:
    """Locator, verdict, reasons, then each column after the actions that need no key; values of kept rows only."""
    kept, entity = F.size(REASONS) == 0, entity_of(contract.identity)
    yield from ("_object", "_ordinal", "_digest")
    yield F.when(kept, KEPT).otherwise(REJECTED).alias(VERDICT)
    yield F.col(REASONS)
    for column in contract.kept_columns:
        if column.privacy.action in SPARK_ACTIONS:
            yield masked(column, kept, entity)
        else:
            yield F.when(kept, F.col(column.name).cast("string")).alias(column.name)  # a key may be a number
    yield F.col("_counts")


def _evidence(
    context: RunContext, contract: Contract, takeover: Takeover, snapshot: TableSnapshot, counted: Tally
) -> Document:
    """Counts read back from the table, held against framing's count, which another stage made."""
    framed = takeover.reading.records
    balance(contract.source, framed, "framing", counted.kept + counted.rejected, "refine")
    return {
        "framed": framed,
        "kept": counted.kept,
        "rejected": counted.rejected,
        "bytes": sum(item.bytes for item in takeover.reading.objects),
        "landed": takeover.reading.digest,
        "taken_over": str(takeover) if context.manifest.base else None,
        "table_bytes": context.at.tables.size(snapshot),
        "reasons": counted.reason_documents(),
        "ignored_fields": counted.named("ignored"),
        "new_columns": counted.named("ignored") if contract.new_columns == "evolve" else {},
        "discarded": counted.named("discarded"),
        "warned": counted.named("warned"),
        "masked": counted.named("masked"),
        "profile": _profile(context, contract, snapshot, counted.kept),
        "columns": {
            item.name: {"action": item.privacy.action, "logical_type": item.logical_type} for item in contract.columns
        },
    }


def _utility_of_base(context: RunContext, contract: Contract) -> Utility | None:
    """Rows that are taken over were measured when they were masked; None where their run did not measure."""
    base = read_evidence(context.at.zones.evidence, context.dataset.name, context.manifest.base or "")
    found: Utility | None = base["refine"]["sources"][contract.source].get("utility")
    return found


def _profile(context: RunContext, contract: Contract, snapshot: TableSnapshot, rows: int) -> Document:
    kept = context.at.tables.kept(snapshot, context.at.settings.partitions)
    return profile(kept, contract, rows, context.at.keys, context.dataset.name, context.manifest.key_epoch)
