"""The HR system's API: who may ask, what a window holds, and the faults that come with it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import SettingsError
from pipeline.extract.sidecar import free_port
from pipeline.synthetic.api_faults import Fault, Faults, Level
from pipeline.synthetic.hrms_server import RunningServer, start_hrms_server
from tests.services.company import KEYS, Company

ALL = "updated_from=2010-01-01&updated_to=2026-01-01"


@dataclass
class Answer:
    """A response, read to its end."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def get(port: int, path: str, token: str | None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token is not None else {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


Ask = Callable[[str], Answer]


@contextmanager
def serving(company: Company, faults: Faults | None = None) -> Iterator[Ask]:
    server = start_hrms_server(company.folder / "hrms", faults=faults)
    try:
        yield lambda path: get(server.port, path, server.token)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def server(company: Company) -> Iterator[RunningServer]:
    running = start_hrms_server(company.folder / "hrms")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def ask(server: RunningServer) -> Ask:
    return lambda path: get(server.port, path, server.token)


def pull(ask: Ask, stream: str, window: str, limit: int) -> list[bytes]:
    """The record bytes of all pages, which must be full but for the last."""
    records, cursor = list[bytes](), None
    while True:
        answer = ask(f"/v1/{stream}?{window}&limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status == 200
        page = re.split(rb"(?<=}),(?={)", answer.body[len(b'{"records":[') : answer.body.rindex(b'],"next_cursor"')])
        records += [record for record in page if record]
        cursor = answer.json["next_cursor"]
        if cursor is None:
            return records
        assert len(answer.json["records"]) == limit


def expected(company: Company, stream: str, start: str, end: str) -> list[dict[str, Any]]:
    rows = company.rows(f"hrms_{stream}")
    return [row for row in rows if start <= row["updated_at"][:10] < end]


@pytest.mark.parametrize("stream", ["employees", "job_events", "manager_notes", "exits"])
@pytest.mark.parametrize(
    ("start", "end", "limit"),
    [
        ("2014-01-01", "2026-01-01", 500),
        ("2019-03-07", "2021-08-20", 7),
        ("2020-01-01", "2021-01-01", 1000),
        ("1900-01-01", "9999-12-31", 1000),
        ("2020-05-05", "2020-05-05", 10),
        ("2030-01-01", "2031-01-01", 10),
    ],
)
def test_pages_cover_exactly_the_window(
    ask: Ask, company: Company, stream: str, start: str, end: str, limit: int
) -> None:
    """All pages together hold the window's records, each as often as in the files, in the order of time and key."""
    found = [json.loads(record) for record in pull(ask, stream, f"updated_from={start}&updated_to={end}", limit)]
    key = KEYS[f"hrms_{stream}"]
    places = [(record["updated_at"], record[key]) for record in found]
    assert places == sorted(places)
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, expected(company, stream, start, end)))


def test_windows_tile(ask: Ask) -> None:
    """Neighbouring windows share no record and leave none out."""
    whole = pull(ask, "job_events", "updated_from=2018-01-01&updated_to=2020-01-01", 500)
    parts = [("2018-01-01", "2018-06-15"), ("2018-06-15", "2019-01-01"), ("2019-01-01", "2020-01-01")]
    pulled = [r for a, b in parts for r in pull(ask, "job_events", f"updated_from={a}&updated_to={b}", 100)]
    assert pulled == whole
    assert whole


def test_records_are_the_bytes_of_the_files(ask: Ask, company: Company) -> None:
    """What is served is what the generator wrote, byte by byte."""
    files = sorted((company.folder / "hrms" / "manager_notes").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_bytes().splitlines()]
    served = [json.dumps(json.loads(record)) for record in pull(ask, "manager_notes", ALL, 1000)]
    assert sorted(served) == sorted(json.dumps(json.loads(line)) for line in lines)
    first = ask(f"/v1/manager_notes?{ALL}&limit=1").body
    assert any(line in first for line in lines)


