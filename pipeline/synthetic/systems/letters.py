"""Letters: appraisals, exit letters, warnings and promotions, each a document of its own."""

from collections.abc import Iterator
from datetime import date

from pipeline.synthetic.docx import docx_file
from pipeline.synthetic.draws import END, knowledge_time
from pipeline.synthetic.rtf import rtf_file
from pipeline.synthetic.systems.record import Defect, Desk, Record, Value
from pipeline.synthetic.text import Span, Text

#: Kind -> its title, and how often there is one: a review, an exit, a note about conduct, a promotion.
_TITLES = {"appraisal": "Appraisal", "exit": "End of employment", "warning": "Formal warning", "promotion": "Promotion"}
_SHARES = {"appraisal": 0.04, "exit": 0.65, "warning": 0.4, "promotion": 0.06}
_THEMES = {"appraisal": "appraisal", "exit": "farewell", "warning": "warning", "promotion": "promotion"}
#: Letters of the first half of the company's years that are no DOCX.
_OLD_SUFFIXES = {".rtf": 0.18, ".txt": 0.12}
_BOXED = 0.08
#: From this length of texts on, every review is followed by a letter.
_ALL_APPRAISED = 4_000
#: A file that Office has encrypted: an OLE container around bytes that mean nothing.
_SCRAMBLED = bytes(sign ^ 0x5A for sign in range(256))
_OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + bytes.fromhex("3e000300feff0900") + bytes(480)


def letter_records(desk: Desk) -> Iterator[Record]:
    """All letters to the person, in the order of their kinds."""
    shares = {**_SHARES, "appraisal": min(_SHARES["appraisal"] + desk.volume.length / _ALL_APPRAISED, 1.0)}
    number = 0
    for kind, on, manager, themes in _occasions(desk):
        if desk.rng.random() < shares[kind]:
            number += 1
            yield _letter(desk, (kind, number), on, manager, themes)


def _occasions(desk: Desk) -> Iterator[tuple[str, date, int | None, tuple[str, ...]]]:
    """Kind, day, who signs, themes."""
    life = desk.life
    for review in life.reviews:
        yield "appraisal", review.on, review.reviewer, review.themes
    for note in life.notes:
        if note.topic == "conduct":
            yield "warning", note.on, note.author, note.themes
    for job in life.jobs:
        if job.kind == "promotion":
            yield "promotion", job.on, job.manager, ("growing",)
    if life.exit:
        yield "exit", life.exit.on, life.jobs[-1].manager, life.exit.themes


def _letter(desk: Desk, name: tuple[str, int], on: date, manager: int | None, themes: tuple[str, ...]) -> Record:
    kind, number = name
    rng, person = desk.rng, desk.person
    box = _box(desk, manager) if rng.random() < _BOXED else Text()
    text = _body(desk, kind, on, manager, themes)
    fields: dict[str, Value] = {
        "letter_id": desk.number("D"),
        "employee_id": person.employee_id,
        "kind": kind,
        "written_on": on.isoformat(),
        "filed_at": knowledge_time(on, rng),
        "title": _TITLES[kind],
        "body": text.value,
        "box": box.value or None,
        "file": f"{on.year}/{person.employee_id}_{kind}_{number}",
        "suffix": _suffix(desk, on),
    }
    if fields["suffix"] != ".docx":
        fields["box"], box = None, Text()
    boxed = tuple([span._replace(column="box") for span in box.spans])
    return Record("letters", str(fields["letter_id"]), on.year, fields, (*text.spans, *boxed))


def _suffix(desk: Desk, on: date) -> str:
    if on.year <= END.year - desk.years // 2:
        mark = desk.rng.random()
        for suffix, share in _OLD_SUFFIXES.items():
            mark -= share
            if mark < 0:
                return suffix
    return ".docx"


def _body(desk: Desk, kind: str, on: date, manager: int | None, themes: tuple[str, ...]) -> Text:
    """Title, salutation, two paragraphs, and who signs."""
    text = Text(f"{_TITLES[kind]} {on.year}")
    text.add(_with_name("Dear ", desk.person.full_name, ","), "\n")
    text.add(desk.text((_THEMES[kind], themes[0]), manager, on), "\n")
    text.add(Text("Kind regards,"), "\n")
    text.add(_with_name("", desk.leader(manager).full_name, ""), "\n")
    return text


def _with_name(before: str, name: str, after: str) -> Text:
    return Text(before + name + after, (Span(len(before), len(before) + len(name), "PERSON"),))


def _box(desk: Desk, manager: int | None) -> Text:
    before, phone = "Questions? Call ", desk.leader(manager).phone
    return Text(before + phone, (Span(len(before), len(before) + len(phone), "PHONE_NUMBER"),))


def letter_path(record: Record, defect: Defect | None, again: bool) -> str:
    """Where the letter lies below the folder of letters; a second delivery beside the first."""
    suffix = ".docx" if defect and defect.of_bytes else record.fields["suffix"]
    return f"{record.fields['file']}{'_again' if again else ''}{suffix}"


def letter_file(record: Record, defect: Defect | None) -> bytes:
    """The document's bytes."""
    fields = record.fields
    named = {
        "Reference": fields["letter_id"],
        "Employee number": fields["employee_id"],
        "Kind": fields["kind"],
        "Date": fields["written_on"],
        "Filed": fields["filed_at"],
    }
    facts = {label: str(value) for label, value in named.items() if value is not None}
    body = str(fields["body"]).split("\n")
    if defect and defect.of_bytes:
        whole = docx_file(facts, body, None, str(fields["title"]), str(fields["filed_at"]))
        return whole[: len(whole) * 3 // 5] if defect.kind == "truncated_zip" else _OLE + whole.translate(_SCRAMBLED)
    if fields["suffix"] == ".docx":
        box = None if fields["box"] is None else str(fields["box"])
        return docx_file(facts, body, box, str(fields["title"]), str(fields["filed_at"]))
    lines = [*(f"{label}: {value}" for label, value in facts.items()), "", *body]
    return rtf_file(lines) if fields["suffix"] == ".rtf" else ("\n".join(lines) + "\n").encode()
