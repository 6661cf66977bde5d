"""What a run's leak scan watches for, and that publishing stops at it."""

from pathlib import Path

import pytest

from pipeline.contracts.dataset import load_dataset_folder
from pipeline.errors import PrivacyError
from pipeline.jobs.context import RunContext, Workplace
from pipeline.jobs.leaks import accepted_values, leak_watch, watch_of_run
from pipeline.jobs.publish import work
from pipeline.release.versions import latest_version
from pipeline.settings import SHIPPED_DATASETS


def test_accepted_are_values_that_are_published_as_they_are() -> None:
    """Valid values of kept columns and labels of levels, of older contracts as well; of no other column."""
    dataset = load_dataset_folder(SHIPPED_DATASETS / "attrition")
    accepted = accepted_values(dataset)
    assert {"Engineering", "EU+UK", "40+", "*"} <= accepted
    hidden = [
        column
        for source in dataset.contracts
        for contract in dataset.contracts_of(source)
        for column in contract.columns
        if column.privacy.action != "keep"
    ]
    kept = {
        value for contract in dataset.contracts.values() for item in contract.columns for value in item.valid_values
    }
    assert not (accepted & {value for column in hidden for value in column.valid_values}) - kept


def test_keys_of_a_run_are_watched_for(done: RunContext) -> None:
    """Keys that the run's tables know as pseudonyms are found in clear; a key that nobody has is not."""
    watch = leak_watch(done)
    known = done.pseudonymiser().pseudonyms([f"E{number:07d}" for number in range(1, 2_000)], "employee")
    held = {row[0] for row in done.kept("hrms_employees").select("employee_id").collect()}
    keys = [f"E{number:07d}" for number, pseudonym in enumerate(known, 1) if pseudonym in held]
    assert keys
    assert all(watch.kinds_in(f"of {key.lower()}.", is_cell=False) == {"identifier"} for key in keys[:20])
    assert watch.kinds_in("of E9999999.", is_cell=False) == set()


def test_canary_stops_publishing(done: RunContext, tmp_path: Path) -> None:
    """A planted value in the staged bytes stops the stage; what was published is served still."""
    file = tmp_path / "canaries.txt"
    file.write_text("Engineering\n", "utf-8")
    at = done.at
    watching = Workplace(at.settings.model_copy(update={"canaries": file}), at.dataset, at.zones, at.keys)
    before = latest_version(at.zones.published, "attrition")
    with pytest.raises(PrivacyError, match="personal data in what would be published") as caught:
        work(RunContext(watching, done.manifest))
    assert "canary" in str(caught.value.given)
    assert "Engineering" not in str(caught.value)
    assert latest_version(at.zones.published, "attrition") == before


def test_run_that_was_forgotten_is_watched_without_people(done: RunContext) -> None:
    """Where an erasure removed a run, canaries and patterns are left."""
    watch = watch_of_run(done.at, "0" * 16, done.pseudonymiser())
    assert (len(watch.fingerprints), len(watch.identifiers)) == (0, 0)
    assert watch.kinds_in("stranger@example.com", is_cell=True) == {"EMAIL_ADDRESS"}
    assert len(watch_of_run(done.at, done.run, done.pseudonymiser()).identifiers) > 0
