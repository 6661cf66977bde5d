"""Parquet files: their rows land as JSON Lines without loss, resumed and taken over as other files are."""

import datetime as dt
import hashlib
import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import Row, SparkSession

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Column, Privacy
from pipeline.errors import SourceError
from pipeline.extract.landing import verify_object
from pipeline.extract.members import read_members
from pipeline.extract.parquet_rows import JsonRows, columns_of
from pipeline.parsing.frames import Field
from pipeline.parsing.landed import make_splits, read_landed
from pipeline.quality.checks import checked
from tests.services.datasets import make_dataset
from tests.services.dumps import EARLY, Dumps

UTC = dt.UTC


def parquet(table: pa.Table | Mapping[str, Any], **options: Any) -> bytes:
    """A file of the table."""
    sink = io.BytesIO()
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), sink, **options)
    return sink.getvalue()


def lines(body: bytes, *asked: str) -> list[bytes]:
    """The lines that a file lands as."""
    return JsonRows(io.BytesIO(body), "f.parquet", asked).readall().splitlines()


@pytest.fixture
def dumps(tmp_path: Path) -> Dumps:
    return Dumps(tmp_path, {"kind": "parquet"})


STRUCT = pa.struct([("b", pa.int64()), ("c", pa.struct([("d", pa.string())]))])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([2**63 - 1, -(2**63), None]), b"9223372036854775807 -9223372036854775808 null"),
        (pa.array([2**64 - 1], pa.uint64()), b"18446744073709551615"),
        (pa.array([True, False, None]), b"true false null"),
        (pa.array([0.1, -0.0, 1e300, None]), b"0.1 -0.0 1e+300 null"),
        (pa.array([0.1], pa.float32()), b"0.10000000149011612"),
        (pa.array([float("nan"), float("inf"), float("-inf"), 1.0]), b'"NaN" "Infinity" "-Infinity" 1.0'),
        (pa.array([Decimal("1E-9"), Decimal("-12.5")], pa.decimal128(20, 10)), b"0.0000000010 -12.5000000000"),
        (pa.array([10**75], pa.decimal256(76, 0)), b"1" + b"0" * 75),
        (pa.array([dt.date(2019, 6, 30), dt.date(1, 1, 1), None]), b'"2019-06-30" "0001-01-01" null'),
        (pa.array([0, 1_500_000], pa.timestamp("us")), b'"1970-01-01T00:00:00.000000Z" "1970-01-01T00:00:01.500000Z"'),
        (pa.array([0], pa.timestamp("us", "Asia/Kolkata")), b'"1970-01-01T00:00:00.000000Z"'),
        (pa.array([1_000, 1], pa.timestamp("ns")), b'"1970-01-01T00:00:00.000001Z" "1970-01-01T00:00:00.000000001Z"'),
        (pa.array([1], pa.time64("us")), b'"00:00:00.000001"'),
        (pa.array([1_000], pa.time64("ns")), b'"00:00:00.000001"'),
        (pa.array(["x", '"\n\u2028', "", None]), '"x" "\\"\\n\u2028" "" null'.encode()),
        (pa.array(["x", None]).dictionary_encode(), b'"x" null'),
        (pa.array(["x", None], pa.string_view()), b'"x" null'),
        (pa.array([b"x", None], pa.binary_view()), b'"eA==" null'),
        (pa.array([b"\x00" * 16, None], pa.uuid()), b'"00000000-0000-0000-0000-000000000000" null'),
        (pa.array([b"\xff", b"a", None]), b'"/w==" "YQ==" null'),
        (pa.nulls(2), b"null null"),
        (pa.array([[1.5], [], None], pa.list_(pa.float64())), b"[1.5] [] null"),
        (pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())), b'[["k",1]] null'),
        (pa.array([{"b": 1, "c": {"d": "x"}}, None], STRUCT), b'{"b":1,"c":{"d":"x"}} null'),
        (pa.array([5], pa.duration("us")), b"5"),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_values_land_without_loss(column: pa.Array, expected: bytes) -> None:
    """Each type of a column has one way to stand in JSON, which keeps all it says."""
    found = b" ".join(line.removeprefix(b'{"a":').removesuffix(b"}") for line in lines(parquet({"a": column})))
    assert found == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"a.b": [1], "a.c": [2]}, {"a": {"b": 1, "c": 2}}),
        ({"a": pa.array([{"b": 1}]), "a.c": [2]}, {"a": {"b": 1, "c": 2}}),
        ({"x.a": pa.array([{"b": 1}]), "x.a.c": [2]}, {"x": {"a": {"b": 1, "c": 2}}}),
        ({"a.": [1], ".b": [2]}, {"a": {"": 1}, "": {"b": 2}}),
    ],
)
def test_a_dot_in_a_name_parts_it(columns: Mapping[str, Any], expected: Any) -> None:
    """A column whose name has a dot can be asked for by that name, beside a struct's own columns."""
    body = parquet(columns)
    assert [orjson.loads(line) for line in lines(body)] == [expected]
    places = [place for place, _ in columns_of(io.BytesIO(body), "f.parquet", ())]
    assert all(name in places for name in columns if name not in {"a", "x.a"})


