"""`refine`: landed records become refined tables. Alone in reading landing for a run."""

from collections.abc import Collection, Iterator
from datetime import date
from functools import reduce
from typing import NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Contract
from pipeline.evidence.record import Document, balance
from pipeline.extract.landing import LandedObject, SourceManifest, read_manifest
from pipeline.jobs.context import RunContext
from pipeline.jobs.stages import Outcome
from pipeline.parsing.frames import Field
from pipeline.parsing.landed import make_splits, read_landed
from pipeline.parsing.numbered import numbers_before
from pipeline.privacy.kernel import Vault, apply_keyed_actions, open_redactor
from pipeline.privacy.leak_scan import Fingerprints
from pipeline.privacy.masking import SPARK_ACTIONS, masked
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.recall import measure_recall
from pipeline.privacy.roster import Roster
from pipeline.quality.checks import REASONS, checked
from pipeline.quality.evolution import changed, frozen_error, lacking
from pipeline.quality.profile import profile
from pipeline.quality.tally import Tally, tally
from pipeline.storage.tables import KEPT, REJECTED, VERDICT, TableSnapshot

_NAMES = 100  # people of the roster whose names are planted to measure recall
_SEED = 20  # the same values in every run, so that runs can be compared


def roster_key(context: RunContext) -> str:
    """Where a run's roster lies in landing; it expires with the run."""
    return f"{context.dataset.name}/_rosters/{context.run}"


def fingerprints_key(context: RunContext) -> str:
    """Where a run's keyed fingerprints of identities lie in the warehouse."""
    return f"_fingerprints/{context.dataset.name}/{context.run}"


class _Refined(NamedTuple):
    snapshot: TableSnapshot
    evidence: Document
    changes: list[str]
    """What a contract that says `freeze` did not allow."""


def work(context: RunContext) -> Outcome:
    """Build the roster, then parse, check and mask each source in one pass."""
    missing = [change for source in context.dataset.contracts for change in _lacking(context, source)]
    if missing:
        return Outcome({"sources": {}}, failure=frozen_error(missing))
    roster = _build_roster(context)
    key = context.at.keys.data_key(context.dataset.name)
    fingerprints = Fingerprints.build(roster, Pseudonymiser(key.key))
    context.at.zones.landing.write(roster_key(context), roster.to_bytes())
    context.at.zones.warehouse.write(fingerprints_key(context), fingerprints.to_bytes())
    done = context.side_by_side(lambda contract: _refine_source(context, contract))
    sources = {source: item.evidence for source, item in done.items()}
    changes = [change for item in done.values() for change in item.changes]
    if changes:
        return Outcome({"sources": sources}, failure=frozen_error(changes))
    tables = {context.refined_name(source): item.snapshot for source, item in done.items()}
    recall = _measure_recall(context, roster)
    return Outcome({"sources": sources, "roster": roster.counts(), "recall": recall}, tables)


def _measure_recall(context: RunContext, roster: Roster) -> list[Document]:
    """What redaction finds of values that we plant; measured here, since no later stage may read the roster."""
    redactor = open_redactor(context.at.zones.landing, roster_key(context))
    return measure_recall(redactor, roster.sample_names(_NAMES, _SEED), _SEED)


def _manifest(context: RunContext, source: str) -> SourceManifest:
    as_of = date.fromisoformat(context.manifest.as_of)
    return read_manifest(context.at.zones.landing, context.dataset.name, as_of, source)


def _by_contract(context: RunContext, source: str) -> Iterator[tuple[Contract, list[LandedObject]]]:
    """A source's landed objects under the contract that holds for their period; the current one comes first."""
    objects = _manifest(context, source).objects
    current = context.dataset.contracts[source]
    for contract in context.dataset.contracts_of(source):
        held = [item for item in objects if context.dataset.contract_for(source, item.period) is contract]
        if held or contract is current:
            yield contract, held


