"""The files of a company: one a stream and year, and the truth of what was planted."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import orjson

from pipeline.synthetic.defects import Delivery
from pipeline.synthetic.draws import END, first_day
from pipeline.synthetic.encode import csv_row, encode
from pipeline.synthetic.records import CSV_COLUMNS, TEXT_COLUMN, Record

_STREAMS = ("employees", "job_events", "manager_notes", "exits")
_TRUTH = ("spans", "defects", "duplicates", "conflicts", "exits")


class CompanyFiles:
    """All files of one company, open while it is generated. A file exists for every year, even one with no record."""

    def __init__(self, folder: Path, years: int) -> None:
        self.records: Counter[str] = Counter()
        self.planted: Counter[str] = Counter()
        self._data: dict[tuple[str, int], BinaryIO] = {}
        for year in range(first_day(years).year, END.year + 1):
            for stream in _STREAMS:
                self._data[f"hrms_{stream}", year] = _create(folder / "hrms" / stream / f"{year}.jsonl")
            for source, columns in CSV_COLUMNS.items():
                name = f"{source.removeprefix('legacy_')}_{year}.csv"
                file = self._data[source, year] = _create(folder / "legacy" / name)
                file.write(csv_row(list(columns)))
        self._truth = {kind: _create(folder / "truth" / f"{kind}.jsonl") for kind in _TRUTH}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (*self._data.values(), *self._truth.values()):
            file.close()

    def write(self, delivery: Delivery) -> None:
        """Write the records of a delivery, and what was planted in it."""
        for record in delivery.records:
            self._data[record.source, record.year].write(encode(record, delivery.defect))
            self.records[record.source] += 1
        record = delivery.records[0]
        name = {"source": record.source, "record_key": record.key}
        if delivery.defect:
            self.note("defects", {**name, "kind": delivery.defect.kind, "column": delivery.defect.column})
        if delivery.duplicate:
            self.note("duplicates", name)
        if delivery.conflict:
            self.note("conflicts", {**name, "column": delivery.conflict})
        if _text_is_whole(record, delivery):
            for span in record.spans:
                place = {"column": TEXT_COLUMN[record.source], "start": span.start, "end": span.end}
                self.note("spans", {**name, **place, "entity_type": span.entity_type})

    def note(self, kind: str, row: Mapping[str, object]) -> None:
        """One row of the truth."""
        self._truth[kind].write(orjson.dumps(row) + b"\n")
        self.planted[kind] += 1


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def _text_is_whole(record: Record, delivery: Delivery) -> bool:
    """Whether the text can be read back as composed: a spoilt row or text makes its spans untrue."""
    defect = delivery.defect
    return defect is None or (defect.spoil is not None and defect.column != TEXT_COLUMN.get(record.source))
