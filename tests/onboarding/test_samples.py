"""Samples of files: every format by our own parsing, and a clear word about what is none."""

import gzip
import io
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import SourceError
from pipeline.onboarding.sampled import Sampled
from pipeline.onboarding.sampling import sample_file, together


def texts(found: Sampled) -> dict[str, list[str | None]]:
    return {place: column.to_pylist() for place, column in found.columns.items()}


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


CSV = [
    pytest.param(b"a,b\n1,x\n2,\n", ",", "utf-8", {"a": ["1", "2"], "b": ["x", None]}, id="comma"),
    pytest.param("Größe;b\n1,5;ü\n".encode("windows-1252"), ";", "windows-1252",
                 {"Größe": ["1,5"], "b": ["ü"]}, id="1252"),
    pytest.param(b"a\tb\n1\t2\n", "\t", "utf-8", {"a": ["1"], "b": ["2"]}, id="tab"),
    pytest.param(b'\xef\xbb\xbfa,b\r\n"x, y","line\nbreak"\r\n', ",", "utf-8",
                 {"a": ["x, y"], "b": ["line\nbreak"]}, id="quotes"),
    pytest.param(b"\n\nonly\n7\n", ",", "utf-8", {"only": ["7"]}, id="one_column"),
    pytest.param(b"2019,2020\n1,2\n", ",", "utf-8", {"2019": ["1"], "2020": ["2"]}, id="years"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "delimiter", "encoding", "columns"), CSV)
def test_csv(tmp_path: Path, body: bytes, delimiter: str, encoding: str, columns: dict[str, list[str]]) -> None:
    """Dialect and encoding are found, and stand in what dataset.yaml will say."""
    found = sample_file(put(tmp_path, "x.csv", body))
    assert (found.kind, found.declared, found.whole) == ("csv", {"delimiter": delimiter, "encoding": encoding}, True)
    assert texts(found) == columns


def test_rows_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    """A row with a field too many is no part of the sample."""
    found = sample_file(put(tmp_path, "x.csv", "a,b\n1,2\n1,2,3\n"))
    assert (found.records, found.rejected, texts(found)) == (1, {"csv.fields": 1}, {"a": ["1"], "b": ["2"]})


def test_json_lines(tmp_path: Path) -> None:
    """Members of objects become places; arrays and names with dots are left out, with the reason."""
    rows = [{"a": 1, "b": {"c": "x", "d": [1]}, "e.f": 1}, {"a": 2.5, "b": None, "g": True}]
    found = sample_file(put(tmp_path, "x.jsonl", "\n".join(map(json.dumps, rows)) + "\n[1]\n"))
    assert texts(found) == {"a": ["1", "2.5"], "b.c": ["x", None], "g": [None, "true"]}
    assert found.json_kinds == {"a": {"int", "float"}, "b.c": {"str"}, "g": {"bool"}}
    assert set(found.left_out) == {"b.d", "e.f"}
    assert found.rejected == {"json.not_object": 1}


XML = """<?xml version="1.0"?><x:export xmlns:x="urn:a"><x:made on="2020"/>
<x:Review id="1"><x:By nr="5"/><x:R><x:Rating kind="overall">3</x:Rating><x:Rating kind="team">4</x:Rating></x:R>
<x:Skill>a</x:Skill><x:Skill>b</x:Skill></x:Review>
<x:Review id="2"><x:By nr="6"/><x:R><x:Rating kind="overall">5</x:Rating></x:R><x:Skill>c</x:Skill></x:Review>
</x:export>"""


def test_xml(tmp_path: Path) -> None:
    """The outermost element that repeats is the record; elements that repeat in it are told apart or joined."""
    found = sample_file(put(tmp_path, "x.xml", XML))
    assert found.declared == {"record": "Review"}
    assert texts(found) == {
        "@id": ["1", "2"],
        "By/@nr": ["5", "6"],
        "R/Rating[@kind='overall']": ["3", "5"],
        "R/Rating[@kind='team']": ["4", None],
        "Skill[]": ["a\nb", "c"],
    }


