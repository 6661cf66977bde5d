"""The command that generates a company."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.errors import SettingsError


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["generate", *words], env={"COLUMNS": "160"}, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_the_help_teaches() -> None:
    """The help says what is written, how to reach the systems, and how to get the size of a real company."""
    told = " ".join(run("--help").split())
    for words in ("connections.yaml", "truth/", "--employees 500000 --size 1TB", "same bytes"):
        assert words in told


def test_what_was_written_is_told(tmp_path: Path) -> None:
    """Afterwards each source stands with its records, and each kind of truth with its rows."""
    told = run("--out", str(tmp_path / "c"), "--employees", "20", "--years", "4", "--size", "1MB")
    for name in ("hrms_employees", "payroll_pay", "lms_trainings", "reviews", "legacy_leave", "letters", "together"):
        assert name in told
    assert "spans" in told
    assert "clearwell run attrition" in told


def test_a_wrong_size_is_one_clear_error(tmp_path: Path) -> None:
    """A size that can't be read ends before anything is written."""
    with pytest.raises(SettingsError, match="the size can't be read"):
        run("--out", str(tmp_path / "c"), "--size", "large")
    assert list(tmp_path.iterdir()) == []
