"""Every place of a published file is read; what can't be read is refused; nothing found is ever shown."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import PrivacyError
from pipeline.privacy.leaks.scan import stop_on_leaks
from tests.privacy.leaks.planted import CANARY, FINGERPRINTS, IDENTIFIERS, kinds, places, scan, write, write_table

LEAKS = {
    "full_name": "Asha Rao",
    "email": "asha.rao@corp.example",
    "phone": "9876543210",
    "national_id": "zx778199",
    "address": "12 MG Road",
    "identifier": "E-100742",
    "canary": CANARY,
}


@pytest.mark.parametrize(("kind", "leak"), LEAKS.items())
@pytest.mark.parametrize("name", ["v.html", "publication.json"])
def test_every_kind_in_every_place_of_documents(tmp_path: Path, name: str, kind: str, leak: str) -> None:
    """One leak of each kind in each place of a page or a JSON document is found, and its place says no value."""
    page = "<p>{}</p>|<img alt='{}'>|<p {}='1'>|<!-- {} -->|<script>const x = '{}'</script>|<style>/* {} */</style>"
    document = '{{"x": "{}"}}|{{"{}": 1}}|[[1, ["{}"]]]|"{}"|{{"a": "{}", "a": 1}}'
    for part in (page if name == "v.html" else document).split("|"):
        path = tmp_path / name
        path.write_text(part.format(leak), "utf-8")
        assert kind in kinds(path), part
        assert not any(leak.casefold() in place.casefold() for place in places(path))


@pytest.mark.parametrize(("kind", "leak"), LEAKS.items())
@pytest.mark.parametrize("name", ["v.csv", "v.parquet"])
def test_every_kind_in_every_place_of_tables(tmp_path: Path, name: str, kind: str, leak: str) -> None:
    """One leak of each kind is found in a cell, a cell with line ends, the name of a column and of the file."""
    assert {hit.place for hit in scan(write_table(tmp_path / name, ["x", leak])).hits if hit.kind == kind} >= {"team"}
    assert kind in kinds(write_table(tmp_path / name, ["x", f'a "quoted"\n{leak}\nend']))
    header = scan(write_table(tmp_path / name, ["x", leak], column=leak))
    assert {hit.place for hit in header.hits if hit.kind == kind} >= {"header", "column 1"}
    named = scan(write_table(tmp_path / f"{leak}{Path(name).suffix}", ["x"]))
    assert [(hit.file, hit.place) for hit in named.hits if hit.kind == kind] == [("file 1", "file name")]
    assert leak not in str(named)


@pytest.mark.parametrize(
    "page",
    [
        "<p><b>Asha</b> Rao</p>",
        "<p><b>Asha</b><b>Rao</b></p>",
        "<p>Ash<i>a</i> R<b>ao</b></p>",
        "<p>Asha&#32;Rao</p>",
        "<svg><text>Asha</text><text>Rao</text></svg>",
        "<svg><title>Asha</title><desc>Rao</desc></svg>",
        "<!-- Asha&#32;Rao -->",
        "<!DOCTYPE Asha Rao>",
        "<?Asha Rao?>",
        "<![CDATA[Asha Rao]]>",
        "<asha-rao>",
        "<p>Asha Rao",
    ],
)
def test_markup_hides_no_name(tmp_path: Path, page: str) -> None:
    """Elements within a name, entities, pictures, declarations and unfinished markup hide nothing."""
    path = tmp_path / "v.html"
    path.write_text(page, "utf-8")
    assert kinds(path) == {"full_name"}


NAMES = pa.array(["x", "Asha Rao"])
NESTED = {
    "list": pa.array([["x"], [], None, ["Asha Rao"]]),
    "struct": pa.array([{"a": "x"}, {"a": "Asha Rao"}]),
    "list of structs": pa.array([[{"a": "x"}, {"a": "Asha Rao"}]]),
    "key of a map": pa.array([[("Asha Rao", 1)]], pa.map_(pa.string(), pa.int64())),
    "item of a map": pa.array([[("x", "Asha Rao")]], pa.map_(pa.string(), pa.string())),
    "dictionary": NAMES.dictionary_encode(),
    "dictionary of large text": NAMES.cast(pa.large_string()).dictionary_encode(),
    "large text": NAMES.cast(pa.large_string()),
    "bytes": NAMES.cast(pa.binary()),
    "name of a field": pa.array([{"Asha Rao": 1}]),
}


@pytest.mark.parametrize("column", NESTED.values(), ids=NESTED.keys())
def test_every_type_of_parquet_is_read(tmp_path: Path, column: pa.Array) -> None:
    """Nested and encoded columns are read to their leaves."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": column}), path, write_statistics=False)
    assert kinds(path) == {"full_name"}


