"""An erasure's step in the warehouse: the newest finished run loses the subjects' rows, all older ones go wholly."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.contracts.model import Contract
from pipeline.evidence.record import Document, read_evidence
from pipeline.features.checks import SNAPSHOT, entity_column
from pipeline.jobs.assemble import features_table
from pipeline.jobs.assess import released_table
from pipeline.jobs.context import RunContext, Workplace
from pipeline.jobs.erasure.found import Found
from pipeline.jobs.erasure.naming import at_snapshots, pseudonyms_of
from pipeline.jobs.refine import fingerprints_key
from pipeline.jobs.rosters import build_roster
from pipeline.privacy.leaks.fingerprints import Fingerprints
from pipeline.storage.erasing import drop, erase_refined, erase_rows, forget, names_in
from pipeline.storage.runs import RunManifest, known_runs, read_run, write_run
from pipeline.storage.tables import TableSnapshot

_RECORDS = "_object string, _ordinal long, own boolean"


def kept_run(workplace: Workplace) -> RunManifest | None:
    """The run whose tables stay: of those that are done the one begun last; None where none is."""
    name, zones = workplace.dataset.name, workplace.zones
    runs = [run for known in known_runs(zones.warehouse, name) if (run := read_run(zones.warehouse, name, known))]
    done = [run for run in runs if "publish" in run.stages]
    return max(done, key=lambda run: str(read_evidence(zones.evidence, name, run.run)["run"]["created"]), default=None)


def erase_tables(workplace: Workplace, found: Found, erasure: str) -> Document:
    """Take the subjects out of the tables of the kept run, then let Iceberg forget everything else.

    The run manifest moves to the new snapshots in one write before anything old is removed.
    """
    name, warehouse = workplace.dataset.name, workplace.zones.warehouse
    kept = kept_run(workplace)
    others = [run for run in known_runs(warehouse, name) if kept is None or run != kept.run]
    for run in others:
        warehouse.purge(f"_runs/{name}/{run}.json")
        warehouse.purge(f"_fingerprints/{name}/{run}")
    if kept is not None and erasure not in kept.erased:
        after = _erased(RunContext(workplace, kept), found, erasure)
        write_run(warehouse, after, kept)
        kept = after
    staying = _newest(kept) if kept else {}
    forgotten = [forget(workplace.tables, snapshot) for snapshot in staying.values()]
    gone = [table for table in _tables_of(workplace) if table not in staying]
    for table in gone:
        drop(workplace.tables, table)
    if kept is not None:
        _renew_fingerprints(RunContext(workplace, kept))
    return {
        "runs forgotten": len(others),
        "tables dropped": len(gone),
        **{
            f"{noun} removed": sum(getattr(item, noun) for item in forgotten) for noun in ("refs", "snapshots", "files")
        },
    }


def _tables_of(workplace: Workplace) -> list[str]:
    """Every table of the dataset, whichever run made it."""
    name, tables = workplace.dataset.name, workplace.tables
    refined = [table for table in names_in(tables, "refined") if table.startswith(f"refined.{name}__")]
    ours = (features_table(name), released_table(name))
    return [*refined, *(table for table in names_in(tables, "features") if table in ours)]


def _renew_fingerprints(context: RunContext) -> None:
    """The people whom landing still names: by them a later leak scan knows what may not be published."""
    fingerprints = Fingerprints.build(build_roster(context), context.pseudonymiser())
    context.at.zones.warehouse.write(fingerprints_key(context), fingerprints.to_bytes())


def _newest(manifest: RunManifest) -> dict[str, TableSnapshot]:
    """Each table of a run as its last stage left it."""
    return {name: snapshot for tables in manifest.stages.values() for name, snapshot in tables.items()}


def _erased(context: RunContext, found: Found, erasure: str) -> RunManifest:
    """The manifest with the snapshots that know the subjects no more."""
    name, tables, run = context.dataset.name, context.at.tables, context.run
    pseudonymiser = context.pseudonymiser()
    pseudonyms = pseudonyms_of(pseudonymiser, found)
    held = _newest(context.manifest)
    moved: dict[str, TableSnapshot] = {}

    def refined(contract: Contract) -> None:
        table = context.refined_name(contract.source)
        if table in held:
            records = context.at.spark.createDataFrame(_rows(found, contract.source), _RECORDS)
            moved[table] = erase_refined(tables, held[table], records, _by_column(contract, pseudonyms), run)

    context.side_by_side(refined)
    keys = pseudonyms[found.identifiers.domains.key]
    for table in (features_table(name), released_table(name)):
        if table in held:
            days = [row[SNAPSHOT] for row in tables.at(held[table]).select(SNAPSHOT).distinct().collect()]
            values = [*keys, *at_snapshots(pseudonymiser, keys, days)]
            moved[table] = erase_rows(tables, held[table], entity_column(context.dataset), values, run)
    stages = {
        stage: {table: moved.get(table, snapshot) for table, snapshot in its.items()}
        for stage, its in context.manifest.stages.items()
    }
    return replace(context.manifest, stages=stages, erased=(*context.manifest.erased, erasure))


def _by_column(contract: Contract, pseudonyms: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The pseudonyms that a column of a source may hold."""
    return {
        column.name: pseudonyms[domain]
        for column in contract.columns
        if column.privacy.action == "pseudonymise" and pseudonyms.get(domain := column.privacy.domain or column.name)
    }


def _rows(found: Found, source: str) -> list[tuple[str, int, bool]]:
    objects = found.records.get(source, {}).items()
    return [(key, ordinal, own) for key, records in objects for ordinal, own in records.items()]
