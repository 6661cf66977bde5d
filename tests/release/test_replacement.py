"""A version published again without somebody keeps everybody else, its place, and its k and l."""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import PrivacyError
from pipeline.release.load import load_dataset
from pipeline.release.manifest import read_manifest, verify_version
from pipeline.release.replacement import Erased, Replaced, replace_version
from pipeline.release.versions import latest_version, list_versions, pointer_tag, publish_version, stage_version
from pipeline.release.withdrawal import list_withdrawn, withdraw
from pipeline.storage.objects import FolderStore

ERASURE = "0123456789abcdef"
DAYS = (date(2024, 12, 31), date(2025, 12, 31))


def staff(countries: dict[str, int]) -> pa.Table:
    """So many people a country, each at two snapshots; every one's boss is the first of the country."""
    people = [(country, n) for country, many in countries.items() for n in range(many)]
    rows = [(f"{country}{n}", day, country, f"{country}0", n % 2 == 0) for day in DAYS for country, n in people]
    names = ("person", "snapshot_date", "country", "boss", "left")
    return pa.table({name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)})


@pytest.fixture
def run(evidence):
    """Evidence of the run: k of 3 over country, l of 2 over the label."""
    evidence["assess"] |= {
        "policy": "internal",
        "k_required": 3,
        "quasi_identifiers": [{"column": "country", "level": 0, "levels": 1, "expression": "country"}],
        "sensitive": ["left"],
        "published_entities": 7,
        "withheld_entities": 1,
        "withheld_rows": 2,
    }
    return evidence


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "published")


@pytest.fixture
def publish(fill, store: FolderStore) -> Callable[..., None]:
    def make(version: str, rows: pa.Table) -> None:
        with stage_version(store, "staff", version) as folder:
            fill(folder, rows)
            publish_version(store, "staff", version, folder, pointer_tag(store, "staff"))

    return make


def erased(*people: str) -> Erased:
    return Erased(ERASURE, "erasure", lambda _: people, people)


@pytest.fixture
def erase(store: FolderStore, run) -> Callable[..., Replaced | None]:
    def scanned(files: Sequence[Path]) -> dict:
        return {"files": len(files), "values": 9, "fingerprints": 5, "canaries": 0, "hits": []}

    def make(version: str, who: Erased, scan=scanned, at: FolderStore = store) -> Replaced | None:
        return replace_version(at, version, read_manifest(store.path(f"staff/{version}")), who, run, scan)

    return make


def people(store: FolderStore, version: str = "latest") -> list[str]:
    return sorted(set(load_dataset("staff", version, store.root.parent, "arrow")["person"].to_pylist()))


def test_the_subject_is_gone_and_everybody_else_stays(store, publish, erase) -> None:
    """Rows of all snapshots go, cells that name the subject become empty, and the new version is whole."""
    publish("v1", staff({"IN": 4, "DE": 3}))
    assert erase("v1", erased("IN0")) == Replaced("v1", "v1.e1", 12, 2, 6, 0)
    assert people(store) == ["DE0", "DE1", "DE2", "IN1", "IN2", "IN3"]
    table = load_dataset("staff", home=store.root.parent, as_="arrow")
    assert set(zip(table["country"].to_pylist(), table["boss"].to_pylist(), strict=True)) == {
        ("IN", None),
        ("DE", "DE0"),
    }
    folder = store.path("staff/v1.e1")
    assert verify_version(folder) == []
    assert not [path.name for path in store.path("staff").rglob("*") if path.is_file() and b"IN0" in path.read_bytes()]
    manifest = read_manifest(folder)
    assert (manifest.replaces, manifest.erasure, manifest.k, manifest.rows) == ("v1", ERASURE, 3, 12)
    [gone] = list_withdrawn(store, "staff")
    assert (gone.version, gone.replaced_by, gone.erasure) == ("v1", "v1.e1", ERASURE)


