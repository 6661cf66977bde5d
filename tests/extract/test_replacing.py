"""Manifests and seals name successors, and nothing of what was erased is left in landing, even after kills."""

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pyspark.sql import SparkSession

from pipeline.errors import LandingError
from pipeline.extract import files
from pipeline.extract.holdings import current_key, landed_objects, unlisted
from pipeline.extract.landing import read_manifest, read_seal, seal, verify_object
from pipeline.extract.place import Place, erasing_key, logical_key, seal_key
from pipeline.extract.replacing import replace_in_manifests
from pipeline.extract.successors import write_successor
from pipeline.parsing.frames import Field
from pipeline.parsing.landed import make_splits, read_landed
from pipeline.quality.quarantine import RejectedRow, reveal
from pipeline.storage.objects import FolderStore
from tests.services.dumps import EARLY, HEADER, LAST, Dumps
from tests.services.landed_records import records_of

NAME = b"Zora Quist"
LATER = date(2026, 6, 30)


@pytest.fixture
def dumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dumps:
    """Three sealed pulls of one source, one of them set aside by another; each has objects of those before it."""
    monkeypatch.setattr(files, "PACK_BYTES", 300)
    dumps = Dumps(tmp_path)
    for number in range(8):
        rows = [b"%d%d,%b,2020\n" % (number, at, NAME if (number, at) == (3, 1) else b"Ann") for at in range(9)]
        dumps.write(f"staff_{number}.csv", HEADER + b"".join(rows))
    dumps.pull(EARLY)
    dumps.seal(EARLY)
    dumps.write("staff_7.csv", HEADER + b"90,by %b,2020\n91,Bo,2020\n" % NAME)
    dumps.pull(LAST)
    dumps.seal(LAST)
    dumps.pull(LAST, fresh=True)
    dumps.seal(LAST)
    return dumps


def find(store: FolderStore) -> dict[str, dict[int, bytes | None]]:
    """By an object's first name what becomes of records with the name: blank, or edited where somebody tells of it."""
    return {
        logical_key(item.landed.key): {
            ordinal: record.replace(NAME, b"<ERASED>") if b"by" in record else None
            for ordinal, (record, _) in enumerate(records_of(store, item.landed))
            if NAME in record
        }
        for item in landed_objects(store, "staff")
    }


def erase(store: FolderStore, found: dict[str, dict[int, bytes | None]], erasure: str = "e1") -> dict[str, int]:
    """What an erasure does in landing, from its beginning, of what was found once."""
    objects = [item.landed for item in landed_objects(store, "staff") if found[logical_key(item.landed.key)]]
    replaced = {item.key: write_successor(store, item, found[logical_key(item.key)]) for item in objects}
    return replace_in_manifests(store, "staff", replaced, erasure)


def rows_of(store: FolderStore) -> Iterator[tuple[str, list[bytes]]]:
    for item in landed_objects(store, "staff"):
        yield item.landed.key, [record for record, _ in records_of(store, item.landed)]


