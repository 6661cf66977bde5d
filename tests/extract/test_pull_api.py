"""Pulls of an API: what lands, in which order, whatever goes wrong on the way."""

import hashlib
import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import psutil
import pytest

from pipeline.errors import ContractError, LandingError, SourceError

#: The slices of a pull as of 2025-12-31.
YEARS = list(pairwise(f"{year}-01-01" for year in range(2022, 2027)))


def windows(asked: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(item["updated_from"], item["updated_to"]) for item in asked if "cursor" not in item]


def ids(bench: Any, manifest: Any) -> list[str]:
    return [json.loads(record)["employee_id"] for record, _ in bench.records(manifest)]


def digest_of(records: list[dict[str, Any]]) -> str:
    digests = (hashlib.sha256(as_text(record)).digest() for record in records)
    return hashlib.sha256(b"".join(digests)).hexdigest()


def as_text(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()


def test_lands_bodies_as_they_came(bench: Any, api: Any) -> None:
    """Every body lands byte for byte, year by year, every record is found once, and pulling again does nothing."""
    manifest = bench.pull()
    (landed,) = manifest.objects
    assert windows(api.asked) == YEARS
    assert bench.landing.read(landed.key) == api.bodies(*YEARS)
    assert ids(bench, manifest) == [item["employee_id"] for item in api.records]
    assert (landed.records, landed.origin) == (60, "people/employees")
    asked = len(api.asked)
    assert bench.pull() == manifest
    assert len(api.asked) == asked


def test_a_later_pull_goes_on_where_a_sealed_one_stopped(bench: Any, api: Any) -> None:
    """Slices end with the as-of day; a later pull asks for the rest only, and both together are all records."""
    early = bench.pull(as_of=date(2024, 6, 30))
    assert windows(api.asked) == [*YEARS[:2], ("2024-01-01", "2024-07-01")]
    bench.digest(date(2024, 6, 30))
    asked = len(api.asked)
    late = bench.pull()
    assert windows(api.asked[asked:]) == [("2024-07-01", "2025-07-01"), ("2025-07-01", "2026-01-01")]
    assert late.objects[: len(early.objects)] == early.objects
    assert bench.digest() == digest_of(api.records)


def test_a_day_that_was_not_over_is_not_built_upon(bench: Any, api: Any) -> None:
    """What came in on the as-of day after the pull would be missed, so a later pull starts over."""
    bench.connect(config={"start_date": "2025-01-01"})
    today = datetime.now(UTC).date()
    bench.pull(as_of=today)
    bench.digest(today)
    asked = len(api.asked)
    bench.pull(as_of=today + timedelta(days=1))
    assert windows(api.asked[asked:])[0][0] == "2025-01-01"


def test_a_sealed_pull_takes_no_more_sources(bench: Any, api: Any) -> None:
    """A source that was not in when the pull was sealed can't come in later."""
    (bench.root / "dumps/staff_1.csv").write_bytes(b"employee_id,name,updated_at\n")
    bench.pull("dumps")
    bench.digest(source="dumps")
    with pytest.raises(LandingError, match="is sealed without people"):
        bench.pull()
    assert not api.asked


def cut(handler: Any) -> None:
    body = handler.page()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def test_faults_leave_no_trace(bench: Any, api: Any) -> None:
    """After a 429, a 500, a cut connection and a truncated page the landing is the same as without them."""
    api.instead = {
        2: lambda handler: handler.answer(b"slow down", 429, Retry_After="1"),
        5: lambda handler: handler.answer(b"oops", 500),
        8: cut,
        11: lambda handler: handler.answer(handler.page()[:-30]),
    }
    manifest = bench.pull()
    assert bench.landing.read(manifest.objects[0].key) == api.bodies(*YEARS)
    assert bench.digest() == digest_of(api.records)
    assert len(api.asked) == 16 + 4


def test_a_broken_record_in_a_whole_page_lands_with_its_reason(bench: Any, api: Any) -> None:
    """A page of which only a record is broken lands as it came, its frame says why, and pulling goes on."""
    broken = b'"employee_id": nope'
    api.instead = {3: lambda handler: handler.answer(handler.page().replace(b'"employee_id": "E0000005"', broken))}
    framed = bench.records(bench.pull())
    assert len(framed) == 60
    assert [(broken in record, reason) for record, reason in framed if reason] == [(True, "json.malformed")]
    assert len(api.asked) == 16


def worker_of(parent: int) -> psutil.Process:
    children = psutil.Process(parent).children(recursive=True)
    return next(child for child in children if "pipeline.extract.airbyte_worker" in child.cmdline())


def test_a_killed_worker_is_resumed(bench: Any, api: Any) -> None:
    """After SIGKILL of the worker in the middle of a slice, only that slice is read again and nothing lands twice."""

    def kill(_: Any) -> None:
        worker_of(os.getpid()).kill()

    api.instead = {4: kill}
    with pytest.raises(SourceError, match="cut short"):
        bench.pull()
    api.instead, asked = {}, len(api.asked)
    manifest = bench.pull()
    assert windows(api.asked[asked:]) == YEARS[1:]
    assert bench.landing.read(manifest.objects[0].key) == api.bodies(*YEARS)
    assert bench.digest() == digest_of(api.records)


def test_a_killed_pull_is_resumed(bench: Any, api: Any) -> None:
    """After SIGKILL of the pulling process its worker ends too, and the next pull goes on from the last commit."""
    pull = multiprocessing.get_context("fork").Process(target=bench.pull)
    workers: list[psutil.Process] = []

    def kill(_: Any) -> None:
        workers.append(worker_of(pull.pid))
        os.kill(pull.pid, signal.SIGKILL)

    api.instead = {8: kill}
    pull.start()
    pull.join()
    assert not psutil.wait_procs(workers, timeout=20)[1]
    api.instead, asked = {}, len(api.asked)
    manifest = bench.pull()
    assert windows(api.asked[asked:]) == YEARS[2:]
    assert bench.landing.read(manifest.objects[0].key) == api.bodies(*YEARS)
    assert bench.digest() == digest_of(api.records)


def test_a_cursor_that_goes_backwards_stops_the_pull(bench: Any, api: Any) -> None:
    """A slice that ends before one that is committed is refused."""
    api.instead = {8: lambda _: worker_of(os.getpid()).kill()}
    with pytest.raises(SourceError, match="cut short"):
        bench.pull()
    journal = bench.landing.path("staff/_pulls/2025-12-31/.people.journal")
    journal.write_text(journal.read_text().replace('"2024-01-01"', '"2094-01-01"'))
    api.instead = {}
    with pytest.raises(SourceError, match="went backwards"):
        bench.pull()


def test_a_journal_without_its_bytes_is_refused(bench: Any, api: Any) -> None:
    """If committed bytes are gone, resuming says so and does not land a hole."""
    api.instead = {8: lambda _: worker_of(os.getpid()).kill()}
    with pytest.raises(SourceError, match="cut short"):
        bench.pull()
    bench.landing.write("staff/people/2025-12-31.1-00001.json", b"{}")
    with pytest.raises(LandingError, match="shorter than its journal says"):
        bench.pull()


def endless(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    piece = b"%x\r\n" % (1 << 20) + b" " * (1 << 20) + b"\r\n"
    try:
        while True:
            handler.wfile.write(piece)
    except OSError:
        handler.close_connection = True


def same_cursor(handler: Any) -> None:
    handler.answer(b'{"records": [], "next_cursor": "again"}')


class Always(dict[int, Callable[[Any], None]]):
    """The same answer to every request."""

    def __init__(self, answer: Callable[[Any], None]) -> None:
        super().__init__()
        self.answer = answer

    def get(self, _: int, default: Any = None) -> Any:
        return self.answer


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (endless, "people sent a body that is too long or never ends"),
        (same_cursor, "people was asked for the same page twice: its pages never end"),
        (lambda handler: handler.answer(b'{"records": [{"a": 1}'), "people answered with a page that can't be read"),
        (
            lambda handler: handler.answer(b'{"error": "Rose"}', 503),
            "people failed after its retries\n  given:   HTTP 503",
        ),
        (
            lambda handler: handler.answer(b'{"error": "Rose"}', 400),
            "people failed after its retries\n  given:   HTTP 400",
        ),
    ],
)
def test_a_source_that_fails(bench: Any, api: Any, answer: Callable[[Any], None], message: str) -> None:
    """A source that keeps failing is one clear error without a word of what it sent, and leaves no manifest."""
    api.instead = Always(answer)
    with pytest.raises(SourceError) as caught:
        bench.pull()
    assert message in str(caught.value)
    assert "Rose" not in str(caught.value)
    assert not bench.landing.exists("staff/_pulls/2025-12-31/people.json")


