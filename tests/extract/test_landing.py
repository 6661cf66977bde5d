"""Seals, and what a damaged landing says."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.errors import LandingError
from pipeline.extract.journal import Journal
from pipeline.extract.landing import LandedObject, Seal, read_manifest, read_seal, seal, verify_object
from pipeline.extract.place import Place
from pipeline.extract.segment import BodyKind
from pipeline.extract.writer import LandingWriter
from pipeline.storage.objects import FolderStore

LAST = date(2025, 12, 31)
JOURNAL = "staff/_pulls/2025-12-31/.one.journal"
BODIES = (b'{"items":[{"a":1},{"a":2}]}', b'{"items":[]}', b'{"items":[{"a":3},nope]}')


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def open_writer(store: FolderStore, source: str = "one", settings: str = "s") -> LandingWriter:
    kind = BodyKind("system/stream", "json", {"records_at": "items"})
    return LandingWriter(store, Place("staff", LAST, source), Journal(settings, 1, ""), kind)


def land(store: FolderStore, source: str, bodies: tuple[bytes, ...] = BODIES) -> LandedObject:
    writer = open_writer(store, source)
    for body in bodies:
        writer.append(body)
    writer.commit({"slice": "all"})
    return writer.complete((), {}).objects[0]


def test_seal_needs_all_sources(store: FolderStore) -> None:
    """A pull is sealed when its last source is in, and the error names the missing ones."""
    land(store, "one")
    with pytest.raises(LandingError) as caught:
        seal(store, "staff", LAST, ("one", "two", "three"))
    assert str(caught.value) == (
        "the pull of staff as of 2025-12-31 can't be sealed: two, three not in\n"
        "  given:   1 of 3 sources\n"
        "  hint:    clearwell job extract --dataset staff --as-of 2025-12-31"
    )
    assert read_seal(store, "staff", LAST) is None


def test_seal_is_made_once(store: FolderStore) -> None:
    """Sealing again gives the first seal back, and counts records."""
    land(store, "one")
    first = seal(store, "staff", LAST, ("one",))
    assert first.sources["one"].records == 4
    assert seal(store, "staff", LAST, ("one",)) == first == read_seal(store, "staff", LAST)


def test_the_digest_is_of_records_not_of_bodies(store: FolderStore) -> None:
    """Equal records in equal order have an equal digest, however they came; another order has not."""

    def digest(name: str, *bodies: bytes) -> str:
        land(store, name, bodies)
        sealed: Seal = seal(store, "staff", LAST, (name,))
        store.delete("staff/_pulls/2025-12-31/seal.json")
        return sealed.sources[name].records_digest

    together = digest("a", b'{"items":[{"a":1},{"a":2}]}')
    assert digest("b", b'{"items":[{"a":1}]}', b'{"items":[ {"a":2} ],"x":1}') == together
    assert digest("c", b'{"items":[{"a":2},{"a":1}]}') != together


def test_a_sealed_pull_with_other_sources(store: FolderStore) -> None:
    """A seal does not grow."""
    land(store, "one")
    seal(store, "staff", LAST, ("one",))
    land(store, "two")
    with pytest.raises(LandingError, match="was sealed with other sources or records"):
        seal(store, "staff", LAST, ("one", "two"))


def test_a_sealed_pull_whose_manifest_changed(store: FolderStore) -> None:
    """A manifest that was changed after sealing is found out."""
    land(store, "one")
    seal(store, "staff", LAST, ("one",))
    land(store, "one", BODIES[:2])
    with pytest.raises(LandingError, match="was sealed with other sources or records"):
        seal(store, "staff", LAST, ("one",))


@pytest.mark.parametrize("damage", [b"", b'{"items":[{"a":1},{"a":9}]}'])
def test_damaged_bytes_are_found(store: FolderStore, damage: bytes) -> None:
    """An object that was cut or changed does not verify."""
    landed = land(store, "one", BODIES[:1])
    verify_object(store, landed)
    store.write(landed.key, damage)
    with pytest.raises(LandingError, match="is not as it landed"):
        verify_object(store, landed)


def test_a_foreign_index_is_found(store: FolderStore) -> None:
    """An index of other records stops verification and sealing."""
    landed, other = land(store, "one"), land(store, "two", BODIES[:1])
    store.write(f"{landed.key}.index", store.read(f"{other.key}.index"))
    with pytest.raises(LandingError, match="record index"):
        verify_object(store, landed)
    with pytest.raises(LandingError, match="record index"):
        seal(store, "staff", LAST, ("one",))


@pytest.mark.parametrize("content", [b"", b"{}", b'{"source": 1}'])
def test_a_damaged_manifest(store: FolderStore, content: bytes) -> None:
    """A manifest that can't be read is named."""
    store.write("staff/_pulls/2025-12-31/one.json", content)
    with pytest.raises(LandingError, match=r"one\.json is damaged"):
        read_manifest(store, "staff", LAST, "one")


