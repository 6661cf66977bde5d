"""The learning system of a generated company: a real PostgreSQL with its tables, read only.

`python -m pipeline.synthetic.lms_server --data company/lms --port 5433`

It loads `schema.sql` and every `<table>.copy` beside it, and answers only then. The cluster stays in the data folder:
a second start is quick. Where the server's user can't reach that, or another server uses it, the cluster lies in a
temporary folder that goes when the server ends.
"""

import argparse
import fcntl
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from psycopg import sql

from pipeline.errors import ClearwellError
from pipeline.extract.sidecar import free_port
from pipeline.keys.credentials import read_credential
from pipeline.synthetic.postgres import Cluster
from pipeline.synthetic.postgres_program import reachable

DATABASE, READER = "lms", "clearwell_reader"
_CHUNK = 1 << 20
_RULES = tuple(f"host {DATABASE} {READER} {address} scram-sha-256" for address in ("127.0.0.1/32", "::1/128"))
#: A reader writes nothing, whatever it asks for.
_SERVING = {"default_transaction_read_only": "on", "autovacuum": "off"}


def main() -> int:
    """Serve until SIGTERM; exit status 1 where it can't, with the reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of schema.sql and *.copy")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        return serve(options.data.absolute(), options.port)
    except ClearwellError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def serve(data: Path, port: int) -> int:
    """Serve the tables in `data` on `port` until the server ends.

    Raises:
        KeySourceError: there is no password for the reader.
        SourceError: there is no PostgreSQL, or it refuses.
    """
    password = read_credential(data.parent / "credentials", data.name)
    with _cluster_folder(data) as (folder, lock):
        if not _is_whole(folder, data):
            _build(folder, data, password)
        cluster = Cluster(folder)
        try:
            cluster.start(port, lock, **_SERVING)
            return cluster.wait()
        finally:
            _no_more_signals()
            cluster.stop()


@contextmanager
def _cluster_folder(data: Path) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """Where the cluster lies, and the lock that its server keeps; alone in using it."""
    if reachable(data):
        with (data / ".cluster.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                yield data / ".cluster", (lock.fileno(),)
                return
    temporary = Path(tempfile.mkdtemp(prefix="clearwell-lms-"))
    try:
        yield temporary / "cluster", ()
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _build(folder: Path, data: Path, password: str) -> None:
    """Load a cluster beside `folder`, and give it that name when it is whole."""
    prefix = f"{folder.name}.building-"
    for old in (folder, *folder.parent.glob(f"{prefix}*")):
        shutil.rmtree(old, ignore_errors=True)
    if not reachable(folder.parent):
        folder.parent.chmod(0o711)  # a temporary folder of ours, with nothing else in it
    # A name of its own: processes of a start that was killed may still write into theirs.
    draft = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    stamp = _stamp(data)
    cluster = Cluster(draft)
    cluster.create()
    port = free_port()
    try:
        cluster.start(port)
        _load(cluster, port, data, password)
    finally:
        cluster.stop()
    cluster.let_in(*_RULES)
    cluster.write_to_disk()
    (draft / "stamp.json").write_text(stamp, encoding="utf-8")
    draft.rename(folder)


def _load(cluster: Cluster, port: int, data: Path, password: str) -> None:
    with cluster.connect(port) as owner:
        verifier = owner.pgconn.encrypt_password(password.encode(), READER.encode(), b"scram-sha-256").decode()
        reader, database = sql.Identifier(READER), sql.Identifier(DATABASE)
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(reader, sql.Literal(verifier)))
        owner.execute(sql.SQL("CREATE DATABASE {}").format(database))
    with cluster.connect(port, DATABASE) as owner:
        owner.execute((data / "schema.sql").read_bytes())
        for path in sorted(data.glob("*.copy")):
            statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(path.stem))
            with path.open("rb") as file, owner.cursor().copy(statement) as copy:
                while piece := file.read(_CHUNK):
                    copy.write(piece)
        owner.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        owner.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(reader))
        owner.execute("VACUUM ANALYZE")


def _is_whole(folder: Path, data: Path) -> bool:
    stamp = folder / "stamp.json"
    return stamp.is_file() and (folder / "bin" / "postgres").exists() and stamp.read_text() == _stamp(data)


def _stamp(data: Path) -> str:
    """What the cluster is made from: size and time of each file, the password's too."""
    paths = (*sorted(data.glob("*.copy")), data / "schema.sql", data.parent / "credentials" / data.name)
    return json.dumps([(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths])


def _end(*_: Any) -> NoReturn:
    sys.exit(0)


def _no_more_signals() -> None:
    """We are ending already: a second signal must not cut that short."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
