"""Two persons are erased from a small company, by an erasure that is killed midway and gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.keys import DevelopmentKeyFile
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.release.versions import latest_version, list_versions
from pipeline.release.withdrawal import list_withdrawn
from pipeline.storage.objects import FolderStore
from pipeline.storage.runs import read_run
from pipeline.storage.scan import read_snapshot
from pipeline.synthetic.company import generate_company
from tests.secrecy.search import Search, forms_of_text

EMPLOYEES, YEARS, SEED = 60, 4, 3
#: The first one leads everybody, so that records of others name her; the other has no special place.
SUBJECTS = ("E0000001", "E0000013")
_NAMING = ("employee_id", "work_email", "phone", "national_id")


@dataclass
class Place:
    """A company and its home; commands run in processes of their own, as the tests' Spark has another home."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def start(self, *words: str) -> subprocess.Popen[str]:
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        command = [sys.executable, "-m", "pipeline.cli", *words]
        return subprocess.Popen(command, env=self.environment, start_new_session=True, **pipes)

    def run(self, *words: str) -> str:
        with self.start(*words) as process:
            out, error = process.communicate(timeout=400)
        assert process.returncode == 0, f"{words[0]}: {error[-1500:]}"
        return out


@dataclass
class Erased:
    """What was known before, and what was said after."""

    place: Place
    answers: dict[str, Any]
    search: Search
    before: dict[str, list[str]]
    run: str
    version: str
    certificate: Path

    @property
    def published(self) -> FolderStore:
        return FolderStore(self.place.home / "published")


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    folder = tmp_path_factory.mktemp("erasure")
    generate_company(folder / "company", EMPLOYEES, YEARS, SEED)
    settings = {"HOME": folder / "home", "CONNECTIONS": folder / "company" / "connections.yaml", "NAME_MODEL": "none"}
    place = Place(folder, {**os.environ, **{f"CLEARWELL_{name}": str(value) for name, value in settings.items()}})
    place.run("run", "attrition")
    answers = {key: json.loads(place.run("subject", "-d", "attrition", "--subject", key, "--json")) for key in SUBJECTS}
    search = Search(_needles(place.home, answers))
    before = search.in_folder(place.home)
    [version] = list_versions(FolderStore(place.home / "published"), "attrition")
    [run] = [path.stem for path in (place.home / "warehouse" / "_runs" / "attrition").glob("*.json")]
    _killed_after_landing(place)
    place.run("erase", "-d", "attrition", "--due")
    [certificate] = (place.home / "evidence" / "attrition" / "_erasures").iterdir()
    return Erased(place, answers, search, before, run, version.version, certificate)


def _needles(home: Path, answers: dict[str, Any]) -> dict[str, list[bytes]]:
    """What names the subjects in clear, and their pseudonyms under the home's key."""
    pseudonymiser = Pseudonymiser(DevelopmentKeyFile(home / "keys" / "development.key").data_key("attrition").key)
    needles: dict[str, list[bytes]] = {}
    for key, answer in answers.items():
        for record in answer["records"]["hrms_employees"]:
            values = {name: record[name] for name in _NAMING if record.get(name)}
            values["full name"] = f"{record['given_name']} {record['family_name']}"
            values["pseudonym"] = pseudonymiser.pseudonym(key, "employee")
            for name, value in values.items():
                needles.setdefault(f"{name} of {key}", []).extend(forms_of_text(value))
    return needles


def _killed_after_landing(place: Place) -> None:
    """SIGKILL as soon as the journal says that landing is done."""
    words = [word for key in SUBJECTS for word in ("--subject", key)]
    with place.start("erase", "-d", "attrition", "--yes", *words) as process:
        requests = place.home / "landing" / "attrition" / "_erasures"
        while not any('"landing"' in path.read_text() for path in requests.glob("*.json")):
            assert process.poll() is None, process.communicate()[1][-1500:]
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)


def test_they_stood_everywhere_before(erased: Erased) -> None:
    """The search that finds nothing afterwards finds all of it before: in landing in clear, beyond it by pseudonym."""
    clear = {name for name in erased.before if not name.startswith("pseudonym")}
    assert {name.split(" of ")[0] for name in clear} >= {*_NAMING, "full name"}
    zones = {file.split("/")[0] for name, files in erased.before.items() if name not in clear for file in files}
    assert zones == {"warehouse", "published"}


