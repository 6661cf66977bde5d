"""Successors of landed objects: the same records but for those that were changed or blanked."""

import gzip
import hashlib
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import LandingError
from pipeline.extract import successors
from pipeline.extract.index import index_key, read_records
from pipeline.extract.journal import Journal
from pipeline.extract.landing import LandedObject, verify_object
from pipeline.extract.members import members_key, read_members
from pipeline.extract.place import Place, logical_key, successor_key
from pipeline.extract.segment import BodyKind
from pipeline.extract.successors import write_successor
from pipeline.extract.writer import LandingWriter
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Field, Records
from pipeline.storage.objects import FolderStore
from tests.services.dumps import HEADER, LAST, Dumps
from tests.services.landed_records import records_of

NAMES = ("Ann", "Zoé", "Quist, Bo", "अ", "x" * 300, "last")
_MANY = tuple(f"{name} {at}" for at, name in enumerate(NAMES * 100))
_COPY = BodyKind("db/staff", "copy", {"columns": [("employee_id", "text"), ("name", "text"), ("updated_at", "text")]})


def csv_rows(names: tuple[str, ...] = NAMES) -> bytes:
    return HEADER + b"".join(f'{at},"{name}",2020\n'.encode() for at, name in enumerate(names))


def json_rows(first: int = 0) -> bytes:
    return "".join(f'{{"employee_id": "{at}", "name": "{name}"}}\n' for at, name in enumerate(NAMES, first)).encode()


def files(root: Path, settings: dict[str, Any], **bodies: bytes) -> Dumps:
    dumps = Dumps(root, settings)
    for name, body in bodies.items():
        dumps.write(f"staff_{name.replace('__', '.')}", body)
    return dumps


def of_files(settings: dict[str, Any], **bodies: bytes) -> Callable[[Path], tuple[FolderStore, LandedObject]]:
    def land(root: Path) -> tuple[FolderStore, LandedObject]:
        dumps = files(root, settings, **bodies)
        return dumps.landing, dumps.pull().objects[0]

    return land


def of_bodies(kind: BodyKind, *bodies: bytes) -> Callable[[Path], tuple[FolderStore, LandedObject]]:
    def land(root: Path) -> tuple[FolderStore, LandedObject]:
        store = FolderStore(root)
        writer = LandingWriter(store, Place("staff", LAST, "dumps"), Journal("s", 1, ""), kind)
        for body in bodies:
            writer.append(body)
        writer.commit({"slice": "all"})
        return store, writer.complete((), {}).objects[0]

    return land


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"employee_id": [str(at) for at in range(len(NAMES))], "name": list(NAMES)}), sink)
    return sink.getvalue()


_XML = '<?xml version="1.0"?><!-- Ann --><R xmlns="urn:r">{}</R>'.format(
    "\n ".join(f"<P><employee_id>{at}</employee_id><name>{name}</name></P>" for at, name in enumerate(NAMES))
)
_PAGES = [
    f'{{"at": "{name}", "items": [{{"employee_id": "{at}", "name": "{name}"}} , {{"employee_id": "b"}}]}}'.encode()
    for at, name in enumerate(NAMES)
]
#: How objects of each format and compression come to be; six records or more each.
LANDED: Mapping[str, Callable[[Path], tuple[FolderStore, LandedObject]]] = {
    "csv": of_files({"kind": "csv"}, a__csv=csv_rows(), b__csv=HEADER, c__csv=csv_rows(("Cy", "Di")), d__csv=HEADER),
    "csv with damage": of_files({"kind": "csv"}, a__csv=csv_rows() + b'7,"broken\n8,x\n'),
    "gzip": of_files({"kind": "csv"}, a__csv__gz=gzip.compress(csv_rows())),
    "gzip, cut": of_files({"kind": "csv"}, a__csv__gz=gzip.compress(csv_rows(_MANY))[:-300]),
    "zstd": of_files({"kind": "csv"}, a__csv__zst=zstandard.compress(csv_rows())),
    "jsonl": of_files({"kind": "jsonl"}, a__jsonl=json_rows(), b__jsonl=json_rows(6)),
    "parquet": of_files({"kind": "parquet"}, a__parquet=parquet()),
    "xml": of_files({"kind": "xml", "record": "P"}, a__xml=_XML.encode()),
    "documents": of_files({"kind": "documents"}, **{f"{at}__txt": name.encode() for at, name in enumerate(NAMES)}),
    "json": of_bodies(BodyKind("api/staff", "json", {"records_at": "items"}), *_PAGES),
    "copy": of_bodies(_COPY, b"".join(f"{at}\t{name}\t\\N\n".encode() for at, name in enumerate(NAMES))),
}
every_format = pytest.mark.parametrize("land", LANDED.values(), ids=LANDED)


