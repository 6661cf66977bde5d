"""A company is the same for the same seed, and a half-written one is never seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipeline.errors import SettingsError
from pipeline.synthetic.company import generate_company
from tests.services.company import KEYS, Company, digests


@pytest.mark.parametrize("size", [None, 3_000_000])
def test_same_seed_same_bytes(tmp_path: Path, size: int | None) -> None:
    """Two processes with the same arguments, and other orders of hashing, write the same bytes."""
    code = "import sys; from pathlib import Path; from pipeline.synthetic.company import generate_company as g"
    for hashing, name in enumerate(("one", "two")):
        call = f"{code}; g(Path(sys.argv[1]), 40, 6, 5, size={size})"
        environment = {**os.environ, "PYTHONHASHSEED": str(hashing)}
        subprocess.run([sys.executable, "-c", call, str(tmp_path / name)], check=True, env=environment)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_other_seed_other_company(tmp_path: Path) -> None:
    """Another seed changes every file of data that is not empty."""
    generate_company(tmp_path / "one", 40, 6, 5)
    generate_company(tmp_path / "two", 40, 6, 6)
    one, two = digests(tmp_path / "one"), digests(tmp_path / "two")
    filled = [name for name in one if name.startswith(("hrms/employees", "legacy", "lms/t", "payroll", "reviews"))]
    assert len(filled) == 6 * 4 + 2
    assert all(one[name] != two[name] for name in filled)


def test_lives_do_not_depend_on_how_many_follow(tmp_path: Path) -> None:
    """All records of the first ten employees are equal whether ten or twenty are generated."""
    few = Company(tmp_path / "few", generate_company(tmp_path / "few", 10, 8, 5))
    many = Company(tmp_path / "many", generate_company(tmp_path / "many", 20, 8, 5))
    for source in (
        "hrms_employees",
        "hrms_job_events",
        "hrms_manager_notes",
        "hrms_exits",
        "payroll_pay",
        "reviews",
        "letters",
    ):
        first = few.rows(source)
        ten = [row for row in many.rows(source) if row[KEYS[source]] in {known[KEYS[source]] for known in first}]
        assert len(first) > 0 or source in ("hrms_exits", "letters")
        assert ten == first


def test_a_company_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """Equal arguments generate nothing anew; other arguments replace the company as a whole."""
    done: list[int] = []
    first = generate_company(tmp_path / "c", 12, 3, 5, done.append)
    assert done == list(range(1, 13))
    assert generate_company(tmp_path / "c", 12, 3, 5, done.append) == first
    assert len(done) == 12
    second = generate_company(tmp_path / "c", 13, 2, 5, done.append)
    assert second.employees == 13
    assert not (tmp_path / "c" / "reviews" / "reviews_2023.xml").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_a_kill_leaves_no_half_company(tmp_path: Path) -> None:
    """Whatever ends the generator early, no company appears, and the next call makes the same as ever."""

    def stop(done: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_company(tmp_path / "c", 12, 3, 5, stop)
    assert not (tmp_path / "c").exists()
    generate_company(tmp_path / "c", 12, 3, 5)
    generate_company(tmp_path / "whole", 12, 3, 5)
    assert digests(tmp_path / "c") == digests(tmp_path / "whole")


@pytest.mark.parametrize(("employees", "years"), [(0, 5), (9_000_000, 5), (10, 0), (10, 41)])
def test_impossible_sizes_are_refused(tmp_path: Path, employees: int, years: int) -> None:
    """A size out of its range is refused before anything is written."""
    with pytest.raises(SettingsError):
        generate_company(tmp_path / "c", employees, years, 1)
    assert list(tmp_path.iterdir()) == []


def test_foreign_folders_are_never_replaced(tmp_path: Path) -> None:
    """A folder with something else in it is refused and stays as it was; an empty one may be used."""
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(SettingsError):
        generate_company(tmp_path, 10, 2, 1)
    assert (tmp_path / "thesis.txt").read_text() == "precious"
    (tmp_path / "empty").mkdir()
    assert generate_company(tmp_path / "empty", 10, 2, 1).employees == 10


@pytest.mark.parametrize(("employees", "years"), [(1, 1), (10, 40)])
def test_the_smallest_and_the_longest_company(tmp_path: Path, employees: int, years: int) -> None:
    """The bounds of the sizes work, and everybody of the company is in its files."""
    made = Company(tmp_path / "c", generate_company(tmp_path / "c", employees, years, 1))
    assert len({row["employee_id"] for row in made.rows("hrms_employees")}) == employees


@pytest.mark.parametrize("source", KEYS)
def test_summary_counts_what_is_in_the_files(company: Company, source: str) -> None:
    """Counts of the summary are those of the records on disk; what a defect made unreadable is no record any more."""
    lost = sum(planted["source"] == source and planted["column"] is None for planted in company.truth("defects"))
    assert company.summary.records[source] == len(company.rows(source)) + lost > 0


def test_summary_counts_what_was_planted(company: Company) -> None:
    """Every kind of truth has rows, as many as the summary says."""
    for kind, count in company.summary.planted.items():
        assert count == len(company.truth(kind)) > 0


def test_summary_counts_bytes(company: Company) -> None:
    """Bytes of the summary are those of the files, settings apart."""
    systems = ("hrms/*", "payroll/*", "lms", "reviews", "legacy", "letters", "truth")
    files = [path for system in systems for folder in company.folder.glob(system) for path in folder.rglob("*.*")]
    apart = (company.folder / "lms" / "schema.sql").stat().st_size
    assert sum(path.stat().st_size for path in files) - apart == sum(company.summary.bytes.values())


def test_connections_name_servers_and_folders(company: Company) -> None:
    """connections.yaml names a server or a folder beside it for each system, and a secret for each server."""
    connections = yaml.safe_load((company.folder / "connections.yaml").read_text())
    assert {name for name, given in connections.items() if "folder" in given} == {"legacy", "reviews", "letters"}
    assert all((company.folder / given["folder"]).is_dir() for given in connections.values() if "folder" in given)
    for name in ("hrms", "payroll", "lms"):
        secret = company.folder / "credentials" / connections[name]["credential"]
        assert len(secret.read_text()) == 64
        assert secret.stat().st_mode & 0o077 == 0
        assert "{port}" in connections[name]["sidecar"]
        if name != "lms":
            assert (company.folder / name / "token").read_text() == secret.read_text()
