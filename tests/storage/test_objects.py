"""Objects: whole or not at all, and conditional writes with one winner."""

import threading
from pathlib import Path

import pytest

from pipeline.storage.objects import FolderStore, StaleObjectError


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def test_parts_of_an_object_are_read(store: FolderStore) -> None:
    """A range is read without the rest."""
    store.write("a/b", b"0123456789")
    assert (store.read("a/b", 2, 3), store.read("a/b", 8), store.size("a/b")) == (b"234", b"89", 10)


def test_a_failed_write_leaves_nothing(store: FolderStore) -> None:
    """What was there before stays, and no half object is listed."""
    store.write("a", b"old")
    with pytest.raises(RuntimeError), store.writer("a") as file:
        file.write(b"half")
        raise RuntimeError
    assert (store.read("a"), store.keys("")) == (b"old", ["a"])


def test_of_racing_writers_one_wins(store: FolderStore) -> None:
    """Eight writers that saw the same state: one writes, seven are told."""
    store.write("pointer", b"start")
    seen, lost = store.etag("pointer"), []

    def move(number: int) -> None:
        try:
            store.write_if("pointer", f"{number}".encode(), seen)
        except StaleObjectError as error:
            lost.append(error)

    threads = [threading.Thread(target=move, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lost) == 7


def test_creating_needs_absence(store: FolderStore) -> None:
    """`None` as the expected state means that there must be nothing."""
    store.write_if("new", b"1", None)
    with pytest.raises(StaleObjectError, match="new moved meanwhile"):
        store.write_if("new", b"2", None)


def test_a_purged_object_is_gone(store: FolderStore) -> None:
    """It is listed no more, and purging it again is no error."""
    store.write("a", b"1")
    for _ in range(2):
        store.purge("a")
        assert store.keys("") == []