@pytest.mark.parametrize(
    "number", [pa.array([9876543210]), pa.array([9876543210.0]), pa.array([9876543210]).cast(pa.decimal128(24, 2))]
)
def test_numbers_of_parquet_are_read(tmp_path: Path, number: pa.Array) -> None:
    """A phone number in a column of numbers is found, and small ones beside it are not."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": number, "m": pa.array([17])}), path)
    assert {hit.place for hit in scan(path).hits if hit.kind == "phone"} == {"n", "n (statistics)"}


UNUSED = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int32()), ["x", "Asha Rao"])


@pytest.mark.parametrize("column", [UNUSED, pa.StructArray.from_arrays([UNUSED], ["a"])], ids=["plain", "nested"])
def test_dictionary_page_is_read_whole(tmp_path: Path, column: pa.Array) -> None:
    """A value that stands in a column's dictionary alone, in no row, is in the bytes all the same."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": column}), path, store_schema=False)
    assert "Asha Rao" not in str(pq.read_table(path)["n"].to_pylist())
    assert places(path) == {"n"}


def test_statistics_of_parquet_are_read(tmp_path: Path) -> None:
    """Least and greatest values are cells: they may outlive the rows."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": ["Asha Rao"]}), path)
    assert "n (statistics)" in places(path)


def test_metadata_of_parquet_is_read(tmp_path: Path) -> None:
    """What a writer put into the metadata of the file or of a field is scanned."""
    path = tmp_path / "v.parquet"
    table = pa.table({"n": ["x"]})
    pq.write_table(table.replace_schema_metadata({"author": "Asha Rao"}), path)
    assert places(path) == {"metadata"}
    pq.write_table(table.cast(pa.schema([pa.field("n", pa.string(), metadata={"Asha Rao": "x"})])), path)
    assert places(path) == {"metadata"}


def test_indexes_of_parquet_are_refused(tmp_path: Path) -> None:
    """An index of pages holds values that no reader shows, so the file is refused."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": ["x"]}), path, write_page_index=True)
    with pytest.raises(PrivacyError, match="can't be scanned for leaks"):
        scan(path)


def test_report_counts_and_holds_no_value(tmp_path: Path) -> None:
    """Hits are distinct values by file, place and kind; neither report nor error shows any of them."""
    table = write_table(tmp_path / "v.csv", ["Asha Rao", "Asha Rao", "Rao Asha", CANARY, "fine"])
    page = write(tmp_path / "v.html", ["Asha Rao"])
    report = scan(table, page)
    hits = [(hit.file, hit.place, hit.kind, hit.count) for hit in report.hits]
    assert hits == [
        ("v.csv", "team", "canary", 1),
        ("v.csv", "team", "full_name", 2),
        ("v.html", "text", "full_name", 2),
    ]
    assert (report.files, report.fingerprints, report.identifiers) == (2, len(FINGERPRINTS), len(IDENTIFIERS))
    assert report.values == (1 + 5 + 5 * 5) + (1 + 2 + 5)
    with pytest.raises(PrivacyError) as caught:
        stop_on_leaks(report)
    assert str(caught.value) == (
        "personal data in what would be published\n"
        "  given:   v.csv, team: 1 x canary; v.csv, team: 2 x full_name; v.html, text: 2 x full_name\n"
        "  allowed: none\n"
        "  hint:    give the column a privacy action in its contract, or list an allowed value in its validValues"
    )
    assert "asha" not in json.dumps(report.document()).casefold()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("v.txt", b"fine"),
        ("v", b"fine"),
        ("v.csv", b"a,b\n1,Asha Rao,3\n"),
        ("v.csv", b"a\n\xff\xfe\n"),
        ("v.csv", b""),
        ("v.parquet", b"PAR1"),
        ("v.json", b'{"a": Asha Rao}'),
        ("v.json", b"[" * 100_000),
        ("v.html", b"\xff"),
    ],
)
def test_unreadable_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """What can't be read can't be published; the error quotes nothing of it."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(PrivacyError, match="can't be scanned for leaks") as caught:
        scan(path)
    assert "Asha" not in str(caught.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """A binary column without text has nothing to search, so the file is refused."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": pa.array([b"\xff\xfe"])}), path)
    with pytest.raises(PrivacyError, match="can't be scanned"):
        scan(path)
