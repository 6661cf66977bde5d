"""Landing of files: byte for byte, resumed, and built upon earlier pulls."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import LandingError, SettingsError, SourceError
from pipeline.extract.landing import verify_object
from pipeline.extract.members import Member, read_members
from pipeline.extract.place import Place
from pipeline.extract.writer import only_one
from tests.services.dumps import EARLY, HEADER, LAST, Dumps

OTHER = b"name,employee_id\n"


@pytest.fixture
def dumps(tmp_path: Path) -> Dumps:
    """Two files, the second with a bad row."""
    dumps = Dumps(tmp_path, {"files": "staff_*.csv"})
    dumps.write("staff_2.csv", HEADER + b'3,"x, y",\n\n4,z\n')
    dumps.write("staff_1.csv", HEADER + b"1,a,\n2,b,")
    dumps.write("other.csv", b"not,ours\n")
    return dumps


@pytest.fixture
def apart(dumps: Dumps, monkeypatch: pytest.MonkeyPatch) -> Dumps:
    """Every file is an object of its own."""
    monkeypatch.setattr("pipeline.extract.files.PACK_BYTES", 1)
    return dumps


def keys(manifest: Any) -> set[str]:
    return {landed.key for landed in manifest.objects}


def origins(manifest: Any) -> list[str]:
    return [landed.origin for landed in manifest.objects]


def test_lands_files_as_they_are(dumps: Dumps) -> None:
    """Matching files land byte for byte in order of name in one pack, each framed by itself."""
    [landed] = (manifest := dumps.pull()).objects
    first, second = ((dumps.folder / name).read_bytes() for name in ("staff_1.csv", "staff_2.csv"))
    assert landed.origin == "dumps/staff_1.csv … staff_2.csv (2 files)"
    assert dumps.landing.read(landed.key) == first + second
    assert (landed.sha256, landed.bytes) == (hashlib.sha256(first + second).hexdigest(), len(first + second))
    assert dumps.records(manifest) == [b"1,a,", b"2,b,", b'3,"x, y",', b"4,z"]
    assert landed.layout["header"] == ["employee_id", "name", "updated_at"]
    assert read_members(dumps.landing, landed.key) == [
        Member("staff_1.csv", 0, len(first), hashlib.sha256(first).hexdigest(), 0, 2),
        Member("staff_2.csv", len(first), len(second), hashlib.sha256(second).hexdigest(), 2, 2),
    ]
    verify_object(dumps.landing, landed)
    assert dumps.told == ["staff_1.csv … staff_2.csv (2 files): 4 records"]


def test_a_large_file_lands_alone(apart: Dumps) -> None:
    """A file that does not fit into a pack is an object of its own, named by itself."""
    manifest = apart.pull()
    assert origins(manifest) == ["dumps/staff_1.csv", "dumps/staff_2.csv"]
    for landed in manifest.objects:
        assert apart.landing.read(landed.key) == (apart.root / landed.origin).read_bytes()
        verify_object(apart.landing, landed)


def test_packs_are_filled_up_to_their_size(dumps: Dumps, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack ends before the file that would make it too large: the limit itself still fits."""
    dumps.write("staff_3.csv", HEADER)
    sizes = [(dumps.folder / f"staff_{number}.csv").stat().st_size for number in (1, 2, 3)]
    monkeypatch.setattr("pipeline.extract.files.PACK_BYTES", sizes[0] + sizes[1])
    assert origins(dumps.pull()) == ["dumps/staff_1.csv … staff_2.csv (2 files)", "dumps/staff_3.csv"]
    monkeypatch.setattr("pipeline.extract.files.PACK_BYTES", sizes[0] + sizes[1] - 1)
    assert origins(dumps.pull(fresh=True)) == ["dumps/staff_1.csv", "dumps/staff_2.csv … staff_3.csv (2 files)"]


def test_only_files_that_look_alike_are_packed(dumps: Dumps) -> None:
    """Another header or period begins another object; files keep their order of name."""
    dumps.settings |= {"files": "**/*.csv", "period": r"^(\d{4})/"}
    for name, header in (("2010/a", HEADER), ("2011/a", HEADER), ("2011/b", HEADER), ("2011/c", OTHER)):
        dumps.write(f"{name}.csv", header + b"1,2,3\n")
    for path in dumps.folder.glob("*.csv"):
        path.unlink()
    manifest = dumps.pull()
    assert [(landed.origin, landed.period) for landed in manifest.objects] == [
        ("dumps/2010/a.csv", "2010"),
        ("dumps/2011/a.csv … 2011/b.csv (2 files)", "2011"),
        ("dumps/2011/c.csv", "2011"),
    ]


