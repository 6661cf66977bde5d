"""A version's manifest is canonical, and `verify_version` finds whatever was changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import PublishError
from pipeline.release.manifest import column_type, describe_file, manifest_bytes, read_manifest, verify_version
from pipeline.release.writers import write_parquet


@pytest.fixture(scope="module")
def whole(table, fill, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    fill(folder, table(200))
    return folder


@pytest.fixture
def version(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "v1"))


def edit(folder: Path, change: Callable[[dict], None]) -> None:
    document = json.loads((folder / "manifest.json").read_bytes())
    change(document)
    (folder / "manifest.json").write_text(json.dumps(document))


def rehash(folder: Path, name: str) -> None:
    """What a careful forger would do: make the manifest fit the changed file."""
    found = describe_file(folder / name)

    def change(document: dict) -> None:
        (entry,) = [file for file in document["files"] if file["name"] == name]
        entry.update(bytes=found.bytes, sha256=found.sha256)

    edit(folder, change)


def test_a_whole_version_has_no_problems(version: Path) -> None:
    """Untouched files agree with their manifest."""
    assert verify_version(version) == []


def test_the_manifest_reads_back_as_it_was_written(version: Path) -> None:
    """Reading and writing give the same canonical bytes, which hold no time."""
    raw = (version / "manifest.json").read_bytes()
    assert manifest_bytes(read_manifest(version)) == raw
    document = json.loads(raw)
    assert list(document) == sorted(document)
    assert raw.endswith(b"}\n")
    assert document["format"] == 1
    assert not {"created", "time", "started"} & set(document)


def flip_last_byte(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[-2] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("name", ["staff.csv", "staff.parquet", "croissant.json"])
def test_a_changed_byte_is_found(version: Path, name: str) -> None:
    """One flipped bit in any file of the manifest is named."""
    flip_last_byte(version / name)
    assert verify_version(version) == [f"{name} has another sha256 than the manifest says"]


def test_another_size_is_found(version: Path) -> None:
    """A file that grew is named with both sizes."""
    with (version / "staff.csv").open("a") as file:
        file.write("x\n")
    (problem,) = verify_version(version)
    assert problem.startswith("staff.csv has ")


@pytest.mark.parametrize("name", ["staff.csv", "staff.parquet", "croissant.json", "manifest.json"])
def test_a_missing_file_is_found(version: Path, name: str) -> None:
    """Each file that is gone is named."""
    (version / name).unlink()
    (problem,) = verify_version(version)
    assert name in problem


def test_rows_are_counted_even_where_the_hashes_fit(version: Path) -> None:
    """A CSV that lost a row is found by counting, though its hash was put into the manifest."""
    lines = (version / "staff.csv").read_text().splitlines(keepends=True)
    (version / "staff.csv").write_text("".join(lines[:-1]))
    rehash(version, "staff.csv")
    assert verify_version(version) == ["the CSV file has 199 rows, the manifest says 200"]


def test_columns_are_compared_even_where_the_hashes_fit(version: Path) -> None:
    """A Parquet file with other columns is found though its hash was put into the manifest."""
    write_parquet(pa.table({"other": list(range(200))}), version / "staff.parquet")
    rehash(version, "staff.parquet")
    assert verify_version(version) == ["the columns of the Parquet file are not those of the manifest"]


def test_a_data_file_that_the_manifest_leaves_out_is_found(version: Path) -> None:
    """Dropping a file from the manifest does not make it unwatched."""
    edit(version, lambda document: document.update(files=document["files"][1:]))
    assert verify_version(version) == ["staff.csv is not in the manifest"]


def test_a_file_outside_of_the_version_is_not_read(version: Path) -> None:
    """A manifest that points out of its folder has that file missing."""
    (version.parent / "elsewhere").write_text("x")
    edit(version, lambda document: document["files"][2].update(name="../elsewhere"))
    assert "../elsewhere is missing" in verify_version(version)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "columns": [{"x": 1}], "files": []}', "null"]
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: str) -> None:
    """Anything else under the manifest's name is an error of ours, not a traceback."""
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(PublishError, match="can't be read"):
        read_manifest(tmp_path)


def test_another_format_is_refused(version: Path) -> None:
    """A manifest of a later format is not guessed at."""
    edit(version, lambda document: document.update(format=2))
    with pytest.raises(PublishError, match="another format"):
        read_manifest(version)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (pa.string(), "string"),
        (pa.int32(), "integer"),
        (pa.float64(), "number"),
        (pa.decimal128(10, 2), "number"),
        (pa.bool_(), "boolean"),
        (pa.date32(), "date"),
        (pa.timestamp("us", "UTC"), "timestamp"),
    ],
)
def test_arrow_types_have_logical_types(kind: pa.DataType, name: str) -> None:
    """Every publishable type has its logical type."""
    assert column_type(kind) == name


def test_a_nested_type_has_no_logical_type() -> None:
    """What cannot be published is refused."""
    with pytest.raises(PublishError, match="can't be published"):
        column_type(pa.list_(pa.int64()))