def test_a_source_that_was_not_pulled(store: FolderStore) -> None:
    """Asking for a manifest that is not there says what to do."""
    with pytest.raises(LandingError, match="one was not pulled as of 2025-12-31"):
        read_manifest(store, "staff", LAST, "one")


def test_reopening_goes_back_to_the_last_commit(store: FolderStore) -> None:
    """What was appended after the last commit is gone, and going on gives what an undisturbed writer gives."""
    writer = open_writer(store)
    writer.append(BODIES[0])
    writer.commit({"slice": "first"})
    writer.append(b'{"items":[{"lost":1}]}')
    writer.close()
    again = open_writer(store)
    assert (again.done, again.records) == (({"slice": "first"},), 2)
    again.append(BODIES[1])
    again.append(BODIES[2])
    again.commit({"slice": "second"})
    resumed = again.complete((), {}).objects[0]
    undisturbed = land(store, "two")
    assert (resumed.sha256, resumed.records_digest) == (undisturbed.sha256, undisturbed.records_digest)
    verify_object(store, resumed)


def test_other_settings_begin_anew(store: FolderStore) -> None:
    """A journal that was written under other settings is not gone on with."""
    writer = open_writer(store)
    writer.append(BODIES[0])
    writer.commit({"slice": "first"})
    writer.close()
    assert open_writer(store, settings="other").done == ()


@pytest.mark.parametrize("torn", [b"", b'{"objects":[],"bodies":[9],"done', b'{"obj\xff'])
def test_a_commit_that_a_kill_cut_is_none(store: FolderStore, torn: bytes) -> None:
    """A journal's last line counts only when it is whole; the next commit takes its place."""
    writer = open_writer(store)
    writer.append(BODIES[0])
    writer.commit({"slice": "first"})
    writer.close()
    path = store.path(JOURNAL)
    path.write_bytes(path.read_bytes() + torn)
    again = open_writer(store)
    assert again.done == ({"slice": "first"},)
    again.commit({"slice": "second"})
    again.close()
    assert open_writer(store).done == ({"slice": "first"}, {"slice": "second"})


def test_a_damaged_journal(store: FolderStore) -> None:
    """A line within a journal that can't be read is an error: what came after it can't be known."""
    writer = open_writer(store)
    writer.commit({"slice": "first"})
    writer.commit({"slice": "second"})
    path = store.path(JOURNAL)
    first, second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + second[:-3] + b"\n" + third)
    with pytest.raises(LandingError, match="journal is damaged"):
        open_writer(store)


def test_a_commit_costs_what_it_adds(store: FolderStore) -> None:
    """The journal grows by equal steps, however much is committed."""
    writer = open_writer(store)
    sizes = []
    for number in range(1000, 1100):
        writer.append(BODIES[0])
        writer.commit({"slice": number})
        sizes.append(store.size(JOURNAL))
    steps = [after - before for before, after in pairwise(sizes)]
    assert max(steps) < min(steps) + 20


def test_segments_roll(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment that is large enough is closed; reopening after a roll that was not committed undoes it."""
    monkeypatch.setattr("pipeline.extract.writer.SEGMENT_BYTES", 30)
    writer = open_writer(store)
    writer.append(BODIES[0])
    writer.commit({"slice": "first"})
    for body in (BODIES[0], BODIES[2], BODIES[1]):
        writer.append(body)
    writer.close()
    again = open_writer(store)
    for body in (BODIES[0], BODIES[2], BODIES[1]):
        again.append(body)
    again.commit({"slice": "second"})
    objects = again.complete((), {}).objects
    assert [(landed.key[-10:], landed.bytes, landed.records) for landed in objects] == [
        ("00001.json", 2 * len(BODIES[0]), 4),
        ("00002.json", len(BODIES[2]) + len(BODIES[1]), 2),
    ]
    for landed in objects:
        verify_object(store, landed)
