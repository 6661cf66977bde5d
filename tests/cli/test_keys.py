"""`clearwell keys`: epochs are shown, made and changed; keys never are."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.evidence.audit import check_chain
from pipeline.keys import open_key_source
from pipeline.settings import Settings
from pipeline.storage.zones import open_zones


class Laptop:
    """A home, and its command line."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.keys = open_key_source(self.settings)

    def call(self, *words: str, answer: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
        """`clearwell keys …`, which may ask once."""
        environment = {**os.environ, "CLEARWELL_HOME": str(self.settings.home), "COLUMNS": "200", **more}
        command = [sys.executable, "-m", "pipeline.cli", "keys", *words]
        return subprocess.run(
            command, input=answer, capture_output=True, env=environment, timeout=120, text=True, check=False
        )

    def audited(self) -> list[dict[str, Any]]:
        """What the audit log says was done; its chain holds."""
        evidence = open_zones(self.settings.root).evidence
        check_chain(evidence)
        return [json.loads(line) for line in evidence.read("audit.jsonl").splitlines()]


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """A home without a key."""
    return Laptop(tmp_path / "home")


def test_made_shown_and_rotated(laptop: Laptop) -> None:
    """One path through all commands: what they say is so, each change is audited, and no key is shown."""
    said = [laptop.call("create", "attrition"), laptop.call("rotate", "attrition", "--yes")]
    said += [laptop.call("show", "attrition"), laptop.call("show", "attrition", "--json")]
    assert [done.returncode for done in said] == [0] * 4, said
    first, second = laptop.keys.epochs("attrition")
    assert f"epoch {second} is current; {first} stays" in said[1].stdout
    assert json.loads(said[3].stdout) == {
        "dataset": "attrition",
        "from": f"{laptop.settings.root}/keys/development.key (development only)",
        "epochs": [{"epoch": first, "current": False, "runs": 0}, {"epoch": second, "current": True, "runs": 0}],
    }
    assert [entry["action"] for entry in laptop.audited()] == ["keys.create", "keys.rotate"]
    assert laptop.audited()[1]["what"] == {"dataset": "attrition", "epoch": first}
    masters = (laptop.settings.root / "keys" / "development.key").read_text().split()
    opened = [laptop.keys.data_key("attrition", epoch).key.hex() for epoch in (first, second)]
    shown = "".join(done.stdout + done.stderr for done in said) + json.dumps(laptop.audited())
    assert not [key for key in (*masters, *opened) if key in shown]


@pytest.mark.parametrize(("answer", "epochs", "status"), [("y\n", 2, 0), ("n\n", 1, 1), ("", 1, 1)])
def test_rotation_asks(laptop: Laptop, answer: str, epochs: int, status: int) -> None:
    """Without --yes it says what changes and waits for a yes; anything else changes nothing."""
    laptop.keys.create("attrition")
    done = laptop.call("rotate", "attrition", answer=answer)
    assert done.returncode == status
    assert "other pseudonyms" in done.stdout
    assert len(laptop.keys.epochs("attrition")) == epochs


@pytest.mark.parametrize("words", [("show", "attrition"), ("rotate", "attrition", "--yes")])
def test_no_key_yet(laptop: Laptop, words: tuple[str, ...]) -> None:
    """It is told, and none is made."""
    done = laptop.call(*words)
    assert done.returncode == 1
    assert "there is no development key" in done.stderr
    assert not (laptop.settings.root / "keys").exists()


def test_an_unknown_dataset(laptop: Laptop) -> None:
    """No key is made for a dataset that is not there."""
    done = laptop.call("create", "attrition2")
    assert done.returncode != 0
    assert not laptop.settings.root.exists()


def test_production_refuses(laptop: Laptop) -> None:
    """The development file is refused, one message long."""
    done = laptop.call("show", "attrition", CLEARWELL_PRODUCTION="true")
    assert done.returncode == 1
    assert "a development key file is refused in production" in done.stderr
