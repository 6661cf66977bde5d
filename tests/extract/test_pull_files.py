"""Landing of CSV dumps."""

import hashlib
from datetime import date
from typing import Any

import pytest

from pipeline.errors import LandingError, SettingsError, SourceError
from pipeline.extract.landing import verify_object
from pipeline.extract.place import Place
from pipeline.extract.pull import pull_source
from pipeline.extract.writer import only_one

HEADER = b"employee_id,name,updated_at\n"
EARLY, LAST = date(2024, 12, 31), date(2025, 12, 31)


@pytest.fixture
def dumps(bench: Any) -> Any:
    """Two files, the second with a bad row."""
    (bench.root / "dumps/staff_2.csv").write_bytes(HEADER + b'3,"x, y",\n\n4,z\n')
    (bench.root / "dumps/staff_1.csv").write_bytes(HEADER + b"1,a,\n2,b,")
    (bench.root / "dumps/other.csv").write_bytes(b"not,ours\n")
    return bench


def keys(manifest: Any) -> set[str]:
    return {landed.key for landed in manifest.objects}


def test_lands_files_as_they_are(dumps: Any) -> None:
    """Matching files land byte for byte in order of name, with an index of their rows."""
    manifest = dumps.pull("dumps")
    assert [landed.origin for landed in manifest.objects] == ["dumps/staff_1.csv", "dumps/staff_2.csv"]
    for landed in manifest.objects:
        original = (dumps.root / landed.origin).read_bytes()
        assert dumps.landing.read(landed.key) == original
        assert landed.sha256 == hashlib.sha256(original).hexdigest()
        verify_object(dumps.landing, landed)
    rows = [(b"1,a,", None), (b"2,b,", None), (b'3,"x, y",', None), (b"4,z", "csv.fields")]
    assert dumps.records(manifest) == rows
    assert manifest.objects[0].layout["header"] == ["employee_id", "name", "updated_at"]


def test_a_bad_header_lands_with_its_reason(dumps: Any) -> None:
    """A file whose header can't be trusted lands whole, every row rejected for it."""
    (dumps.root / "dumps/staff_3.csv").write_bytes(b"name,name\nx,y\n")
    (dumps.root / "dumps/staff_4.csv").write_bytes(b"9,Rose,2020\n")
    manifest = dumps.pull("dumps")
    assert dumps.records(manifest)[-2:] == [(b"x,y", "csv.header_duplicate"), (b"9,Rose,2020", "csv.header_missing")]
    assert manifest.objects[-1].layout["header"] == []


def test_an_empty_file_lands(dumps: Any) -> None:
    """A file without a byte is an object without records."""
    (dumps.root / "dumps/staff_0.csv").write_bytes(b"")
    landed = dumps.pull("dumps").objects[0]
    assert (landed.bytes, landed.records) == (0, 0)
    verify_object(dumps.landing, landed)


def test_files_that_did_not_change_are_not_copied(dumps: Any) -> None:
    """A later pull takes over landed files by reference, and lands those that are new or differ."""
    early = dumps.pull("dumps", EARLY)
    dumps.digest(EARLY, "dumps")
    (dumps.root / "dumps/staff_2.csv").write_bytes(HEADER + b"3,x,\n")
    (dumps.root / "dumps/staff_3.csv").write_bytes(HEADER + b"5,w,\n")
    late = dumps.pull("dumps")
    assert late.objects[0] == early.objects[0]
    assert [landed.key for landed in late.objects[1:]] == [
        "staff/dumps/2025-12-31.1-00001.csv",
        "staff/dumps/2025-12-31.1-00002.csv",
    ]


def test_an_open_pull_is_not_built_upon(dumps: Any) -> None:
    """Only objects of a sealed pull are taken over."""
    early = dumps.pull("dumps", EARLY)
    assert not keys(early) & keys(dumps.pull("dumps"))


def test_a_pull_with_other_settings_is_not_built_upon(dumps: Any) -> None:
    """A pull that was read in another way is not taken over."""
    early = dumps.pull("dumps", EARLY)
    dumps.digest(EARLY, "dumps")
    other = dumps.dataset.spec.sources["dumps"].model_copy(update={"encoding": "windows-1252"})
    dumps.dataset.spec.sources["dumps"] = other
    assert not keys(early) & keys(dumps.pull("dumps"))


def test_fresh_copies_everything(dumps: Any) -> None:
    """A fresh pull sets the seal aside and takes nothing over; the old bytes stay where they are."""
    old = dumps.pull("dumps")
    digest = dumps.digest(source="dumps")
    new = dumps.pull("dumps", fresh=True)
    assert not keys(old) & keys(new)
    assert new.pull == old.pull + 1
    for landed in old.objects:
        verify_object(dumps.landing, landed)
    assert not dumps.landing.exists("staff/_pulls/2025-12-31/seal.json")
    assert dumps.landing.exists("staff/_pulls/2025-12-31/superseded/dumps/1/seal.json")
    assert dumps.digest(source="dumps") == digest


def test_a_pull_that_failed_goes_on(dumps: Any) -> None:
    """Files that were committed before a failure are not landed again."""
    last = dumps.root / "dumps/staff_3.csv"
    last.write_bytes(HEADER + b"5,w,\n")

    def fail(line: str) -> None:
        dumps.told.append(line)
        if line.startswith("staff_2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull_source(dumps.dataset, "dumps", LAST, dumps.landing, dumps.connections, fail)
    landed = dumps.landing.path("staff/dumps/2025-12-31.1-00001.csv").stat().st_mtime_ns
    manifest = dumps.pull("dumps")
    assert dumps.told == [f"staff_{number}.csv: {rows} records" for number, rows in ((1, 2), (2, 2), (3, 1))]
    assert dumps.landing.path(manifest.objects[0].key).stat().st_mtime_ns == landed
    assert len(manifest.objects) == 3


def test_no_file(bench: Any) -> None:
    """A pattern that matches nothing is an error: an absent dump is not an empty one."""
    with pytest.raises(SourceError, match="no file matches"):
        bench.pull("dumps")


def test_no_folder(bench: Any) -> None:
    """A folder that is not there is an error about connections.yaml."""
    (bench.root / "dumps").rmdir()
    with pytest.raises(SettingsError, match="the folder of 'dumps' is not there"):
        bench.pull("dumps")


def test_one_pull_at_a_time(dumps: Any) -> None:
    """While one process pulls a source, another is refused."""
    place = Place("staff", LAST, "dumps")
    with only_one(dumps.landing, place), pytest.raises(LandingError, match="being pulled by another process"):
        dumps.pull("dumps")
    assert dumps.pull("dumps").objects