def everything(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_every_object_is_found_once_with_its_manifests(dumps: Dumps) -> None:
    """Objects of all pulls are there, those of a pull that was set aside too, each with the manifests that name it."""
    found = landed_objects(dumps.landing, "staff")
    keys = {key for day in (EARLY, LAST) for key in dumps.landing.keys(f"staff/_pulls/{day}") if "seal" not in key}
    assert {key for item in found for key in item.manifests} == keys
    assert len(keys) == 3
    bodies = [key for key in dumps.landing.keys("staff/dumps") if key.endswith(".csv")]
    assert [item.landed.key for item in found] == bodies
    shared = [item for item in found if len(item.manifests) == 2]
    assert shared
    assert unlisted(dumps.landing, "staff") == []


def test_nothing_of_the_erased_is_left(dumps: Dumps) -> None:
    """Neither a name nor the digest of a record that had it stands in any file below landing; counts stay."""
    store = dumps.landing
    before = [(logical_key(key), rows) for key, rows in rows_of(store)]
    gone = [record for _, rows in before for record in rows if NAME in record]
    told = erase(store, find(store))
    assert len(gone) == 4
    assert told["rewritten"] >= 6
    after = [(logical_key(key), rows) for key, rows in rows_of(store)]
    assert [(key, len(rows)) for key, rows in after] == [(key, len(rows)) for key, rows in before]
    assert sum(record == b"" for _, rows in after for record in rows) == 2
    assert sum(b"<ERASED>" in record for _, rows in after for record in rows) == 2
    for path, body in everything(store.root).items():
        for record in gone:
            digest = hashlib.sha256(record)
            assert not [it for it in (NAME, digest.digest(), digest.hexdigest().encode()) if it in body], path


def test_pulls_stay_sealed(dumps: Dumps) -> None:
    """Seals fit their manifests again and name the erasures; other seals are as they were."""
    store = dumps.landing
    first = read_seal(store, "staff", EARLY)
    erase(store, find(store))
    for day in (EARLY, LAST):
        now = seal(store, "staff", day, ("dumps",))
        assert now == read_seal(store, "staff", day)
        assert now.erasures == ("e1",)
        assert now.sources["dumps"].manifest_sha256 == store.etag(Place("staff", day, "dumps").manifest)
        for landed in read_manifest(store, "staff", day, "dumps").objects:
            verify_object(store, landed)
    after = read_seal(store, "staff", EARLY)
    assert first
    assert after
    assert (first.sources["dumps"].records, first.sealed_at) == (after.sources["dumps"].records, after.sealed_at)
    assert first.sources["dumps"].records_digest != after.sources["dumps"].records_digest
    superseded = [key for key in store.keys("staff/_pulls") if "superseded" in key and key.endswith("seal.json")]
    assert [b'"e1"' in store.read(key) for key in superseded] == [True]


def test_erasures_add_up(dumps: Dumps) -> None:
    """A second erasure of one object makes a second successor; one that finds nothing changes nothing."""
    store = dumps.landing
    found = find(store)
    erase(store, found)
    state = everything(store.root)
    for again in (found, find(store)):
        assert erase(store, again, "e2") == {"rewritten": 0, "deleted": 0}
    assert everything(store.root) == state
    landed = read_manifest(store, "staff", EARLY, "dumps").objects[0]
    replaced = {landed.key: write_successor(store, landed, {0: None})}
    replace_in_manifests(store, "staff", replaced, "e3")
    sealed = read_seal(store, "staff", EARLY)
    assert sealed
    assert sealed.erasures == ("e1", "e3")
    assert read_manifest(store, "staff", EARLY, "dumps").objects[0] == replaced[landed.key]
    assert not store.exists(landed.key)


def test_later_pulls_build_upon_it(dumps: Dumps) -> None:
    """A pull takes over what did not change; a file that was edited lands anew, as it is no longer what was found."""
    erase(dumps.landing, find(dumps.landing))
    taken = {landed.key for landed in dumps.pull(LATER).objects}
    before = {landed.key for landed in read_manifest(dumps.landing, "staff", LAST, "dumps").objects}
    assert taken & before
    assert not [key for key in taken & before if logical_key(key) != key]
    assert dumps.seal(LATER).records == dumps.seal(LAST).records


def test_old_locators_lead_to_the_record(dumps: Dumps, tmp_path: Path) -> None:
    """A row names its record by the first name of its object: quarantine shows what lies there now."""
    store = dumps.landing
    item = next(item for item in landed_objects(store, "staff") if NAME in store.read(item.landed.key))
    before = [record for record, _ in records_of(store, item.landed)]
    erase(store, find(store))
    rows = [RejectedRow(item.landed.key, at, ()) for at in range(item.landed.records)]
    shown = [found.record for found in reveal(store, FolderStore(tmp_path / "evidence"), "staff", "run", rows)]
    assert shown == [b"" if NAME in record and b"by" not in record else record for record in before]
    with pytest.raises(LandingError, match="is not in landing any more"):
        current_key(store, "staff/dumps/2020-01-01.1-00001.csv")


def test_spark_reads_it(dumps: Dumps, spark: SparkSession) -> None:
    """Rows carry the first name of their object; blank records have the reason `erased`, the others their fields."""
    store = dumps.landing
    fields = [Field("employee_id", "string"), Field("name", "string")]

    def read() -> list[Any]:
        splits = make_splits(read_manifest(store, "staff", LAST, "dumps").objects, 3)
        return sorted(read_landed(spark, store, splits, fields).drop("_counts").collect())

    before = read()
    erase(store, find(store))
    after = read()
    assert [row[:2] for row in after] == [row[:2] for row in before]
    changed = [row for was, row in zip(before, after, strict=True) if was != row]
    assert sorted((row["_reason"], row["name"]) for row in changed if row["_reason"]) == [("erased", None)]
    assert [row["name"] for row in changed if not row["_reason"]] == ["by <ERASED>"]


def killed_at(moment: int, store: FolderStore, found: dict[str, dict[int, bytes | None]]) -> bool:
    """Do the erasure in a child that is killed before its n-th change of a file; whether it came to that."""
    child = os.fork()
    if not child:
        left = moment

        def watch(event: str, given: tuple[Any, ...]) -> None:
            nonlocal left
            writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
            if (writes or event in ("os.rename", "os.remove")) and str(given[0]).startswith(str(store.root)):
                left -= 1
                if left < 0:
                    os._exit(9)

        sys.addaudithook(watch)
        erase(store, found)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_killed_before_any_change_and_done_again(dumps: Dumps, tmp_path: Path) -> None:
    """Wherever it was killed, and killed again, the erasure ends in the landing of one that nobody disturbed."""
    begun, undisturbed = tmp_path / "landing", tmp_path / "undisturbed"
    shutil.copytree(begun, undisturbed)
    found = find(FolderStore(begun))
    erase(FolderStore(undisturbed), found)
    expected, moment, again = everything(undisturbed), 0, FolderStore(tmp_path / "again")
    while True:
        shutil.copytree(begun, again.root)
        if not killed_at(moment, again, found):
            break
        killed_at(moment // 2, again, found)
        erase(again, found)
        assert everything(again.root) == expected, moment
        shutil.rmtree(again.root)
        moment += 1
    assert moment > 20


def test_a_pull_that_is_under_way_is_refused(dumps: Dumps) -> None:
    """Nothing is looked at or changed while a source is pulled, or after its pull was cut short."""
    store = dumps.landing
    place = Place("staff", LAST, "dumps")
    with store.path(place.lock).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(LandingError) as caught:
            landed_objects(store, "staff")
    assert str(caught.value) == (
        "dumps as of 2025-12-31 is being pulled by another process\n  hint:    wait until it is done"
    )
    journal = Place("staff", LATER, "dumps").journal
    store.write(journal, b"{}\n")
    for act in (lambda: landed_objects(store, "staff"), lambda: replace_in_manifests(store, "staff", {}, "e1")):
        with pytest.raises(LandingError) as caught:
            act()
        assert str(caught.value) == (
            "the pull of dumps as of 2026-06-30 was cut short or is under way\n"
            "  hint:    clearwell job extract --dataset staff --as-of 2026-06-30 --source dumps"
        )


def test_what_killed_pulls_left_is_deleted(dumps: Dumps) -> None:
    """Objects that no manifest names go, and so do hidden files of pulls that are in."""
    store = dumps.landing
    left = ["staff/dumps/2025-12-31.1-00009.csv", "staff/dumps/2025-12-31.1-00009.csv.index", "staff/dumps/.writing-x"]
    hidden = [Place("staff", LAST, "dumps").journal, Place("staff", LAST, "dumps").listing]
    kept = ["staff/_rosters/0123", "staff/_erasures/4567.json", "other/dumps/2025-12-31.1-00009.csv"]
    for key in (*left, *hidden, *kept):
        store.write(key, NAME)
    assert unlisted(store, "staff") == left[:2]
    assert replace_in_manifests(store, "staff", {}, "e1") == {"rewritten": 0, "deleted": 5}
    assert [store.path(key).exists() for key in (*left, *hidden)] == [False] * 5
    assert all(store.exists(key) for key in kept)


def test_sealing_says_that_an_erasure_was_cut_short(dumps: Dumps) -> None:
    """Between two documents of an erasure a seal does not fit, and the message says what to do."""
    store = dumps.landing
    store.write(erasing_key("staff"), b"{}")
    sealed = store.read(seal_key("staff", EARLY))
    store.write(seal_key("staff", EARLY), sealed.replace(b'"records": ', b'"records": 1'))
    with pytest.raises(LandingError, match="an erasure that was cut short changed it: run clearwell erase again"):
        dumps.seal(EARLY)


def test_documents_that_wait_are_put_in_place_first(dumps: Dumps) -> None:
    """An erasure that goes on from here finds the manifests that a killed one had begun to replace all replaced."""
    store = dumps.landing
    key = Place("staff", EARLY, "dumps").manifest
    document = store.read(key).replace(b'"seconds": ', b'"seconds": 9')
    for go_on in (lambda: replace_in_manifests(store, "staff", {}, "e1"), lambda: landed_objects(store, "staff")):
        store.write(key, b"{}")
        store.write(erasing_key("staff"), msgspec.json.encode({key: document.decode()}))
        go_on()
        assert store.read(key) == document
        assert not store.exists(erasing_key("staff"))
