"""Lands CSV dumps: whole files, byte for byte, hashed and framed while they are copied."""

import hashlib
import io
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.contracts.dataset import CsvSource
from pipeline.errors import SourceError
from pipeline.extract.index import write_index
from pipeline.extract.landing import LandedObject, now
from pipeline.extract.writer import LandingWriter
from pipeline.parsing import FORMATS
from pipeline.storage.objects import FolderStore

_CHUNK = 1 << 20


class _Copy(io.RawIOBase):
    """Reads a file, and writes and hashes what is read."""

    def __init__(self, source: BinaryIO, target: BinaryIO) -> None:
        self._source = source
        self._target = target
        self.total = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._source.read(len(buffer))
        buffer[: len(piece)] = piece
        self._target.write(piece)
        self.total.update(piece)
        self.size += len(piece)
        return len(piece)


def pull_files(
    spec: CsvSource,
    folder: Path,
    columns: Collection[str],
    store: FolderStore,
    writer: LandingWriter,
    earlier: Mapping[str, LandedObject],
    tell: Callable[[str], None],
) -> None:
    """Land every file that matches, in order of name; one that landed before with equal bytes is taken over.

    Args:
        spec: the source.
        folder: where its files are.
        columns: names of which a header should have some.
        store: the landing zone.
        writer: the source's landing.
        earlier: objects that landed before, by origin.
        tell: told about progress.

    Raises:
        SourceError: no file matches, or one changed while it was read.
    """
    files = sorted(path for path in folder.glob(spec.files) if path.is_file())
    if not files:
        raise SourceError("no file matches", given=spec.files, hint="compare dataset.yaml with connections.yaml")
    done = {item["file"] for item in writer.done}
    for path in files:
        if path.name in done:
            continue
        origin = f"{spec.connection}/{path.name}"
        layout = _layout(path, spec, columns)
        known = earlier.get(origin)
        if known and known.layout == layout and _is_same(path, known):
            writer.adopt(known)
        else:
            writer.adopt(_land(path, origin, layout, store, writer.next_key()))
        writer.commit({"file": path.name})
        tell(f"{path.name}: {writer.objects[-1].records:,} records")


def _layout(path: Path, spec: CsvSource, columns: Collection[str]) -> dict[str, Any]:
    describe = FORMATS["csv"].describe
    assert describe is not None
    with path.open("rb") as file:
        return dict(describe(file, {"delimiter": spec.delimiter, "encoding": spec.encoding}, columns))


def _is_same(path: Path, known: LandedObject) -> bool:
    if path.stat().st_size != known.bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == known.sha256


def _land(path: Path, origin: str, layout: dict[str, Any], store: FolderStore, key: str) -> LandedObject:
    before = path.stat()
    with path.open("rb") as source, store.writer(key) as target:
        copy = _Copy(source, target)
        index = write_index(store, key, FORMATS["csv"].frame(io.BufferedReader(copy, _CHUNK), layout))
    after = path.stat()
    if (after.st_size, after.st_mtime_ns) != (copy.size, before.st_mtime_ns):
        raise SourceError(f"{path.name} changed while it was read", hint="pull again when it is written")
    return LandedObject(
        key=key,
        bytes=copy.size,
        sha256=copy.total.hexdigest(),
        origin=origin,
        cursor=None,
        landed_at=now(),
        records=index.records,
        records_digest=index.records_digest,
        format="csv",
        layout=layout,
    )
