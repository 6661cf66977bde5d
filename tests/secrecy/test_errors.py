"""Whatever goes wrong over a record, neither message nor evidence says what stood in it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipeline.cli.main import main
from tests.secrecy.canaries import PERSON, WORD
from tests.secrecy.search import Search, forms_of_text
from tests.services.mends import NOTE, Club, Mend, accepts, column, rows, table

CANARIES = (PERSON["given_name"], WORD)
SEARCH = Search({text: forms_of_text(text) for text in CANARIES})
NAMED = [{"property": "identity", "value": {"member": ["id"]}}]
FREEZE = [{"property": "onMismatch", "value": "freeze"}]
NONE_REJECTED = {"type": "custom", "engine": "clearwell", "implementation": "rejectedRows", "mustBe": 0}
QUERY = {"type": "sql", "query": "SELECT MAX(CAST(note AS INT)) FROM notes", "mustBe": 0}
GRUMPY = """
from presidio_analyzer import EntityRecognizer

class Grumpy(EntityRecognizer):
    def __init__(self):
        super().__init__(supported_entities=["MOOD"])

    def load(self):
        pass

    def analyze(self, text, entities, nlp_artifacts=None):
        if "and the" in text:
            raise ValueError(f"no mood for {text}")
        return []
"""
CAST = """
from pipeline.features.registry import feature

@feature(entity="member", source="notes", unit="number")
def number(events):
    "A number."
    return events.latest("note").cast("int")
"""
_TEXTS = rows(12, note=lambda at: f"{PERSON['given_name']} and the {WORD}" if at % 3 == 0 else "a note")


def noted(*columns: dict[str, Any], **words: Any) -> Callable[[Path], Club]:
    """A club whose one source has the canaries in its notes."""

    def make(folder: Path) -> Club:
        made = table(*(columns or (NOTE,)), customProperties=NAMED, **words)
        club = Club(folder, folder.name, {"notes": Mend("jsonl", made, _TEXTS, lambda _: None, "all", 0)})
        (club.datasets / club.name / "features.py").write_text(CAST)
        return club

    return make


def grumpy(folder: Path) -> Club:
    """A recognizer of the user's own that quotes what it can't read."""
    club = noted()(folder)
    (club.datasets / club.name / "recognizers.py").write_text(GRUMPY)
    return club


def torn(folder: Path) -> Club:
    """A file that ends within a record."""
    club = noted(quality=[{**NONE_REJECTED, "severity": "error"}])(folder)
    with (club.files / "notes.jsonl").open("a") as file:
        file.write(f'{{"id": "{PERSON["given_name"]}", "note": "{WORD}')
    return club


@dataclass(frozen=True)
class Case:
    """A club that fails, the exit status, what is said instead of the canaries, and whether `--debug` quotes them."""

    make: Callable[[Path], Club]
    status: int
    says: str
    quoted: bool = False


CASES = {
    "own recognizer": Case(grumpy, 1, "a text can't be searched for personal data"),
    "cast in a feature": Case(noted(column("note")), 1, "NumberFormatException was raised", quoted=True),
    "cast in a query": Case(noted(column("note"), quality=[{**QUERY, "severity": "error"}]), 3, "query"),
    "type": Case(noted(column("note", "integer", custom=FREEZE)), 3, "freeze"),
    "value": Case(
        noted(column("note", quality=accepts("a note")), quality=[{**NONE_REJECTED, "severity": "error"}]), 3, "gate"
    ),
    "torn record": Case(torn, 3, "gate"),
}


def clearwell(club: Club, home: Path, patch: pytest.MonkeyPatch, *words: str) -> int:
    """A command on the club's dataset; its exit status."""
    patch.setenv("CLEARWELL_HOME", str(home))
    patch.setenv("CLEARWELL_DATASETS", str(club.datasets))
    patch.setenv("CLEARWELL_CONNECTIONS", str(club.connections))
    patch.setenv("CLEARWELL_SPARK_LOG_LEVEL", "OFF")
    patch.setattr(sys, "argv", ["clearwell", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code))


@pytest.mark.parametrize("name", CASES)
def test_no_message_quotes_a_record(
    name: str,
    spark: SparkSession,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The run ends with its status and a message; canaries stand neither in it nor in the evidence.

    With --debug the same error quotes one, and the same search finds it.
    """
    case = CASES[name]
    club = case.make(tmp_path / name.replace(" ", "_"))
    assert clearwell(club, home, monkeypatch, "run", club.name) == case.status
    said = "".join(capfd.readouterr())
    assert case.says in said
    assert SEARCH.names_in(said.encode()) == set()
    assert SEARCH.in_folder(home / "evidence" / club.name) == {}
    if case.quoted:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is
            clearwell(club, home, monkeypatch, "run", club.name, "--debug")
        assert SEARCH.names_in(str(raised.value).encode()) != set()
