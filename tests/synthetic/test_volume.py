"""A company comes to the size that was asked for, or says the least that there can be."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.synthetic.company import generate_company
from pipeline.synthetic.volume import Budget, parse_size
from tests.services.company import Company


@pytest.mark.parametrize(
    ("text", "size"),
    [("1MB", 10**6), ("500mb", 5 * 10**8), ("30GB", 3 * 10**10), ("1.5 TB", 15 * 10**11), ("0.25GB", 25 * 10**7)],
)
def test_sizes_are_decimal(text: str, size: int) -> None:
    """Units are powers of a thousand, in any case, after a number with or without a fraction."""
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "30", "30 GiB", "0MB", "-1GB", "nanGB", "infTB", "1e9TB", "GB30"])
def test_what_is_no_size_is_refused(text: str) -> None:
    """Anything else is refused, with examples of what is allowed."""
    with pytest.raises(SettingsError, match=r"such as 500MB, 30GB or 1\.5TB"):
        parse_size(text)


@pytest.mark.parametrize(
    ("employees", "years", "size"),
    [(10, 20, 300_000), (10, 20, 12_000_000), (40, 3, 250_000), (60, 20, 1_500_000), (150, 8, 20_000_000)],
)
def test_companies_come_to_their_size(tmp_path: Path, employees: int, years: int, size: int) -> None:
    """All files together have the size within a tenth, from just above the least to many times as much."""
    generate_company(tmp_path / "c", employees, years, 5, size=size)
    total = sum(path.stat().st_size for path in (tmp_path / "c").rglob("*") if path.is_file())
    assert 0.9 * size < total < 1.1 * size


def test_the_least_is_told(tmp_path: Path) -> None:
    """A size that is too small is refused before anything is written, and the least that is told is accepted."""
    with pytest.raises(SettingsError, match=r"at least 1\.\d MB") as refused:
        generate_company(tmp_path / "c", 60, 20, 5, size=200_000)
    assert list(tmp_path.iterdir()) == []
    Budget(parse_size(str(refused.value.allowed).removeprefix("at least ")), 60, 20, 5)


def test_a_size_changes_texts_and_not_lives(tmp_path: Path) -> None:
    """With a size there are more notes and longer texts; jobs, exits and the topics of workload stay as they are."""
    plain = Company(tmp_path / "p", generate_company(tmp_path / "p", 30, 10, 5))
    large = Company(tmp_path / "l", generate_company(tmp_path / "l", 30, 10, 5, size=30_000_000))
    for source in ("hrms_job_events", "hrms_exits"):
        assert plain.summary.records[source] == pytest.approx(large.summary.records[source], abs=5)
    notes = [company.rows("hrms_manager_notes") for company in (plain, large)]
    workload = [sum(note["topic"] == "workload" for note in found) for found in notes]
    assert workload[0] == pytest.approx(workload[1], abs=3)
    assert len(notes[1]) > 3 * len(notes[0])
    assert max(len(note["note"] or "") for note in notes[1]) < 20_000
    assert len({note["note_id"] for note in notes[1]}) == pytest.approx(len(notes[1]), rel=0.02)


def test_long_texts_tell_their_spans(tmp_path: Path) -> None:
    """Offsets hold in long texts of many paragraphs too."""
    made = Company(tmp_path / "c", generate_company(tmp_path / "c", 12, 6, 5, size=4_000_000))
    notes = {note["note_id"]: note["note"] for note in made.rows("hrms_manager_notes")}
    marks = {"EMAIL_ADDRESS": "@", "URL": "https://", "IP_ADDRESS": "10."}
    spans = [span for span in made.truth("spans") if span["source"] == "hrms_manager_notes"]
    assert len(spans) > 500
    for span in spans:
        value = notes[span["record_key"]][span["start"] : span["end"]]
        assert value
        assert value == value.strip()
        assert marks.get(span["entity_type"], "") in value
