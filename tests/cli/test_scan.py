"""`clearwell scan`: the spans of a user's own texts for programs, from every kind of file, and what it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.main import app
from pipeline.cli.scanning.texts import Wanted, read_batches
from pipeline.errors import ClearwellError, SettingsError, SourceError
from pipeline.evidence.record import write_evidence
from pipeline.jobs.rosters import roster_key
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.scanner import make_engine
from pipeline.storage.runs import RunManifest, write_run
from pipeline.storage.zones import Zones, open_zones
from tests.services.folders import write_folder

NOTES = [
    "Call Ann Lee at +1 212 555 5555 or write to ann.lee@example.com",
    "",
    "nothing to see here",
    "her driver license is A1234567, her SSN 078-05-1126",
    "😀 host 10.0.0.1 and ünïcode bob@example.com",
]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLEARWELL_NAME_MODEL", "none")


@pytest.fixture
def staff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Zones:
    """The zones of a home with one run, `r1`, of the dataset `staff`, which has left no roster."""
    write_folder(tmp_path / "datasets")
    monkeypatch.setenv("CLEARWELL_DATASETS", str(tmp_path / "datasets"))
    zones = open_zones(tmp_path / "home")
    write_run(zones.warehouse, RunManifest("staff", "r1", "2025-12-31", "code", "1", {}), None)
    write_evidence(zones.evidence, "staff", "r1", "run", {"created": "2026-01-01"})
    return zones


def scan(*words: str | Path, given: bytes = b"") -> Result:
    return CliRunner().invoke(app, ["scan", *map(str, words)], input=given)


def spans(*words: str | Path, given: bytes = b"") -> list[list[dict[str, Any]]]:
    done = scan("--json", *words, given=given)
    assert done.exit_code == 0, done.exception
    return [json.loads(line) for line in done.stdout.splitlines()]


def types(*words: str | Path, given: bytes = b"") -> list[list[str]]:
    return [[span["entity_type"] for span in of_text] for of_text in spans(*words, given=given)]


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_patterns_alone_answer_as_presidio(tmp_path: Path) -> None:
    """A line gives the spans, types, scores and order of Presidio's engine with the same recognizers."""
    engine = make_engine()
    expected = [
        [
            {"start": item.start, "end": item.end, "entity_type": item.entity_type, "score": item.score}
            for item in engine.analyze(note, "en")
        ]
        for note in NOTES
    ]
    assert spans("--patterns-only", written(tmp_path / "notes.txt", "\n".join(NOTES))) == expected


@pytest.mark.parametrize(
    ("content", "starts"),
    [
        (b"", []),
        (b"\n", [None]),
        (b"\n\n", [None, None]),
        (b"10.0.0.1", [0]),
        (b"10.0.0.1\n", [0]),
        (b"10.0.0.1\r\n\r\nx 10.0.0.1\r\n", [0, None, 2]),
        (b"\xef\xbb\xbf10.0.0.1\n\xef\xbb\xbf", [0, None]),
        ("😀 10.0.0.1\n".encode(), [2]),
        ("a\x0bb\u2028c 10.0.0.1\n".encode(), [6]),
        (b"x\ry 10.0.0.1\n", [4]),
        (b"\0 10.0.0.1\n", [2]),
    ],
)
def test_a_text_is_a_line_without_its_end(content: bytes, starts: list[int | None]) -> None:
    """Positions count characters; only line feeds end a line, a carriage return before one belongs to it."""
    found = spans("--patterns-only", "-", given=content)
    assert [of_text[0]["start"] if of_text else None for of_text in found] == starts


@pytest.mark.parametrize(
    ("name", "content", "words", "expected"),
    [
        ("a.csv", 'id,note\n1,"a@example.com\nand more"\n2,none\n', ("--text", "note"), [["EMAIL_ADDRESS"], []]),
        ("a.csv", "\ufeffnote;id\r\na@example.com;1\r\n\r\n;2\r\n", ("--text", "note"), [["EMAIL_ADDRESS"], []]),
        ("a.csv", "note\na@example.com\n", (), [[], ["EMAIL_ADDRESS"]]),
        ("a.jsonl", '{"t":"a@example.com"}\n\n{"t":null}\n{}\n', ("--text", "t"), [["EMAIL_ADDRESS"], [], [], []]),
        ("a.txt", "\na@example.com\n10.0.0.1", ("--whole",), [["EMAIL_ADDRESS", "IP_ADDRESS"]]),
        ("a.rtf", r"{\rtf1 Write to a@example.com\par }", (), [["EMAIL_ADDRESS"]]),
    ],
)
def test_texts_of_records_and_documents(
    tmp_path: Path, name: str, content: str, words: tuple[str, ...], expected: list[list[str]]
) -> None:
    """A column of records, a whole file, or a document; a missing value is an empty text."""
    assert types(*words, written(tmp_path / name, content)) == expected


