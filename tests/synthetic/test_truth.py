"""What the truth says was planted is in the files, and nothing else is wrong with them."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipeline.synthetic.defects import BYTES, DEFECTS, VALUES
from tests.services.company import KEYS, TEXTS, TIMES, Company, unpacked

SOURCES = list(KEYS)
SUFFIXES = (".docx", ".rtf", ".txt")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


#: What a column's values are, where a defect may leave their range.
RANGES: dict[str, tuple[float, float]] = {
    "salary": (1, 1e9), "job_level": (1, 7), "amount": (1, 1e9), "grade": (1, 7), "rating": (1, 5),
    "goals_met_pct": (0, 100), "days": (0.5, 120), "score": (0, 100), "hours": (0.5, 400),
}  # fmt: skip
STRANGE = {"U", "secondment", "gossip", "vanished", "sabbatical", "XTS", "karaoke", "memo"}
#: What a defect of a value looks like; those of bytes are told by the record's absence.
LOOKS: dict[str, Callable[[str, Any], bool]] = {
    "missing_required": lambda _, value: value in (None, ""),
    "wrong_type": lambda _, value: isinstance(value, str) and not value.replace(".", "").isdigit(),
    "out_of_range": lambda column, value: not RANGES[column][0] <= float(value) <= RANGES[column][1],
    "impossible_date": lambda _, value: not _is_date(value),
    "unknown_value": lambda _, value: value in STRANGE,
    "unknown_employee": lambda _, value: value.startswith(("E9", "nobody")),
}


def test_spans_lie_at_their_offsets(company: Company) -> None:
    """Every planted span cuts a whole value of its kind out of the text as it lies in the file."""
    texts: dict[tuple[str, str, str], str] = {}
    for source, column in (*TEXTS.items(), ("letters", "box")):
        texts |= {(source, row[KEYS[source]], column): row[column] for row in company.rows(source)}
    names = _names()
    marks = {"EMAIL_ADDRESS": "@", "URL": "https://", "IP_ADDRESS": "10."}
    for span in company.truth("spans"):
        text = texts[span["source"], span["record_key"], span["column"]]
        value = text[span["start"] : span["end"]]
        assert len(value) == span["end"] - span["start"] > 0
        assert value == value.strip()
        assert marks.get(span["entity_type"], "") in value
        if span["entity_type"] == "PERSON":
            assert set(value.split(" ")) <= names
        elif span["entity_type"] not in marks:
            assert any(sign.isdigit() for sign in value)


def _names() -> set[str]:
    """Every name of the lists: strangers in texts work nowhere."""
    from pipeline.synthetic.names import people_of
    from pipeline.synthetic.person import COUNTRIES

    people = [people_of(country) for country in COUNTRIES]
    return {name.written for one in people for name in (*one.female, *one.male, *one.family)}


def test_texts_without_spans_hold_no_address(company: Company) -> None:
    """Whatever looks like an e-mail lies within a planted span: the truth leaves nothing out."""
    spans = {(span["source"], span["record_key"]) for span in company.truth("spans")}
    for source, column in TEXTS.items():
        for row in company.rows(source):
            assert "@" not in (row[column] or "") or (source, row[KEYS[source]]) in spans


@pytest.mark.parametrize("source", SOURCES)
def test_defects_are_there(company: Company, source: str) -> None:
    """Each defect of the truth is found in one of its record's versions, or has made the record unreadable."""
    rows = defaultdict(list)
    for row in company.rows(source):
        rows[row[KEYS[source]]].append(row)
    hired = {row["employee_id"]: row["hire_date"] for row in company.rows("hrms_employees")}
    planted = [defect for defect in company.truth("defects") if defect["source"] == source]
    assert planted or source in ("hrms_employees", "hrms_exits")
    for defect in planted:
        kind, column, found = defect["kind"], defect["column"], rows.get(defect["record_key"], [])
        if kind in BYTES or column == KEYS[source]:
            assert not found
        elif kind == "exit_before_hire":
            assert any(row["exit_date"] < hired[row["employee_id"]] for row in found)
        else:
            assert any(LOOKS[kind](column, row[column]) for row in found)


