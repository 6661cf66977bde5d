"""What is committed of a source while it is pulled: a line a commit, so that a commit costs what it adds."""

import os
from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.errors import LandingError
from pipeline.extract.landing import LandedObject
from pipeline.storage.objects import FolderStore


@dataclass(frozen=True)
class Journal:
    """What a pull begins with; an attempt with equal settings, pull number and base goes on with another's journal.

    Attributes:
        base: sha256 of the manifest of the earlier pull that this one builds upon, empty if none.
    """

    settings_digest: str
    pull: int
    base: str


@dataclass(frozen=True)
class Commit:
    """What one commit adds.

    Attributes:
        objects: objects that were finished.
        bodies: lengths of the bodies that were appended to the segment that is now open.
        done: slices or files that are complete with it.
        seconds: time spent up to now.
    """

    objects: tuple[LandedObject, ...]
    bodies: tuple[int, ...]
    done: dict[str, Any]
    seconds: float


class JournalFile:
    """The journal of one source and pull.

    Attributes:
        objects: finished objects.
        bodies: lengths of the bodies in the open segment.
        done: slices or files that are complete, in order.
        seconds: time spent up to the last commit.
    """

    def __init__(self, store: FolderStore, key: str, start: Journal) -> None:
        """Go on with the journal that is there, if it began with `start`, else begin one.

        Raises:
            LandingError: it is damaged.
        """
        self.objects: list[LandedObject] = []
        self.bodies: list[int] = []
        self.done: list[dict[str, Any]] = []
        self.seconds = 0.0
        self._path = store.path(key)
        first = msgspec.json.encode(start) + b"\n"
        lines = store.read(key).splitlines(keepends=True) if store.exists(key) else []
        if not lines or lines[0] != first:
            store.write(key, first)
            return
        whole = [line for line in lines if line.endswith(b"\n")]
        for line in whole[1:]:
            self._take(_commit(line, key))
        # A kill may have cut the last line: it was no commit.
        os.truncate(self._path, sum(map(len, whole)))

    def append(self, commit: Commit) -> None:
        """Make a commit durable."""
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(commit) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._take(commit)

    def _take(self, commit: Commit) -> None:
        if commit.objects:
            self.bodies.clear()
        self.objects += commit.objects
        self.bodies += commit.bodies
        self.done.append(commit.done)
        self.seconds = commit.seconds


def _commit(line: bytes, key: str) -> Commit:
    try:
        return msgspec.json.decode(line, type=Commit)
    except msgspec.DecodeError:
        raise LandingError(f"{key} is damaged", hint="pull the source with --fresh") from None