@pytest.mark.parametrize("token", [None, "", "wrong", "ü"])
def test_strangers_are_refused(server: RunningServer, token: str | None) -> None:
    """Without the right token there is an error and no record."""
    answer = get(server.port, f"/v1/employees?{ALL}", token)
    assert answer.status == 401
    assert answer.json.keys() == {"error"}


def test_health_needs_no_token(server: RunningServer) -> None:
    """Whether the server is up is no secret."""
    assert get(server.port, "/health", None).status == 200


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/salaries", "/v2/employees", "/v1/employees/E0000001"])
def test_unknown_paths_are_not_found(ask: Ask, path: str) -> None:
    """Only the four streams exist."""
    assert ask(f"{path}?{ALL}").status == 404


@pytest.mark.parametrize(
    "query",
    [
        "",
        "updated_from=2020-01-01",
        "updated_to=2020-01-01",
        "updated_from=2020-02-30&updated_to=2021-01-01",
        "updated_from=20200101&updated_to=2021-01-01",
        "updated_from=2020-W01-1&updated_to=2021-01-01",
        "updated_from=2021-01-01&updated_to=2020-01-01",
        f"{ALL}&limit=0",
        f"{ALL}&limit=1001",
        f"{ALL}&limit=-5",
        f"{ALL}&limit=ten",
        f"{ALL}&limit=%D9%A3",
        f"{ALL}&limit=5&limit=6",
        f"{ALL}&colour=red",
        f"{ALL}&cursor=",
        f"{ALL}&cursor=%%%",
        f"{ALL}&cursor=MjAyMC4w",
    ],
)
def test_bad_parameters_are_refused(ask: Ask, query: str) -> None:
    """A parameter that is missing, wrong, repeated or unknown is told as 400 with a reason."""
    answer = ask(f"/v1/employees?{query}")
    assert answer.status == 400
    assert answer.json["error"]


@pytest.mark.parametrize("elsewhere", [f"job_events?{ALL}", "employees?updated_from=2014-01-02&updated_to=2026-01-01"])
def test_cursors_belong_to_their_window(ask: Ask, elsewhere: str) -> None:
    """A cursor of another stream or window is refused."""
    cursor = ask(f"/v1/employees?{ALL}&limit=3").json["next_cursor"]
    assert ask(f"/v1/employees?{ALL}&limit=3&cursor={cursor}").status == 200
    assert ask(f"/v1/{elsewhere}&limit=3&cursor={cursor}").status == 400


