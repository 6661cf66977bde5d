"""What the truth says was planted is in the files, and nothing else is wrong with them."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipeline.synthetic.defects import DEFECTS
from tests.synthetic.reading import KEYS, Company

SOURCES = list(KEYS)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


#: What a defect looks like in the spoilt column; those of rows are told by the row's absence.
LOOKS: dict[str, Callable[[Any], bool]] = {
    "missing_required": lambda value: value in (None, ""),
    "wrong_type": lambda value: isinstance(value, str) and not value.replace(".", "").isdigit(),
    "out_of_range": lambda value: not 0 < float(value) <= 7,
    "impossible_date": lambda value: not _is_date(value),
    "unknown_value": lambda value: value in {"U", "secondment", "gossip", "vanished", "sabbatical"},
    "unknown_employee": lambda value: value.startswith(("E9", "nobody")),
}
ROWS = {"too_many_fields", "too_few_fields", "invalid_utf8"}


def test_spans_lie_at_their_offsets(company: Company) -> None:
    """Every planted span cuts a whole value of its kind out of the text as it lies in the file."""
    texts: dict[tuple[str, str], str] = {}
    for source, column in {("hrms_manager_notes", "note"), ("hrms_exits", "comment"), ("legacy_reviews", "comment")}:
        texts |= {(source, row[KEYS[source]]): row[column] for row in company.rows(source)}
    names = _names(company)
    marks = {"EMAIL_ADDRESS": "@", "URL": "https://", "IP_ADDRESS": "10."}
    for span in company.truth("spans"):
        text = texts[span["source"], span["record_key"]]
        value = text[span["start"] : span["end"]]
        assert len(value) == span["end"] - span["start"] > 0
        assert value == value.strip()
        assert marks.get(span["entity_type"], "") in value
        if span["entity_type"] == "PERSON":
            assert set(value.split(" ")) <= names
        elif span["entity_type"] not in marks:
            assert any(sign.isdigit() for sign in value)


def _names(company: Company) -> set[str]:
    """Every name of the lists: strangers in texts work nowhere."""
    from pipeline.synthetic.names import people_of
    from pipeline.synthetic.person import COUNTRIES

    people = [people_of(country) for country in COUNTRIES]
    return {name.written for one in people for name in (*one.female, *one.male, *one.family)}


def test_texts_without_spans_hold_no_address(company: Company) -> None:
    """Whatever looks like an e-mail lies within a planted span: the truth leaves nothing out."""
    spans = {(span["source"], span["record_key"]) for span in company.truth("spans")}
    for source, column in (("hrms_manager_notes", "note"), ("hrms_exits", "comment")):
        for row in company.rows(source):
            assert "@" not in (row[column] or "") or (source, row[KEYS[source]]) in spans


def test_defects_are_there(company: Company) -> None:
    """Each defect of the truth is found in its record, or has made its row unreadable."""
    rows = {source: {row[KEYS[source]]: row for row in company.rows(source)} for source in SOURCES}
    hired = {row["employee_id"]: row["hire_date"] for row in company.rows("hrms_employees")}
    for defect in company.truth("defects"):
        row = rows[defect["source"]].get(defect["record_key"])
        if defect["kind"] in ROWS:
            assert row is None
        elif defect["kind"] == "exit_before_hire":
            assert row is not None
            assert row["exit_date"] < hired[row["employee_id"]]
        elif defect["column"] == "goals_met_pct":
            assert row is not None
            assert int(row["goals_met_pct"]) > 100
        elif defect["source"] != "hrms_employees":
            assert row is not None
            assert LOOKS[defect["kind"]](row[defect["column"]])


def test_defects_of_employees_are_in_one_of_their_versions(company: Company) -> None:
    """An employee has several versions; the spoilt one is among them."""
    versions = company.rows("hrms_employees")
    for defect in company.truth("defects"):
        if defect["source"] == "hrms_employees":
            values = [row[defect["column"]] for row in versions if row["employee_id"] == defect["record_key"]]
            assert any(LOOKS[defect["kind"]](value) for value in values)


def test_nothing_else_is_wrong(company: Company) -> None:
    """Records without a planted defect keep to their types, ranges and dates."""
    spoilt = {(defect["source"], defect["record_key"]) for defect in company.truth("defects")}
    sound = {
        source: [row for row in company.rows(source) if (source, row[KEYS[source]]) not in spoilt] for source in SOURCES
    }
    for event in sound["hrms_job_events"]:
        assert event["salary"] > 0
        assert 1 <= event["job_level"] <= 7
        assert event["effective_date"] <= event["updated_at"][:10] <= "2025-12-31"
    for review in sound["legacy_reviews"]:
        assert float(review["rating"]) * 2 in range(2, 11)
        assert review["goals_met_pct"] == "" or 0 <= int(review["goals_met_pct"]) <= 100
    for leave in sound["legacy_leave"]:
        assert leave["start_date"] <= leave["end_date"] <= "2025-12-31"
        assert 0.5 <= float(leave["days"]) <= 120
    for note in sound["hrms_manager_notes"]:
        assert 60 <= len(note["note"]) <= 600


@pytest.mark.parametrize("source", SOURCES)
def test_keys_are_unique_apart_from_what_was_planted(company: Company, source: str) -> None:
    """A key comes twice only where a duplicate or a conflict was planted, or as a later version of an employee."""
    planted = Counter(
        row["record_key"]
        for kind in ("duplicates", "conflicts")
        for row in company.truth(kind)
        if row["source"] == source
    )
    time = "updated_at" if source.startswith("hrms") else "recorded_at"
    seen = Counter((row[KEYS[source]], row[time]) for row in company.rows(source))
    again = Counter(key for (key, _), count in seen.items() for _ in range(count - 1))
    assert again == planted
    if source != "hrms_employees":
        assert len({key for key, _ in seen}) == len(seen)


def test_duplicates_are_equal_and_conflicts_are_not(company: Company) -> None:
    """A duplicate repeats every field; a conflict differs in just the column that the truth names."""
    for kind in ("duplicates", "conflicts"):
        for planted in company.truth(kind):
            source = planted["source"]
            time = "updated_at" if source.startswith("hrms") else "recorded_at"
            rows = [row for row in company.rows(source) if row[KEYS[source]] == planted["record_key"]]
            twice = [time for time, count in Counter(row[time] for row in rows).items() if count == 2]
            one, two = (row for row in rows if row[time] == twice[0])
            differing = [column for column in one if one[column] != two[column]]
            assert differing == ([] if kind == "duplicates" else [planted["column"]])


def test_shares_are_small_as_promised(company: Company) -> None:
    """About 0.4 % of all records are defective, 0.3 % come twice, 0.1 % conflict."""
    total = sum(company.summary.records.values())
    assert 0.003 < company.summary.planted["defects"] / total < 0.0055
    assert 0.002 < company.summary.planted["duplicates"] / total < 0.004
    assert 0.0004 < company.summary.planted["conflicts"] / total < 0.0018


def test_every_kind_of_defect_can_come() -> None:
    """The ten kinds are all planted somewhere, rows and encodings only where rows exist."""
    kinds = {defect.kind for defects in DEFECTS.values() for defect in defects}
    assert kinds == {*LOOKS, *ROWS, "exit_before_hire"}
    assert not ROWS & {defect.kind for source in DEFECTS if source.startswith("hrms") for defect in DEFECTS[source]}
