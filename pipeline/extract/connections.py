"""`connections.yaml`: where the systems are, and how to be let in. Never part of a dataset folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import Field, ValidationError

from pipeline.contracts.strict import Strict
from pipeline.errors import SettingsError
from pipeline.keys.credentials import NAME

#: Stands for the sidecar's port.
PORT = "{port}"


class _System(Strict):
    """A system that is asked over the network."""

    credential: str | None = Field(None, pattern=NAME, description="Name of the token or password in the key source")
    sidecar: tuple[str, ...] = Field(
        (), description="Command that must run while we pull; {port} is a free port, {python} our interpreter"
    )


class ApiConnection(_System):
    """An HTTP API."""

    url: str = Field(pattern=r"^https?://", description="Base address; {port} is the sidecar's port")
    config: dict[str, str] = Field({}, description="More values of the manifest's config, such as start_date")

    def at(self, port: str) -> str:
        """The address, with the sidecar's port in it."""
        return self.url.replace(PORT, port)


class PostgresAddress(Strict):
    """Where a PostgreSQL database is, as whom to read it, and how the line is protected."""

    host: str = Field(pattern=r"^[A-Za-z0-9.:_-]+$", description="Name or address")
    port: int | Literal["{port}"] = Field(5432, description="{port} is the sidecar's port")
    database: str = Field(min_length=1)
    user: str = Field(min_length=1)
    sslmode: Literal["disable", "prefer", "require", "verify-ca", "verify-full"] | None = Field(
        None, description="As libpq has it; by default prefer on loopback, else verify-full"
    )
    root_certificate: str | None = Field(
        None, description="File that the server's certificate is checked against; by default the system's own"
    )

    @property
    def protection(self) -> str:
        """The sslmode to use: what leaves this machine is encrypted and the server proven, unless said otherwise."""
        loopback = self.host in ("localhost", "::1") or self.host.startswith("127.")
        return self.sslmode or ("prefer" if loopback else "verify-full")


class SqlConnection(_System):
    """A PostgreSQL database."""

    postgres: PostgresAddress
    workers: int = Field(2, ge=1, le=16, description="How many ranges of a table are read at once")
    tries: int = Field(6, ge=1, description="How often we try when the server is lost, with ever longer waits")

    def at(self, port: str) -> "SqlConnection":
        """The same with the sidecar's port, if it has one."""
        address = self.postgres.model_copy(update={"port": int(port)} if port else {})
        return self.model_copy(update={"postgres": address})


class FolderConnection(Strict):
    """A folder of files."""

    folder: str = Field(description="Relative to connections.yaml, or absolute")


_Connection = TypeVar("_Connection", bound=Strict)
#: The key that only this kind of connection has, and what the kind is called.
_KINDS: dict[str, tuple[type[Strict], str]] = {
    "folder": (FolderConnection, "folder"),
    "postgres": (SqlConnection, "database"),
    "url": (ApiConnection, "API"),
}


@dataclass(frozen=True)
class Connections:
    """The content of connections.yaml, and the folder that its paths are relative to."""

    folder: Path
    systems: dict[str, Strict]

    def api(self, name: str) -> ApiConnection:
        """The API named `name`.

        Raises:
            SettingsError: there is none; the message lists the known ones.
        """
        return self._find(name, ApiConnection)

    def database(self, name: str) -> SqlConnection:
        """The database named `name`.

        Raises:
            SettingsError: there is none; the message lists the known ones.
        """
        return self._find(name, SqlConnection)

    def path(self, name: str) -> Path:
        """The folder of files named `name`.

        Raises:
            SettingsError: connections.yaml has none, or it is not there.
        """
        path = self.folder / self._find(name, FolderConnection).folder
        if not path.is_dir():
            raise SettingsError(f"connections.yaml: the folder of {name!r} is not there", allowed="a folder of files")
        return path

    def _find(self, name: str, kind: type[_Connection]) -> _Connection:
        found = self.systems.get(name)
        if not isinstance(found, kind):
            word = next(word for known, word in _KINDS.values() if known is kind)
            allowed = sorted(known for known, item in self.systems.items() if isinstance(item, kind)) or "none"
            raise SettingsError(f"no {word} {name!r} in connections.yaml", given=name, allowed=allowed)
        return found


def read_connections(path: Path) -> Connections:
    """Read connections.yaml; a link to one elsewhere is followed, and paths are relative to where it leads.

    Raises:
        SettingsError: it is missing, not YAML, or says what is not allowed; no value is shown, it may be a secret.
    """
    if not path.is_file():
        raise SettingsError(
            "there is no connections.yaml",
            given=path.name,
            allowed="the file that CLEARWELL_CONNECTIONS names, by default connections.yaml in CLEARWELL_HOME",
        )
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else None
        raise SettingsError("connections.yaml is not YAML", given=where) from None
    if not isinstance(document, dict) or not all(isinstance(item, dict) for item in document.values()):
        raise SettingsError("connections.yaml is a mapping of names to connections", allowed="hrms: {url: ...}")
    return Connections(path.resolve().parent, {str(name): _read(str(name), item) for name, item in document.items()})


def _read(name: str, item: dict[object, object]) -> Strict:
    kind = next((kind for key, (kind, _) in _KINDS.items() if key in item), ApiConnection)
    try:
        system = kind.model_validate(item)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in (name, *problem["loc"]))
        raise SettingsError(f"connections.yaml: {where} is not allowed", allowed=problem["msg"]) from None
    if isinstance(system, ApiConnection) and PORT in system.url and not system.sidecar:
        raise SettingsError(f"connections.yaml: {name}.url has a {{port}} but no sidecar", allowed="a fixed port")
    if isinstance(system, SqlConnection) and system.postgres.port == PORT and not system.sidecar:
        raise SettingsError(f"connections.yaml: {name} has a {{port}} but no sidecar", allowed="a fixed port")
    return system
