"""Where records go: files by year, one file, or a file each. An outlet says how many bytes a record took on disk."""

import gzip
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

import zstandard

from pipeline.synthetic.systems.layouts import YearFile
from pipeline.synthetic.systems.record import Defect, Record

_BUFFER = 1 << 16
_GZIP_LEVEL, _ZSTD_LEVEL = 3, 3


class Outlet(Protocol):
    """The files of one source."""

    def write(self, record: Record, defect: Defect | None, again: bool, /) -> int:
        """Write a record, for the second time if it comes again; returns about how many bytes it took."""

    def close(self) -> int:
        """End all files; returns their bytes."""


class YearFiles:
    """A file for each year, even one with no record; packed where its name ends in `.gz` or `.zst`."""

    def __init__(self, folder: Path, files: Mapping[int, YearFile]) -> None:
        self._tails = {year: file.layout.tail for year, file in files.items()}
        self._files = {year: _Packed(folder / file.name) for year, file in files.items()}
        self._encode = {}
        for year, file in files.items():
            self._files[year].add(file.layout.head(year))
            self._encode[year] = (file.layout.encode, self._files[year].add)

    def write(self, record: Record, defect: Defect | None, _: bool) -> int:
        encode, add = self._encode[record.year]
        return add(encode(record, defect))

    def close(self) -> int:
        for year, file in self._files.items():
            file.add(self._tails[year])
        return sum(file.close() for file in self._files.values())


class OneFile:
    """All records one after another."""

    def __init__(self, path: Path, encode: Callable[[Record, Defect | None], bytes]) -> None:
        self._file = create(path)
        self._encode = encode

    def write(self, record: Record, defect: Defect | None, _: bool) -> int:
        return self._file.write(self._encode(record, defect))

    def close(self) -> int:
        size = self._file.tell()
        self._file.close()
        return size


class FileEach:
    """A file for each record, in folders that are there before."""

    def __init__(
        self,
        folders: Iterable[Path],
        path_of: Callable[[Record, Defect | None, bool], Path],
        encode: Callable[[Record, Defect | None], bytes],
    ) -> None:
        for folder in folders:
            folder.mkdir(parents=True)
        self._path_of, self._encode, self._size = path_of, encode, 0

    def write(self, record: Record, defect: Defect | None, again: bool) -> int:
        with open(self._path_of(record, defect, again), "xb", buffering=0) as file:
            size = file.write(self._encode(record, defect))
        self._size += size
        return size

    def close(self) -> int:
        return self._size


class _Packed:
    """A file that may be packed; without a name or a time in the packing, equal content gives equal bytes."""

    def __init__(self, path: Path) -> None:
        self._raw = self._file = create(path)
        if path.suffix == ".gz":
            self._file = gzip.GzipFile("", "wb", _GZIP_LEVEL, self._raw, mtime=0)  # type: ignore[assignment]
        elif path.suffix == ".zst":
            self._file = zstandard.ZstdCompressor(_ZSTD_LEVEL).stream_writer(self._raw, closefd=False)
        self._at = 0
        self.add: Callable[[bytes], int] = self._file.write if self._file is self._raw else self._pack

    def _pack(self, content: bytes) -> int:
        self._file.write(content)
        before, self._at = self._at, self._raw.tell()
        return self._at - before

    def close(self) -> int:
        if self._file is not self._raw:
            self._file.close()
        size = self._raw.tell()
        self._raw.close()
        return size


def create(path: Path) -> BinaryIO:
    """A new file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb", buffering=_BUFFER)