def unpack_zstd(body: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(body)


def bytes_of(store: FolderStore, key: str) -> list[bytes]:
    return [store.read(name) for name in (key, index_key(key), members_key(key)) if store.exists(name)]


@every_format
@pytest.mark.parametrize(
    "edits",
    [{}, {0: None}, {-1: None}, {0: b"new", -1: "अ neu".encode()}, {1: b"", 2: None, 3: b"x\ny" * 50}, "all"],
    ids=["none", "first", "last", "first and last", "many", "all"],
)
def test_records_are_as_edited(land: Callable[..., Any], edits: Any, tmp_path: Path) -> None:
    """Every record is as before, replaced or blank; ordinals and counts stay, and the object verifies."""
    store, landed = land(tmp_path)
    before = records_of(store, landed)
    every = dict.fromkeys(range(landed.records))
    wanted = every if edits == "all" else {at % landed.records: new for at, new in edits.items()}
    successor = write_successor(store, landed, wanted)
    verify_object(store, successor)
    expected = list(before)
    for at, new in wanted.items():
        expected[at] = (b"", "erased") if new is None else (new, before[at][1])
    assert records_of(store, successor) == expected
    assert (successor.key, successor.records) == (successor_key(landed.key), landed.records)
    assert records_of(store, landed) == before


@every_format
@pytest.mark.parametrize("ordinals", [[], [0], [1, 2, 5], [5]])
def test_some_records_at_once(land: Callable[..., Any], ordinals: list[int], tmp_path: Path) -> None:
    """Records are found by their ordinals, in a successor as in its object."""
    store, landed = land(tmp_path)
    for item in (landed, write_successor(store, landed, {5: b"new"})):
        whole = [record for record, _ in records_of(store, item)]
        assert list(read_records(store, item.key, ordinals)) == [whole[at] for at in ordinals]


def test_a_long_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is longer than what is held at a time is copied, blanked or replaced as any other."""
    store, landed = LANDED["csv"](tmp_path)
    monkeypatch.setattr(successors, "COPIED_BYTES", 100)
    before = [record for record, _ in records_of(store, landed)]
    assert len(before[4]) > 300
    for edits, expected in (({}, before[4]), ({4: None}, b""), ({4: b"x"}, b"x")):
        after = [record for record, _ in records_of(store, write_successor(store, landed, edits))]
        assert after == [*before[:4], expected, *before[5:]]


@every_format
def test_it_is_written_alike(land: Callable[..., Any], tmp_path: Path) -> None:
    """Done again, a successor is the same to the byte; one of a successor with nothing to do holds the same bytes."""
    store, landed = land(tmp_path)
    first = write_successor(store, landed, {1: None, 2: b"x"})
    bytes_first = bytes_of(store, first.key)
    assert write_successor(store, landed, {1: None, 2: b"x"}) == first
    assert bytes_of(store, first.key) == bytes_first
    second = write_successor(store, first, {})
    assert (second.sha256, second.records_digest) == (first.sha256, first.records_digest)
    assert logical_key(second.key) == logical_key(first.key) == landed.key


@every_format
def test_parsing_reads_what_is_left(land: Callable[..., Any], tmp_path: Path) -> None:
    """Parsing reads the records of a successor as those of its object, the blank ones aside."""
    store, landed = land(tmp_path)
    fields = [
        Field(name, "string") for name in (("text",) if landed.format == "documents" else ("employee_id", "name"))
    ]

    def read(item: LandedObject) -> Any:
        found = records_of(store, item)
        rejected = {at: reason for at, (_, reason) in enumerate(found) if reason}
        batch = Records(**{**vars(Records.of([record for record, _ in found])), "rejected": rejected})
        parsed = FORMATS[item.format].parse(batch, fields, item.layout)
        assert not parsed.reasons
        return pa.table(dict(parsed.columns)).to_pylist()

    before, after = read(landed), read(write_successor(store, landed, {0: None, 4: None}))
    assert [row for at, row in enumerate(after) if at not in (0, 4)] == [
        row for at, row in enumerate(before) if at not in (0, 4)
    ]
    assert not any([*after[0].values(), *after[4].values()])


@every_format
def test_nothing_of_a_blank_record_is_left(land: Callable[..., Any], tmp_path: Path) -> None:
    """Neither bytes nor digest stand in the successor, its index or members, decompressed or not."""
    store, landed = land(tmp_path)
    record = records_of(store, landed)[2][0]
    successor = write_successor(store, landed, {2: None})
    bodies = bytes_of(store, successor.key)
    plain = b"".join(left for left, _ in records_of(store, successor))
    for told in (record, hashlib.sha256(record).digest(), hashlib.sha256(record).hexdigest().encode()):
        assert not [body for body in (*bodies, plain) if told in body]


def test_what_lay_around_records_is_gone(tmp_path: Path) -> None:
    """Envelopes of pages and comments between records are not taken along."""
    for at, kind in enumerate(("json", "xml")):
        store, landed = LANDED[kind](tmp_path / str(at))
        successor = write_successor(store, landed, {0: None})
        assert b"Ann" in store.read(landed.key)
        assert b"Ann" not in store.read(successor.key)


def test_members_follow_their_records(tmp_path: Path) -> None:
    """Each file's place, length and digest are those of its records now; a file without records has no bytes."""
    store, landed = LANDED["csv"](tmp_path)
    successor = write_successor(store, landed, {0: None, 7: b"7,Eve,2020"})
    body, before = store.read(successor.key), read_members(store, landed.key)
    records = [record for record, _ in records_of(store, successor)]
    for member, old in zip(read_members(store, successor.key), before, strict=True):
        text = body[member.offset : member.offset + member.bytes]
        assert text == b"\n".join(records[old.first : old.first + old.records])
        assert member.sha256 == hashlib.sha256(text).hexdigest()
        assert (member.name, member.first, member.records) == (old.name, old.first, old.records)


def test_a_compressed_file_is_its_object(tmp_path: Path) -> None:
    """Its member has the length and digest of the compressed bytes, which the same codec reads."""
    for kind, decompress in (("gzip", gzip.decompress), ("zstd", unpack_zstd)):
        store, landed = LANDED[kind](tmp_path / kind)
        successor = write_successor(store, landed, {0: None})
        (member,) = read_members(store, successor.key)
        assert (member.bytes, member.sha256) == (successor.bytes, successor.sha256)
        assert len(decompress(store.read(successor.key))) == successor.unpacked


@pytest.mark.parametrize(
    ("kind", "edits", "names", "expected"),
    [
        ("documents", {0: None}, {}, ["erased-0", *(f"staff_{at}.txt" for at in range(1, 6))]),
        ("documents", {0: b"x"}, {}, [f"staff_{at}.txt" for at in range(6)]),
        ("documents", {}, {"staff_5.txt": None, "staff_1.txt": "b.txt"}, ["staff_0.txt", "b.txt", 2, 3, 4, "erased-5"]),
        ("csv", {0: None}, {}, ["staff_a.csv", "staff_b.csv", "staff_c.csv", "staff_d.csv"]),
        ("gzip", {}, {"staff_a.csv.gz": "x"}, ["x"]),
    ],
)
def test_names(kind: str, edits: Any, names: Any, expected: list[Any], tmp_path: Path) -> None:
    """Names that tell something are replaced, in what is said of the object as well; a blank document has none."""
    store, landed = LANDED[kind](tmp_path)
    successor = write_successor(store, landed, edits, names)
    expected = [name if isinstance(name, str) else f"staff_{name}.txt" for name in expected]
    assert [member.name for member in read_members(store, successor.key)] == expected
    told = expected[0] if len(expected) == 1 else f"{expected[0]} … {expected[-1]} ({len(expected)} files)"
    assert successor.origin == f"dumps/{told}"


def test_the_file_that_was_found_is_forgotten_where_it_changed(tmp_path: Path) -> None:
    """Length and digest of a Parquet file stay only as long as none of its rows changes."""
    store, landed = LANDED["parquet"](tmp_path)
    found = read_members(store, landed.key)[0].found
    assert read_members(store, write_successor(store, landed, {}).key)[0].found == found
    member = read_members(store, write_successor(store, landed, {0: None}).key)[0]
    assert (member.file_bytes, member.file_sha256) == (0, "")


@pytest.mark.parametrize("ordinal", [-1, 6])
def test_a_record_that_is_not_there(ordinal: int, tmp_path: Path) -> None:
    """An edit of no record is an error, and nothing is written."""
    store, landed = LANDED["jsonl"](tmp_path)
    with pytest.raises(LandingError, match="no such record"):
        write_successor(store, landed, {ordinal * 2: None})
    assert not store.exists(successor_key(landed.key))


def test_a_damaged_object(tmp_path: Path) -> None:
    """An object that is shorter than its index says has no successor."""
    store, landed = LANDED["jsonl"](tmp_path)
    store.write(landed.key, store.read(landed.key)[:-20])
    with pytest.raises(LandingError, match="ends before its records do"):
        write_successor(store, landed, {})
    assert not store.exists(successor_key(landed.key))


@pytest.fixture
def many(tmp_path: Path) -> tuple[FolderStore, LandedObject]:
    """An object of 600 records."""
    return of_files({"kind": "csv"}, a__csv=csv_rows(_MANY))(tmp_path)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.dictionaries(st.integers(0, 599), st.one_of(st.none(), st.binary(max_size=9)), max_size=30),
    most=st.integers(1, 1_000),
    size=st.integers(1, 1_000),
)
def test_in_pieces_of_any_size(many: tuple[FolderStore, LandedObject], edits: Any, most: int, size: int) -> None:
    """How many records and bytes are copied at once changes nothing."""
    store, landed = many
    whole = write_successor(store, landed, edits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(successors, "COPIED_RECORDS", most)
        patch.setattr(successors, "COPIED_BYTES", size)
        assert write_successor(store, landed, edits) == whole


@pytest.mark.parametrize(
    ("key", "successor"),
    [
        ("d/s/2025-12-31.1-00001.csv", "d/s/2025-12-31.1-00001.e001.csv"),
        ("d/s/2025-12-31.1-00001.e001.csv.gz", "d/s/2025-12-31.1-00001.e002.csv.gz"),
        ("d/s/2025-12-31.12-123456.e999.json", "d/s/2025-12-31.12-123456.e1000.json"),
    ],
)
def test_keys(key: str, successor: str) -> None:
    """A successor's key counts up, sorts before the next object, and leads back to the first name."""
    assert successor_key(key) == successor
    assert logical_key(successor) == logical_key(key)
    assert successor < key.replace("00001.", "00002.") or "123456" in key


def test_keys_of_other_things() -> None:
    """What is no landed object has no successor and one name."""
    assert logical_key("d/_rosters/0123") == "d/_rosters/0123"
    with pytest.raises(ValueError, match="no key of a landed object"):
        successor_key("d/_rosters/0123")