def test_files_follow_each_other(tmp_path: Path) -> None:
    """Lists come in the order of the files that were named."""
    one, other = written(tmp_path / "1", "10.0.0.1"), written(tmp_path / "2", "a@example.com\n")
    assert types(other, one) == [["EMAIL_ADDRESS"], ["IP_ADDRESS"]]


@pytest.mark.parametrize(
    ("name", "content", "words", "kind", "says"),
    [
        ("bad.txt", b"a@example.com\n\xff secret\n", (), SourceError, "bad.txt:2: not UTF-8"),
        ("bad.txt", b"a\n\xff\n", ("--whole",), SourceError, "bad.txt:2: not UTF-8"),
        ("bad.csv", b"note\na\n\xff\n", ("--text", "note"), SourceError, "bad.csv:3: not UTF-8"),
        ("bad.csv", b'note,id\n"open,1\n', ("--text", "note"), SourceError, "bad.csv:2: not CSV"),
        ("bad.csv", b"note,id\nsecret\n", ("--text", "note"), SourceError, "bad.csv:2: 1 fields\n  allowed: 2, as"),
        ("bad.csv", b"a,b\n", ("--text", "note"), SettingsError, "bad.csv: no such column\n  given:   note\n"),
        ("bad.jsonl", b'{"t":"a"}\n{"t":1}\n', ("--text", "t"), SourceError, "bad.jsonl:2: no JSON object whose t is"),
        ("bad.jsonl", b"secret\n", ("--text", "t"), SourceError, "bad.jsonl:1: no JSON object whose t is text"),
        ("bad.jsonl", b"[]\n", ("--text", "t"), SourceError, "bad.jsonl:1: no JSON object whose t is text"),
        ("bad.txt", b"a", ("--text", "t"), SettingsError, "--text names a column of records"),
        ("bad.docx", b"secret", (), SourceError, "bad.docx: can't be read as a document\n  given:   docx."),
    ],
)
def test_a_damaged_file_prints_nothing(
    tmp_path: Path, name: str, content: bytes, words: tuple[str, ...], kind: type[ClearwellError], says: str
) -> None:
    """Not even the lists of the lines before; the message has the line, and not a word of it."""
    done = scan("--json", *words, written(tmp_path / name, content))
    assert (done.exit_code, done.stdout) == (1, "")
    assert isinstance(done.exception, kind)
    assert str(done.exception).removeprefix(f"{tmp_path}/").startswith(says)
    assert "secret" not in str(done.exception)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("gone.txt",), "a file can't be opened\n  given:   gone.txt\n  allowed: No such file or directory"),
        (("-", "--roster", "gone.csv"), "a file can't be opened\n  given:   gone.csv\n"),
        (("-", "--patterns-only", "--names", "x"), "--patterns-only leaves no room for --names\n"),
        (("-", "--stock", "--dataset", "x"), "--stock leaves no room for --dataset\n"),
        (("-", "--threshold", "0.39"), "--threshold is too low\n  given:   0.39\n  allowed: 0.4 to 1; what"),
        (("-", "--types", "EMAIL"), "no such entity type\n  given:   EMAIL\n  allowed: ADDRESS, CREDIT_CARD"),
        (("-", "--text", "t", "--whole"), "--text and --whole contradict each other\n"),
        (("-", "--dataset", "nothing"), "no dataset 'nothing'\n"),
    ],
)
def test_what_can_not_be_done_is_said(words: tuple[str, ...], says: str) -> None:
    """Options that name nothing, or contradict each other."""
    done = scan(*words)
    assert isinstance(done.exception, ClearwellError)
    assert str(done.exception).startswith(says)


