"""Lands files byte for byte: small ones that look alike together in one object, large and compressed ones alone."""

import hashlib
import io
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec

from pipeline.errors import LandingError, SourceError
from pipeline.extract.compression import Decompressed, compression_of
from pipeline.extract.landing import LandedObject
from pipeline.extract.listing import FoundFile, Listing, Periods, list_files, unreadable
from pipeline.extract.members import FILE_FORMATS, Member, members_key, read_members
from pipeline.extract.packs import Look, Pack
from pipeline.extract.parquet_rows import JsonRows, columns_of
from pipeline.extract.writer import LandingWriter
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Layout
from pipeline.storage.objects import FolderStore

#: Files are packed into objects of up to so many bytes and files; a larger file is an object of its own.
PACK_BYTES, PACK_FILES = 64 << 20, 50_000
_SMALL = 1 << 20


@dataclass(frozen=True)
class FileSet:
    """A source's files.

    Attributes:
        connection: name of their connection.
        folder: where they are.
        pattern: of their names.
        period: expression whose one group is a file's period.
        format: key of `FORMATS`.
        declared: what the source says about their layout.
        expected: for a period, the names of which a table's header should have some.
        columnar: they are Parquet files, whose rows land as JSON Lines.
    """

    connection: str
    folder: Path
    pattern: str
    period: str | None
    format: str
    declared: Layout
    expected: Callable[[str], Collection[str]]
    columnar: bool = False


