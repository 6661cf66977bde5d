"""Pulls of a PostgreSQL table: what lands, in which order, whatever changes or goes wrong on the way."""

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts.model import Column, Privacy
from pipeline.errors import SourceError
from pipeline.parsing import FORMATS
from tests.services.postgres import PASSWORD, READER, free_port
from tests.services.sql_bench import LAST


def lines(body: bytes) -> list[bytes]:
    return body.splitlines(keepends=True)


def test_lands_what_copy_sends(table: Any) -> None:
    """Bytes land as COPY sends them, in the order of keys, in several objects; pulling again does nothing."""
    manifest = table.pull()
    assert len(manifest.objects) > 2
    assert table.landed(manifest) == table.all_rows()
    assert sum(item.records for item in manifest.objects) == 3_000
    assert {item.origin for item in manifest.objects} == {"lms/trainings"}
    assert manifest.objects[0].layout["columns"][6] == ["hours", "numeric(5,1)"]
    assert table.pull() == manifest


def test_the_index_is_that_of_the_format(table: Any) -> None:
    """Frames taken from messages are those that the format finds in the landed bytes."""
    manifest = table.pull()
    for item, frames in zip(manifest.objects, table.frames(manifest), strict=True):
        found = FORMATS["copy"].frame(io.BytesIO(table.landing.read(item.key)), item.layout)
        expected = [(f.offset, f.length, digest, f.reason) for batch in found for f, digest in batch]
        assert frames == expected


def test_the_order_does_not_depend_on_workers(table: Any) -> None:
    """One worker or four: the sealed landing is the same."""
    table.connect(workers=1)
    table.pull()
    one = table.digest()
    table.connect(workers=4)
    assert table.landed(table.pull(fresh=True)) == table.all_rows()
    assert table.digest() == one


def test_forms_do_not_depend_on_the_role(table: Any) -> None:
    """What the role has set for dates, time zones and the like changes nothing."""
    expected = table.landed(table.pull())
    for name, value in (("DateStyle", "German"), ("TimeZone", "Asia/Kolkata"), ("extra_float_digits", "-5")):
        table.database.run(f"ALTER ROLE {READER} IN DATABASE {table.database.name} SET {name} TO '{value}'")
    assert table.landed(table.pull(fresh=True)) == expected


@pytest.mark.parametrize("keys", ["-9223372036854775808, 9223372036854775807", "-5, 0", "7"])
def test_any_keys(table: Any, keys: str) -> None:
    """Negative keys, gaps and the ends of the type are all in some range."""
    table.database.run(f"DELETE FROM trainings WHERE training_id > 1 AND NOT training_id IN ({keys})")
    for key in keys.split(","):
        table.database.run(f"INSERT INTO trainings (training_id) VALUES ({key}) ON CONFLICT DO NOTHING")
    assert table.landed(table.pull()) == table.all_rows()


def test_an_empty_table(table: Any) -> None:
    """A table without rows is in with no record, and a later pull finds what came."""
    table.database.run("DELETE FROM trainings")
    assert table.pull().objects == ()
    table.digest()
    table.database.fill_trainings(10)
    assert table.landed(table.pull(LAST + timedelta(days=1))) == table.all_rows()


def test_a_quoted_table_in_a_schema(table: Any) -> None:
    """Names are quoted: a schema, and columns with blanks, quotes and capitals, are read as they are."""
    table.database.run('CREATE SCHEMA hr; CREATE TABLE hr.odd ("K e""y" int PRIMARY KEY, "%s {} Wert" text)')
    table.database.run("INSERT INTO hr.odd VALUES (2, 'b'), (1, 'a')")
    table.database.run(f"GRANT USAGE ON SCHEMA hr TO {READER}; GRANT SELECT ON hr.odd TO {READER}")
    table.source = {"table": "hr.odd", "key": 'K e"y'}
    table.columns = (Column("k", "integer", Privacy("keep"), place='K e"y'),)
    assert table.landed(table.pull()) == b"1\ta\n2\tb\n"


def test_what_changed_after_the_day_is_not_known_yet(table: Any) -> None:
    """Rows changed after the as-of day stay out, those of its last second and those without a time come in."""
    table.database.run("UPDATE trainings SET updated_at = '2025-12-31T23:59:59.999999Z' WHERE training_id = 1")
    table.database.run("UPDATE trainings SET updated_at = '2026-01-01T00:00:00Z' WHERE training_id = 2")
    table.database.run("UPDATE trainings SET updated_at = 'infinity' WHERE training_id = 3")
    table.database.run("UPDATE trainings SET updated_at = NULL WHERE training_id = 4")
    assert table.landed(table.pull()) == table.all_rows("training_id NOT IN (2, 3)")


def test_a_later_pull_reads_what_changed(table: Any) -> None:
    """Built upon a sealed pull, it has that one's objects first and reads only from its mark on."""
    early = table.pull(date(2020, 12, 31))
    table.digest(date(2020, 12, 31))
    table.database.run("UPDATE trainings SET score = 1, updated_at = '2021-05-05Z' WHERE training_id = 17")
    table.database.fill_trainings(3_010, first=3_001)
    late = table.pull()
    assert late.objects[: len(early.objects)] == early.objects
    new = lines(table.landed(late)[len(table.landed(early)) :])
    mark = early.state["mark"]
    assert new == lines(table.all_rows(f"updated_at >= '{mark}'"))
    assert any(line.startswith(b"17\t") for line in new)
    assert len(new) < 700
    assert set(lines(table.all_rows())) <= set(lines(table.landed(late)))


