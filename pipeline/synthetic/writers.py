"""The files of a company, system by system, and the truth of what was planted."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from pipeline.synthetic.defects import Delivery
from pipeline.synthetic.draws import END, first_day
from pipeline.synthetic.outlets import FileEach, OneFile, Outlet, YearFiles, create
from pipeline.synthetic.systems.hrms import hrms_json
from pipeline.synthetic.systems.layouts import YearFile, json_lines
from pipeline.synthetic.systems.leave import leave_file
from pipeline.synthetic.systems.letters import letter_file, letter_path
from pipeline.synthetic.systems.lms import SCHEMA, copy_row
from pipeline.synthetic.systems.payroll import payroll_json
from pipeline.synthetic.systems.record import TEXT_COLUMN, Record
from pipeline.synthetic.systems.reviews import review_file

#: Source -> the file of a year.
_YEARLY: dict[str, Callable[[int], YearFile]] = {
    **{f"hrms_{name}": json_lines(f"hrms/{name}", hrms_json) for name in ("employees", "job_events", "exits")},
    "hrms_manager_notes": json_lines("hrms/manager_notes", hrms_json),
    "payroll_pay": json_lines("payroll/pay_records", payroll_json),
    "reviews": review_file,
    "legacy_leave": leave_file,
}
_TRUTH = ("spans", "defects", "duplicates", "conflicts", "exits", "misspelt", "disagreements", "layouts")


class CompanyFiles:
    """All files of one company, open while it is generated.

    Attributes:
        records: written, by source.
        sizes: bytes written, by source, exact once closed; those of the truth under `truth`.
        texts: characters of free text, by source.
        planted: rows of the truth, by kind.
    """

    def __init__(self, folder: Path, years: int) -> None:
        self.records: Counter[str] = Counter()
        self.sizes: Counter[str] = Counter()
        self.texts: Counter[str] = Counter()
        self.planted: Counter[str] = Counter()
        self._truth = {kind: create(folder / "truth" / f"{kind}.jsonl") for kind in _TRUTH}
        self._outlets = self._open(folder, range(first_day(years).year, END.year + 1))

    def _open(self, folder: Path, years: range) -> dict[str, Outlet]:
        outlets: dict[str, Outlet] = {}
        for source, file_of in _YEARLY.items():
            files = {year: file_of(year) for year in years}
            outlets[source] = YearFiles(folder, files)
            for file in files.values():
                layout = {"layout": file.layout.name, "encoding": file.layout.encoding}
                self.note("layouts", {"source": source, "file": file.name, **layout})
        outlets["lms_trainings"] = OneFile(folder / "lms" / "trainings.copy", copy_row)
        (folder / "lms" / "schema.sql").write_text(SCHEMA, encoding="ascii")
        letters = folder / "letters"
        outlets["letters"] = FileEach(
            [letters / str(year) for year in years],
            lambda record, defect, again: letters / letter_path(record, defect, again),
            letter_file,
        )
        return outlets

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for source, outlet in self._outlets.items():
            self.sizes[source] = outlet.close()
        for file in self._truth.values():
            file.close()

    @property
    def written(self) -> int:
        """Bytes of all files so far."""
        return sum(self.sizes.values())

    def write(self, delivery: Delivery) -> None:
        """Write the records of a delivery, and what was planted in it."""
        record = delivery.records[0]
        source, defect = record.source, delivery.defect
        outlet, again = self._outlets[source], False
        for each in delivery.records:
            self.sizes[source] += outlet.write(each, defect, again)
            self.records[source] += 1
            again = True
        column = TEXT_COLUMN.get(source)
        if column and record.fields[column]:
            self.texts[source] += len(str(record.fields[column])) * len(delivery.records)
        if len(delivery.records) > 1 or defect or record.spans or record.planted:
            self._note_planted(record, delivery)

    def _note_planted(self, record: Record, delivery: Delivery) -> None:
        defect = delivery.defect
        name: dict[str, str | None] = {"source": record.source, "record_key": record.key}
        if defect:
            found = {**name, "kind": defect.kind, "column": defect.column}
            if record.source == "letters":
                found["file"] = letter_path(record, defect, again=False)
            self.note("defects", found)
        if delivery.duplicate:
            self.note("duplicates", name)
        if delivery.conflict:
            self.note("conflicts", {**name, "column": delivery.conflict})
        column = TEXT_COLUMN.get(record.source)
        if defect is None or not (defect.of_bytes or defect.column == column):
            for start, end, entity_type, elsewhere in record.spans:
                place = {"column": elsewhere or column, "start": start, "end": end}
                self.note("spans", {**name, **place, "entity_type": entity_type})
        if defect is None:
            for kind, row in record.planted:
                self.note(kind, row)

    def note(self, kind: str, row: Mapping[str, object]) -> None:
        """One row of the truth."""
        self.sizes["truth"] += self._truth[kind].write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        self.planted[kind] += 1
