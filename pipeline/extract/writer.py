"""Writes one source's landing so that a kill at any moment costs only what came after the last commit."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pipeline.errors import LandingError
from pipeline.extract.landing import LandedObject, SourceManifest, now, read_document, to_document
from pipeline.extract.place import Place
from pipeline.extract.segment import BodyKind, Segment
from pipeline.storage.objects import FolderStore

#: A segment that has grown past this is closed and the next one begun.
SEGMENT_BYTES = 64 << 20


@dataclass(frozen=True)
class Journal:
    """What is committed.

    Attributes:
        base: sha256 of the manifest of the earlier pull that this one builds upon, empty if none.
        objects: finished objects.
        bodies: lengths of the bodies in the open segment.
        done: slices or files that are complete, in order.
        seconds: time spent up to the last commit.
    """

    settings_digest: str
    pull: int
    base: str
    objects: tuple[LandedObject, ...] = ()
    bodies: tuple[int, ...] = ()
    done: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0


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
        self._kind = kind
        self._journal = start
        self._started = time.monotonic()
        self._segment: Segment | None = None
        if store.exists(place.journal):
            found = read_document(store, place.journal, Journal)
            if (
                replace(start, objects=found.objects, bodies=found.bodies, done=found.done, seconds=found.seconds)
                == found
            ):
                self._journal = found
        self._objects = list(self._journal.objects)
        if self._journal.bodies:
            self._segment = Segment(store, self.next_key(), kind, self._journal.bodies)

    @property
    def done(self) -> tuple[dict[str, Any], ...]:
        """What is committed, in order."""
        return self._journal.done

    @property
    def objects(self) -> tuple[LandedObject, ...]:
        """Objects of this pull that are finished."""
        return tuple(self._objects)

    @property
    def records(self) -> int:
        """Records of this pull so far."""
        finished = sum(landed.records for landed in self._objects)
        return finished + (self._segment.records if self._segment else 0)

    def next_key(self) -> str:
        """Key of the next object of this pull; objects taken over from earlier pulls don't count."""
        number = 1 + sum(self._place.owns(landed.key, self._journal.pull) for landed in self._objects)
        return self._place.object(self._journal.pull, number, self._kind.format)

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

    def commit(self, done: dict[str, Any]) -> None:
        """Make all that was appended or adopted durable, and with it that `done` is complete."""
        if self._segment:
            self._segment.sync()
        self._journal = replace(
            self._journal,
            objects=self.objects,
            bodies=tuple(self._segment.bodies) if self._segment else (),
            done=(*self._journal.done, done),
            seconds=self._seconds(),
        )
        self._started = time.monotonic()
        self._store.write(self._place.journal, to_document(self._journal))

    def complete(self, inherited: tuple[LandedObject, ...], state: dict[str, Any]) -> SourceManifest:
        """Finish the last object and write the manifest: the source is in."""
        if self._segment:
            self._finish_segment()
        manifest = SourceManifest(
            source=self._place.source,
            objects=(*inherited, *self._objects),
            state=state,
            settings_digest=self._journal.settings_digest,
            pull=self._journal.pull,
            completed=now(),
            seconds=round(self._seconds(), 3),
        )
        self._store.write(self._place.manifest, to_document(manifest))
        self._store.delete(self._place.journal)
        return manifest

    def close(self) -> None:
        """Let go of the open segment; what was committed of it stays."""
        if self._segment:
            self._segment.close()

    def _seconds(self) -> float:
        return self._journal.seconds + time.monotonic() - self._started

    def _finish_segment(self) -> None:
        assert self._segment is not None
        self._objects.append(self._segment.finish(self.done[-1] if self.done else None))
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
