"""`clearwell new` by its command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.main import app

PEOPLE = "employee_id,vorname,nachname,alter,ort,notes,bleibt\n" + "".join(
    f"E{n},Vn{n},Nn{n},{20 + n % 40},{'abcdefghi'[n % 9]},[bold]see the long note of colleague {n} here,{n % 2}\n"
    for n in range(90)
)


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLEARWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "160")
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def new(*words: str) -> Result:
    return CliRunner().invoke(app, ["new", *words])


def test_it_tells_what_it_did_and_what_to_do_next(people: Path) -> None:
    """Columns with their actions and reasons, the release choice, where the result lies; no value."""
    told = new("mine", "--from", str(people), "--target", "bleibt").output
    for words in (
        "people: all 90 records, 7 columns",
        "pseudonymise",
        "redact",
        "the header says given name",
        "others may know it",
        "clearwell preview mine",
        "clearwell run mine",
        "connection mine added",
    ):
        assert words in told
    assert "Vn17" not in told
    assert "as coarse as needed" in told
    assert "Traceback" not in told


def test_json_is_for_programs(people: Path) -> None:
    """One document with the same facts."""
    told = json.loads(new("mine", "--from", str(people), "--json").output)
    assert (told["dataset"], told["entity"], told["quasi_identifiers"]) == ("mine", "employee", ["alter", "ort"])
    columns = {item["column"]: item for item in told["sources"]["people"]["columns"]}
    assert columns["vorname"] == {
        "column": "vorname", "type": "string", "nulls": 0, "distinct": 90, "meaning": "given_name", "found": {},
        "action": "drop", "why": "the header says given name",
    }  # fmt: skip
    assert told["release"]["choices"][0]["change"] == "as declared"


def test_files_may_follow_each_other(people: Path, tmp_path: Path) -> None:
    """A shell's pattern gives several files after one --from."""
    other = tmp_path / "people_2.csv"
    other.write_text(PEOPLE.replace("E", "F"))
    told = json.loads(new("mine", "--from", str(people), str(other), "--json").output)
    assert told["sources"]["people"]["records"] == 180


@pytest.mark.parametrize(
    ("words", "kind"),
    [(("Mine",), "SettingsError"), (("mine", "--target", "bleib"), "ContractError"), (("mine",), "SourceError")],
)
def test_a_failure_is_told(people: Path, words: tuple[str, ...], kind: str) -> None:
    """Bad names, unknown targets, files that are not there."""
    file = people if kind != "SourceError" else people.with_name("absent.csv")
    done = new(*words, "--from", str(file))
    assert done.exit_code == 1
    assert type(done.exception).__name__ == kind
