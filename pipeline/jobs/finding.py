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
from dataclasses import dataclass, field
from functools import partial, reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Contract
from pipeline.errors import PrivacyError
from pipeline.evidence.record import Document
from pipeline.extract.holdings import SourceObject, landed_objects
from pipeline.extract.landing import SourceManifest, read_document
from pipeline.features.checks import link_providers
from pipeline.jobs.context import Workplace
from pipeline.jobs.reading import fields_of
from pipeline.parsing.frames import Field
from pipeline.parsing.landed import make_splits, read_landed, read_split, splits_of, tasks_frame
from pipeline.parsing.numbered import numbers_before
from pipeline.privacy.subjects.identifiers import Domains, Holder, Identifiers, Stated, identify
from pipeline.privacy.subjects.records import FOUND, MENTION, NAMESAKE, OWN, PASSED, Records, Rules
from pipeline.privacy.subjects.sought import kept_for_workers, opened
from pipeline.quality.types import told, typed
from pipeline.storage.objects import FolderStore

Ordinals = NDArray[np.int64]
_AT_ONCE = 2
_FOUND_SCHEMA = "_object string, _ordinal long, _what string, _subject int, _link string, _value int, _known string"


@dataclass(frozen=True)
class SourceFindings:
    """Records of one source, as ascending ordinals by the key of their object.

    Attributes:
        records: how many were searched.
        own: records of the subjects.
        mentions: records of others that mention them.
        left: how many records hold only a name that their own entity bears too, or that can't be read.
    """

    records: int
    own: Mapping[str, Ordinals]
    mentions: Mapping[str, Ordinals]
    left: int


@dataclass(frozen=True)
class Findings:
    """Where the subjects stand in landing."""

    identifiers: Identifiers
    sources: Mapping[str, SourceFindings] = field(default_factory=dict)

    def counts(self) -> Document:
        """For people and evidence: numbers only."""
        return {
            "subjects": len(self.identifiers.keys),
            "terms": len(self.identifiers.terms),
            "dropped": dict(self.identifiers.dropped),
            "namesakes": len(self.identifiers.bearers),
            "sources": {
                source: {
                    "records": found.records,
                    "own": sum(map(len, found.own.values())),
                    "mentions": sum(map(len, found.mentions.values())),
                    "left_to_a_person": found.left,
                }
                for source, found in self.sources.items()
            },
        }


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


def domains_of(dataset: Dataset) -> Domains:
    """Domains of the entity's key and of the links that sources with a key state.

    Raises:
        PrivacyError: no source has the entity's key.
    """
    keyed = [item for item in dataset.contracts.values() if _key(dataset, item)]
    if not keyed:
        raise PrivacyError(
            f"nobody can be found in {dataset.name}: no source has the key of its entity",
            given=dataset.spec.entity,
            hint="say customProperties.identity in a contract",
        )
    links = {link for contract in keyed if contract.identity for link in contract.identity.links_by}
    return Domains(
        key=next(_domain(contract, str(_key(dataset, contract))) for contract in keyed),
        links={link: _domain(link_providers(dataset, link)[0][0], link) for link in sorted(links)},
    )


def _key(dataset: Dataset, contract: Contract) -> str | None:
    identity = contract.identity
    return identity.key if identity and identity.entity == dataset.spec.entity else None


def _domain(contract: Contract, column: str) -> str:
    return contract.column(column).privacy.domain or column


def _rules(dataset: Dataset, contract: Contract, domains: Domains) -> Rules:
    identity = contract.identity
    ours = identity is not None and identity.entity == dataset.spec.entity
    links = tuple(link for link in identity.links_by if link in domains.links) if identity and ours else ()
    by_domain: dict[str, str | None] = {**{domain: link for link, domain in domains.links.items()}, domains.key: None}
    key = _key(dataset, contract)
    alike = {
        column.name: by_domain[column.privacy.domain]
        for column in contract.columns
        if column.privacy.domain in by_domain and column.name not in (key, *links)
    }
    return Rules(key, links, alike, contract.knowledge_time or contract.event_time, domains)