def test_bytes_that_a_contract_asks_for_are_text(spark: SparkSession, dumps: Dumps) -> None:
    """A binary column that is asked for is read as UTF-8; a record that holds other bytes is rejected, as is a text."""
    bad = pa.array([b"ok", b"\xff", b"fine"]).cast(pa.binary())
    text = pa.Array.from_buffers(pa.string(), 3, pa.array([b"a", b"b", b"\xfe"]).buffers())
    dumps.write("staff_1.parquet", parquet({"employee_id": ["1", "2", "3"], "name": bad, "updated_at": text}))
    found = read(spark, dumps, "employee_id", "name", "updated_at")
    assert [(row.employee_id, row.name, row._reason) for row in found] == [
        ("1", "ok", None),
        (None, None, "json.encoding"),
        (None, None, "json.encoding"),
    ]


def read(spark: SparkSession, dumps: Dumps, *names: str) -> list[Row]:
    objects = dumps.pull().objects
    fields = [Field(name, "string") for name in names]
    return read_landed(spark, dumps.landing, make_splits(objects, 2), fields).collect()


def test_a_file_lands_with_its_origin(dumps: Dumps) -> None:
    """Rows land in order; the manifest tells names and types, the list of members length and digest of each file."""
    first = dumps.write("staff_1.parquet", parquet({"employee_id": ["1", "2"], "n": [1, 2]}, row_group_size=1))
    second = dumps.write("staff_2.parquet", parquet({"employee_id": ["3"], "n": [3]}))
    [landed] = (manifest := dumps.pull()).objects
    verify_object(dumps.landing, landed)
    assert dumps.records(manifest) == [b'{"employee_id":"%d","n":%d}' % (at, at) for at in (1, 2, 3)]
    assert (landed.format, landed.layout) == ("jsonl", {"columns": [["employee_id", "string"], ["n", "int64"]]})
    assert landed.origin == "dumps/staff_1.parquet … staff_2.parquet (2 files)"
    members = read_members(dumps.landing, landed.key)
    assert [(item.name, item.first, item.records) for item in members] == [
        ("staff_1.parquet", 0, 2),
        ("staff_2.parquet", 2, 1),
    ]
    assert [item.found for item in members] == [
        (len(body), hashlib.sha256(body).hexdigest()) for body in (first, second)
    ]


