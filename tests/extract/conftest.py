"""A small HR system that misbehaves on demand, and a dataset that pulls from it."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow.parquet as pq
import pytest
import yaml

from pipeline.contracts.dataset import Dataset
from pipeline.extract import postgres_table
from pipeline.extract.landing import SourceManifest, seal
from pipeline.extract.pull import pull_source
from pipeline.keys import DevelopmentKeyFile
from pipeline.settings import SHIPPED_DATASETS
from pipeline.storage.objects import FolderStore
from tests.services.datasets import make_dataset, strings, write_secret
from tests.services.postgres import PostgresServer, running_postgres
from tests.services.sql_bench import SqlBench

TOKEN = "let-me-in"
PAGE = 4
#: As `dataset.yaml` has them.
_SOURCES = {
    "people": {"kind": "api", "connection": "people", "manifest": "hrms.yaml", "stream": "employees"},
    "dumps": {"kind": "csv", "connection": "dumps", "files": "staff_*.csv"},
}


@dataclass
class Api:
    """The HR system: records by `updated_at`, and what to do instead of answering the n-th data request (from 1)."""

    records: list[dict[str, Any]]
    instead: dict[int, Callable[["Handler"], bool | None]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        first, last = query["updated_from"], query["updated_to"]
        found = [item for item in self.records if first <= item["updated_at"] < last]
        at = int(query.get("cursor", "0"))
        more = at + PAGE < len(found)
        return {"records": found[at : at + PAGE], "next_cursor": str(at + PAGE) if more else None}

    def bodies(self, *windows: tuple[str, str]) -> bytes:
        """All pages of the windows one after another: what should land."""
        pages: list[bytes] = []
        for first, last in windows:
            query = {"updated_from": first, "updated_to": last, "cursor": "0"}
            while query["cursor"] is not None:
                page = self.page(query)
                pages.append(as_body(page))
                query["cursor"] = page["next_cursor"]
        return b"".join(pages)


def as_body(page: dict[str, Any]) -> bytes:
    return json.dumps(page, ensure_ascii=False).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers for the `api` of its server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        api: Api = self.server.api  # type: ignore[attr-defined]
        if self.path == "/health":
            self.answer(b"{}")
            return
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        api.asked.append(query)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.answer(b'{"error":"token"}', 401)
            return
        self.query = query
        misbehave = api.instead.get(len(api.asked))
        if misbehave is None or misbehave(self):
            self.answer(self.page())

    def page(self) -> bytes:
        """The right answer."""
        api: Api = self.server.api  # type: ignore[attr-defined]
        return as_body(api.page(self.query))

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def make_records(count: int, first_year: int = 2023, years: int = 3) -> list[dict[str, Any]]:
    """`count` records spread evenly over some years, boundaries of years among them."""
    records = []
    for number in range(count):
        year, day = first_year + number * years // count, 1 + number % 28
        records.append(
            {"employee_id": f"E{number:07}", "name": f"अ {number}", "updated_at": f"{year}-01-{day:02}T00:00:00Z"}
        )
    return sorted(records, key=lambda item: (item["updated_at"], item["employee_id"]))


@pytest.fixture
def api() -> Iterator[Api]:
    """The HR system, listening."""
    api = Api(make_records(60))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.api = api  # type: ignore[attr-defined]
    api.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield api
    server.shutdown()
    server.server_close()


@dataclass
class Bench:
    """A dataset with the source `people` (API) and `dumps` (CSV files), its connections, and an empty landing."""

    root: Path
    landing: FolderStore
    dataset: Dataset
    connections: Path
    told: list[str] = field(default_factory=list)

    def pull(self, source: str = "people", as_of: date = date(2025, 12, 31), fresh: bool = False) -> SourceManifest:
        tell = self.told.append
        return pull_source(self.dataset, source, as_of, self.landing, self.connections, self.keys, tell, fresh)

    @property
    def keys(self) -> DevelopmentKeyFile:
        return DevelopmentKeyFile(self.root / "development.key", credentials=self.root / "credentials")

    def write_credential(self, name: str, secret: str) -> None:
        """Put a secret where the key source finds it."""
        write_secret(self.root / "credentials" / name, f"{secret}\n")

    def records(self, manifest: SourceManifest) -> list[tuple[bytes, str | None]]:
        """Bytes and framing reason of every landed record, by the index."""
        found: list[tuple[bytes, str | None]] = []
        for landed in manifest.objects:
            body = self.landing.read(landed.key)
            rows = pq.read_table(self.landing.path(f"{landed.key}.index")).to_pylist()
            found += [(body[row["offset"] : row["offset"] + row["length"]], row["reason"]) for row in rows]
        return found

    def digest(self, as_of: date = date(2025, 12, 31), source: str = "people") -> str:
        """Seal the pull; the digest of its records."""
        return seal(self.landing, "staff", as_of, (source,)).sources[source].records_digest

    def connect(self, **people: Any) -> None:
        """Write connections.yaml; `people` changes the API's connection."""
        document = yaml.safe_load(self.connections.read_text())
        document["people"] |= people
        self.connections.write_text(yaml.safe_dump(document))


@pytest.fixture
def bench(tmp_path: Path, api: Api) -> Bench:
    """A dataset that pulls from `api` by the shipped manifest, with quick retries."""
    folder = tmp_path / "staff"
    folder.mkdir()
    manifest = (SHIPPED_DATASETS / "attrition/sources/hrms.yaml").read_text()
    (folder / "hrms.yaml").write_text(manifest.replace("max_retries: 6", "max_retries: 2").replace("0.25", "0.001"))
    (tmp_path / "dumps").mkdir()
    write_secret(tmp_path / "credentials" / "hrms", f"{TOKEN}\n")
    document = {
        "people": {
            "url": f"http://127.0.0.1:{api.port}",
            "credential": "hrms",
            "config": {"start_date": "2022-01-01"},
        },
        "dumps": {"folder": "dumps"},
    }
    connections = tmp_path / "connections.yaml"
    connections.write_text(yaml.safe_dump(document))
    dataset = make_dataset(folder, _SOURCES, strings("employee_id", "name", "updated_at"))
    return Bench(tmp_path, FolderStore(tmp_path / "landing"), dataset, connections)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def table(postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlBench]:
    """3,000 trainings in a database of their own, read in several small ranges."""
    monkeypatch.setattr(postgres_table, "RANGE_BYTES", 64 << 10)
    database = postgres.new_database()
    database.fill_trainings(3_000)
    yield SqlBench(tmp_path / "bench", database)
    database.close()
