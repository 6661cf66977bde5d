"""Reviews, exported as XML in two layouts, some years packed."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from pipeline.synthetic.draws import knowledge_time
from pipeline.synthetic.facts import Review
from pipeline.synthetic.person import employee_id
from pipeline.synthetic.systems.layouts import Layout, YearFile
from pipeline.synthetic.systems.record import Defect, Desk, Record, Value

OLD_UNTIL = 2013
#: Last digit of a year -> how its file is packed.
_PACKED = {1: ".gz", 4: ".gz", 7: ".zst"}
_SILENT = 0.04
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACES = 'xmlns:rv="urn:meridian:reviews:2" xmlns:hr="urn:meridian:hr"'


def review_records(desk: Desk) -> Iterator[Record]:
    """All reviews of the life."""
    for review in desk.life.reviews:
        yield _review(desk, review)


def _review(desk: Desk, review: Review) -> Record:
    rng = desk.rng
    text = desk.text(review.themes, review.reviewer, review.on)
    silent = rng.random() < _SILENT
    fields: dict[str, Value] = {
        "review_id": desk.number("R"),
        "cycle": review.on.year,
        "employee_id": desk.person.employee_id,
        "reviewer_id": employee_id(review.reviewer),
        "review_date": review.on.isoformat(),
        "rating": review.rating,
        "teamwork": min(max(review.rating + rng.choice((-1, -0.5, 0, 0, 0.5, 1)), 1), 5),
        "goals_met_pct": review.goals,
        "comment": None if silent else text.value,
        "recorded_at": knowledge_time(review.on, rng),
    }
    return Record("reviews", str(fields["review_id"]), review.on.year, fields, () if silent else text.spans)


def review_file(year: int) -> YearFile:
    """The year's export."""
    return YearFile(f"reviews/reviews_{year}.xml{_PACKED.get(year % 10, '')}", _OLD if year <= OLD_UNTIL else _CURRENT)


def _old_head(_: int) -> bytes:
    return f"{_DECLARATION}<ReviewExport>\n".encode()


def _head(year: int) -> bytes:
    return f'{_DECLARATION}<rv:ReviewExport {_NAMESPACES} exported="{year + 1}-01-15">\n'.encode()


def _current_review(record: Record, defect: Defect | None) -> bytes:
    fields = record.fields
    overall = _element('<rv:Rating kind="overall">', fields["rating"], "</rv:Rating>")
    lines = (
        f'  <rv:Review id="{fields["review_id"]}" cycle="{fields["cycle"]}">\n'
        f'    <hr:Employee number="{fields["employee_id"]}"/>\n'
        f'    <hr:Reviewer number="{fields["reviewer_id"]}"/>\n',
        _element("    <rv:Date>", fields["review_date"], "</rv:Date>\n"),
        f'    <rv:Ratings>{overall}<rv:Rating kind="teamwork">{fields["teamwork"]}</rv:Rating></rv:Ratings>\n',
        _element('    <rv:GoalsMet unit="percent">', fields["goals_met_pct"], "</rv:GoalsMet>\n"),
        _element("    <rv:Comment><![CDATA[", fields["comment"], "]]></rv:Comment>\n", "    <rv:Comment/>\n"),
        f"    <rv:RecordedAt>{fields['recorded_at']}</rv:RecordedAt>\n  </rv:Review>\n",
    )
    return _damaged("".join(lines), "rv:", defect)


def _old_review(record: Record, defect: Defect | None) -> bytes:
    fields = record.fields
    comment = fields["comment"]
    lines = (
        f"  <Review>\n    <ReviewId>{fields['review_id']}</ReviewId>\n"
        f"    <EmployeeNo>{fields['employee_id']}</EmployeeNo>\n"
        f"    <ReviewerNo>{fields['reviewer_id']}</ReviewerNo>\n",
        _element("    <ReviewDate>", fields["review_date"], "</ReviewDate>\n"),
        _element("    <Rating>", fields["rating"], "</Rating>\n"),
        _element("    <GoalsMetPct>", fields["goals_met_pct"], "</GoalsMetPct>\n"),
        _element("    <Comment>", None if comment is None else escape(str(comment)), "</Comment>\n"),
        f"    <RecordedAt>{fields['recorded_at']}</RecordedAt>\n  </Review>\n",
    )
    return _damaged("".join(lines), "", defect)


def _element(opening: str, value: Value, closing: str, absent: str = "") -> str:
    return absent if value is None else f"{opening}{value}{closing}"


def _damaged(text: str, prefix: str, defect: Defect | None) -> bytes:
    """A malformed record never closes its time; an undefined entity stands beside it. Both end where they should."""
    if defect and defect.of_bytes:
        closing = f"</{prefix}RecordedAt>"
        text = text.replace(closing, "" if defect.kind == "malformed_record" else f"&approved;{closing}")
    return text.encode()


_OLD = Layout("old", "utf-8", _old_head, _old_review, b"</ReviewExport>\n")
_CURRENT = Layout("current", "utf-8", _head, _current_review, b"</rv:ReviewExport>\n")
