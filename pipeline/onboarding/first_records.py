"""The first records of a source as they will be read: out of its files, or out of the newest pull that landed."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Contract
from pipeline.contracts.sources import FileSource, ParquetSource
from pipeline.errors import LandingError
from pipeline.extract.connections import read_connections
from pipeline.extract.index import read_index
from pipeline.extract.landing import LandedObject, read_manifest
from pipeline.extract.listing import Periods, list_files
from pipeline.extract.members import FILE_FORMATS, names_of_records
from pipeline.extract.parquet_rows import JsonRows
from pipeline.extract.place import Place
from pipeline.extract.streams import open_framed
from pipeline.onboarding.files import Body, read_body
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Field, Frames, Parsed, Records
from pipeline.parsing.numbered import numbers_of, without_numbers
from pipeline.storage.objects import FolderStore

#: Bytes of a Parquet file's rows, as JSON, that are read.
_MOST_BYTES = 4 << 20


@dataclass(frozen=True)
class Piece:
    """Records of one file or landed object, and the contract that holds for them.

    Attributes:
        contract: of its period.
        origin: name of the file or object.
        format: key of `FORMATS`.
        layout: of the file.
        records: the first ones.
        before: records of the source that lie before them; right for the first file only.
    """

    contract: Contract
    origin: str
    format: str
    layout: Mapping[str, Any]
    records: Records
    before: int = 0

    def parse(self) -> tuple[list[Field], Parsed]:
        """The contract's columns as text, record numbers among them."""
        fields = [
            Field(item.name, item.logical_type, item.place, promote=item.on_mismatch == "evolve")
            for item in self.contract.columns
        ]
        parsed = FORMATS[self.format].parse(self.records, without_numbers(fields), self.layout)
        ordinals = pa.array(np.arange(len(self.records)))
        columns = {**parsed.columns, **numbers_of(fields, self.before, ordinals)}
        return fields, Parsed(columns, parsed.wrong_types, {**parsed.reasons, **self.records.rejected},
                              parsed.ignored, parsed.strangers)  # fmt: skip


def first_records(dataset: Dataset, source: str, connections: Path, landing: FolderStore, most: int) -> list[Piece]:
    """Up to `most` records for each of the source's contracts.

    Raises:
        SettingsError, SourceError: the files can't be found or read.
        LandingError: the source is no files, and nothing of it has landed.
    """
    spec = dataset.spec.sources[source]
    if isinstance(spec, FileSource):
        folder = read_connections(connections).path(spec.connection)
        return list(_of_files(dataset, source, spec, folder, most))
    return list(_of_landing(dataset, source, landing, most))


def _of_files(dataset: Dataset, source: str, spec: FileSource, folder: Path, most: int) -> Iterator[Piece]:
    """Of the first files that each contract holds for."""
    listing, periods = list_files(folder, spec.files, spec.period), Periods(spec.period)
    left = {contract.digest: most for contract in dataset.contracts_of(source)}
    for at in range(len(listing)):
        name = listing[at].name
        contract = dataset.contract_for(source, periods.of(name))
        if left[contract.digest] > 0:
            piece = _of_file(contract, spec, folder, name, left[contract.digest])
            left[contract.digest] -= len(piece.records)
            yield piece
        if not any(left.values()):
            return


def _of_file(contract: Contract, spec: FileSource, folder: Path, name: str, most: int) -> Piece:
    path, kind = folder / name, "jsonl" if isinstance(spec, ParquetSource) else str(getattr(spec, "kind", ""))
    layout = spec.model_dump(exclude={"kind", *FileSource.model_fields})
    if isinstance(spec, ParquetSource):
        with path.open("rb") as file:
            body = Body(io.BufferedReader(JsonRows(file, name, contract.source_names)).read(_MOST_BYTES), False)
    else:
        body = Body(path.read_bytes(), True) if kind in FILE_FORMATS else read_body(path)
    describe = FORMATS[kind].describe
    if describe:
        layout = dict(describe(body.stream(), layout, contract.source_names))
    frames: list[Frames] = []
    for batch in FORMATS[kind].frame(body.stream(), layout):
        frames.append(batch)
        if sum(map(len, frames)) >= most:
            break
    return Piece(
        contract, name, kind, layout, _records(body.data, frames, most, [name] if kind in FILE_FORMATS else [])
    )


def _records(data: bytes, frames: list[Frames], most: int, files: list[str]) -> Records:
    offsets = np.concatenate([item.offsets for item in frames] or [np.zeros(0, np.int64)])[:most]
    lengths = np.concatenate([item.lengths for item in frames] or [np.zeros(0, np.int64)])[:most]
    starts = np.cumsum([0, *map(len, frames)])
    reasons = {
        int(first) + at: reason
        for first, item in zip(starts, frames, strict=False)
        for at, reason in item.reasons.items()
        if first + at < len(offsets)
    }
    return Records(data, offsets, lengths, reasons, files)


def _of_landing(dataset: Dataset, source: str, landing: FolderStore, most: int) -> Iterator[Piece]:
    before, left = 0, most
    for landed in _landed(dataset, source, landing):
        if left > 0 and landed.records:
            piece = _of_object(dataset.contract_for(source, landed.period), landed, landing, before, left)
            left -= len(piece.records)
            yield piece
        before += landed.records


def _of_object(contract: Contract, landed: LandedObject, landing: FolderStore, before: int, most: int) -> Piece:
    index = pa.Table.from_batches(read_index(landing, landed.key, 0, min(most, landed.records)))
    offsets, lengths = index["offset"].to_numpy(), index["length"].to_numpy()
    start, end = int(offsets[0]), int(offsets[-1] + lengths[-1])
    with open_framed(landing, landed.key) as stream:
        stream.seek(start)
        data = stream.read(end - start)
    reasons = {at: reason for at, reason in enumerate(index["reason"].to_pylist()) if reason}
    names = names_of_records(landing, landed.key)[: len(index)].tolist() if landed.format in FILE_FORMATS else []
    records = Records(data, offsets - start, lengths, reasons, names)
    return Piece(contract, landed.key, landed.format, landed.layout, records, before)


def _landed(dataset: Dataset, source: str, landing: FolderStore) -> tuple[LandedObject, ...]:
    """Objects of the newest pull that is complete."""
    days = {key.split("/")[2] for key in landing.keys(f"{dataset.name}/_pulls") if key.count("/") > 2}
    for day in sorted(days, reverse=True):
        if landing.exists(Place(dataset.name, date.fromisoformat(day), source).manifest):
            return read_manifest(landing, dataset.name, date.fromisoformat(day), source).objects
    raise LandingError(
        f"nothing of {source} has landed yet",
        allowed="a source of files, or one that was pulled",
        hint=f"clearwell job extract --dataset {dataset.name}",
    )
