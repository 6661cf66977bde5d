"""Reading connections.yaml."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.extract.connections import ApiConnection, PostgresAddress, read_connections

GOOD = """
hrms: {url: "http://127.0.0.1:{port}", credential: hrms, sidecar: ["{python}", server.py]}
lms:
  postgres: {host: 127.0.0.1, port: "{port}", database: lms, user: reader}
  credential: lms
  sidecar: ["{python}", lms.py]
legacy: {folder: legacy}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "connections.yaml"
    path.write_text(text)
    return path


def test_reads_connections(tmp_path: Path) -> None:
    """Each kind is known by its own key; paths are relative to the file; a system without a credential needs none."""
    (tmp_path / "legacy").mkdir()
    connections = read_connections(write(tmp_path, GOOD + "open: {url: https://example.org}\n"))
    assert connections.api("hrms").credential == "hrms"
    assert connections.api("hrms").at("8080") == "http://127.0.0.1:8080"
    assert connections.api("open") == ApiConnection(url="https://example.org")
    assert connections.database("lms").at("5433").postgres.port == 5433
    assert connections.database("lms").workers == 2
    assert connections.path("legacy") == tmp_path / "legacy"
    assert connections.api("hrms").sidecar == ("{python}", "server.py")


def test_a_link_is_followed(tmp_path: Path) -> None:
    """Paths are relative to where the connections really are."""
    (tmp_path / "company" / "legacy").mkdir(parents=True)
    write(tmp_path / "company", GOOD)
    (tmp_path / "connections.yaml").symlink_to("company/connections.yaml")
    assert read_connections(tmp_path / "connections.yaml").path("legacy") == tmp_path / "company" / "legacy"


@pytest.mark.parametrize(
    ("host", "said", "protection"),
    [
        ("127.0.0.1", None, "prefer"),
        ("localhost", None, "prefer"),
        ("::1", None, "prefer"),
        ("db.example.org", None, "verify-full"),
        ("10.0.0.7", None, "verify-full"),
        ("10.0.0.7", "require", "require"),
        ("127.0.0.1", "verify-ca", "verify-ca"),
    ],
)
def test_protection_of_the_line(host: str, said: str | None, protection: str) -> None:
    """What leaves this machine is encrypted and its server proven, unless connections.yaml says otherwise."""
    address = {"host": host, "database": "lms", "user": "reader", "sslmode": said}
    assert PostgresAddress.model_validate(address).protection == protection


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
        ("hrms: {url: http://x, token_file: secret}", r"hrms\.token_file is not allowed"),
        ("hrms: {url: http://x, credential: ../secret}", r"hrms\.credential is not allowed"),
        ("lms: {postgres: {host: a}}", r"lms\.postgres\.database is not allowed"),
        ("lms: {postgres: {host: a, database: b, user: c, password: secret}}", r"lms\.postgres\.password is not"),
        ("lms: {postgres: {host: a, database: b, user: c, sslmode: maybe}}", r"lms\.postgres\.sslmode is not"),
        ('lms: {postgres: {host: a, port: "{port}", database: b, user: c}}', "has a {port} but no sidecar"),
        ("lms: {postgres: {host: a, database: b, user: c}, workers: 0}", r"lms\.workers is not allowed"),
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
    with pytest.raises(SettingsError, match=r"no folder 'hrms'(.|\n)*allowed: \['legacy'\]"):
        connections.path("hrms")
    with pytest.raises(SettingsError, match=r"no database 'hrms'(.|\n)*allowed: \['lms'\]"):
        connections.database("hrms")
