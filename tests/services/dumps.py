"""A dataset whose one source is files in a folder, pulled in this process or in a child."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pipeline.contracts.dataset import Dataset
from pipeline.extract import files
from pipeline.extract.index import read_record
from pipeline.extract.landing import SealedSource, SourceManifest, seal
from pipeline.extract.pull import pull_source
from pipeline.keys.development import DevelopmentKeyFile
from pipeline.storage.objects import FolderStore
from tests.services.datasets import make_dataset, strings

EARLY, LAST = date(2024, 12, 31), date(2025, 12, 31)
COLUMNS = ("employee_id", "name", "updated_at")
HEADER = b"employee_id,name,updated_at\n"


@dataclass
class Dumps:
    """The dataset `staff` with the source `dumps`; its files lie in `root`/dumps.

    Attributes:
        settings: of the source, over those of a CSV source of all `staff_*` files.
        told: lines of progress.
    """

    root: Path
    settings: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.connections.write_text(yaml.safe_dump({"dumps": {"folder": "dumps"}}))

    @property
    def folder(self) -> Path:
        return self.root / "dumps"

    @property
    def connections(self) -> Path:
        return self.root / "connections.yaml"

    @property
    def landing(self) -> FolderStore:
        return FolderStore(self.root / "landing")

    @property
    def dataset(self) -> Dataset:
        source = {"kind": "csv", "connection": "dumps", "files": "staff_*", **self.settings}
        return make_dataset(self.root, {"dumps": source}, strings(*COLUMNS))

    def write(self, name: str, body: bytes) -> bytes:
        """Write the file `name`."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return body

    def pull(
        self, as_of: date = LAST, fresh: bool = False, tell: Callable[[str], None] | None = None
    ) -> SourceManifest:
        keys = DevelopmentKeyFile(self.root / "master.key")
        return pull_source(
            self.dataset, "dumps", as_of, self.landing, self.connections, keys, tell or self.told.append, fresh
        )

    def records(self, manifest: SourceManifest) -> list[bytes]:
        """Bytes of every landed record, by the index."""
        return [
            read_record(self.landing, landed.key, ordinal)
            for landed in manifest.objects
            for ordinal in range(landed.records)
        ]

    def seal(self, as_of: date = LAST) -> SealedSource:
        """Seal the pull."""
        return seal(self.landing, "staff", as_of, ("dumps",)).sources["dumps"]


def main(root: str, pack_bytes: str) -> None:
    """Pull in a process of its own, telling of progress on standard output."""
    files.PACK_BYTES = int(pack_bytes)
    Dumps(Path(root)).pull(tell=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