def test_connections_are_kept(server: RunningServer) -> None:
    """One connection serves many requests, whatever their answers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.connect()
    opened = connection.sock
    for path, status in (("/health", 200), ("/v1/employees", 401), ("/health", 200)):
        connection.request("GET", path)
        response = connection.getresponse()
        assert len(response.read()) == int(response.headers["Content-Length"])
        assert response.status == status
        assert connection.sock is opened
    connection.close()


def test_too_many_requests_and_errors_come_and_go(company: Company) -> None:
    """429 tells when to come again, 500 is a plain error, and the next request is served as if nothing was."""
    faults = Faults(planned={2: Fault.TOO_MANY, 4: Fault.SERVER_ERROR})
    with serving(company, faults) as ask:
        answers = [ask(f"/v1/exits?{ALL}&limit=5") for _ in range(5)]
    assert [answer.status for answer in answers] == [200, 429, 200, 500, 200]
    assert answers[1].headers["Retry-After"] == "1"
    assert answers[0].body == answers[2].body == answers[4].body


def test_cut_connections_break_in_mid_body(company: Company) -> None:
    """A cut answer promises more bytes than come."""
    with serving(company, Faults(planned={1: Fault.CUT})) as ask:
        with pytest.raises(http.client.IncompleteRead) as broken:
            ask(f"/v1/exits?{ALL}&limit=50")
        whole = ask(f"/v1/exits?{ALL}&limit=50").body
    assert 0 < len(broken.value.partial) < len(whole)
    assert whole.startswith(broken.value.partial)


def test_truncated_bodies_look_whole_to_http(company: Company) -> None:
    """A truncated body agrees with its Content-Length and is no JSON."""
    with serving(company, Faults(planned={1: Fault.TRUNCATED})) as ask:
        answer = ask(f"/v1/exits?{ALL}&limit=50")
    assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(answer.body))
    with pytest.raises(ValueError):  # noqa: PT011 - cut within a sign it is no text either
        json.loads(answer.body)


def test_malformed_records_leave_the_page_intact(company: Company) -> None:
    """Of a page with one malformed record, all else is as it should be."""
    with serving(company, Faults(planned={1: Fault.MALFORMED})) as ask:
        broken, whole = (ask(f"/v1/exits?{ALL}&limit=9").body for _ in range(2))
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken)
    pieces = [re.split(rb"(?<=}),(?={)", body) for body in (broken, whole)]
    assert [one == other for one, other in zip(*pieces, strict=True)].count(False) == 1


def test_endless_bodies_go_on_until_one_hangs_up(company: Company) -> None:
    """An endless body brings any number of bytes and no end, and the server lives on."""
    server = start_hrms_server(company.folder / "hrms", faults=Faults(planned={1: Fault.ENDLESS}))
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", f"/v1/exits?{ALL}", headers={"Authorization": f"Bearer {server.token}"})
    response = connection.getresponse()
    assert response.headers["Content-Length"] is None
    assert len(response.read(20_000_000)) == 20_000_000
    response.close()
    connection.close()
    assert get(server.port, f"/v1/exits?{ALL}", server.token).status == 200
    server.stop()


def test_looping_cursors_never_end(company: Company) -> None:
    """A looping cursor leads to the page that it came with, for ever."""
    with serving(company, Faults(planned={2: Fault.LOOP})) as ask:
        cursor = ask(f"/v1/exits?{ALL}&limit=5").json["next_cursor"]
        pages = [ask(f"/v1/exits?{ALL}&limit=5&cursor={cursor}").json for _ in range(4)]
    assert all(page == pages[0] for page in pages)
    assert pages[0]["next_cursor"] == cursor


@pytest.mark.parametrize(
    ("level", "kinds"),
    [
        ("none", set()),
        ("some", {Fault.TOO_MANY, Fault.SERVER_ERROR, Fault.CUT}),
        ("hostile", {Fault.TOO_MANY, Fault.SERVER_ERROR, Fault.CUT, Fault.TRUNCATED, Fault.MALFORMED}),
    ],
)
def test_levels_bring_their_faults(level: Level, kinds: set[Fault]) -> None:
    """A level brings its kinds of faults, 429 only a few times; equal seeds bring them at equal requests."""
    course = [Faults(level, 3).of(request) for request in range(1, 400)]
    assert {fault for fault in course if fault} == kinds
    assert course.count(Fault.TOO_MANY) <= 6
    assert course[0] is None
    assert course == [Faults(level, 3).of(request) for request in range(1, 400)]
    assert (course == [Faults(level, 4).of(request) for request in range(1, 400)]) is (level == "none")


def test_the_process_says_when_it_listens_and_ends_on_sigterm(company: Company) -> None:
    """The command prints one line when it is ready, answers, and ends with status 0 when told to."""
    port = free_port()
    command = [sys.executable, "-m", "pipeline.synthetic.hrms_server", "--data", "hrms", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, cwd=company.folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        assert get(port, "/health", None).status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert process.stdout.read() == ""


def test_a_stopped_server_is_gone(company: Company) -> None:
    """After `stop` nobody listens on the port, so a client sees an unreachable system."""
    server = start_hrms_server(company.folder / "hrms")
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        get(server.port, "/health", None)


def test_a_wrong_folder_or_port_is_told(company: Company, tmp_path: Path) -> None:
    """A folder without a company and a port in use are errors that say so."""
    with pytest.raises(SettingsError, match="no HR system"):
        start_hrms_server(tmp_path)
    server = start_hrms_server(company.folder / "hrms")
    with pytest.raises(SettingsError, match="port"):
        start_hrms_server(company.folder / "hrms", port=server.port)
    server.stop()