class FilePull:
    """The files of one source on their way into landing.

    They are listed once; each lands as it was then. An object is committed when it is complete, so a kill costs the
    copying of one object at most, and where one object ends and the next begins depends on the files alone.
    """

    def __init__(
        self, source: FileSet, store: FolderStore, writer: LandingWriter, earlier: Sequence[LandedObject]
    ) -> None:
        """Take up a pull.

        Args:
            source: which files.
            store: the landing zone.
            writer: the source's landing.
            earlier: objects of the pull that this one builds upon.

        Raises:
            SourceError: there is no file, or one that can't be taken.
        """
        self._source = source
        self._store = store
        self._writer = writer
        self._periods = Periods(source.period)
        self._files = self._listed()
        self._earlier = self._by_first_file(earlier)

    def run(self, tell: Callable[[str], None]) -> None:
        """Land every file that is not in yet; unchanged objects of the earlier pull are taken over.

        Raises:
            SourceError: a file changed since it was listed, or can't be read.
        """
        at = self._writer.done[-1]["files"]
        while at < len(self._files):
            landed, count = self._take_over(at) or self._land(at)
            at += count
            self._writer.adopt(landed)
            self._writer.commit({"files": at})
            tell(f"{landed.origin.removeprefix(self._source.connection + '/')}: {landed.records:,} records")

    def _listed(self) -> Listing:
        key = self._writer.listing_key
        if not self._writer.done:
            listing = list_files(self._source.folder, self._source.pattern, self._source.period)
            listing.write(self._store, key)
            self._writer.commit({"files": 0, "listing": self._store.etag(key)})
        if self._store.etag(key) != self._writer.done[0]["listing"]:
            raise LandingError("the list of files of this pull is lost or damaged", hint="pull the source with --fresh")
        return Listing.read(self._store, key)

    def _by_first_file(self, earlier: Sequence[LandedObject]) -> Mapping[str, LandedObject]:
        known = [landed for landed in earlier if self._store.exists(members_key(landed.key))]
        return {read_members(self._store, landed.key)[0].name: landed for landed in known}

    def _take_over(self, at: int) -> tuple[LandedObject, int] | None:
        members = self._same_files(at)
        if members is None:
            return None
        known = self._earlier[members[0].name]
        look = Look(known.format, known.layout, known.period)
        for member, file in zip(members, self._files.starting_at(at), strict=False):
            with self._open(file) as stream:
                if self._look(file, stream) != look or _sha256(stream) != member.found[1]:
                    return None
        return known, len(members)

    def _same_files(self, at: int) -> list[Member] | None:
        """Members of the earlier object that has files of the same names and lengths as those that begin `at`."""
        known = self._earlier.get(self._files[at].name)
        if known is None:
            return None
        members = read_members(self._store, known.key)
        files = islice(self._files.starting_at(at), len(members))
        same = [(file.name, file.bytes) for file in files] == [(member.name, member.found[0]) for member in members]
        return members if same else None

    def _land(self, at: int) -> tuple[LandedObject, int]:
        """Land a pack that begins with file `at`; it ends where an object may be taken over."""
        pack, count = None, 0
        try:
            for file in self._files.starting_at(at):
                full = pack and (pack.size + file.bytes > PACK_BYTES or count == PACK_FILES)
                if full or (pack and self._begins_earlier(file, at + count)):
                    break
                with self._open(file) as stream:
                    look = self._look(file, stream)
                    if pack is None:
                        key = self._writer.next_key(Path(file.name).suffix if "compression" in look.layout else "")
                        pack = Pack(self._store, key, look)
                    elif look != pack.look or "compression" in look.layout:
                        break
                    self._add(pack, file, stream)
                count += 1
            assert pack is not None
            return pack.finish(self._source.connection), count
        finally:
            if pack:
                pack.close()

    def _add(self, pack: Pack, file: FoundFile, stream: BinaryIO) -> None:
        if not self._source.columnar:
            _check_length(file, pack.add(file.name, stream))
            return
        found = file.bytes, _sha256(stream)
        asked = self._source.expected(pack.look.period)
        pack.add(file.name, io.BufferedReader(JsonRows(stream, file.name, asked), _SMALL), found)

    def _begins_earlier(self, file: FoundFile, at: int) -> bool:
        return file.name in self._earlier and self._same_files(at) is not None

    def _look(self, file: FoundFile, stream: BinaryIO) -> Look:
        """How a file is laid out; its stream is then at the beginning again."""
        period, layout = self._periods.of(file.name), self._source.declared
        if self._source.columnar:
            columns = columns_of(stream, file.name, self._source.expected(period))
            stream.seek(0)
            return Look(self._source.format, {"columns": columns}, period)
        compression = None if self._source.format in FILE_FORMATS else compression_of(file.name)
        describe = FORMATS[self._source.format].describe
        if describe:
            head = io.BufferedReader(Decompressed(stream, compression)) if compression else stream
            layout = describe(head, layout, self._source.expected(period))
            stream.seek(0)
        layout = {**layout, "compression": compression} if compression else layout
        # As it will be read from the manifest, so that looks of now and of earlier can be compared.
        return Look(self._source.format, msgspec.json.decode(msgspec.json.encode(layout)), period)

    @contextmanager
    def _open(self, file: FoundFile) -> Iterator[BinaryIO]:
        try:
            opened = (self._source.folder / file.name).open("rb")
        except OSError as error:
            raise unreadable(file.name, error) from None
        with opened:
            _check_unchanged(file, opened)
            yield io.BytesIO(opened.read()) if file.bytes <= _SMALL else opened
            _check_unchanged(file, opened)


def _check_unchanged(file: FoundFile, opened: BinaryIO) -> None:
    status = os.fstat(opened.fileno())
    if (status.st_size, status.st_mtime_ns) != (file.bytes, file.modified):
        raise _changed(file)


def _check_length(file: FoundFile, length: int) -> None:
    if length != file.bytes:
        raise _changed(file)


def _changed(file: FoundFile) -> SourceError:
    hint = "a pull takes files as they were when it began: pull with --fresh when it is written"
    return SourceError(f"{file.name} changed since the pull began", hint=hint)


def _sha256(stream: BinaryIO) -> str:
    total = hashlib.sha256()
    while piece := stream.read(_SMALL):
        total.update(piece)
    return total.hexdigest()