def _stated(workplace: Workplace, objects: Sequence[SourceObject], domains: Domains) -> Iterator[Stated]:
    """What the sources with the entity's key say of persons and links."""
    dataset = workplace.dataset
    for source, current in dataset.contracts.items():
        key = _key(dataset, current)
        kinds = {column.name: str(column.privacy.roster) for column in current.columns if column.privacy.roster}
        rules = _rules(dataset, current, domains)
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
    for contract, held in _by_contract(workplace.dataset, objects, source):
        splits = make_splits([item.landed for item in held], workplace.settings.partitions)
        fields = fields_of(contract, only)
        landing = workplace.zones.landing
        yield contract, read_landed(workplace.spark, landing, splits, fields, counted_before(landing, held))


def counted_before(landing: FolderStore, held: Sequence[SourceObject]) -> dict[str, int]:
    """How many records of a pull lie before each object, by the manifests that name it."""
    manifests = dict.fromkeys(key for item in held for key in item.manifests)
    counted = (numbers_before(read_document(landing, key, SourceManifest).objects) for key in manifests)
    return {key: number for numbers in counted for key, number in numbers.items()}


def _by_contract(
    dataset: Dataset, objects: Sequence[SourceObject], source: str
) -> Iterator[tuple[Contract, list[SourceObject]]]:
    mine = [item for item in objects if item.source == source]
    for contract in dataset.contracts_of(source):
        held = [item for item in mine if dataset.contract_for(source, item.landed.period) is contract]
        if held:
            yield contract, held


def _search(
    workplace: Workplace,
    objects: Sequence[SourceObject],
    identifiers: Identifiers,
    sought: str,
    source: str,
) -> tuple[SourceFindings, set[int]]:
    """One source: its findings, and numbers of the subjects whose key it has."""
    parts = []
    for contract, held in _by_contract(workplace.dataset, objects, source):
        splits = make_splits([item.landed for item in held], workplace.settings.partitions)
        kernel = partial(
            _found,
            store=workplace.zones.landing,
            fields=fields_of(contract),
            before=counted_before(workplace.zones.landing, held),
            rules=_rules(workplace.dataset, contract, identifiers.domains),
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
    return _findings(rows, identifiers, records), set(pc.unique(rows["_subject"]).to_pylist()) - {-1}


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


def _findings(rows: pa.Table, identifiers: Identifiers, records: int) -> SourceFindings:
    passed = [
        (row["_object"], row["_ordinal"])
        for row in rows.filter(pc.equal(rows["_what"], PASSED)).to_pylist()
        if _holder(identifiers, row["_link"], row["_value"], row["_known"]) in identifiers.keys
    ]
    own = _with(_ordinals(rows, OWN), passed)
    mentions = {
        key: rest
        for key, found in _ordinals(rows, MENTION).items()
        if len(rest := np.setdiff1d(found, own.get(key, [])))
    }
    return SourceFindings(records, own, mentions, sum(map(len, _ordinals(rows, NAMESAKE).values())))


def _ordinals(rows: pa.Table, what: str) -> dict[str, Ordinals]:
    some = rows.filter(pc.equal(rows["_what"], what)).group_by("_object").aggregate([("_ordinal", "distinct")])
    found = zip(some["_object"].to_pylist(), some["_ordinal_distinct"].to_pylist(), strict=True)
    return {key: np.sort(np.array(ordinals, np.int64)) for key, ordinals in found}


def _with(own: dict[str, Ordinals], passed: Sequence[tuple[str, int]]) -> dict[str, Ordinals]:
    more: dict[str, list[int]] = {}
    for key, ordinal in passed:
        more.setdefault(key, []).append(ordinal)
    none = np.empty(0, np.int64)
    return {key: np.union1d(own.get(key, none), more.get(key, [])).astype(np.int64) for key in sorted({*own, *more})}


def _holder(identifiers: Identifiers, link: str, value: int, known: str | None) -> str | None:
    """Whose a link was when a record became known, else the first it named: features/links.py."""
    holders: tuple[Holder, ...] = list(identifiers.passed[link].values())[value]
    by_then = [holder for holder in holders if known and holder.since <= known]
    return (by_then[-1] if by_then else holders[0]).key


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
