"""A table of a database becomes a dataset: its address, its key, its password."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pipeline.contracts.dataset import load_dataset_folder
from pipeline.errors import ClearwellError, LandingError, SettingsError, SourceError
from pipeline.jobs.context import open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.preview import preview
from pipeline.keys import open_key_source
from pipeline.onboarding.asked import Asked
from pipeline.onboarding.database import read_address
from pipeline.onboarding.made import Made, Wanted, make_dataset
from pipeline.settings import Settings
from tests.services.datasets import write_secret
from tests.services.postgres import PASSWORD, READER, Database, running_postgres


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with running_postgres() as server:
        found = server.new_database()
        found.fill_trainings(100)
        found.run("CREATE TABLE keyless (a text); INSERT INTO keyless VALUES ('x')")
        found.run("CREATE TABLE hollow (id int PRIMARY KEY)")
        found.run(f"GRANT SELECT ON keyless, hollow TO {READER}")
        yield found
        found.close()


@pytest.fixture
def password(settings: Settings) -> None:
    settings.root.mkdir()
    write_secret(settings.root / "credentials" / "courses", PASSWORD)


def address(database: Database, table: str = "trainings", more: str = "") -> str:
    return f"postgresql://{READER}@127.0.0.1:{database.port}/{database.name}?table={table}{more}"


def made(settings: Settings, given: str) -> Made:
    return make_dataset(settings, Wanted("courses", (given,), Asked(target="mandatory")))


@pytest.mark.usefixtures("password")
def test_a_table_becomes_a_dataset(database: Database, settings: Settings) -> None:
    """The table's key is the key, types come from the texts, and the password stays where it is."""
    done = made(settings, address(database))
    source = load_dataset_folder(done.folder).spec.sources["trainings"]
    assert (source.kind, getattr(source, "key", "")) == ("sql", "training_id")
    assert done.proposal.entity == "training"
    actions = {item.name: item.treatment.action for item in done.proposal.main.columns}
    assert actions["learner_email"] == actions["learner_name"] == "drop"
    assert actions["feedback"] == "redact"
    text = settings.connections_file.read_text() + "".join(
        path.read_text() for path in done.folder.rglob("*") if path.is_file()
    )
    assert PASSWORD not in text
    assert "credential: courses" in text


def test_a_password_that_is_missing_is_asked_for(database: Database, settings: Settings) -> None:
    """The server's refusal names the file that the password belongs into."""
    with pytest.raises(SourceError) as refused:
        made(settings, address(database))
    assert "credentials/courses" in str(refused.value)
    assert not (settings.root / "datasets" / "courses").exists()


@pytest.mark.usefixtures("password")
def test_what_has_landed_is_previewed(database: Database, settings: Settings, spark: SparkSession) -> None:
    """Of a table the newest pull is shown; before there is one, the message says how to pull."""
    made(settings, address(database))
    with pytest.raises(LandingError, match="nothing of trainings has landed yet"):
        preview(settings, "courses", 3, spark=spark)
    workplace = open_workplace(settings, "courses")
    extract_sources(workplace, workplace.dataset.spec.as_of, ("trainings",))
    [found] = preview(settings, "courses", 3, spark=spark)
    assert (found.records, found.kept, len(found.rows)) == (100, 100, 3)
    assert {"learner_email", "learner_name"} <= set(found.dropped)


@pytest.mark.usefixtures("password")
@pytest.mark.parametrize(
    ("table", "says"), [("keyless", "has no key"), ("hollow", "no record"), ("absent", "no such table")]
)
def test_tables_that_cannot_be_pulled(database: Database, settings: Settings, table: str, says: str) -> None:
    """A table needs a key to be pulled by, and rows to be known by."""
    with pytest.raises(ClearwellError, match=says):
        made(settings, address(database, table))


ADDRESSES = [
    ("postgresql://me:secret@db/d?table=t", "a password in an address"),
    ("mysql://me@db/d?table=t", "no address of a table"),
    ("postgresql://me@db/d", "no address of a table"),
    ("postgresql://me@db/d?table=t;drop", "no address of a table"),
    ("postgresql://me@db:99999999/d?table=t", "no address of a table"),
    ("postgresql://me@db/d?table=t&sslmode=never", "no address of a table"),
    ("postgresql://me@/?table=t", "no address of a table"),
]


@pytest.mark.parametrize(("given", "says"), ADDRESSES)
def test_bad_addresses(tmp_path: Path, given: str, says: str) -> None:
    """What is no address is refused, and a password in one is never shown."""
    with pytest.raises(SettingsError, match=says) as refused:
        read_address(given, open_key_source(Settings(home=tmp_path)), "mine")
    assert "secret" not in str(refused.value)