def test_a_bad_header_lands_with_its_reason(dumps: Dumps) -> None:
    """A file whose header can't be trusted lands whole, and does not touch its neighbours."""
    dumps.write("staff_3.csv", b"name,name\nx,y\n")
    dumps.write("staff_4.csv", b"9,Rose,2020\n")
    manifest = dumps.pull()
    assert dumps.records(manifest)[-2:] == [b"x,y", b"9,Rose,2020"]
    assert [landed.layout.get("reason") for landed in manifest.objects] == [
        None,
        "csv.header_duplicate",
        "csv.header_missing",
    ]


def test_damage_does_not_cross_a_file(dumps: Dumps) -> None:
    """A quote that is left open ends with its file."""
    dumps.write("staff_1.csv", HEADER + b'1,"a,\n')
    dumps.write("staff_2.csv", HEADER + b'2,"b",\n')
    assert dumps.records(dumps.pull()) == [b'1,"a,', b'2,"b",']


def test_an_empty_file_lands(dumps: Dumps) -> None:
    """A file without a byte is an object without records."""
    dumps.write("staff_0.csv", b"")
    landed = dumps.pull().objects[0]
    assert (landed.bytes, landed.records) == (0, 0)
    verify_object(dumps.landing, landed)


def test_objects_that_did_not_change_are_taken_over(apart: Dumps) -> None:
    """A later pull takes over landed objects by reference, and lands those that are new or differ."""
    early = apart.pull(EARLY)
    apart.seal(EARLY)
    apart.write("staff_2.csv", HEADER + b"3,x,\n")
    apart.write("staff_3.csv", HEADER + b"5,w,\n")
    late = apart.pull()
    assert late.objects[0] == early.objects[0]
    assert [landed.key for landed in late.objects[1:]] == [
        "staff/dumps/2025-12-31.1-00001.csv",
        "staff/dumps/2025-12-31.1-00002.csv",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ["1", "2-3"]),
        ({"4": b"7,new,\n"}, ["1", "2-3", "new 4"]),
        ({"0": b"7,new,\n"}, ["new 0", "1", "2-3"]),
        ({"1": b"7,new,\n"}, ["new 1", "2-3"]),
        ({"1a": b"7,new,\n"}, ["1", "new 1a", "2-3"]),
        ({"2a": b"7,new,\n"}, ["1", "new 2-3"]),
        ({"3": b"3,z,\n"}, ["1", "new 2-3"]),
        ({"2": None}, ["1", "new 3"]),
        ({"1": None}, ["2-3"]),
    ],
)
def test_a_pack_is_taken_over_as_a_whole_or_not(
    apart: Dumps, monkeypatch: pytest.MonkeyPatch, change: dict[str, bytes | None], expected: list[str]
) -> None:
    """All members must be as they were, and no other file may lie between them; other packs stay."""
    for path in apart.folder.iterdir():
        path.unlink()
    for number in (1, 2, 3):
        apart.write(f"staff_{number}.csv", HEADER + b"%d,%s,\n" % (number, b"x" * (100 if number == 1 else 1)))
    monkeypatch.setattr("pipeline.extract.files.PACK_BYTES", 125)
    early = apart.pull(EARLY)
    apart.seal(EARLY)
    for name, body in change.items():
        path = apart.folder / f"staff_{name}.csv"
        path.unlink() if body is None else path.write_bytes(HEADER + body)
    late = apart.pull()
    found = []
    for landed in late.objects:
        names = [member.name.removeprefix("staff_")[:-4] for member in read_members(apart.landing, landed.key)]
        span = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
        found.append(span if landed in early.objects else f"new {span}")
    assert found == expected


