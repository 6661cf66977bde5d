"""Pulling an API: Airbyte's engine, framing, hashing and the index, against bare requests and orjson on one server.

`make bench-one NAME=api`
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import orjson
import requests
import yaml

from pipeline.contracts.dataset import open_dataset
from pipeline.extract.pull import pull_source
from pipeline.extract.sidecar import free_port
from pipeline.keys import DevelopmentKeyFile
from pipeline.settings import SHIPPED_DATASETS
from pipeline.storage.objects import FolderStore
from tests.benchmarks.harness import compare

RECORDS = int(os.environ.get("RECORDS", "200000"))
YEARS = range(2016, 2026)
TOKEN = "let-me-in"


def main() -> None:
    """Compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_records(folder / "hrms")
        (folder / "credentials").mkdir()
        secret = folder / "credentials" / "hrms"
        secret.touch(mode=0o600)
        secret.write_text(TOKEN)
        with _server(folder / "hrms") as url:
            (folder / "connections.yaml").write_text(yaml.safe_dump({"hrms": {"url": url, "credential": "hrms"}}))
            compare(
                "api",
                peer=lambda: _bare(url),
                ours=lambda: _pull(folder),
                work=RECORDS,
                unit="records",
                pairs=5,
                equal=lambda bare, ours: bare == ours == RECORDS,
            )


def _bare(url: str) -> int:
    """What anybody would write: ask for pages and decode them."""
    session, records = requests.Session(), 0
    session.headers["Authorization"] = f"Bearer {TOKEN}"
    for year in YEARS:
        window = {"updated_from": f"{year}-01-01", "updated_to": f"{year + 1}-01-01", "limit": "500"}
        cursor: str | None = ""
        while cursor is not None:
            query = {**window, "cursor": cursor} if cursor else window
            page = orjson.loads(session.get(f"{url}/v1/job_events", params=query, timeout=60).content)
            records += len(page["records"])
            cursor = page["next_cursor"]
    return records


def _pull(folder: Path) -> int:
    """The whole pull, the start of Airbyte's engine included, into an empty landing."""
    with tempfile.TemporaryDirectory() as landing:
        keys = DevelopmentKeyFile(folder / "key", credentials=folder / "credentials")
        connections = folder / "connections.yaml"
        dataset = open_dataset([SHIPPED_DATASETS], "attrition")
        source, day, store = "hrms_job_events", date(2025, 12, 31), FolderStore(Path(landing))
        pulled = pull_source(dataset, source, day, store, connections, keys, lambda _: None)
        return sum(landed.records for landed in pulled.objects)


def _write_records(hrms: Path) -> None:
    for stream in ("employees", "manager_notes", "exits"):
        (hrms / stream).mkdir(parents=True)
    (hrms / "job_events").mkdir()
    (hrms / "token").write_text(TOKEN)
    for year in YEARS:
        lines = (orjson.dumps(_record(year, number)) for number in range(RECORDS // len(YEARS)))
        (hrms / "job_events" / f"{year}.jsonl").write_bytes(b"\n".join(lines))


def _record(year: int, number: int) -> dict[str, object]:
    day = f"{year}-{1 + number % 12:02}-{1 + number % 28:02}"
    return {
        "event_id": f"J{year}{number:07}",
        "employee_id": f"E{number % 5000:07}",
        "event_type": "pay_change",
        "effective_date": day,
        "department": "Engineering",
        "job_level": 1 + number % 7,
        "salary": 50_000 + number,
        "currency": "EUR",
        "manager_id": f"E{number % 500:07}",
        "updated_at": f"{day}T10:00:00Z",
    }


@contextmanager
def _server(hrms: Path) -> Iterator[str]:
    """The HR system's server in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "pipeline.synthetic.hrms_server", "--data", str(hrms), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"listening\n"
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