def test_nothing_else_is_wrong(company: Company) -> None:
    """Records without a planted defect keep to their types, ranges and dates."""
    spoilt = {(defect["source"], defect["record_key"]) for defect in company.truth("defects")}
    sound = {
        source: [row for row in company.rows(source) if (source, str(row[KEYS[source]])) not in spoilt]
        for source in SOURCES
    }
    for rows in sound.values():
        for column in rows[0].keys() & RANGES.keys():
            least, most = RANGES[column]
            assert all(least <= float(row[column]) <= most for row in rows if row[column])
        for column in [name for name in rows[0] if name.endswith(("_date", "_on", "_from"))]:
            assert all(_is_date(row[column]) and row[column] <= "2025-12-31" for row in rows)
    for event in sound["hrms_job_events"]:
        assert event["effective_date"] <= event["updated_at"][:10] <= "2025-12-31"
    for pay in sound["payroll_pay"]:
        assert pay["valid_from"] <= (pay["valid_to"] or "9999")
        assert 0 <= pay["bonus_pct"] <= 100
        assert pay["reason"] in {"hire", "annual", "promotion", "correction"}
    for leave in sound["legacy_leave"]:
        assert leave["start_date"] <= leave["end_date"]
    for note in sound["hrms_manager_notes"]:
        assert 60 <= len(note["note"]) <= 600
    assert {letter["kind"] for letter in sound["letters"]} == {"appraisal", "exit", "warning", "promotion"}


@pytest.mark.parametrize("source", SOURCES)
def test_keys_are_unique_apart_from_what_was_planted(company: Company, source: str) -> None:
    """A key comes twice only where a duplicate or a conflict was planted, or as a later version of an employee."""
    planted = Counter(
        row["record_key"]
        for kind in ("duplicates", "conflicts")
        for row in company.truth(kind)
        if row["source"] == source
    )
    time = TIMES[source]
    seen = Counter((row[KEYS[source]], row[time]) for row in company.rows(source) if row[KEYS[source]])
    again = Counter(key for (key, _), count in seen.items() for _ in range(count - 1))
    assert again == planted
    if source not in ("hrms_employees", "payroll_pay"):
        assert len({key for key, _ in seen}) == len(seen)


def test_duplicates_are_equal_and_conflicts_are_not(company: Company) -> None:
    """A duplicate repeats every field; a conflict differs in just the column that the truth names."""
    for kind in ("duplicates", "conflicts"):
        for planted in company.truth(kind):
            source = planted["source"]
            time = TIMES[source]
            rows = [row for row in company.rows(source) if row[KEYS[source]] == planted["record_key"]]
            twice = [time for time, count in Counter(row[time] for row in rows).items() if count == 2]
            one, two = (row for row in rows if row[time] == twice[0])
            differing = [column for column in one if one[column] != two[column]]
            assert differing == ([] if kind == "duplicates" else [planted["column"]])


def test_shares_are_small_as_promised(company: Company) -> None:
    """About 0.4 % of all records are defective; where a system may hold a record twice, 0.3 % come twice."""
    total = sum(company.summary.records.values())
    assert 0.003 < company.summary.planted["defects"] / total < 0.0055
    assert 0.002 < company.summary.planted["duplicates"] / total < 0.004
    assert 0.0004 < company.summary.planted["conflicts"] / total < 0.0018


def test_every_kind_of_defect_can_come() -> None:
    """All kinds are planted somewhere, those of bytes only where a file holds the bytes."""
    kinds = {defect.kind for defects in DEFECTS.values() for defect in defects}
    assert kinds == {*VALUES, *BYTES}
    for source in ("hrms_exits", "payroll_pay", "lms_trainings"):
        assert not {*BYTES} & {defect.kind for defect in DEFECTS[source]}


