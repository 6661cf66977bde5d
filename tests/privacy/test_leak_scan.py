"""The leak scan finds what was planted in any kind of file, and is silent where nothing is."""

import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from pipeline.errors import PrivacyError
from pipeline.privacy.leak_scan import Fingerprints, LeakReport, scan_files, stop_on_leaks
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.scanner import shared_scanner

PSEUDONYMISER = Pseudonymiser(b"k" * 32)
ROSTER = Roster.build(
    [
        {
            "given_name": "Asha",
            "family_name": "Rao",
            "email": "asha.rao@corp.example",
            "phone": "+91 98765 43210",
            "national_id": "ZX-7781-99",
            "address": "12 MG Road, Indiranagar, Bengaluru 560038",
        },
        {"given_name": "Jean-Luc", "family_name": "Müller", "phone": "089 123456"},
        {"given_name": "New", "family_name": "Delhi"},
        {"given_name": "Single"},
    ]
)
FINGERPRINTS = Fingerprints.build(ROSTER, PSEUDONYMISER)
ACCEPTED = {"New Delhi", "IN"}
CANARY = "Zebra-Quartz-17"
CLEAN = ["asha", "Engineering", "New Delhi", "IN", "<30", "30-39", "Rao", "0f" * 16, None]


def write_table(path: Path, values: list[str | None], column: str = "team") -> Path:
    rows = len(values)
    columns = {
        column: pa.array(values, pa.string()),
        "score": pa.array([0.9876543210 + index for index in range(rows)]),
        "count": pa.array(range(rows), pa.int64()),
        "day": pa.array(["2021-12-31"] * rows),
        "flag": pa.array([True] * rows),
    }
    table = pa.table(columns)
    pa_csv.write_csv(table, path) if path.suffix == ".csv" else pq.write_table(table, path)
    return path


def write(path: Path, values: list[str | None]) -> Path:
    """A file of the path's kind with the values as cells, members or text."""
    texts = [value for value in values if value is not None]
    if path.suffix == ".json":
        path.write_text(json.dumps({"a": [{"label": text} for text in texts], "n": 0.9876543210}), "utf-8")
    elif path.suffix == ".html":
        rows = "".join(f"<tr><td>{text}</td></tr>" for text in texts)
        path.write_text(f"<html><style>td{{}}</style><table title='x'>{rows}</table>1.9876543210</html>", "utf-8")
    else:
        write_table(path, values)
    return path


def scan(*paths: Path) -> LeakReport:
    return scan_files(paths, FINGERPRINTS, PSEUDONYMISER, [CANARY], ACCEPTED)


def kinds(*paths: Path) -> set[str]:
    return {hit.kind for hit in scan(*paths).hits}


FILES = ["v.csv", "v.parquet", "v.json", "v.html"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ("Asha Rao", "full_name"),
        ("RAO, ASHA", "full_name"),
        ("by asha-rao in May", "full_name"),
        ("jean luc muller", "full_name"),
        ("asha.rao@corp.example", "email"),
        ("see ASHA.RAO@corp.example.", "email"),
        ("+91 98765-43210", "phone"),
        ("9876543210", "phone"),
        ("call 098765 43210 now", "phone"),
        ("zx778199", "national_id"),
        ("12 MG Road", "address"),
        ("12, MG Road; Indiranagar, Bengaluru 560038", "address"),
        ("x zebra-quartz-17 y", "canary"),
    ],
)
def test_planted_identity_is_found(tmp_path: Path, name: str, planted: str, kind: str) -> None:
    """A known identity or canary is found in every kind of file, in other writings as well."""
    assert kind in kinds(write(tmp_path / name, [*CLEAN, planted]))


@pytest.mark.parametrize("name", FILES)
def test_clean_file_is_silent(tmp_path: Path, name: str) -> None:
    """Categories, accepted values, single names, pseudonyms, fractions, dates and counts are no leaks."""
    report = scan(write(tmp_path / name, CLEAN))
    assert report.hits == ()
    assert report.values > 1
    stop_on_leaks(report)


def test_accepted_value_is_a_leak_elsewhere(tmp_path: Path) -> None:
    """The same words are found when the contract does not accept them."""
    path = write(tmp_path / "v.csv", ["New Delhi"])
    assert scan_files([path], FINGERPRINTS, PSEUDONYMISER, [], set()).hits[0].kind == "full_name"


@pytest.mark.parametrize("name", ["v.csv", "v.parquet"])
@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("stranger@example.com", "EMAIL_ADDRESS"),
        ("+1 212-456-7890", "PHONE_NUMBER"),
        ("536-90-4399", "US_SSN"),
        ("2345 6789 0124", "IN_AADHAAR"),
        ("ABCPE1234F", "IN_PAN"),
        ("4111 1111 1111 1111", "CREDIT_CARD"),
    ],
)
def test_patterns_of_strangers_are_found_in_cells(tmp_path: Path, name: str, cell: str, kind: str) -> None:
    """A cell that looks like an identifier is a leak even if nobody known has it."""
    assert kind in kinds(write(tmp_path / name, [*CLEAN, cell]))


@pytest.mark.parametrize("cell", ["10.0.0.1", "example.com", "KA01AB1234", "12345678", "Team 4711"])
def test_other_patterns_are_no_leaks(tmp_path: Path, cell: str) -> None:
    """Hosts, plates and numbers of things may be published."""
    assert kinds(write(tmp_path / "v.csv", [cell])) == set()


