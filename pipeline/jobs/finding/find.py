"""Finds subjects in landing: their own records, and the records of others that mention them.

A record is a subject's own if its key or a link says so: a value that named a subject alone, or one that passed from
hand to hand and named a subject when the record was known, as features/resolve.py decides. A mention is any term of
the subjects (privacy/subjects/terms.py) in another record, by its texts or, where a record can't be read or has
fields that no contract names, by its bytes. A full name that several persons bear counts in everybody's records but
those of its other bearers. Misspelt names, nicknames and a given or family name alone are no terms: what of these
stands in texts of others is left to a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Contract
from pipeline.errors import PrivacyError
from pipeline.extract.holdings import SourceObject, landed_objects
from pipeline.jobs.context import Workplace
from pipeline.jobs.finding.findings import Findings, SourceFindings, findings_of
from pipeline.jobs.finding.held import by_contract, counted_before
from pipeline.jobs.finding.rules import domains_of, key_of, rules_of
from pipeline.jobs.reading import fields_of
from pipeline.parsing.frames import Field
from pipeline.parsing.landed import make_splits, read_landed, read_split, splits_of, tasks_frame
from pipeline.privacy.subjects.identifiers import Domains, Identifiers, Stated, identify
from pipeline.privacy.subjects.records import FOUND, Records, Rules
from pipeline.privacy.subjects.sought import kept_for_workers, opened
from pipeline.quality.types import told, typed
from pipeline.storage.objects import FolderStore

_AT_ONCE = 2
_FOUND_SCHEMA = "_object string, _ordinal long, _what string, _subject int, _link string, _value int, _known string"


def find(workplace: Workplace, keys: Sequence[str]) -> Findings:
    """Search everything that landed of a dataset, pulls that were set aside included.

    Args:
        workplace: of the dataset.
        keys: of the subjects, in clear.

    Raises:
        PrivacyError: no record has one of the keys; the message tells the key's place in the request.
        LandingError: a pull is under way.
    """
    objects = landed_objects(workplace.zones.landing, workplace.dataset.name)
    domains = domains_of(workplace.dataset)
    identifiers = identify(keys, list(_stated(workplace, objects, domains)), domains)
    _ = workplace.spark  # started once, before the threads that share it
    name, sources = workplace.dataset.name, tuple(workplace.dataset.contracts)
    with kept_for_workers(workplace.zones.landing, name, identifiers) as sought, ThreadPoolExecutor(_AT_ONCE) as pool:
        search = partial(_search, workplace, objects, identifiers, sought)
        found = dict(zip(sources, pool.map(search, sources), strict=True))
    _refuse_unknown(keys, identifiers, {subject for _, subjects in found.values() for subject in subjects})
    return Findings(identifiers, {source: item for source, (item, _) in found.items()})


def _stated(workplace: Workplace, objects: Sequence[SourceObject], domains: Domains) -> Iterator[Stated]:
    """What the sources with the entity's key say of persons and links."""
    dataset = workplace.dataset
    for source, current in dataset.contracts.items():
        key = key_of(dataset, current)
        kinds = {column.name: str(column.privacy.roster) for column in current.columns if column.privacy.roster}
        rules = rules_of(dataset, current, domains)
        if key and (kinds or rules.links):
            names = dict.fromkeys([key, *kinds, *rules.links])
            parts = [
                frame.selectExpr(*(f"{told(contract.column(name))} AS `{name}`" for name in names), _known(contract))
                for contract, frame in _read(workplace, objects, source, [*names, *filter(None, [rules.known])])
            ]
            rows = reduce(DataFrame.union, parts).distinct().toArrow() if parts else None
            if rows is not None:
                yield Stated(rows, key, kinds, rules.links)


def _known(contract: Contract) -> str:
    """When a record was known, as text that sorts."""
    name = contract.knowledge_time or contract.event_time
    return f"cast(cast({typed(contract.column(name))} AS timestamp) AS string) AS _known" if name else "'' AS _known"


def _read(
    workplace: Workplace, objects: Sequence[SourceObject], source: str, only: Sequence[str]
) -> Iterator[tuple[Contract, DataFrame]]:
    for contract, held in by_contract(workplace.dataset, objects, source):
        splits = make_splits([item.landed for item in held], workplace.settings.partitions)
        fields = fields_of(contract, only)
        landing = workplace.zones.landing
        yield contract, read_landed(workplace.spark, landing, splits, fields, counted_before(landing, held))


def _search(
    workplace: Workplace,
    objects: Sequence[SourceObject],
    identifiers: Identifiers,
    sought: str,
    source: str,
) -> tuple[SourceFindings, set[int]]:
    """One source: its findings, and numbers of the subjects whose key it has."""
    parts = []
    for contract, held in by_contract(workplace.dataset, objects, source):
        splits = make_splits([item.landed for item in held], workplace.settings.partitions)
        kernel = partial(
            _found,
            store=workplace.zones.landing,
            fields=fields_of(contract),
            before=counted_before(workplace.zones.landing, held),
            rules=rules_of(workplace.dataset, contract, identifiers.domains),
            sought=sought,
        )
        frame = tasks_frame(workplace.spark, splits).mapInArrow(kernel, schema=_FOUND_SCHEMA)
        known = contract.knowledge_time or contract.event_time
        if known:
            frame = frame.withColumnRenamed("_known", known)
            frame = frame.withColumn("_known", F.expr(_known(contract).removesuffix(" AS _known"))).drop(known)
        parts.append(frame)
    rows = reduce(DataFrame.union, parts).toArrow() if parts else pa.Table.from_batches([], FOUND)
    records = sum(item.landed.records for item in objects if item.source == source)
    return findings_of(rows, identifiers, records), set(pc.unique(rows["_subject"]).to_pylist()) - {-1}


def _found(
    batches: Iterator[pa.RecordBatch],
    store: FolderStore,
    fields: list[Field],
    before: Mapping[str, int],
    rules: Rules,
    sought: str,
) -> Iterator[pa.RecordBatch]:
    wanted = opened(store, sought)
    for split in splits_of(batches):
        for part in read_split(split, store, fields, before):
            yield Records(store, split, part, rules, wanted).found()


def _refuse_unknown(keys: Sequence[str], identifiers: Identifiers, known: set[int]) -> None:
    numbers = {identifiers.keys[number] for number in known}
    unknown = [place for place, key in enumerate(keys, start=1) if identifiers.domains.key_of(key) not in numbers]
    if unknown:
        raise PrivacyError(
            f"{len(unknown)} of {len(keys)} subjects have no record",
            given=f"number {', '.join(map(str, unknown[:20]))}{' ...' if unknown[20:] else ''} of the request",
            allowed="keys of the entity, as the sources write them",
            hint="nothing was changed; correct the request",
        )
