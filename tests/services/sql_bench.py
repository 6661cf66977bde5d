"""A dataset of one table in a real database, and what was landed of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from pipeline.contracts.model import Column, Privacy
from pipeline.extract.landing import SourceManifest, seal
from pipeline.extract.pull import pull_source
from pipeline.keys import DevelopmentKeyFile
from pipeline.storage.objects import FolderStore
from tests.services.datasets import make_dataset, write_secret
from tests.services.postgres import PASSWORD, Database

LAST = date(2025, 12, 31)
_COLUMNS = ("training_id", "learner_email", "updated_at")


@dataclass
class SqlBench:
    """Pulls the table `trainings` of a test's database into an empty landing."""

    root: Path
    database: Database
    told: list[str] = field(default_factory=list)
    source: dict[str, Any] = field(
        default_factory=lambda: {"table": "trainings", "key": "training_id", "high_water": "updated_at"}
    )
    columns: tuple[Column, ...] = tuple(Column(name, "string", Privacy("keep"), required=True) for name in _COLUMNS)

    def __post_init__(self) -> None:
        (self.root / "staff").mkdir(parents=True)
        self.connect()
        self.write_credential(PASSWORD)

    @property
    def landing(self) -> FolderStore:
        return FolderStore(self.root / "landing")

    def connect(self, **more: Any) -> None:
        """Write connections.yaml."""
        document = {"lms": self.database.connection(**more)}
        (self.root / "connections.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")

    def write_credential(self, secret: str) -> None:
        write_secret(self.root / "credentials" / "lms", secret)

    def pull(
        self, as_of: date = LAST, *, fresh: bool = False, tell: Callable[[str], None] | None = None
    ) -> SourceManifest:
        sources = {"trainings": {"kind": "sql", "connection": "lms", **self.source}}
        dataset = make_dataset(self.root / "staff", sources, self.columns)
        keys = DevelopmentKeyFile(self.root / "master.key", credentials=self.root / "credentials")
        connections = self.root / "connections.yaml"
        return pull_source(
            dataset, "trainings", as_of, self.landing, connections, keys, tell or self.told.append, fresh
        )

    def landed(self, manifest: SourceManifest) -> bytes:
        """All bytes of a landing, in order."""
        return b"".join(self.landing.read(item.key) for item in manifest.objects)

    def frames(self, manifest: SourceManifest) -> list[list[tuple[int, int, bytes, str | None]]]:
        """Offset, length, digest and reason of each record of each object, by its index."""
        tables = [pq.read_table(self.landing.path(f"{item.key}.index")) for item in manifest.objects]
        return [
            [(row["offset"], row["length"], row["digest"], row["reason"]) for row in table.to_pylist()]
            for table in tables
        ]

    def digest(self, as_of: date = LAST) -> str:
        """Seal the pull; the digest of its records."""
        return seal(self.landing, "staff", as_of, ("trainings",)).sources["trainings"].records_digest

    def all_rows(self, where: str = "true") -> bytes:
        """What should land."""
        return self.database.copied(f"SELECT * FROM trainings WHERE {where} ORDER BY training_id")