def test_a_class_that_became_too_small_is_withheld(store, publish, erase) -> None:
    """Where one of three is erased, the other two may not stay; the rest is untouched."""
    publish("v1", staff({"IN": 4, "DE": 3}))
    assert erase("v1", erased("DE1")) == Replaced("v1", "v1.e1", 8, 2, 0, 4)
    assert people(store) == ["IN0", "IN1", "IN2", "IN3"]
    assert read_manifest(store.path("staff/v1.e1")).k == 4


def test_a_class_that_lost_its_diversity_is_withheld(store, publish, erase) -> None:
    """Three people who all left say it of each other."""
    publish("v1", staff({"IN": 5, "DE": 4}))
    assert erase("v1", erased("IN1", "IN3")).withheld_rows == 6
    assert people(store) == ["DE0", "DE1", "DE2", "DE3"]


def test_histories_are_the_classes_where_people_can_be_followed(store, publish, erase, run) -> None:
    """Under `release` with stable pseudonyms, whoever moved alone stands alone, at both snapshots."""
    run["assess"] |= {"policy": "release", "class_of": "history"}
    rows = staff({"IN": 5, "DE": 4}).to_pylist()
    moved = [
        row | {"country": "DE"} if row["person"] == "IN4" and row["snapshot_date"] == DAYS[1] else row for row in rows
    ]
    publish("v1", pa.Table.from_pylist(moved))
    assert erase("v1", erased("DE3")).withheld_rows == 2
    assert people(store) == ["DE0", "DE1", "DE2", "IN0", "IN1", "IN2", "IN3"]


def test_pseudonyms_may_differ_by_snapshot(store, publish, erase) -> None:
    """The subject is known by another name at each snapshot; only that name's rows of that day go."""
    publish("v1", staff({"IN": 5, "DE": 4}))
    by_day = Erased(ERASURE, "erasure", lambda day: ["IN1"] if day == DAYS[0] else ["IN2"], ())
    assert erase("v1", by_day).erased_rows == 2
    table = load_dataset("staff", home=store.root.parent, as_="arrow")
    left = set(zip(table["person"].to_pylist(), table["snapshot_date"].to_pylist(), strict=True))
    assert {("IN1", DAYS[1]), ("IN2", DAYS[0])} < left
    assert not {("IN1", DAYS[0]), ("IN2", DAYS[1])} & left


def test_a_version_that_does_not_know_the_subject_stays(store, publish, erase) -> None:
    """Nothing is published and nothing withdrawn."""
    publish("v1", staff({"IN": 4}))
    before = {key: store.read(key) for key in store.keys("staff")}
    assert erase("v1", erased("nobody")) is None
    assert {key: store.read(key) for key in store.keys("staff")} == before


def test_an_older_version_is_replaced_in_its_place(store, publish, erase) -> None:
    """`latest` stays where it is, and the listing keeps its order."""
    publish("v1", staff({"IN": 4}))
    publish("v2", staff({"DE": 4}))
    assert erase("v1", erased("IN3")).replaced_by == "v1.e1"
    assert latest_version(store, "staff") == "v2"
    assert [item.version for item in list_versions(store, "staff")] == ["v2", "v1.e1"]


def test_a_second_erasure_counts_on(store, publish, erase) -> None:
    """The successor's successor is e2, and `latest` follows; the tombstones tell the way."""
    publish("v1", staff({"IN": 5}))
    erase("v1", erased("IN3"))
    assert erase("v1.e1", erased("IN4")).replaced_by == "v1.e2"
    assert latest_version(store, "staff") == "v1.e2"
    told = {item.version: item.replaced_by for item in list_withdrawn(store, "staff")}
    assert told == {"v1": "v1.e1", "v1.e1": "v1.e2"}


def test_where_nobody_may_stay_it_is_withdrawn_alone(store, publish, erase) -> None:
    """Two are too few for a class of three, so there is no successor."""
    publish("v1", staff({"IN": 3}))
    assert erase("v1", erased("IN2")) == Replaced("v1", None, 0, 2, 0, 4)
    assert list_versions(store, "staff") == []


