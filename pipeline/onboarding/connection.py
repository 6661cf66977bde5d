"""A connection for what a new dataset reads, added to `connections.yaml`; what stands there stays as it is."""

import os
import tempfile
from pathlib import Path

from pipeline.contracts.strict import Strict
from pipeline.errors import SettingsError
from pipeline.extract.connections import read_connections
from pipeline.onboarding.yaml_text import comment, flow

_MOST_TRIES = 100


def find_name(file: Path, wanted: str, connection: Strict) -> tuple[str, bool]:
    """The name under which the connection stands in `connections.yaml`, or may stand; and whether it does already.

    Raises:
        SettingsError: the file can't be read.
    """
    known = read_connections(file).systems if file.is_file() and file.read_text(encoding="utf-8").strip() else {}
    for number in range(1, _MOST_TRIES):
        name = wanted if number == 1 else f"{wanted}_{number}"
        if name not in known:
            return name, False
        if known[name] == connection:
            return name, True
    raise SettingsError("no name is free in connections.yaml", given=wanted)


def add_connection(file: Path, name: str, connection: Strict) -> None:
    """Add lines to the end of the file; a link to a file elsewhere stays one.

    Raises:
        SettingsError: with the lines the file could not be read any more; it is left as it was.
    """
    target = file.resolve()
    before = target.read_text(encoding="utf-8") if target.is_file() else ""
    line = f"{name}: {flow(connection.model_dump(exclude_defaults=True, mode='json'))}  {comment('by clearwell new')}\n"
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=target.parent, prefix=".connections-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(before + ("" if not before or before.endswith("\n") else "\n") + line)
        if target.is_file():
            os.chmod(made, target.stat().st_mode & 0o777)
        if read_connections(Path(made)).systems.get(name) != connection:
            raise SettingsError("connections.yaml can't take another line", hint=f"add by hand: {line.strip()}")
        os.replace(made, target)
    except SettingsError as error:
        Path(made).unlink()
        raise SettingsError("connections.yaml can't take another line", given=error.what, hint=f"add: {line}") from None