def test_a_wrong_token(bench: Any, api: Any) -> None:
    """A token that is refused is named as such, and not shown."""
    bench.write_credential("hrms", "not-this-one")
    with pytest.raises(SourceError, match="people refuses our token") as caught:
        bench.pull()
    assert "not-this-one" not in str(caught.value)
    assert len(api.asked) == 1


def test_an_unreachable_server(bench: Any) -> None:
    """A system that is down is one clear error after the retries."""
    bench.connect(url="http://127.0.0.1:9")
    with pytest.raises(SourceError, match="people can't be reached"):
        bench.pull()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: employees", "name: others", "is not in the manifest"),
        ("field_path: [records]", "field_path: [items]", "has its records elsewhere"),
        (
            "type: SimpleRetriever",
            "type: NoSuchRetriever",
            r"has a manifest that Airbyte refuses\n  given:   ValidationError at \$\.streams\[\d\]\.retriever",
        ),
    ],
)
def test_a_wrong_manifest(bench: Any, api: Any, old: str, new: str, message: str) -> None:
    """A manifest that can't do what dataset.yaml says is refused before anything is asked."""
    path = bench.dataset.folder / "hrms.yaml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SourceError, match=message):
        bench.pull()
    assert not api.asked


def test_a_missing_manifest(bench: Any) -> None:
    """A manifest that is not there is named."""
    (bench.dataset.folder / "hrms.yaml").unlink()
    with pytest.raises(ContractError, match="manifest is missing"):
        bench.pull()


def test_an_unknown_source(bench: Any) -> None:
    """A source that the dataset lacks is refused, and the known ones are listed."""
    with pytest.raises(ContractError) as caught:
        bench.pull("payroll")
    assert str(caught.value).endswith("allowed: ['people', 'dumps']")
