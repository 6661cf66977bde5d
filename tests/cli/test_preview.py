"""`clearwell preview`: what would be kept, and nothing else, without a run."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pipeline.errors import ContractError
from pipeline.jobs.preview import preview
from pipeline.onboarding.asked import Asked
from pipeline.onboarding.made import Wanted, make_dataset
from pipeline.settings import Settings

PEOPLE = "employee_id,vorname,nachname,gehalt,eintritt,notes\n" + "".join(
    f"E{n},Vn{n},Nachn{n},{3000 + n},2020-01-{n % 28 + 1:02},Please call Vn{n} Nachn{n} about it before the year ends\n"
    for n in range(40)
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A dataset made of a file with two bad rows."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    made = Settings(home=tmp_path / "home")
    make_dataset(made, Wanted("mine", (str(tmp_path / "people.csv"),), Asked()))
    (tmp_path / "people.csv").write_text(PEOPLE + "E90,Vn90,N,-5,2020-01-01,x\nE91,a,b\n")
    return made


def test_a_sample_is_checked_and_masked(settings: Settings, spark: SparkSession) -> None:
    """Rejected rows are counted by reason, kept ones masked; no key is made and nothing is written."""
    before = sorted(settings.root.rglob("*"))
    [found] = preview(settings, "mine", 3, spark=spark)
    assert (found.source, found.records, found.kept, found.key) == ("people", 42, 40, "throw-away")
    assert found.reasons == {"gehalt:minimum": 1, "record:csv.fields": 1}
    assert found.dropped == ("vorname", "nachname")
    assert [action for _, action in found.columns] == ["pseudonymise", "rank", "truncate", "redact"]
    assert len(found.rows) == 3
    number, rank, month, note = found.rows[0]
    assert len(str(number)) == 32
    assert rank == 0.013
    assert month == "2020-01-01"
    assert note == "Please call <PERSON> about it before the year ends"
    assert sorted(settings.root.rglob("*")) == before


def test_an_unknown_source_is_refused(settings: Settings, spark: SparkSession) -> None:
    """The known ones are listed."""
    with pytest.raises(ContractError, match="no source 'pay'"):
        preview(settings, "mine", 3, ("pay",), spark=spark)