def test_a_leak_stops_it_before_anything_changed(store, publish, erase) -> None:
    """The scan's refusal leaves the old version served and nothing staged."""

    def refuse(_: Sequence[Path]) -> None:
        raise PrivacyError("somebody is in it")

    publish("v1", staff({"IN": 4}))
    before = {key: store.read(key) for key in store.keys("staff")}
    with pytest.raises(PrivacyError):
        erase("v1", erased("IN3"), refuse)
    assert {key: store.read(key) for key in store.keys("staff")} == before


@pytest.mark.parametrize("moment", ["publication.json", "latest.json", "withdrawn.json", "staff.csv"])
def test_killed_at_any_step_and_done_again_it_ends_the_same(store, publish, erase, moment: str) -> None:
    """Before it is recorded, before `latest` moves, before the tombstone, amid the removal: then done again."""

    class CutStore(FolderStore):
        """Dies before it writes, moves or removes an object of this name."""

        def write(self, key: str, data: bytes) -> None:
            if key.endswith(moment):
                raise KeyboardInterrupt
            super().write(key, data)

        def purge(self, key: str) -> None:
            if key.endswith(moment):
                raise KeyboardInterrupt
            super().purge(key)

    publish("v1", staff({"IN": 5}))
    with pytest.raises(KeyboardInterrupt):
        erase("v1", erased("IN3"), at=CutStore(store.root))
    if store.exists("staff/v1/withdrawn.json"):
        withdraw(store, "staff", "v1", "erasure", ERASURE, "v1.e1")
    else:
        assert erase("v1", erased("IN3")).replaced_by == "v1.e1"
    assert people(store) == ["IN0", "IN1", "IN2", "IN4"]
    assert latest_version(store, "staff") == "v1.e1"
    assert [item.version for item in list_versions(store, "staff")] == ["v1.e1"]
    assert [path.name for path in store.path("staff/v1").iterdir()] == ["withdrawn.json"]


def test_another_erasure_may_come_between_a_killed_one_and_its_end(store, publish, erase) -> None:
    """The names that the killed one took are left to it, and in the end no version knows either."""

    class CutStore(FolderStore):
        def write(self, key: str, data: bytes) -> None:
            if key.endswith("withdrawn.json"):
                raise KeyboardInterrupt
            super().write(key, data)

    first, second = erased("IN3"), replace(erased("IN4"), erasure="fedcba9876543210")
    publish("v1", staff({"IN": 6}))
    with pytest.raises(KeyboardInterrupt):
        erase("v1", first, at=CutStore(store.root))
    for who in (second, first):
        for version in list_versions(store, "staff"):
            erase(version.version, who)
    assert {name for item in list_versions(store, "staff") for name in people(store, item.version)} == {
        "IN0",
        "IN1",
        "IN2",
        "IN5",
    }
    assert latest_version(store, "staff") == "v1.e2"


def report(store: FolderStore, version: str) -> str:
    """What the page says, in plain words."""
    page = store.read(f"staff/{version}/report.html").decode()
    return " ".join(re.sub(r"<[^>]*>", " ", html.unescape(page)).split())


def test_the_report_tells_what_is_left(store, publish, erase) -> None:
    """Rows, entities and what was withheld are those of the new version, which says whose place it takes."""
    publish("v1", staff({"IN": 4, "DE": 3}))
    erase("v1", erased("DE1"))
    told = report(store, "v1.e1")
    assert "8 rows about 4 entities are published" in told
    assert "entities: 3 withheld (42.9 %) rows: 6 withheld (42.9 %)" in told
    assert "in place of v1, withdrawn for an erasure" in told


def test_entities_are_not_counted_where_they_can_not_be_told_apart(store, publish, erase, run) -> None:
    """With pseudonyms a snapshot the version can't say how many people it holds, and does not."""
    run["assess"]["published_entities"] = 5
    publish("v1", staff({"IN": 4, "DE": 3}))
    erase("v1", erased("DE1"))
    assert "8 rows are published" in report(store, "v1.e1")
