"""Writes one source's landing so that a kill at any moment costs only what came after the last commit."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.errors import LandingError
from pipeline.extract.index import index_key
from pipeline.extract.journal import Commit, Journal, JournalFile
from pipeline.extract.landing import LandedObject, SourceManifest, now, to_document
from pipeline.extract.members import members_key
from pipeline.extract.place import Place
from pipeline.extract.segment import BodyKind, Segment
from pipeline.storage.objects import FolderStore

#: A segment that has grown past this is closed and the next one begun.
SEGMENT_BYTES = 64 << 20


class LandingWriter:
    """One source's landing while it is pulled.

    Bodies are appended and framed as they come; `commit` makes them durable together with the slice that they complete.
    Opened again after a kill, it goes back to the last commit. One writer a source and as-of date at a time.
    """

    def __init__(self, store: FolderStore, place: Place, start: Journal, kind: BodyKind) -> None:
        """Begin with `start`, or go on where an earlier attempt with the same settings, pull number and base stopped.

        Raises:
            LandingError: what was committed is not there any more.
        """
        self._store = store
        self._place = place
        self._start = start
        self._kind = kind
        self._journal = JournalFile(store, place.journal, start)
        self._started = time.monotonic()
        self._segment: Segment | None = None
        self._objects: list[LandedObject] = []
        self._own = 0
        for landed in self._journal.objects:
            self.adopt(landed)
        if self._journal.bodies:
            self._segment = Segment(store, self.next_key(), kind, self._journal.bodies)

    @property
    def done(self) -> tuple[dict[str, Any], ...]:
        """What is committed, in order."""
        return tuple(self._journal.done)

    @property
    def listing_key(self) -> str:
        """Where a source of files keeps the list of them until it is in."""
        return self._place.listing

    @property
    def objects(self) -> tuple[LandedObject, ...]:
        """Objects of this pull that are finished."""
        return tuple(self._objects)

    @property
    def records(self) -> int:
        """Records of this pull so far."""
        finished = sum(landed.records for landed in self._objects)
        return finished + (self._segment.records if self._segment else 0)

    def next_key(self, suffix: str = "") -> str:
        """Key of the next object of this pull; objects taken over from earlier pulls don't count."""
        return self.key(1 + self._own, suffix)

    def key(self, number: int, suffix: str = "") -> str:
        """Key of an object of this pull, for objects that don't come in the order of their numbers."""
        return self._place.object(self._start.pull, number, self._kind.format + suffix)

    def append(self, body: bytes) -> None:
        """Append one response body, byte for byte."""
        if self._segment and self._segment.size >= SEGMENT_BYTES:
            self._finish_segment()
        if self._segment is None:
            self._segment = Segment(self._store, self.next_key(), self._kind)
        self._segment.append(body)

    def adopt(self, landed: LandedObject) -> None:
        """Take over an object that is finished."""
        self._objects.append(landed)
        self._own += self._place.owns(landed.key, self._start.pull)

    def commit(self, done: dict[str, Any]) -> None:
        """Make all that was appended or adopted durable, and with it that `done` is complete."""
        if self._segment:
            self._segment.sync()
        objects = tuple(self._objects[len(self._journal.objects) :])
        bodies = self._segment.bodies if self._segment else []
        known = 0 if objects else len(self._journal.bodies)
        self._journal.append(Commit(objects, tuple(bodies[known:]), done, self._seconds()))
        self._started = time.monotonic()

    def complete(
        self, inherited: tuple[LandedObject, ...], state: dict[str, Any], *, by_key: bool = False
    ) -> SourceManifest:
        """Finish the last object and write the manifest: the source is in; `by_key`: objects in order of their keys."""
        if self._segment:
            self._finish_segment()
        if by_key:
            self._objects.sort(key=lambda landed: landed.key)
        manifest = SourceManifest(
            source=self._place.source,
            objects=(*inherited, *self._objects),
            state=state,
            settings_digest=self._start.settings_digest,
            pull=self._start.pull,
            completed=now(),
            seconds=round(self._seconds(), 3),
        )
        self._tidy()
        self._store.write(self._place.manifest, to_document(manifest))
        self._store.delete(self._place.journal)
        self._store.delete(self._place.listing)
        return manifest

    def close(self) -> None:
        """Let go of the open segment; what was committed of it stays."""
        if self._segment:
            self._segment.close()

    def _seconds(self) -> float:
        return self._journal.seconds + time.monotonic() - self._started

    def _tidy(self) -> None:
        """Delete what an attempt with other settings left under the names of this pull."""
        listed = {name(landed.key) for landed in self._objects for name in (str, index_key, members_key)}
        for key in self._store.keys(self._place.objects):
            if self._place.owns(key, self._start.pull) and key not in listed:
                self._store.delete(key)

    def _finish_segment(self) -> None:
        assert self._segment is not None
        self.adopt(self._segment.finish(self.done[-1] if self.done else None))
        self._segment = None


@contextmanager
def only_one(store: FolderStore, place: Place) -> Iterator[None]:
    """Hold the lock of one source of one pull.

    Raises:
        LandingError: another process is pulling it.
    """
    path = store.path(place.lock)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LandingError(
                f"{place.source} as of {place.as_of} is being pulled by another process", hint="wait until it is done"
            ) from None
        yield