def test_how_files_are_packed_does_not_change_the_digest(dumps: Dumps, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seal's digest is that of the records, in one object or in many; what columns mean is part of it."""
    dumps.pull()
    together = dumps.seal().records_digest
    monkeypatch.setattr("pipeline.extract.files.PACK_BYTES", 1)
    dumps.pull(fresh=True)
    assert dumps.seal().records_digest == together
    dumps.write("staff_1.csv", b"employee_id,updated_at,name\n1,a,\n2,b,")
    dumps.pull(fresh=True)
    assert dumps.seal().records_digest != together


def test_an_open_pull_is_not_built_upon(dumps: Dumps) -> None:
    """Only objects of a sealed pull are taken over."""
    early = dumps.pull(EARLY)
    assert not keys(early) & keys(dumps.pull())


def test_a_pull_with_other_settings_is_not_built_upon(dumps: Dumps) -> None:
    """A pull that was read in another way is not taken over."""
    early = dumps.pull(EARLY)
    dumps.seal(EARLY)
    dumps.settings["encoding"] = "windows-1252"
    assert not keys(early) & keys(dumps.pull())


def test_fresh_copies_everything(dumps: Dumps) -> None:
    """A fresh pull sets the seal aside and takes nothing over; the old bytes stay where they are."""
    old = dumps.pull()
    sealed = dumps.seal()
    new = dumps.pull(fresh=True)
    assert not keys(old) & keys(new)
    assert new.pull == old.pull + 1
    for landed in old.objects:
        verify_object(dumps.landing, landed)
    assert not dumps.landing.exists("staff/_pulls/2025-12-31/seal.json")
    assert dumps.landing.exists("staff/_pulls/2025-12-31/superseded/dumps/1/seal.json")
    assert dumps.seal().records_digest == sealed.records_digest


def fail_after(dumps: Dumps, beginning: str) -> None:
    """Pull, and fail when the line of progress that begins so is told."""

    def fail(line: str) -> None:
        dumps.told.append(line)
        if line.startswith(beginning):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dumps.pull(tell=fail)


def test_a_pull_that_failed_goes_on(apart: Dumps) -> None:
    """Objects that were committed before a failure are not landed again; files that came meanwhile wait."""
    apart.write("staff_3.csv", HEADER + b"5,w,\n")
    fail_after(apart, "staff_2")
    apart.write("staff_1a.csv", HEADER + b"6,late,\n")
    landed = apart.landing.path("staff/dumps/2025-12-31.1-00001.csv").stat().st_mtime_ns
    manifest = apart.pull()
    assert apart.told == [f"staff_{number}.csv: {rows} records" for number, rows in ((1, 2), (2, 2), (3, 1))]
    assert apart.landing.path(manifest.objects[0].key).stat().st_mtime_ns == landed
    assert len(manifest.objects) == 3
    left = {path.name for path in apart.landing.path("staff/_pulls/2025-12-31").iterdir()}
    assert left == {"dumps.json", ".dumps.lock"}


@pytest.mark.parametrize("change", ["longer", "touched", "gone"])
def test_a_file_that_changed_meanwhile(apart: Dumps, change: str) -> None:
    """A pull takes files as they were when it began: one that is not so any more stops it, by name."""
    fail_after(apart, "staff_1")
    path = apart.folder / "staff_2.csv"
    if change == "longer":
        path.write_bytes(path.read_bytes() + b"5,w,\n")
    elif change == "touched":
        os.utime(path, (1, 1))
    else:
        path.unlink()
    with pytest.raises(SourceError, match=r"staff_2\.csv (changed since the pull began|can't be read)"):
        apart.pull()
    if change != "gone":
        assert apart.pull(fresh=True).objects


def test_a_lost_list_of_files(apart: Dumps) -> None:
    """A pull that is gone on with needs the list that it began with."""
    fail_after(apart, "staff_1")
    apart.landing.write("staff/_pulls/2025-12-31/.dumps.files", b"")
    with pytest.raises(LandingError, match="the list of files of this pull is lost or damaged"):
        apart.pull()


def test_what_an_attempt_with_other_settings_left_is_deleted(apart: Dumps) -> None:
    """No landed bytes lie about that no manifest lists."""
    fail_after(apart, "staff_2")
    apart.settings["files"] = "staff_1.csv"
    apart.pull()
    assert apart.landing.keys("staff/dumps") == [
        f"staff/dumps/2025-12-31.1-00001.csv{suffix}" for suffix in ("", ".index", ".members")
    ]


@pytest.mark.parametrize("part", [".members", ".index", ""])
def test_damage_to_what_landed_is_found(dumps: Dumps, part: str) -> None:
    """Bytes, index and list of members are checked against the manifest."""
    [landed] = dumps.pull().objects
    key = f"{landed.key}{part}"
    body = dumps.landing.read(key)
    dumps.landing.write(key, body[:-1] + bytes([body[-1] ^ 1]) if part != ".index" else b"")
    with pytest.raises(LandingError, match="is not as it landed"):
        verify_object(dumps.landing, landed)


def test_no_file(tmp_path: Path) -> None:
    """A pattern that matches nothing is an error: an absent dump is not an empty one."""
    with pytest.raises(SourceError, match="no file matches"):
        Dumps(tmp_path).pull()


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is an error about connections.yaml."""
    dumps = Dumps(tmp_path)
    dumps.folder.rmdir()
    with pytest.raises(SettingsError, match="the folder of 'dumps' is not there"):
        dumps.pull()


def test_one_pull_at_a_time(dumps: Dumps) -> None:
    """While one process pulls a source, another is refused."""
    place = Place("staff", LAST, "dumps")
    with only_one(dumps.landing, place), pytest.raises(LandingError, match="being pulled by another process"):
        dumps.pull()
    assert dumps.pull().objects