def _lacking(context: RunContext, source: str) -> Iterator[str]:
    for contract, objects in _by_contract(context, source):
        yield from lacking(contract, (item.layout for item in objects))


def _parsed(
    context: RunContext, contract: Contract, objects: list[LandedObject], only: Collection[str] | None = None
) -> DataFrame:
    fields = [
        Field(item.name, item.logical_type, item.place, promote=item.on_mismatch == "evolve")
        for item in contract.columns
        if only is None or item.name in only
    ]
    splits = make_splits(objects, context.at.settings.partitions)
    before = numbers_before(_manifest(context, contract.source).objects)
    return read_landed(context.at.spark, context.at.zones.landing, splits, fields, before)


def _build_roster(context: RunContext) -> Roster:
    """First pass: identity columns only. A rejected record still names a person, so every readable one counts."""
    people: list[dict[str, str | None]] = []
    for source, current in context.dataset.contracts.items():
        kinds = {item.name: item.privacy.roster for item in current.columns if item.privacy.roster}
        if kinds:
            held = _by_contract(context, source)
            parts = [_parsed(context, contract, objects, kinds).select(*kinds) for contract, objects in held]
            rows = reduce(DataFrame.union, parts).distinct().collect()
            people += [{str(kind): row[name] for name, kind in kinds.items()} for row in rows]
    return Roster.build(people)


def _refine_source(context: RunContext, contract: Contract) -> _Refined:
    """Each period's records are read and checked by their own contract; masking sees all of them."""
    vault = Vault(context.at.keys, context.dataset.name, context.at.zones.landing, roster_key(context))
    held = _by_contract(context, contract.source)
    judged = [checked(_parsed(context, version, objects), version) for version, objects in held]
    plain = reduce(DataFrame.unionByName, judged).select(*_plain_columns(contract))
    refined = apply_keyed_actions(plain, contract.columns, vault)
    name = context.refined_name(contract.source)
    snapshot = context.at.tables.replace(name, refined, context.run, partition_by=VERDICT)
    counted = tally(context.at.tables.at(snapshot))
    return _Refined(snapshot, _evidence(context, contract, snapshot, counted), changed(contract, counted))


def _plain_columns(contract: Contract) -> Iterator[Column | str]:
    """Locator, verdict, reasons, then each column after the actions that need no key; values of kept rows only."""
    kept = F.size(REASONS) == 0
    yield from ("_object", "_ordinal", "_digest")
    yield F.when(kept, KEPT).otherwise(REJECTED).alias(VERDICT)
    yield F.col(REASONS)
    for column in contract.kept_columns:
        if column.privacy.action in SPARK_ACTIONS:
            yield masked(column, kept)
        else:
            yield F.when(kept, F.col(column.name).cast("string")).alias(column.name)  # a key may be a number
    yield F.col("_counts")


def _evidence(context: RunContext, contract: Contract, snapshot: TableSnapshot, counted: Tally) -> Document:
    """Counts read back from the table, held against framing's count, which another stage made."""
    manifest = _manifest(context, contract.source)
    framed = sum(item.records for item in manifest.objects)
    balance(contract.source, framed, "framing", counted.kept + counted.rejected, "refine")
    return {
        "framed": framed,
        "kept": counted.kept,
        "rejected": counted.rejected,
        "bytes": sum(item.bytes for item in manifest.objects),
        "table_bytes": context.at.tables.size(snapshot),
        "reasons": counted.reason_documents(),
        "ignored_fields": counted.named("ignored"),
        "new_columns": counted.named("ignored") if contract.new_columns == "evolve" else {},
        "discarded": counted.named("discarded"),
        "masked": counted.named("masked"),
        "profile": profile(
            context.at.tables.kept(snapshot), contract, counted.kept, context.at.keys, context.dataset.name
        ),
        "columns": {
            item.name: {"action": item.privacy.action, "logical_type": item.logical_type} for item in contract.columns
        },
    }