def test_fresh_changes_are_read_again(table: Any) -> None:
    """What changed within the last day may have uncommitted neighbours: a later pull reads from a day before on."""
    table.database.run("UPDATE trainings SET updated_at = now() - interval '1 hour' WHERE training_id = 5")
    today = date.today() + timedelta(days=1)
    assert table.pull(today).state["mark"] < (today - timedelta(days=1)).isoformat() + " 23"
    table.digest(today)
    table.database.run("UPDATE trainings SET score = 2, updated_at = now() - interval '2 hours' WHERE training_id = 6")
    late = table.pull(today + timedelta(days=1))
    assert set(lines(table.all_rows())) <= set(lines(table.landed(late)))


def test_without_high_water_every_pull_is_whole(table: Any) -> None:
    """Nobody knows then what changed."""
    del table.source["high_water"]
    table.pull(date(2020, 12, 31))
    table.digest(date(2020, 12, 31))
    assert table.landed(table.pull()) == table.all_rows()


def test_a_new_column_is_noticed(table: Any) -> None:
    """It lands, is told about, and does not stop building upon an earlier pull."""
    early = table.pull(date(2020, 12, 31))
    table.digest(date(2020, 12, 31))
    table.database.run("ALTER TABLE trainings ADD COLUMN mentor text DEFAULT 'x'")
    table.told.clear()
    late = table.pull()
    assert late.objects[: len(early.objects)] == early.objects
    assert late.objects[-1].layout["columns"][-1] == ["mentor", "text"]
    assert table.told[0] == "trainings: columns that the contract does not name: 9"


def test_a_changed_type_starts_over(table: Any) -> None:
    """Rows of both types would not go together: everything is read again, and that is told."""
    table.pull(date(2020, 12, 31))
    table.digest(date(2020, 12, 31))
    table.database.run("ALTER TABLE trainings ALTER COLUMN score TYPE numeric(6,2)")
    table.told.clear()
    assert table.landed(table.pull()) == table.all_rows()
    assert "trainings: the type of score changed: everything is read again" in table.told


def test_a_column_that_is_gone(table: Any) -> None:
    """One that the contract does not require is told about; a required one stops the pull before anything lands."""
    table.database.run("ALTER TABLE trainings DROP COLUMN learner_email")
    table.columns = tuple(replace(item, required=item.name != "learner_email") for item in table.columns)
    table.pull()
    assert "trainings: the table has no learner_email; they will be null" in table.told
    table.columns = tuple(replace(item, required=True) for item in table.columns)
    with pytest.raises(SourceError, match="lacks columns that its contract needs\n  given:   learner_email"):
        table.pull(fresh=True)


def password(table: Any) -> None:
    table.write_credential("s3cret-but-wrong")


def nowhere(table: Any) -> None:
    table.connect(postgres={"host": "127.0.0.1", "port": free_port(), "database": "x", "user": READER}, tries=1)


def other_database(table: Any) -> None:
    address = table.database.connection()["postgres"]
    table.connect(postgres=address | {"database": "Secret"})


def other_source(**source: Any) -> Any:
    return lambda table: table.source.update(source)


def command(text: str) -> Any:
    return lambda table: table.database.run(text)


NEW_KEY = (
    "ALTER TABLE trainings DROP CONSTRAINT trainings_pkey; ALTER TABLE trainings ALTER training_id DROP NOT NULL; "
)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (password, "refuses our password"),
        (nowhere, "can't be reached"),
        (other_database, "has no such database"),
        (other_source(table="nope"), "has no such table"),
        (other_source(table="nope.nope"), "has no such (schema|table)"),
        (other_source(key="nope"), "has no column for key\n  given:   nope"),
        (other_source(key="learner_email"), "key of trainings can't be of that type\n  given:   text"),
        (other_source(high_water="nope"), "has no column for high_water"),
        (other_source(high_water="score"), "high_water of trainings can't be of that type\n  given:   integer"),
        (command(f"REVOKE SELECT ON trainings FROM {READER}"), "does not let this user read the table"),
        (command(NEW_KEY + "UPDATE trainings SET training_id = NULL WHERE training_id < 3"), "2 rows without one, 0 "),
        (command(NEW_KEY + "UPDATE trainings SET training_id = 9 WHERE training_id < 3"), "0 rows without one, 2 with"),
    ],
)
def test_what_can_not_be_read(table: Any, spoil: Any, message: str) -> None:
    """Each is one clear error without a value, and leaves no manifest."""
    spoil(table)
    with pytest.raises(SourceError, match=message) as caught:
        table.pull()
    for secret in ("s3cret", PASSWORD, "first.last", "Secret"):
        assert secret not in str(caught.value)
    assert not table.landing.exists("staff/_pulls/2025-12-31/trainings.json")


def test_a_key_without_a_constraint(table: Any) -> None:
    """Keys that tell rows apart without a constraint that says so are enough."""
    table.database.run(NEW_KEY)
    assert table.landed(table.pull()) == table.all_rows()


def test_the_password_is_seen_nowhere(table: Any) -> None:
    """Not in a process list, an environment, a document of the landing, or what is told."""
    seen: list[bytes] = []

    def look(_: str) -> None:
        for path in (*Path("/proc").glob("[0-9]*/cmdline"), Path("/proc/self/environ")):
            try:
                seen.append(path.read_bytes())
            except OSError:
                continue

    table.pull(tell=look)
    table.pull(fresh=True)
    documents = [path.read_bytes() for path in (table.root / "landing").rglob("*") if path.is_file()]
    assert seen
    assert not [text for text in (*seen, *documents, "".join(table.told).encode()) if PASSWORD.encode() in text]
