"""The record of processing: what a dataset's files say, by purpose and legal basis, and nothing made up."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.contracts.dataset import Dataset, load_dataset_folder
from pipeline.release.processing import ACTIONS, ProcessingRecord, record_of
from pipeline.settings import SHIPPED_DATASETS
from tests.services.folders import column, contract, properties, write_folder

ZONES = {
    "landing": {"purpose": "Bytes", "clear_personal_data": True, "retention_days": 30, "object_lock": False},
    "published": {"purpose": "Versions", "clear_personal_data": False, "retention_days": None, "object_lock": False},
}


@pytest.fixture
def platform(tmp_path: Path) -> Path:
    file = tmp_path / "platform.yaml"
    file.write_text(yaml.safe_dump({"zones": ZONES}))
    return file


def dataset(folder: Path, processing: dict[str, Any] | None = None, **words: Any) -> Dataset:
    document = contract()
    properties(document).append(
        column("sick_days", "drop", privacy={"specialCategory": True, "basis": "eu-gdpr:A9-2-b"})
    )
    if processing:
        document["schema"][0]["customProperties"].append({"property": "processing", "value": processing})
    return load_dataset_folder(write_folder(folder, document, **words))


def test_columns_are_gathered_by_why_they_are_processed(tmp_path: Path, platform: Path) -> None:
    """A column with a basis of its own is an activity of its own; dropped columns are processed as well."""
    told = {"purpose": "dpv:PersonnelPayment", "basis": "dpv:Contract", "subjects": ["dpv:Employee"]}
    record = record_of(dataset(tmp_path, told), "vault", platform)
    assert [(it.purpose, it.basis, it.persons, it.data) for it in record.activities] == [
        (
            "dpv:PersonnelPayment",
            "dpv:Contract",
            ("dpv:Employee",),
            ("pay.employee_id", "pay.grade", "pay.amount"),
        ),
        ("dpv:PersonnelPayment", "eu-gdpr:A9-2-b", ("dpv:Employee",), ("pay.sick_days",)),
    ]
    assert record.special == ["pay.sick_days"]


def test_what_nobody_said_is_empty(tmp_path: Path, platform: Path) -> None:
    """Neither purpose nor persons are guessed."""
    first = record_of(dataset(tmp_path), "vault", platform).activities[0]
    assert (first.purpose, first.basis, first.persons) == ("", "", ())


def test_retention_is_that_of_the_platform_and_of_copies_elsewhere(tmp_path: Path, platform: Path) -> None:
    """Days of each zone, or none, and copies that an erasure can't reach."""
    kept = record_of(dataset(tmp_path, erasure={"elsewhere": [{"what": "backups", "days": 7}]}), "vault", platform)
    assert [(it.zone, it.holds, it.days, it.clear) for it in kept.retention] == [
        ("landing", "Bytes", 30, True),
        ("published", "Versions", None, False),
        ("elsewhere", "backups", 7, True),
    ]


def test_measures_and_recipients_are_told(tmp_path: Path, platform: Path) -> None:
    """Actions by number of columns, where keys come from, and how many persons hide each other for whom."""
    record = record_of(dataset(tmp_path), "vault", platform)
    assert record.measures["actions"] == {"keep": 1, "drop": 1, "pseudonymise": 1, "rank": 1}
    assert record.measures["keys"] == "HashiCorp Vault"
    assert (record.recipients["policy"], record.recipients["k"]) == ("internal", 5)


def test_the_shipped_dataset_has_a_whole_record() -> None:
    """Each column of attrition stands in it once, under a purpose, a legal basis and persons."""
    shipped = load_dataset_folder(SHIPPED_DATASETS / "attrition")
    record: ProcessingRecord = record_of(shipped, "development")
    columns = [f"{source}.{it.name}" for source, held in shipped.contracts.items() for it in held.columns]
    assert sorted(name for it in record.activities for name in it.data) == sorted(columns)
    assert all(it.purpose and it.basis and it.persons for it in record.activities)
    assert record.special == ["hrms_employees.disability_status", "legacy_leave.leave_type"]


def test_every_action_is_told_in_words() -> None:
    """The record says what happens to the columns of each action."""
    from typing import get_args

    from pipeline.contracts.model import Action

    assert set(ACTIONS) == set(get_args(Action))