def test_the_record_of_xml_may_be_named(tmp_path: Path) -> None:
    """Where another element is meant, the user says so."""
    found = sample_file(put(tmp_path, "x.xml", XML), "Rating")
    assert texts(found) == {"@kind": ["overall", "team", "overall"]}


def test_parquet(tmp_path: Path) -> None:
    """Rows are read as a pull lands them; columns of lists are left out."""
    table = pa.table({"n": [1, None], "s": ["a", "b"], "l": [[1], [2]], "t": pa.array([0, None], pa.timestamp("ms"))})
    found = sample_file(put(tmp_path, "x.parquet", parquet(table)))
    assert (found.kind, found.declared) == ("parquet", {})
    assert texts(found) == {"n": ["1", None], "s": ["a", "b"], "t": ["1970-01-01T00:00:00.000Z", None]}
    assert set(found.left_out) == {"l"}


def test_compressed(tmp_path: Path) -> None:
    """A compressed file is read as what it holds."""
    assert texts(sample_file(put(tmp_path, "x.csv.gz", gzip.compress(b"a\n1\n")))) == {"a": ["1"]}


def test_several_files_are_one_sample(tmp_path: Path) -> None:
    """Samples of one layout go together; a member that one file lacks is null there."""
    parts = [sample_file(put(tmp_path, f"{n}.jsonl", json.dumps({"a": n} | ({"b": "x"} if n else {})))) for n in (0, 1)]
    found = together(parts)
    assert (found.records, found.whole) == (2, True)
    assert texts(found) == {"a": ["0", "1"], "b": [None, "x"]}


REFUSED = [
    pytest.param("x.csv", "", "x.csv is empty", id="empty"),
    pytest.param("x.csv", "\n \n", "x.csv is empty", id="blank"),
    pytest.param("x.csv", "a,b\n", "x.csv has a header and no rows", id="header_only"),
    pytest.param("x.csv", "1,2.5,2020-01-01\n2,3,2020-01-02\n", "looks like a row", id="headerless"),
    pytest.param("x.csv", "ann@x.org,bob\n", "looks like a row", id="headerless_mail"),
    pytest.param("x.csv", ",a,b\n0,1,2\n", "has a column without a name", id="unnamed"),
    pytest.param("x.csv", "a,b,a\n1,2,3\n", "has two columns of one name", id="duplicate"),
    pytest.param("x.csv", '"a,b\n1,2\n', "the header of x.csv can't be read", id="open_quote"),
    pytest.param("x.csv", "a,b\n1,2\n".encode("utf-16"), "x.csv is text in UTF-16", id="utf16"),
    pytest.param("x.csv.gz", gzip.compress(b"a,b\n1,2\n")[:-6], "x.csv.gz is damaged", id="cut"),
    pytest.param("x.dat", b"\x7fELF" + os.urandom(4000), "is no text", id="binary"),
    pytest.param("x.xlsx", b"PK\x03\x04" + b"\0" * 99, "is a ZIP archive or a workbook", id="workbook"),
    pytest.param("x.json", '[{"a": 1}]', "x.json is one JSON array", id="array"),
    pytest.param("x.jsonl", '{"a": [1]}\n', "no object with a member that can be a column", id="no_leaf"),
    pytest.param("x.parquet", b"PAR1" + b"0" * 50, "x.parquet is damaged", id="parquet"),
    pytest.param("x.parquet", parquet(pa.table({"a": pa.array([], pa.int64())})), "no rows", id="no_rows"),
    pytest.param("x.xml", "<a/>", "has no element inside its root", id="empty_xml"),
    pytest.param("x.xml", "<!DOCTYPE a [<!ENTITY x 'y'>]><a><b>1</b></a>", "not XML that may be read", id="entities"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "says"), REFUSED)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: str | bytes, says: str) -> None:
    """The message names the file and what to do, and holds no value of it."""
    with pytest.raises(SourceError, match=says) as refused:
        sample_file(put(tmp_path, name, content))
    assert "ann@x.org" not in str(refused.value)
