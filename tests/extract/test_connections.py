"""Reading connections.yaml."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.extract.connections import read_connections

GOOD = """
hrms: {url: "http://127.0.0.1:{port}", token_file: hrms/token, sidecar: ["{python}", server.py]}
legacy: {folder: legacy}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "connections.yaml"
    path.write_text(text)
    return path


def test_reads_connections(tmp_path: Path) -> None:
    """Paths are relative to the file, the token is stripped, an API without a token file needs none."""
    (tmp_path / "hrms").mkdir()
    (tmp_path / "hrms/token").write_text("abc\n")
    (tmp_path / "legacy").mkdir()
    connections = read_connections(write(tmp_path, GOOD + "open: {url: https://example.org}\n"))
    assert connections.token("hrms") == "abc"
    assert connections.token("open") == ""
    assert connections.path("legacy") == tmp_path / "legacy"
    assert connections.api("hrms").sidecar == ("{python}", "server.py")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hrms: [", "is not YAML"),
        ("- a", "is a mapping of names to connections"),
        ("hrms: here", "is a mapping of names to connections"),
        ("hrms: {}", r"hrms\.url is not allowed"),
        ("hrms: {url: ftp://secret}", r"hrms\.url is not allowed"),
        ("hrms: {url: http://x, tokn: secret}", r"hrms\.tokn is not allowed"),
        ("hrms: {folder: a, url: http://x}", r"hrms\.url is not allowed"),
        ('hrms: {url: "http://x:{port}"}', "has a {port} but no sidecar"),
    ],
)
def test_refuses(tmp_path: Path, text: str, message: str) -> None:
    """A wrong file says where it is wrong, and shows no value."""
    with pytest.raises(SettingsError, match=message) as caught:
        read_connections(write(tmp_path, text))
    assert "secret" not in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    """Without a file the error says where one is looked for."""
    with pytest.raises(SettingsError, match="CLEARWELL_CONNECTIONS"):
        read_connections(tmp_path / "connections.yaml")


def test_unknown_names(tmp_path: Path) -> None:
    """A name that is not there, or is of the other kind, lists the known ones."""
    connections = read_connections(write(tmp_path, GOOD))
    with pytest.raises(SettingsError, match=r"allowed: \['hrms'\]"):
        connections.api("legacy")
    with pytest.raises(SettingsError, match=r"allowed: \['legacy'\]"):
        connections.path("hrms")


@pytest.mark.parametrize("content", [None, " \n"])
def test_no_token(tmp_path: Path, content: str | None) -> None:
    """A token file that is missing or empty is an error: no request is sent without a token."""
    (tmp_path / "hrms").mkdir()
    if content is not None:
        (tmp_path / "hrms/token").write_text(content)
    with pytest.raises(SettingsError, match="missing or empty"):
        read_connections(write(tmp_path, GOOD)).token("hrms")
