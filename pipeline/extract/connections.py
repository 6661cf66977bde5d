"""`connections.yaml`: where the systems are, and how to be let in. Never part of a dataset folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import SettingsError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ApiConnection(_Strict):
    """An HTTP API."""

    url: str = Field(pattern=r"^https?://", description="Base address; {port} is the sidecar's port")
    token_file: str | None = Field(None, description="File of the token, relative to connections.yaml")
    sidecar: tuple[str, ...] = Field(
        (), description="Command that must run while we pull; {port} is a free port, {python} our interpreter"
    )
    config: dict[str, str] = Field({}, description="More values of the manifest's config, such as start_date")


class FolderConnection(_Strict):
    """A folder of files."""

    folder: str = Field(description="Relative to connections.yaml, or absolute")


_Connection = TypeVar("_Connection", bound=_Strict)


@dataclass(frozen=True)
class Connections:
    """The content of connections.yaml, and the folder that its paths are relative to."""

    folder: Path
    apis: dict[str, ApiConnection]
    folders: dict[str, FolderConnection]

    def api(self, name: str) -> ApiConnection:
        """The API named `name`.

        Raises:
            SettingsError: there is none; the message lists the known ones.
        """
        if name not in self.apis:
            raise SettingsError(f"no API {name!r} in connections.yaml", given=name, allowed=sorted(self.apis) or "none")
        return self.apis[name]

    def path(self, name: str) -> Path:
        """The folder of files named `name`.

        Raises:
            SettingsError: connections.yaml has none, or it is not there.
        """
        if name not in self.folders:
            known = sorted(self.folders) or "none"
            raise SettingsError(f"no folder {name!r} in connections.yaml", given=name, allowed=known)
        path = self.folder / self.folders[name].folder
        if not path.is_dir():
            raise SettingsError(f"connections.yaml: the folder of {name!r} is not there", allowed="a folder of files")
        return path

    def token(self, name: str) -> str:
        """The token of an API, empty where it needs none.

        Raises:
            SettingsError: the file is missing or empty.
        """
        file = self.api(name).token_file
        if file is None:
            return ""
        path = self.folder / file
        token = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
        if not token:
            raise SettingsError(f"connections.yaml: the token file of {name!r} is missing or empty", given=file)
        return token


def read_connections(path: Path) -> Connections:
    """Read connections.yaml.

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
    apis = {str(name): _read(ApiConnection, str(name), item) for name, item in document.items() if "folder" not in item}
    folders = {
        str(name): _read(FolderConnection, str(name), item) for name, item in document.items() if "folder" in item
    }
    for name, api in apis.items():
        if "{port}" in api.url and not api.sidecar:
            raise SettingsError(f"connections.yaml: {name}.url has a {{port}} but no sidecar", allowed="a fixed port")
    return Connections(path.parent.absolute(), apis, folders)


def _read(kind: type[_Connection], name: str, item: object) -> _Connection:
    try:
        return kind.model_validate(item)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in (name, *problem["loc"]))
        raise SettingsError(f"connections.yaml: {where} is not allowed", allowed=problem["msg"]) from None
