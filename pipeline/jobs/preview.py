"""A de-identified sample of each source in seconds: parsed, checked and masked as `refine` does it; nothing is kept."""

import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
from pyspark.sql import SparkSession

from pipeline.contracts.dataset import Dataset, open_dataset
from pipeline.contracts.model import Column, Contract
from pipeline.contracts.sources import FileSource
from pipeline.errors import ContractError
from pipeline.evidence.audit import leave_entry
from pipeline.jobs.refine import plain_columns
from pipeline.keys import KEY_BYTES, NoKeyError, open_key_source
from pipeline.onboarding.first_records import Piece, first_records
from pipeline.parsing.frames import Field, Parsed
from pipeline.privacy.finders import Finders
from pipeline.privacy.kernel import mask_batch
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.redact import Redactor
from pipeline.privacy.rosters.roster import Roster, people_of
from pipeline.quality.checks import REASONS, checked
from pipeline.settings import Settings
from pipeline.spark import make_session
from pipeline.storage.tables import KEPT, VERDICT
from pipeline.storage.zones import open_zones

#: Records that are looked at, at least: ranks and rosters want company.
LEAST_RECORDS = 200
#: For so few rows compiling a wide contract takes longer than computing by interpretation: 8.6 s against 5.3 s.
_INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
Value = str | int | float | bool | None


@dataclass(frozen=True)
class Preview:
    """What would become of a source's first records.

    Attributes:
        source: its name.
        columns: those that stay, and the privacy action of each.
        dropped: names of those that don't.
        rows: the first kept rows.
        records, kept: how many were looked at, and kept.
        reasons: rejected rows by `column:rule`; a row counts under each of its reasons.
        key: `dataset` if the pseudonyms are those of a run, else `throw-away`.
    """

    source: str
    columns: tuple[tuple[str, str], ...]
    dropped: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    records: int
    kept: int
    reasons: dict[str, int]
    key: str


def preview(
    settings: Settings, name: str, rows: int, only: Sequence[str] = (), spark: SparkSession | None = None
) -> list[Preview]:
    """Preview sources of a dataset; nothing is written but what the session needs, and that is gone afterwards.

    Reading what has landed leaves an audit entry first.

    Args:
        settings: where files, keys and landing are.
        name: of the dataset.
        rows: kept rows to show of each source.
        only: names of sources; none: all.
        spark: a session to use; without one a session is started and stopped.

    Raises:
        ContractError: no such dataset or source.
        SettingsError, SourceError, LandingError: its records can't be had.
    """
    dataset = open_dataset(settings.dataset_roots, name)
    unknown = sorted(set(only) - set(dataset.contracts))
    if unknown:
        raise ContractError(f"no source {unknown[0]!r}", given=unknown[0], allowed=list(dataset.contracts))
    zones, most = open_zones(settings.root), max(LEAST_RECORDS, rows)
    needed = [source for source in dataset.contracts if not only or source in only or _names_people(dataset, source)]
    landed = [source for source in needed if not isinstance(dataset.spec.sources[source], FileSource)]
    if landed:
        leave_entry(zones.evidence, "preview", dataset=dataset.name, sources=",".join(landed), rows=rows)
    parsed = {
        source: [
            (piece, *piece.parse())
            for piece in first_records(dataset, source, settings.connections_file, zones.landing, most)
        ]
        for source in needed
    }
    masks = _Masks.of(settings, name, Finders(settings.name_model, dataset.folder), parsed)
    wanted = [source for source in parsed if not only or source in only]
    with nullcontext(spark) if spark else _session(settings) as session:
        return [_preview(session, dataset.contracts[source], parsed[source], masks, rows) for source in wanted]


