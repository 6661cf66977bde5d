"""The payroll system's API: the same server as the HR system's, under other names."""

import http.client
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.synthetic.api_faults import Fault, Faults
from pipeline.synthetic.api_server import RunningServer
from pipeline.synthetic.payroll_server import start_payroll_server
from tests.services.company import Company

PATH = "/api/2/pay-records"
ALL = "changed_since=2010-01-01&changed_until=2026-01-01"


@pytest.fixture(scope="module")
def server(company: Company) -> Iterator[RunningServer]:
    running = start_payroll_server(company.folder / "payroll")
    yield running
    running.stop()


def get(server: RunningServer, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", path, headers={"X-Api-Key": server.token} if headers is None else headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def pull(server: RunningServer, window: str, size: int) -> list[bytes]:
    """The records' bytes of all pages."""
    records, after = list[bytes](), ""
    while True:
        status, body = get(server, f"{PATH}?{window}&page_size={size}{after}")
        assert status == 200
        page: dict[str, Any] = json.loads(body)
        assert page.keys() == {"data", "paging"}
        found = re.split(rb',(?={"id")', body[len(b'{"data":{"items":[') : body.rindex(b']},"paging"')])
        assert len([record for record in found if record]) == len(page["data"]["items"]) <= size
        records += [record for record in found if record]
        if page["paging"]["next"] is None:
            return records
        after = f"&starting_after={page['paging']['next']}"


@pytest.mark.parametrize(
    ("since", "until", "size"),
    [
        ("2010-01-01", "2026-01-01", 1000),
        ("2015-03-07", "2015-08-20", 3),
        ("1900-01-01", "9999-12-31", 400),
        ("2020-05-05", "2020-05-05", 10),
    ],
)
def test_pages_cover_exactly_the_window(
    server: RunningServer, company: Company, since: str, until: str, size: int
) -> None:
    """All pages together are the lines of the files that changed within the window, in the order of change and id."""
    files = sorted((company.folder / "payroll" / "pay_records").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_bytes().splitlines()]
    expected = [line for line in lines if since <= json.loads(line)["changed_at"][:10] < until]
    found = pull(server, f"changed_since={since}&changed_until={until}", size)
    places = [(record["changed_at"], record["id"]) for record in map(json.loads, found)]
    assert places == sorted(places)
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, {"Authorization": "Bearer {token}"}])
def test_strangers_are_refused(server: RunningServer, headers: dict[str, str]) -> None:
    """Without the key in its own header there is no record; health is no secret."""
    given = {name: value.format(token=server.token) for name, value in headers.items()}
    assert get(server, f"{PATH}?{ALL}", given)[0] == 401
    assert get(server, "/health", given)[0] == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/2/pay_records?" + ALL, 404),
        ("/api/1/pay-records?" + ALL, 404),
        ("/v1/pay-records?" + ALL, 404),
        ("pay-records?" + ALL, 404),
        (PATH, 400),
        (f"{PATH}?changed_since=2020-01-01", 400),
        (f"{PATH}?{ALL}&page_size=0", 400),
        (f"{PATH}?{ALL}&limit=5", 400),
        (f"{PATH}?{ALL}&starting_after=P000000001", 400),
        (f"{PATH}?{ALL}", 200),
    ],
)
def test_only_its_own_words_are_understood(server: RunningServer, path: str, status: int) -> None:
    """Other paths are not found; missing, wrong and unknown parameters are refused."""
    assert get(server, path)[0] == status


def test_faults_come_as_in_the_hr_system(company: Company) -> None:
    """A planned fault meets its request; an endless page begins with the envelope."""
    faults = Faults(planned={1: Fault.TOO_MANY, 2: Fault.MALFORMED})
    running = start_payroll_server(company.folder / "payroll", faults=faults)
    try:
        answers = [get(running, f"{PATH}?{ALL}&page_size=9") for _ in range(3)]
    finally:
        running.stop()
    assert [status for status, _ in answers] == [429, 200, 200]
    with pytest.raises(json.JSONDecodeError):
        json.loads(answers[1][1])
    assert len(json.loads(answers[2][1])["data"]["items"]) == 9
