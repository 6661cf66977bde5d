"""A request waits for its notice, keeps its journal, and leaves nothing of its subjects when it is done."""

import json
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipeline.errors import PrivacyError
from pipeline.privacy.erasure.requests import Request, ask, begin, cancel, due, finish, pending, step_done
from pipeline.storage.objects import FolderStore, StaleObjectError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def landing(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def asked(landing: FolderStore) -> Request:
    return ask(landing, "staff", ["E17", "E4", "E17 "], "erasure", 48, NOW)


def test_a_request_is_kept_as_it_was_asked(landing, asked: Request) -> None:
    """Subjects once each and in their order, a random id, due when the notice is over; only its owner may read it."""
    assert pending(landing, "staff") == [asked]
    assert asked.subjects == ("E17", "E4")
    assert (asked.requested, asked.due) == ("2026-03-01T12:00:00+00:00", "2026-03-03T12:00:00+00:00")
    assert len(bytes.fromhex(asked.erasure)) == 8
    mode = landing.path(f"staff/_erasures/{asked.erasure}.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        (NOW, 0),
        (NOW + timedelta(hours=48, seconds=-1), 0),
        (NOW + timedelta(hours=48), 1),
        ((NOW + timedelta(hours=48)).astimezone(timezone(timedelta(hours=-8))), 1),
        ((NOW + timedelta(hours=47)).astimezone(timezone(timedelta(hours=8))), 0),
    ],
)
def test_it_is_due_when_its_notice_is_over(landing, asked: Request, moment: datetime, found: int) -> None:
    """To the second, whatever the time zone of the clock; before that it can't be begun."""
    assert len(due(landing, "staff", moment)) == found
    if not found:
        with pytest.raises(PrivacyError, match="is not due"):
            begin(landing, asked, moment)


def test_without_notice_it_is_due_at_once(landing) -> None:
    """Zero hours: now."""
    request = ask(landing, "staff", ["E1"], "consent", 0, NOW)
    assert due(landing, "staff", NOW) == [request]


def test_the_journal_survives_the_process(landing, asked: Request) -> None:
    """What was entered is read back, and beginning again keeps the first time."""
    later = NOW + timedelta(days=3)
    begun = begin(landing, asked, later)
    moved = step_done(landing, begun, "find", {"own": 12})
    [read] = due(landing, "staff", later)
    assert (read, read.steps, read.begun) == (moved, {"find": {"own": 12}}, "2026-03-04T12:00:00+00:00")
    assert begin(landing, read, later + timedelta(days=1)) == read


def test_of_two_that_go_on_one_is_told(landing, asked: Request) -> None:
    """Who holds an older state of the journal overwrites nothing."""
    begun = begin(landing, asked, NOW + timedelta(days=3))
    step_done(landing, begun, "find", {})
    with pytest.raises(StaleObjectError):
        step_done(landing, begun, "landing", {})


def test_it_can_be_cancelled_until_it_begins(landing, asked: Request) -> None:
    """Before, nothing of it is left; after, it must be ended, also where the caller's copy is older."""
    other = ask(landing, "staff", ["E5"], "correction", 0, NOW)
    begin(landing, other, NOW)
    cancel(landing, asked)
    with pytest.raises(PrivacyError, match="was begun"):
        cancel(landing, other)
    assert [request.erasure for request in pending(landing, "staff")] == [other.erasure]


def test_what_else_lies_beside_the_requests_is_none(landing, asked: Request) -> None:
    """An erasure keeps what it found there while it goes on."""
    landing.write(f"staff/_erasures/found/{asked.erasure}", b"\x81")
    assert pending(landing, "staff") == [asked]


def test_when_done_no_file_names_a_subject(landing, asked: Request) -> None:
    """The request goes with its file."""
    finish(landing, asked)
    assert pending(landing, "staff") == []
    assert not [path for path in landing.root.rglob("*") if path.is_file() and b"E17" in path.read_bytes()]


def test_what_may_be_told_are_counts_and_times(asked: Request) -> None:
    """Neither the document nor the request's own text shows a subject."""
    assert asked.told()["subjects"] == 2
    assert "E17" not in json.dumps(asked.told()) + repr(asked)


@pytest.mark.parametrize(
    ("subjects", "reason", "says"),
    [([], "erasure", "needs subjects"), (["E17", " "], "erasure", "needs subjects"), (["E17"], "boredom", "no reason")],
)
def test_a_wrong_request_is_refused(landing, subjects: list[str], reason: str, says: str) -> None:
    """Nobody, a blank, or another reason; the message names no subject and nothing is kept."""
    with pytest.raises(PrivacyError, match=says) as error:
        ask(landing, "staff", subjects, reason, 0, NOW)
    assert "E17" not in str(error.value)
    assert pending(landing, "staff") == []
