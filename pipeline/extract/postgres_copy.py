"""Lands what one COPY command sends, byte for byte: hashed and framed as it comes, one row a message."""

import hashlib
import select
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import numpy as np
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from pipeline.errors import SourceError
from pipeline.extract.index import write_index
from pipeline.extract.landing import LandedObject, now
from pipeline.extract.postgres_session import ServerTroubleError, Session, failure
from pipeline.parsing.copy_rows import MOST_ROW
from pipeline.parsing.frames import Frames
from pipeline.storage.objects import FolderStore

FORMAT = "copy"
#: Bytes that are framed and written at once.
_BATCH = 256 << 10
#: Milliseconds that a server may be silent: it may have to sort a large table before the first row.
_SILENCE = 900_000


@dataclass(frozen=True)
class Target:
    """Where rows go.

    Attributes:
        source: what it is called in messages.
        origin: connection and table.
        layout: names and types of the columns.
        over: set when the pull has ended meanwhile.
    """

    source: str
    store: FolderStore
    origin: str
    layout: Mapping[str, Any]
    over: Event = field(default_factory=Event)

    def check(self) -> None:
        """Called now and then.

        Raises:
            SourceError: the pull has ended meanwhile.
        """
        if self.over.is_set():
            raise SourceError("the pull ended meanwhile")


def land_rows(session: Session, statement: bytes, key: str, target: Target) -> LandedObject:
    """Run a `COPY ... TO STDOUT` and land its rows as the object `key`.

    Raises:
        ServerTroubleError: the server is lost, silent, or sent another number of rows than it says.
        SourceError: it refuses.
    """
    total = hashlib.sha256()
    size = 0
    with target.store.writer(key) as file:

        def framed() -> Iterator[Frames]:
            nonlocal size
            for body, frames in _batches(session.pgconn, statement, target):
                file.write(body)
                total.update(body)
                yield frames.moved(size)
                size += len(body)

        index = write_index(target.store, key, framed())
    return LandedObject(
        key=key,
        bytes=size,
        sha256=total.hexdigest(),
        origin=target.origin,
        cursor=None,
        landed_at=now(),
        records=index.records,
        records_digest=index.records_digest,
        format=FORMAT,
        layout=dict(target.layout),
        unpacked=size,
    )


def _batches(connection: PGconn, statement: bytes, target: Target) -> Iterator[tuple[bytearray, Frames]]:
    """Rows as they come, about `_BATCH` bytes at once, and their frames from 0."""
    wait = _Waiter(connection, target.source)
    _begin(connection, statement, wait, target.source)
    receive = connection.get_copy_data
    rows, body = 0, bytearray()
    while True:
        length, row = receive(1)
        if length > 0:
            body += row
            continue
        if length < 0:
            break
        if len(body) >= _BATCH:
            target.check()
            frames = _frames(body)
            yield body, frames
            rows, body = rows + len(frames), bytearray()
        wait()
    frames = _frames(body)
    if len(frames):
        yield body, frames
    _end(connection, rows + len(frames), wait, target.source)


def _frames(body: bytearray) -> Frames:
    """Frames of whole lines without their line breaks, as `pipeline.parsing.copy_rows` takes them."""
    lines = body.split(b"\n")[:-1]
    sizes = np.fromiter(map(len, lines), np.int64, len(lines))
    sha256 = hashlib.sha256
    digests = b"".join([sha256(line).digest() for line in lines])
    reasons = {int(at): "copy.too_long" for at in np.flatnonzero(sizes > MOST_ROW)}
    return Frames(np.cumsum(sizes + 1) - sizes - 1, sizes, digests, reasons)


class _Waiter:
    """Waits until the server has sent something, so that other threads can work meanwhile."""

    def __init__(self, connection: PGconn, source: str) -> None:
        self._connection = connection
        self._source = source
        self._poll = select.poll()
        self._poll.register(connection.socket, select.POLLIN)

    def __call__(self) -> None:
        if not self._poll.poll(_SILENCE):
            raise ServerTroubleError(f"the database of {self._source} fell silent", hint="pull again later")
        self._connection.consume_input()


def _begin(connection: PGconn, statement: bytes, wait: _Waiter, source: str) -> None:
    connection.send_query(statement)
    while connection.flush():
        select.select([], [connection.socket], [])
    while connection.is_busy():
        wait()
    result = connection.get_result()
    if result is None or result.status != ExecStatus.COPY_OUT:
        raise failure(source, _state(result))


def _end(connection: PGconn, rows: int, wait: _Waiter, source: str) -> None:
    """The server counts as well: what it says it sent is what we framed."""
    while connection.is_busy():
        wait()
    result = connection.get_result()
    if result is None or result.status != ExecStatus.COMMAND_OK:
        raise failure(source, _state(result))
    sent = result.command_tuples
    while connection.get_result() is not None:
        pass
    if sent != rows:
        raise ServerTroubleError(f"the database of {source} sent other rows than it says", given=rows, allowed=sent)


def _state(result: PGresult | None) -> str | None:
    state = result.error_field(DiagnosticField.SQLSTATE) if result else None
    return state.decode() if state else None