@contextmanager
def _session(settings: Settings) -> Iterator[SparkSession]:
    """A session whose home is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="clearwell-preview-") as home:
        session = make_session(Settings(home=Path(home), partitions=1, cores=settings.cores))
        try:
            for option, value in _INTERPRETED.items():
                session.conf.set(option, value)
            yield session
        finally:
            session.stop()


_Parsed = list[tuple[Piece, list[Field], Parsed]]


def _names_people(dataset: Dataset, source: str) -> bool:
    return any(column.privacy.roster for column in dataset.contracts[source].columns)


@dataclass(frozen=True)
class _Masks:
    """What the keyed actions need."""

    pseudonymiser: Pseudonymiser
    redactor: Redactor
    key: str

    @classmethod
    def of(cls, settings: Settings, name: str, finders: Finders, parsed: Mapping[str, _Parsed]) -> Self:
        """The dataset's key where there is one; none is made for a look. And the people of the records."""
        people: list[dict[str, str | None]] = []
        for piece, _, read in (item for found in parsed.values() for item in found):
            kinds = {item.name: str(item.privacy.roster) for item in piece.contract.columns if item.privacy.roster}
            people += people_of(kinds, zip(*(read.columns[name].to_pylist() for name in kinds), strict=True))
        redactor = finders.redactor(Roster.build(people))
        try:
            return cls(Pseudonymiser(open_key_source(settings).data_key(name).key), redactor, "dataset")
        except NoKeyError:
            return cls(Pseudonymiser(secrets.token_bytes(KEY_BYTES)), redactor, "throw-away")


def _preview(spark: SparkSession, contract: Contract, found: _Parsed, masks: _Masks, rows: int) -> Preview:
    judged: list[dict[str, Any]] = []
    for number, item in enumerate(found):
        frame = checked(spark.createDataFrame(_table(number, *item)), item[0].contract)
        for batch in frame.select(*plain_columns(contract)).toArrow().to_batches():
            judged += _masked(batch, contract, masks)
    judged.sort(key=itemgetter("_object", "_ordinal"))
    kept = [row for row in judged if row[VERDICT] == KEPT]
    names = [item.name for item in contract.kept_columns]
    return Preview(
        source=contract.source,
        columns=tuple((item.name, item.privacy.action) for item in contract.kept_columns),
        dropped=tuple(item.name for item in contract.columns if item.name not in names),
        rows=tuple(tuple(_shown(row[name]) for name in names) for row in kept[:rows]),
        records=len(judged),
        kept=len(kept),
        reasons=dict(Counter(reason for row in judged for reason in row[REASONS]).most_common()),
        key=masks.key,
    )


def _masked(batch: pa.RecordBatch, contract: Contract, masks: _Masks) -> list[dict[str, Any]]:
    by_action: dict[str, list[Column]] = {}
    for item in contract.columns:
        by_action.setdefault(item.privacy.action, []).append(item)
    hashed = {item.name: item.privacy.domain or item.name for item in by_action.get("pseudonymise", ())}
    redacted = tuple(item.name for item in by_action.get("redact", ()))
    rows: list[dict[str, Any]] = mask_batch(
        batch, hashed, redacted, masks.pseudonymiser, masks.redactor if redacted else None
    ).to_pylist()
    return rows


def _table(number: int, piece: Piece, fields: list[Field], parsed: Parsed) -> pa.Table:
    """Parsed records as `read_landed` gives them."""
    count = len(piece.records)
    strangers = set(parsed.strangers)
    return pa.table(
        {
            "_object": pa.repeat(f"{number:09}", count),
            "_ordinal": pa.array(range(count), pa.int64()),
            "_digest": pa.array([b""] * count, pa.binary()),
            **{item.name: parsed.columns[item.name] for item in fields},
            "_reason": pa.array([parsed.reasons.get(at) for at in range(count)], pa.string()),
            "_wrong_types": pa.array(
                [list(parsed.wrong_types.get(at, ())) for at in range(count)], pa.list_(pa.string())
            ),
            "_stranger": pa.array([at in strangers for at in range(count)], pa.bool_()),
            "_counts": pa.array([[]] * count, pa.map_(pa.string(), pa.int64())),
        }
    )


def _shown(value: Any) -> Value:
    return value.isoformat() if isinstance(value, date | datetime) else value