def test_filters_leave_out(tmp_path: Path) -> None:
    """Types and least score choose among what was found; the score itself is enough."""
    notes = written(tmp_path / "notes.txt", "\n".join(NOTES))
    assert types(notes, "--types", "ip_address, US_SSN") == [[], [], [], ["US_SSN"], ["IP_ADDRESS"]]
    assert types(notes, "--patterns-only", "--threshold", "0.85") == [
        ["EMAIL_ADDRESS"],
        [],
        [],
        ["US_SSN"],
        ["EMAIL_ADDRESS"],
    ]


def test_a_roster_knows_people(tmp_path: Path) -> None:
    """People of a file are found by name; columns of other names are not read."""
    people = written(tmp_path / "people.csv", "id;family_name;given_name\n1;Lee;Ann\n")
    assert types("-", "--roster", people, given=NOTES[0].encode()) == [["PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS"]]
    done = scan("-", "--roster", written(tmp_path / "no.csv", "id,name\n1,Ann\n"))
    assert str(done.exception).startswith("no.csv names nobody\n  given:   2 other columns\n  allowed: given_name, ")


def test_a_dataset_brings_recognizers_and_roster(tmp_path: Path, staff: Zones) -> None:
    """Its own recognizers, and the people of its newest run; somebody looked, and that is known."""
    entry = "recognizers: [{name: Tags, supported_entity: TAG, deny_list: [red]}]"
    written(tmp_path / "datasets" / "staff" / "recognizers.yaml", entry)
    people = Roster.build([{"given_name": "Ann", "family_name": "Lee"}])
    staff.landing.write(roster_key("staff", "r1"), people.to_bytes())
    assert types("-", "--dataset", "staff", given=b"Ann Lee has a red pen") == [["PERSON", "TAG"]]
    entry = json.loads(staff.evidence.read("audit.jsonl"))
    assert (entry["action"], entry["what"]) == ("scan.roster", {"dataset": "staff", "run": "r1"})


def test_patterns_alone_open_no_roster(staff: Zones) -> None:
    """Nobody looked where nobody had to."""
    staff.landing.write(roster_key("staff", "r1"), Roster.build([]).to_bytes())
    assert types("-", "--dataset", "staff", "--patterns-only", given=b"10.0.0.1") == [["IP_ADDRESS"]]
    assert not staff.evidence.exists("audit.jsonl")


def test_a_run_without_a_roster_is_told(staff: Zones) -> None:
    """A person learns that no names were known, and why; a program on standard error."""
    reason = "no roster was used: run r1 has no roster: refine is not done, or it has expired"
    assert reason in scan("-", "--dataset", "staff", given=b"10.0.0.1").stdout
    done = scan("-", "--json", "--dataset", "staff", given=b"10.0.0.1")
    assert reason in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_processes_give_the_same_bytes(tmp_path: Path) -> None:
    """Two processes answer as one does, in the same order."""
    many = written(tmp_path / "many.txt", "".join(f"{NOTES[at]}\n" * 1_000 for at in (0, 3, 4)))
    words = ["scan", "--patterns-only", "--json", str(many), "--jobs", "2"]
    two = subprocess.run([sys.executable, "-m", "pipeline.cli", *words], capture_output=True, check=True, timeout=60)
    assert [json.loads(line) for line in two.stdout.splitlines()] == spans("--patterns-only", many)


def test_a_reader_that_leaves_is_no_failure(tmp_path: Path) -> None:
    """A closed pipe ends the scan without a word."""
    many = written(tmp_path / "many.txt", "10.0.0.1\n" * 20_000)
    words = [sys.executable, "-m", "pipeline.cli", "scan", "--patterns-only", "--json", str(many)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'[{"start":0')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 1


def test_batches_are_bounded(tmp_path: Path) -> None:
    """A batch has at most a thousand texts, or one that is longer than a million characters."""
    path = written(tmp_path / "a.txt", "a\n" * 2_500 + "b" * 3_000_000 + "\nc\n")
    batches = list(read_batches(str(path), Wanted()))
    assert [len(batch.texts) for batch in batches] == [1_000, 1_000, 501, 1]
    assert [batch.first for batch in batches] == [1, 1_001, 2_001, 2_502]
    assert batches[-1].read == path.stat().st_size
