"""The data dictionary: what each column of a version means, from the version's folder alone."""

from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.release.dictionary import DictionaryEntry, describe_columns


@pytest.fixture(scope="module")
def entries(table, fill, tmp_path_factory: pytest.TempPathFactory) -> dict[str, DictionaryEntry]:
    folder = tmp_path_factory.mktemp("version")
    fill(folder, table(200))
    return {entry.column: entry for entry in describe_columns(folder)}


def test_every_column_is_described_in_its_order(entries: dict[str, DictionaryEntry], table) -> None:
    """Name, type and meaning are the manifest's."""
    assert list(entries) == table(1).column_names
    assert {name: entry.type for name, entry in entries.items()} == {
        "person": "string",
        "snapshot_date": "date",
        "country": "string",
        "tenure": "number",
        "level": "integer",
        "left": "boolean",
    }
    assert entries["tenure"].meaning == "What tenure says."


def test_roles_tell_what_a_column_is_for(entries: dict[str, DictionaryEntry]) -> None:
    """Entity, snapshot and label are told from the features."""
    roles = {name: entry.role for name, entry in entries.items()}
    assert roles == {"person": "entity", "snapshot_date": "snapshot", "left": "label"} | dict.fromkeys(
        ("country", "tenure", "level"), "feature"
    )


def test_what_is_missing_is_counted(entries: dict[str, DictionaryEntry], table) -> None:
    """The share is of all rows."""
    missing = table(200)["tenure"].null_count
    assert (entries["tenure"].missing, entries["tenure"].missing_share) == (missing, missing / 200)
    assert entries["left"].missing_share == 0.0


def test_values_spread_in_groups_only(entries: dict[str, DictionaryEntry]) -> None:
    """Numbers have a range and a mean, others their most frequent values; the entity has none."""
    assert entries["person"].bins == []
    assert entries["person"].spread == ""
    assert entries["country"].spread == "IN 34 %, US 34 %, DE 33 %"
    assert entries["level"].spread == "1 to 5, mean 3"
    assert sum(item["count"] for item in entries["level"].bins) == 200


def test_a_document_for_programs_holds_all(entries: dict[str, DictionaryEntry]) -> None:
    """With the bins and the share that is missing."""
    document = entries["country"].document()
    assert document["bins"][0] == {"label": "IN", "count": 67}
    assert document["missing_share"] == 0.0


def test_what_is_no_version_is_refused(tmp_path: Path) -> None:
    """A folder without a manifest is an error of ours."""
    with pytest.raises(PublishError):
        describe_columns(tmp_path)