def test_files_that_did_not_change_are_taken_over(dumps: Dumps, monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest of the file decides, not its rows: an unchanged file is not converted again."""
    monkeypatch.setattr("pipeline.extract.files.PACK_BYTES", 1)
    for number in (1, 2):
        dumps.write(f"staff_{number}.parquet", parquet({"employee_id": [str(number)]}))
    early = dumps.pull(EARLY)
    dumps.seal(EARLY)
    dumps.write("staff_2.parquet", parquet({"employee_id": ["2"]}, compression="none"))
    late = dumps.pull()
    assert late.objects[0] == early.objects[0]
    assert late.objects[1].key != early.objects[1].key
    assert late.objects[1].records_digest == early.objects[1].records_digest


def test_a_pull_that_failed_goes_on(dumps: Dumps, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was finished before a failure is not read again."""
    monkeypatch.setattr("pipeline.extract.files.PACK_BYTES", 1)
    dumps.write("staff_1.parquet", parquet({"employee_id": ["1"]}))
    good = dumps.write("staff_2.parquet", parquet({"employee_id": ["2"]}))
    dumps.write("staff_2.parquet", good[:-1])
    with pytest.raises(SourceError, match="staff_2"):
        dumps.pull()
    (dumps.folder / "staff_1.parquet").unlink()
    with pytest.raises(SourceError, match=r"staff_2\.parquet is damaged"):
        dumps.pull()
    dumps.write("staff_1.parquet", parquet({"employee_id": ["1"]}))
    dumps.write("staff_2.parquet", good)
    assert [landed.records for landed in dumps.pull(fresh=True).objects] == [1, 1]


def test_other_columns_begin_another_object(dumps: Dumps) -> None:
    """Files of the same names and types lie together; another type is another object."""
    for number, value in enumerate([1, 2, "3"]):
        dumps.write(f"staff_{number}.parquet", parquet({"employee_id": [value]}))
    assert [landed.records for landed in dumps.pull().objects] == [2, 1]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (pa.table({"employee_id": pa.array([], pa.string())}), 0),
        (pa.schema([("employee_id", pa.string())]).empty_table(), 0),
        (pa.table({"a": [1, 2, 3]}).select([]), 0),
    ],
    ids=["no rows", "footer only", "no columns"],
)
def test_files_with_little_in_them(dumps: Dumps, table: pa.Table, expected: int) -> None:
    """A file without rows or columns lands without records."""
    dumps.write("staff_1.parquet", parquet(table))
    [landed] = dumps.pull().objects
    assert landed.records == expected


def nested(levels: int) -> pa.Table:
    kind = pa.int64()
    for _ in range(levels):
        kind = pa.list_(kind)
    return pa.table({"other": pa.array([], kind)})


GOOD = parquet({"employee_id": [str(at) for at in range(1_000)]}, compression="none", use_dictionary=False)
TWICE = pa.table([["x"], ["y"]], ["name", "name"])
INSIDE = pa.table({"a": [1], "a.b": [2]})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "staff_1.parquet is no Parquet file\n  given:   0 bytes"),
        (b"employee_id\n1\n", "staff_1.parquet is no Parquet file"),
        (b"PAR1", "staff_1.parquet is damaged: it has no footer that can be read"),
        (GOOD[:-20], "staff_1.parquet is damaged: it has no footer that can be read"),
        (GOOD[: len(GOOD) // 2], "staff_1.parquet is damaged: it has no footer that can be read"),
        (GOOD[:-12] + b"\xff" * 4 + GOOD[-8:], "staff_1.parquet is damaged"),
        (GOOD[:4] + b"\xff" * 60 + GOOD[64:], "staff_1.parquet is damaged: row group 1 of 1 can't be read"),
        (GOOD[:-4] + b"PARE", "staff_1.parquet is an encrypted Parquet file"),
        (parquet(TWICE), "staff_1.parquet has two columns in one place\n  given:   name"),
        (parquet(nested(33)), "staff_1.parquet nests columns too deep\n  allowed: 32 levels"),
        (parquet({".".join("a" * 33): [1]}), "staff_1.parquet nests columns too deep"),
        (GOOD.replace(b"employee_id", b"employee_i\xff"), "staff_1.parquet is damaged: it has no footer"),
        (parquet(INSIDE), "staff_1.parquet has two columns in one place\n  given:   a.b"),
    ],
)
def test_files_that_cannot_be_read(dumps: Dumps, body: bytes, message: str) -> None:
    """A file that is no whole Parquet file stops the pull by its name: nobody can say what its rows would have held."""
    dumps.write("staff_1.parquet", body)
    with pytest.raises(SourceError) as raised:
        dumps.pull()
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array([["x"]]), "list"),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), "map"),
        (pa.array([{"x": 1}]), "struct"),
        (pa.array([1], pa.duration("s")), "duration"),
    ],
)
def test_a_column_of_many_values_cannot_be_asked_for(dumps: Dumps, column: pa.Array, kind: str) -> None:
    """A list, map or struct is refused where a contract asks for it, and is only another column where none does."""
    dumps.write("staff_1.parquet", parquet({"employee_id": ["1"], "name": column}))
    with pytest.raises(SourceError, match=rf"can't ask for column name\n  given:   {kind}"):
        dumps.pull()
    dumps.write("staff_1.parquet", parquet({"employee_id": ["1"], "other": column}))
    assert dumps.pull(fresh=True).objects[0].records == 1