def test_pseudonyms_are_never_taken_for_identifiers(tmp_path: Path) -> None:
    """The shortcut for pseudonyms loses nothing: the scanner finds none in them."""
    draw = random.Random(1)
    for _ in range(300):
        assert shared_scanner().scan(f"{draw.getrandbits(128):032x}") == []


def test_integers_are_cells_as_well(tmp_path: Path) -> None:
    """A phone number in an integer column is found."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": pa.array([9876543210, 17], pa.int64())}), path)
    assert "phone" in kinds(path)


def test_dictionary_columns_are_read(tmp_path: Path) -> None:
    """A dictionary-encoded column is scanned by its values."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": pa.array(["x", "Asha Rao", "Asha Rao"]).dictionary_encode()}), path)
    assert [(hit.place, hit.count) for hit in scan(path).hits] == [("n", 1)]


@pytest.mark.parametrize(
    "page",
    [
        "<p><b>Asha</b> Rao</p>",
        "<p>Asha&#32;Rao</p>",
        "<img alt='Asha Rao'>",
        "<svg><text>Asha</text><text>Rao</text></svg>",
        "<!-- Asha Rao -->",
        "<script>const x = 'Asha Rao'</script>",
    ],
)
def test_every_part_of_a_page_is_read(tmp_path: Path, page: str) -> None:
    """Markup within a name, entities, attributes, pictures, comments and scripts hide nothing."""
    path = tmp_path / "v.html"
    path.write_text(page, "utf-8")
    assert kinds(path) == {"full_name"}


def test_keys_of_json_are_read(tmp_path: Path) -> None:
    """A name as a key is found, and the place shows its position only."""
    path = tmp_path / "v.json"
    path.write_text(json.dumps({"x": {"Asha Rao": 1}}), "utf-8")
    assert [hit.place for hit in scan(path).hits] == ["$.0.0 (key)"]


def test_metadata_of_parquet_is_read(tmp_path: Path) -> None:
    """What a writer put into a file's metadata is scanned."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": ["x"]}).replace_schema_metadata({"author": "Asha Rao"}), path)
    assert [hit.place for hit in scan(path).hits] == ["metadata"]


@pytest.mark.parametrize("name", ["v.csv", "v.parquet"])
def test_leaking_column_name_is_not_shown(tmp_path: Path, name: str) -> None:
    """A column that is called by a person's name is a leak, and the report numbers it."""
    report = scan(write_table(tmp_path / name, ["asha.rao@corp.example"], column="Asha Rao"))
    assert {hit.place for hit in report.hits} == {"header", "column 1"}


def test_report_counts_and_holds_no_value(tmp_path: Path) -> None:
    """Hits are distinct values by file, place and kind; neither report nor error shows any of them."""
    table = write_table(tmp_path / "v.csv", ["Asha Rao", "Asha Rao", "Rao Asha", CANARY, "fine"])
    page = write(tmp_path / "v.html", ["Asha Rao"])
    report = scan(table, page)
    hits = [(hit.file, hit.place, hit.kind, hit.count) for hit in report.hits]
    assert hits == [
        ("v.csv", "team", "canary", 1),
        ("v.csv", "team", "full_name", 2),
        ("v.html", "text", "full_name", 1),
    ]
    assert (report.files, report.fingerprints, report.canaries) == (2, len(FINGERPRINTS), 1)
    with pytest.raises(PrivacyError) as caught:
        stop_on_leaks(report)
    assert str(caught.value) == (
        "personal data in what would be published\n"
        "  given:   v.csv, team: 1 x canary; v.csv, team: 2 x full_name; v.html, text: 1 x full_name\n"
        "  allowed: none\n"
        "  hint:    give the column a privacy action in its contract, or list an allowed value in its validValues"
    )
    assert "asha" not in json.dumps(report.document()).casefold()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("v.txt", b"fine"),
        ("v.csv", b"a,b\n1,Asha Rao,3\n"),
        ("v.csv", b"a\n\xff\xfe\n"),
        ("v.csv", b""),
        ("v.parquet", b"PAR1"),
        ("v.json", b'{"a": Asha Rao}'),
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


def test_nested_columns_are_refused(tmp_path: Path) -> None:
    """A list column has no text to scan, so it is refused."""
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"n": [[1, 2]]}), path)
    with pytest.raises(PrivacyError, match="can't be scanned"):
        scan(path)


def test_fingerprints_round_trip_and_hold_nothing_clear() -> None:
    """Fingerprints read back are equal; no part of a name or number is in their bytes."""
    data = FINGERPRINTS.to_bytes()
    assert Fingerprints.from_bytes(data) == FINGERPRINTS
    assert Fingerprints.build(ROSTER, PSEUDONYMISER).to_bytes() == data
    assert not any(part in data.lower() for part in (b"asha", b"rao", b"98765", b"corp", b"road"))


@pytest.mark.parametrize("data", [b"", b"{}\n", b"x", FINGERPRINTS.to_bytes()[:-1], FINGERPRINTS.to_bytes() + b"x"])
def test_damaged_fingerprints_are_refused(data: bytes) -> None:
    """A scan against half the fingerprints would pass what it should not."""
    with pytest.raises(PrivacyError, match="no fingerprints"):
        Fingerprints.from_bytes(data)


def test_another_key_finds_nothing(tmp_path: Path) -> None:
    """Fingerprints are of no use without the key that made them."""
    path = write(tmp_path / "v.csv", ["Asha Rao"])
    assert scan_files([path], FINGERPRINTS, Pseudonymiser(b"x" * 32), [], []).hits == ()
