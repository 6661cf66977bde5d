"""Files of a format, read our way from bytes to columns of text, whole and in parts."""

import io
import timeit
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.extract.index import index_key, write_index
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Field, Format, Frames, Layout, Parsed, Records
from pipeline.storage.objects import FolderStore

#: Records of a batch, as the landing's reader takes them.
_BATCH = 2_000


@dataclass(frozen=True)
class FileFormat:
    """A format as `dataset.yaml` declares it, and the fields to read."""

    name: str
    declared: Mapping[str, Any]
    fields: Sequence[Field]

    @property
    def _format(self) -> Format:
        return FORMATS[self.name]

    def describe(self, path: Path) -> Layout:
        """The file's layout."""
        find = self._format.describe
        assert find is not None
        with path.open("rb") as file:
            return find(file, self.declared, [item.name for item in self.fields])

    def frame(self, path: Path, layout: Layout) -> Iterator[Frames]:
        """Frames and digests of all records."""
        with path.open("rb") as file:
            yield from self._format.frame(file, layout)

    def parse(self, path: Path, store: FolderStore, layout: Layout) -> Iterator[Parsed]:
        """All records by the index, in the landing's batches."""
        index = pq.read_table(io.BytesIO(store.read(index_key(path.name))))
        for part in index.to_batches(max_chunksize=_BATCH):
            offsets, lengths = part["offset"].to_numpy(), part["length"].to_numpy()
            start = int(offsets[0])
            body = store.read(path.name, start, int(offsets[-1] + lengths[-1]) - start)
            whole = part["reason"].null_count == len(part)
            rejected = {} if whole else {at: why for at, why in enumerate(part["reason"].to_pylist()) if why}
            yield self._format.parse(Records(body, offsets - start, lengths, rejected), self.fields, layout)

    def read(self, path: Path, store: FolderStore) -> Iterator[Parsed]:
        """Everything: layout, frames, digests, index, columns."""
        layout = self.describe(path)
        write_index(store, path.name, self.frame(path, layout))
        return self.parse(path, store, layout)

    def print_parts(self, path: Path, store: FolderStore) -> None:
        """Rates of each part alone."""
        layout, size = self.describe(path), path.stat().st_size / 1e6
        framed = list(self.frame(path, layout))
        parts: dict[str, Callable[[], Any]] = {
            "frame": lambda: list(self.frame(path, layout)),
            "index": lambda: write_index(store, path.name, framed),
            "parse": lambda: sum(len(parsed.columns) for parsed in self.parse(path, store, layout)),
        }
        for name, part in parts.items():
            print(f"  {name}: {size / min(timeit.repeat(part, number=1, repeat=3)):,.0f} MB/s, best of 3")
