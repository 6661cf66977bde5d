"""Whatever a system answers, the message about it does not say what stood in the answer."""

import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
import yaml

from pipeline.cli.main import main
from pipeline.settings import SHIPPED_DATASETS
from tests.secrecy.canaries import PERSON
from tests.secrecy.search import Search, forms_of_text
from tests.services.datasets import write_secret
from tests.services.mends import MENDS, Club
from tests.services.postgres import PASSWORD, READER, Database, running_postgres

NAME = PERSON["given_name"]
SEARCH = Search({"canary": forms_of_text(NAME)})
#: What the API answers: status and body.
ANSWERS = {
    "refused": (400, f'{{"error": "no employee is called {NAME}"}}'),
    "no JSON": (200, f"<p>{NAME} is on leave</p>"),
    "torn": (200, f'{{"records": [{{"name": "{NAME}'),
    "another shape": (200, f'{{"{NAME}": [1, 2]}}'),
}


@pytest.fixture
def database() -> Iterator[Database]:
    """A view that fails with a value in the server's message."""
    with running_postgres() as server:
        made = server.new_database()
        made.run("CREATE TABLE facts (id bigint, name text)")
        made.run("INSERT INTO facts SELECT 1, %(name)s", {"name": NAME})
        made.run("CREATE VIEW people AS SELECT id, name::bigint AS colour FROM facts")
        made.run(f"GRANT SELECT ON people TO {READER}")
        yield made
        made.close()


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an API that answers in one way."""
    status, body = ANSWERS[request.param]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health" else status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def extract(folder: Path, source: Mapping[str, Any], connection: Mapping[str, Any], patch: pytest.MonkeyPatch) -> int:
    """`clearwell job extract` of one source; its exit status."""
    club = Club(folder / "club", "club", {"colours": MENDS["colours"]})
    path = club.datasets / "club" / "dataset.yaml"
    spec = yaml.safe_load(path.read_text())
    spec["sources"] = {"colours": {"connection": "club", **source}}
    path.write_text(yaml.safe_dump(spec))
    club.connections.write_text(yaml.safe_dump({"club": {"credential": "club", **connection}}))
    write_secret(club.connections.parent / "credentials" / "club", PASSWORD)
    manifest = (SHIPPED_DATASETS / "attrition" / "sources" / "hrms.yaml").read_text()
    quick = manifest.replace("max_retries: 6", "max_retries: 1").replace("0.25", "0.001")
    (club.datasets / "club" / "hrms.yaml").write_text(quick)
    patch.setenv("CLEARWELL_HOME", str(folder / "home"))
    patch.setenv("CLEARWELL_DATASETS", str(club.datasets))
    patch.setenv("CLEARWELL_CONNECTIONS", str(club.connections))
    patch.setattr(sys, "argv", ["clearwell", "job", "extract", "--dataset", "club"])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code))


def test_no_message_quotes_a_database(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL's own message quotes the value; ours its code only."""
    with pytest.raises(psycopg.errors.InvalidTextRepresentation, match=NAME):
        database.run("SELECT * FROM people")
    source = {"kind": "sql", "table": "people", "key": "id"}
    connection = database.connection(credential="club")
    assert extract(tmp_path, source, connection, monkeypatch) == 1
    said = "".join(capfd.readouterr())
    assert "SQLSTATE 22P02" in said
    assert SEARCH.names_in(said.encode()) == set()


@pytest.mark.parametrize("api", ANSWERS, indirect=True)
def test_no_message_quotes_an_answer(
    api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither an error's body nor one that can't be read stands in the message."""
    source = {"kind": "api", "manifest": "hrms.yaml", "stream": "employees"}
    connection = {"url": api, "config": {"start_date": "2025-01-01"}}
    assert extract(tmp_path, source, connection, monkeypatch) != 0
    said = "".join(capfd.readouterr())
    assert "error:" in said
    assert SEARCH.names_in(said.encode()) == set()