def test_nothing_of_them_is_left_in_any_file(erased: Erased) -> None:
    """Neither clear nor by pseudonym: landing, tables, versions, evidence, requests."""
    assert erased.search.in_folder(erased.place.home) == {}


def test_the_certificate_holds_and_names_nobody(erased: Erased) -> None:
    """It verifies without a key; it tells numbers; a changed one is refused."""
    told = json.loads(erased.certificate.read_text())
    assert (told["subjects"], told["final_scan"]["hits"], told["reason"]) == (len(SUBJECTS), 0, "erasure")
    assert told["zones"]["landing"]["records blanked"] > 0 < told["zones"]["landing"]["records edited"]
    environment = {"CLEARWELL_HOME": str(erased.place.home)}
    assert CliRunner().invoke(app, ["verify", str(erased.certificate)], env=environment).exit_code == 0
    forged = erased.place.folder / "forged.json"
    forged.write_text(erased.certificate.read_text().replace('"subjects": 2', '"subjects": 3'))
    assert CliRunner().invoke(app, ["verify", str(forged)], env=environment).exit_code != 0


def test_the_version_is_withdrawn_and_replaced(erased: Erased) -> None:
    """Everybody else's rows stay as they were; k holds; `latest` moved; the old files are gone."""
    [withdrawn] = list_withdrawn(erased.published, "attrition")
    latest = latest_version(erased.published, "attrition")
    assert (
        (withdrawn.version, withdrawn.replaced_by)
        == (erased.version, latest)
        == (erased.version, f"{erased.version}.e1")
    )
    rows = pq.read_table(erased.published.path(f"attrition/{latest}/attrition.parquet")).to_pylist()
    gone = {row["employee_pseudonym"] for answer in erased.answers.values() for row in answer["features"]}
    assert rows
    assert not gone & {row["employee_pseudonym"] for row in rows}
    assert not list(erased.published.path(f"attrition/{erased.version}").glob("*.parquet"))


def test_tables_balance(erased: Erased) -> None:
    """No row is lost: what was framed is kept or rejected, and the subjects' own rows are rejected as erased."""
    manifest = read_run(FolderStore(erased.place.home / "warehouse"), "attrition", erased.run)
    assert manifest is not None
    evidence = json.loads((erased.place.home / "evidence" / "attrition" / erased.run / "refine.json").read_text())
    for source, told in evidence["sources"].items():
        rows = read_snapshot(manifest.table(f"refined.attrition__{source}"), ("_reasons",)).to_pylist()
        own = sum(len(answer["records"].get(source, [])) for answer in erased.answers.values())
        assert len(rows) == told["framed"]
        assert sum(row["_reasons"] == ["record:erased"] for row in rows) == own


def test_they_can_t_come_back(erased: Erased) -> None:
    """The sources deliver them again: their records are read as erased ones, and a new version is without them."""
    erased.place.run("run", "attrition", "--fresh")
    latest = latest_version(erased.published, "attrition")
    folder = erased.published.path(f"attrition/{latest}")
    run = json.loads((folder / "manifest.json").read_text())["run"]
    evidence = json.loads((erased.place.home / "evidence" / "attrition" / run / "refine.json").read_text())
    reasons = [reason for told in evidence["sources"].values() for reason in told["reasons"]]
    assert sum(reason["rows"] for reason in reasons if reason["rule"] == "erased") > 0
    assert erased.search.in_folder(folder) == {}
    found = erased.search.in_folder(erased.place.home / "warehouse")
    assert found == {}


def test_who_did_it_is_known(erased: Erased) -> None:
    """Both tries and both questions stand in the audit log, and the chain holds."""
    lines = (erased.place.home / "evidence" / "audit.jsonl").read_text().splitlines()
    actions = [json.loads(line)["action"] for line in lines]
    assert (actions.count("subject"), actions.count("erase"), actions.count("erase.done")) == (2, 2, 1)
