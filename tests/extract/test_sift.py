"""Of rows that came again, those that are not landed yet stay, byte for byte."""

import hashlib
from pathlib import Path

import pytest

from pipeline.extract.index import write_index
from pipeline.extract.landing import LandedObject
from pipeline.extract.sift import keep_new
from pipeline.parsing.copy_rows import frame_copy
from pipeline.parsing.frames import Frames
from pipeline.storage.objects import FolderStore


def land(store: FolderStore, key: str, body: bytes) -> LandedObject:
    store.write(key, body)
    with store.path(key).open("rb") as file:
        framed: list[Frames] = list(frame_copy(file, {}))
    index = write_index(store, key, framed)
    digest = hashlib.sha256(body).hexdigest()
    return LandedObject(key, len(body), digest, "", None, "", index.records, index.records_digest, "copy", {})


@pytest.mark.parametrize(
    ("again", "landed", "kept"),
    [
        (b"1\n2\n", [b"1\n2\n3\n"], None),
        (b"1\n2\n", [b"1\n", b"2\n"], None),
        (b"", [b"1\n"], None),
        (b"1\n2\n3\n", [b"2\n"], b"1\n3\n"),
        (b"1\n2\n", [b"12\n"], b"1\n2\n"),
        (b"1\n2\n", [], b"1\n2\n"),
        (b"\n1\n", [b"1\n"], b"\n"),
    ],
)
def test_keeps_what_is_new(tmp_path: Path, again: bytes, landed: list[bytes], kept: bytes | None) -> None:
    """An object of the rest, with its own index, in the same order; no object where there is no rest."""
    store = FolderStore(tmp_path)
    before = [land(store, f"s/{at}.copy", body) for at, body in enumerate(landed)]
    found = keep_new(store, land(store, "s/again.copy", again), before)
    if kept is None:
        assert found is None
        assert not store.exists("s/again.copy")
        assert not store.exists("s/again.copy.index")
        return
    assert store.read("s/again.copy") == kept
    expected = land(store, "s/expected.copy", kept)
    assert found is not None
    assert (found.bytes, found.sha256, found.records, found.records_digest) == (
        expected.bytes,
        expected.sha256,
        expected.records,
        expected.records_digest,
    )
