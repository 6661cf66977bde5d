"""Leave, from the dumps of a retired system: CSV in two layouts, some years packed."""

from collections.abc import Iterator

from pipeline.synthetic.draws import knowledge_time
from pipeline.synthetic.facts import Leave
from pipeline.synthetic.systems.layouts import Layout, YearFile
from pipeline.synthetic.systems.lms import typed_email
from pipeline.synthetic.systems.record import Defect, Desk, Record, Value
from pipeline.synthetic.text import Text, remark

OLD_UNTIL = 2011
#: Last digit of a year -> how its file is packed.
_PACKED = {3: ".gz", 5: ".zst", 9: ".gz"}
_COLUMNS = "leave_id,work_email,leave_type,start_date,end_date,days,paid,remark,recorded_at"
_OLD_COLUMNS = "LeaveNo;Mail;Kind;From;To;Days;Paid;Remark;Recorded"
_OLD_ENCODING = "windows-1252"
_SILENT = 0.75
#: A lone surrogate that becomes the byte FF, which no UTF-8 text holds, and a byte that windows-1252 has no sign for.
_BAD_BYTE, _OLD_BAD_BYTE = "\udcff", b"\x81"


def leave_records(desk: Desk) -> Iterator[Record]:
    """All days off."""
    for leave in desk.life.leaves:
        yield _leave(desk, leave)


def _leave(desk: Desk, leave: Leave) -> Record:
    """Days off, filed under the work e-mail as somebody typed it."""
    rng = desk.rng
    text = Text() if rng.random() < _SILENT else _remark(desk, leave)
    fields: dict[str, Value] = {
        "leave_id": desk.number("L"),
        "work_email": typed_email(rng, desk.person),
        "leave_type": leave.kind,
        "start_date": leave.on.isoformat(),
        "end_date": leave.end.isoformat(),
        "days": leave.days,
        "paid": leave.kind != "unpaid",
        "remark": text.value or None,
        "recorded_at": knowledge_time(leave.on, rng),
    }
    return Record("legacy_leave", str(fields["leave_id"]), leave.on.year, fields, text.spans)


def _remark(desk: Desk, leave: Leave) -> Text:
    """A short remark; in the old layout one that its encoding can hold."""
    text = remark(desk.rng, "absence", desk.cast(desk.life.manager_on(leave.on), leave.on))
    if leave.on.year <= OLD_UNTIL:
        try:
            text.value.encode(_OLD_ENCODING)
        except UnicodeEncodeError:
            return Text()
    return text


def leave_file(year: int) -> YearFile:
    """The year's dump."""
    return YearFile(f"legacy/leave_{year}.csv{_PACKED.get(year % 10, '')}", _OLD if year <= OLD_UNTIL else _CURRENT)


def _row(record: Record, defect: Defect | None) -> bytes:
    cells = _cells(record.fields, ",")
    if defect and defect.of_bytes:
        _damage(cells, defect, _BAD_BYTE)
    return (",".join(cells) + "\r\n").encode("utf-8", "surrogateescape")


def _old_row(record: Record, defect: Defect | None) -> bytes:
    """Days before months, decimal commas; the byte that spoils a text is put in after encoding."""
    cells = _cells(record.fields, ";")
    cells[3:6] = _old_date(cells[3]), _old_date(cells[4]), cells[5].replace(".", ",")
    if defect and defect.of_bytes:
        _damage(cells, defect, "\0")
    return (";".join(cells) + "\r\n").encode(_OLD_ENCODING).replace(b"\0", _OLD_BAD_BYTE)


def _cells(fields: dict[str, Value], delimiter: str) -> list[str]:
    """The row by RFC 4180: a remark alone may need quotes."""
    cells = ["" if value is None else str(value) for value in fields.values()]
    cells[6] = cells[6].lower()  # paid
    if delimiter in cells[7] or '"' in cells[7] or "\n" in cells[7]:
        cells[7] = '"' + cells[7].replace('"', '""') + '"'
    return cells


def _damage(cells: list[str], defect: Defect, bad: str) -> None:
    if defect.kind == "too_many_fields":
        cells.append("0")
    elif defect.kind == "too_few_fields":
        cells.pop()
    else:
        cells[2] += bad  # leave_type, which is always there


def _old_date(text: str) -> str:
    """31.12.2008 for 2008-12-31."""
    return f"{text[8:]}.{text[5:7]}.{text[:4]}"


_OLD = Layout("old", _OLD_ENCODING, lambda _: f"{_OLD_COLUMNS}\r\n".encode(), _old_row)
_CURRENT = Layout("current", "utf-8", lambda _: f"{_COLUMNS}\r\n".encode(), _row)
