"""The house is as its description says."""

import re
from pathlib import Path

import pytest

from ci.java import WHEEL

ROOT = Path(__file__).parents[1]


def rooms_in_the_tree() -> set[str]:
    inner = {f"pipeline/{path.name}" for path in (ROOT / "pipeline").iterdir() if (path / "__init__.py").exists()}
    outer = {name for name in ("infra", "monitoring", "secrets", "ci", "tests") if any((ROOT / name).glob("*"))}
    return inner | outer | {"pipeline/datasets"}


def test_architecture_lists_the_rooms_that_are_there() -> None:
    """ARCHITECTURE.md names every room of the tree and no other."""
    text = (ROOT / "ARCHITECTURE.md").read_text().partition("## Rooms")[2].partition("## Layers")[0]
    assert set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)) == rooms_in_the_tree()


def test_secrets_holds_no_python() -> None:
    """A package named `secrets` would shadow Python's own."""
    assert not list((ROOT / "secrets").rglob("*.py"))


@pytest.mark.parametrize(("file", "least"), [("requirements.lock", 100), ("ci/java.lock", 1)])
def test_a_lock_has_hashes_and_no_addresses(file: str, least: int) -> None:
    """Every library is pinned by version and hash, and no host is named."""
    lock = (ROOT / file).read_text()
    pinned = re.findall(r"^\S+==\S+", lock, re.MULTILINE)
    assert len(pinned) >= least
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert "://" not in lock


def test_the_wheel_of_java_is_the_locked_one() -> None:
    """The cache's folder is named after the version that the lock pins."""
    assert f"{WHEEL} " in (ROOT / "ci" / "java.lock").read_text()