def test_memory_is_bounded() -> None:
    """However large a row group, only some of its rows and the pages that they lie in are held at a time."""
    body = parquet({"a": ["x" * 99_990 + str(at) for at in range(500)]}, use_dictionary=False, write_batch_size=10)
    rows, before, most, size = JsonRows(io.BytesIO(body), "f.parquet", ()), pa.total_allocated_bytes(), 0, 0
    while piece := rows.read(1 << 20):
        most, size = max(most, pa.total_allocated_bytes() - before), size + len(piece)
    assert size > 49_000_000
    assert most < 20_000_000


VALUES: Mapping[str, tuple[pa.DataType, st.SearchStrategy[Any], str]] = {
    "whole": (pa.int64(), st.integers(-(10**18) + 1, 10**18 - 1), "integer"),
    "small": (pa.int8(), st.integers(-128, 127), "integer"),
    "share": (pa.float64(), st.floats(allow_nan=False, allow_infinity=False), "number"),
    "money": (pa.decimal128(15, 2), st.decimals(-(10**12), 10**12, places=2), "number"),
    "flag": (pa.bool_(), st.booleans(), "boolean"),
    "text": (pa.string(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), "string"),
    "day": (pa.date32(), st.dates(), "date"),
    "moment": (pa.timestamp("us", "UTC"), st.datetimes(dt.datetime(1900, 1, 1), timezones=st.just(UTC)), "timestamp"),
    "naive": (pa.timestamp("ns"), st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)), "timestamp"),
    "in.side": (pa.string(), st.text("abc"), "string"),
}
COLUMNS = [
    Column(name.replace(".", "_"), kind, Privacy("keep"), place=name)  # type: ignore[arg-type]
    for name, (_, _, kind) in VALUES.items()
]


class Typed(Dumps):
    """Files under a contract with a column of each type."""

    @property
    def dataset(self) -> Dataset:
        source = {"kind": "parquet", "connection": "dumps", "files": "staff_*"}
        return make_dataset(self.root, {"dumps": source}, COLUMNS, changed="moment")


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.integers(0, 12))
    made = {}
    for name, (kind, values, _) in VALUES.items():
        column = pa.array(draw(st.lists(st.none() | values, min_size=rows, max_size=rows)), kind)
        made[name] = column.dictionary_encode() if name == "text" and draw(st.booleans()) else column
    return pa.table(made)


def plain(value: Any) -> Any:
    """As Spark gives it to Python."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None, microsecond=value.microsecond)
    return value


@given(table=tables(), group=st.integers(1, 5))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_values_arrive_as_they_were(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, table: pa.Table, group: int
) -> None:
    """Whatever a table holds, a contract with its types reads the same values, and no row is rejected."""
    dumps = Typed(tmp_path_factory.mktemp("typed"))
    dumps.write("staff_1.parquet", parquet(table, row_group_size=group))
    contract = dumps.dataset.contracts["dumps"]
    fields = [Field(item.name, item.logical_type, item.place) for item in contract.columns]
    landed = read_landed(spark, dumps.landing, make_splits(dumps.pull().objects, 2), fields)
    found = checked(landed, contract).collect()
    assert [row._reasons for row in found] == [[]] * table.num_rows
    for column in contract.columns:
        wanted = [plain(value) for value in table[column.source_name].cast(VALUES[column.source_name][0]).to_pylist()]
        assert [row[column.name] for row in found] == wanted
