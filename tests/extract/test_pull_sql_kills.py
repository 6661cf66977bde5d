"""A pull of a table that is cut short, by a kill or by its server, and goes on."""

import multiprocessing
import os
import signal
import time
from datetime import date
from typing import Any

import pytest

from pipeline.errors import SourceError

OBJECTS = "staff/trainings"


def lines(body: bytes) -> list[bytes]:
    return body.splitlines(keepends=True)


def pull_and_die(table: Any, *, after: int | None = None, seconds: float | None = None) -> None:
    """Pull in a child that gets SIGKILL after some lines that it told, or after some seconds."""
    told = []

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == after:
            os.kill(os.getpid(), signal.SIGKILL)

    child = multiprocessing.get_context("fork").Process(target=lambda: table.pull(tell=tell))
    child.start()
    if seconds is not None:
        time.sleep(seconds)
        child.kill()
    child.join()


def times(table: Any) -> dict[str, int]:
    """When each committed object was written."""
    found = table.landing.keys(OBJECTS)
    return {key: table.landing.path(key).stat().st_mtime_ns for key in found}


@pytest.mark.parametrize("after", [1, 2, 3, 5])
def test_after_a_kill_the_landing_is_the_same(table: Any, after: int) -> None:
    """Ranges that are in are not read again, and the sealed landing is that of an undisturbed pull."""
    pull_and_die(table, after=after)
    told: list[str] = []
    committed = times(table)
    manifest = table.pull(tell=told.append)
    assert table.landed(manifest) == table.all_rows()
    kept = [key for key, written in times(table).items() if committed.get(key) == written]
    assert len([key for key in kept if key.endswith(".copy")]) >= after - 1
    disturbed = table.digest()
    table.pull(fresh=True)
    assert table.digest() == disturbed


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_killed_at_any_moment(table: Any, seconds: float) -> None:
    """Wherever it was, in the middle of a range or before the first: the landing is the same."""
    for more in (0.0, 0.03):
        pull_and_die(table, seconds=seconds + more)
    assert table.landed(table.pull()) == table.all_rows()
    assert not [key for key in os.listdir(table.landing.path(OBJECTS)) if key.endswith(".index.copy")]


def test_what_changed_meanwhile_comes_as_well(table: Any) -> None:
    """Changed rows of ranges that are in land once more, behind all others; changed rows of the rest come with them."""
    pull_and_die(table, after=3)
    before = table.all_rows()
    table.database.run(
        "UPDATE trainings SET score = 99, updated_at = '2025-11-30Z' WHERE training_id IN (3, 1500, 2990)"
    )
    table.database.run("UPDATE trainings SET score = 98, updated_at = '2026-02-02Z' WHERE training_id = 4")
    table.database.fill_trainings(3_005, first=3_001)
    table.database.run("UPDATE trainings SET updated_at = '2025-12-01Z' WHERE training_id > 3000")
    landed = lines(table.landed(table.pull()))
    assert set(landed) <= set(lines(before)) | set(lines(table.all_rows()))
    assert set(landed) >= set(lines(table.all_rows("updated_at < '2026-01-01'")))
    assert len(landed) == len(set(landed))


def test_killed_again_and_again_with_changes(table: Any) -> None:
    """Each attempt gets further, and each change is in at the end."""
    for number in range(1, 4):
        pull_and_die(table, after=2)
        table.database.run(
            "UPDATE trainings SET score = %(n)s, updated_at = timestamptz '2025-06-01Z' + %(n)s * interval '1 day' "
            "WHERE training_id %% 997 = %(n)s",
            {"n": number},
        )
    landed = lines(table.landed(table.pull()))
    assert set(landed) >= set(lines(table.all_rows()))
    assert len(landed) == len(set(landed))


def test_a_killed_later_pull(table: Any) -> None:
    """One that builds upon an earlier pull goes on as well."""
    table.pull(date(2010, 12, 31))
    table.digest(date(2010, 12, 31))
    pull_and_die(table, after=2)
    disturbed = table.landed(table.pull())
    assert set(lines(disturbed)) == set(lines(table.all_rows()))


def test_without_high_water_it_starts_over(table: Any) -> None:
    """Nobody knows what changed since the old snapshot, so it is not mixed with a new one; that is told."""
    del table.source["high_water"]
    pull_and_die(table, after=3)
    table.database.run("UPDATE trainings SET score = 99 WHERE training_id = 1")
    assert table.landed(table.pull()) == table.all_rows()
    assert table.told[1].startswith("trainings: the pull that was cut short starts over: without high_water")


def test_another_column_starts_over(table: Any) -> None:
    """Ranges of before and after would have other columns."""
    pull_and_die(table, after=3)
    table.database.run("ALTER TABLE trainings ADD COLUMN mentor text")
    assert table.landed(table.pull()) == table.all_rows()
    assert "trainings: the pull that was cut short starts over: its columns changed" in table.told


def test_a_server_that_restarts(table: Any, postgres: Any) -> None:
    """Cut off in the middle, the pull tries again by itself with a new snapshot and ends with the same landing."""
    told = []

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == 3:
            postgres.restart()

    table.connect(tries=4)
    assert table.landed(table.pull(tell=tell)) == table.all_rows()


def test_a_server_that_is_gone(table: Any, postgres: Any) -> None:
    """After the last try it is one error; what landed is kept, and a later call goes on from there."""
    told = []

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == 3:
            postgres.cluster.stop()

    with pytest.raises(SourceError, match="the database of trainings"):
        table.pull(tell=tell)
    committed = times(table)
    postgres.cluster.start(postgres.port)
    assert table.landed(table.pull()) == table.all_rows()
    assert any(times(table)[key] == written for key, written in committed.items() if key in times(table))