def test_misspelt_names_are_corrected_later(company: Company) -> None:
    """A misspelt training comes once more, known later, the same but for the name, which has the same letters."""
    rows = {row["training_id"]: row for row in company.rows("lms_trainings")}
    spoilt = {defect["record_key"] for defect in company.truth("defects") if defect["source"] == "lms_trainings"}
    for planted in company.truth("misspelt"):
        one, two = rows[planted["record_key"]], rows[planted["corrected_by"]]
        if planted["corrected_by"] not in spoilt:
            assert sorted(one["learner_name"]) == sorted(two["learner_name"])
            assert one["learner_name"] != two["learner_name"]
            assert one["updated_at"] < two["updated_at"]
            same = one.keys() - {"training_id", "learner_name", "updated_at"}
            assert all(one[column] == two[column] for column in same)


def test_learners_type_their_address_as_they_like(company: Company) -> None:
    """Some addresses in the learning system are not in the case that the HR system has them in."""
    known = {row["work_email"] for row in company.rows("hrms_employees")}
    typed = [row["work_email"] for row in company.rows("lms_trainings")]
    assert 0.2 < sum(email not in known for email in typed) / len(typed) < 0.5
    assert sum(email.lower() not in known for email in typed) < 0.01 * len(typed)


def test_systems_disagree_only_where_planted(company: Company) -> None:
    """Payroll's grade and amount are those of the HR system but where the truth says so, or a defect does."""
    events = {row["event_id"]: row for row in company.rows("hrms_job_events")}
    spoilt = {(defect["source"], defect["record_key"]) for defect in company.truth("defects")}
    known = {(row["employee_id"], row["effective_date"], row["job_level"], row["salary"]) for row in events.values()}
    planted = {row["record_key"]: row for row in company.truth("disagreements")}
    strays = 0
    for pay in company.rows("payroll_pay"):
        told = (pay["employee_id"], pay["valid_from"], pay["grade"], pay["amount"])
        if pay["pay_id"] in planted:
            row = planted[pay["pay_id"]]
            theirs = row["other_source"], row["other_record_key"]
            assert theirs in spoilt or pay[row["column"]] != events[theirs[1]][row["other_column"]]
        elif ("payroll_pay", pay["pay_id"]) not in spoilt:
            strays += told not in known
    # A pay comes open and closed, and its job event may be the spoilt one.
    assert strays <= 2 * sum(source == "hrms_job_events" for source, _ in spoilt)


def test_a_pay_comes_again_when_it_ends(company: Company) -> None:
    """Each pay comes open and then closed, later; the pays of an employee follow each other without a gap."""
    versions = defaultdict(list)
    for pay in company.rows("payroll_pay"):
        versions[pay["pay_id"]].append((pay["changed_at"], pay["valid_to"]))
    for found in versions.values():
        closed = [changed for changed, end in found if end]
        assert [changed for changed, end in found if not end]
        assert all(changed > min(found)[0] for changed in closed)


def test_layouts_are_as_told(company: Company) -> None:
    """Every file of the truth is there and begins as its layout does; an old dump is no UTF-8, and has umlauts."""
    beginnings = {
        ("reviews", "old"): b"<ReviewExport>",
        ("reviews", "current"): b"<rv:ReviewExport ",
        ("legacy_leave", "old"): b"LeaveNo;",
        ("legacy_leave", "current"): b"leave_id,",
    }
    told = company.truth("layouts")
    assert {(row["source"], row["layout"]) for row in told} >= beginnings.keys()
    for row in told:
        body = unpacked(company.folder / row["file"])
        assert beginnings.get((row["source"], row["layout"]), b"") in body[:200]
        if row["encoding"] == "windows-1252":
            assert re.search("[äöüéèà]", body.replace(b"\x81", b"").decode("windows-1252"))
            with pytest.raises(UnicodeDecodeError):
                body.decode("utf-8")


def test_letters_come_in_all_their_forms(company: Company) -> None:
    """Word, Rich Text and plain text, the latter two only among the older half; a few Word files hold a text box."""
    files = [file for file in (company.folder / "letters").rglob("*.*") if file.is_file()]
    years = {suffix: {int(file.parent.name) for file in files if file.suffix == suffix} for suffix in SUFFIXES}
    assert all(years.values())
    assert max(years[".rtf"] | years[".txt"]) <= 2017
    assert 0.01 < sum(bool(letter["box"]) for letter in company.rows("letters")) / len(files) < 0.15
