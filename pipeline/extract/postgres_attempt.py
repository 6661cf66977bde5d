"""One snapshot's share of a pull: what it lands, and what it commits.

A pull that was cut short goes on with a new snapshot: ranges that are in are not read again, but what changed in them
since is.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.extract.landing import LandedObject
from pipeline.extract.postgres_copy import Target, land_rows
from pipeline.extract.postgres_session import Server, Session
from pipeline.extract.postgres_table import Range, Table, Window
from pipeline.extract.postgres_workers import Workers
from pipeline.extract.sift import keep_new
from pipeline.extract.writer import LandingWriter
from pipeline.storage.objects import FolderStore


@dataclass
class Attempt:
    """One snapshot, that of `session`, and where its rows go."""

    server: Server
    session: Session
    table: Table
    window: Window
    store: FolderStore
    writer: LandingWriter
    tell: Callable[[str], None]

    def land(self) -> None:
        """Land what is missing: changes in ranges that are in, then the other ranges."""
        if not self.writer.done:
            ranges = self.table.ranges(self.session, self.window)
            self.writer.commit({**self.table.layout, "ranges": ranges})
        first, *done = self.writer.done
        ranges = [tuple(bounds) for bounds in first["ranges"]]
        marks = {at: item["mark"] for item in done for at in item["ranges"]}
        if marks:
            self._land_changes(ranges, marks)
        self._land_ranges(ranges, [at for at in range(len(ranges)) if at not in marks])

    @cached_property
    def mark(self) -> str | None:
        """From when on a later pull must read; the server looks for it while workers already read."""
        return self.table.mark(self.session, self.window)

    def _land_changes(self, ranges: Sequence[Range], marks: Mapping[int, str | None]) -> None:
        """What changed in ranges since they were read; rows that came again as they were are left out."""
        since = None if None in marks.values() else min(filter(None, marks.values()))
        window = Window(since or self.window.since, self.window.until)
        key = self.writer.key(len(ranges) + sum("changes" in item for item in self.writer.done) + 1)
        statement = self.table.copy(window, _joined([ranges[at] for at in sorted(marks)]))
        landed = land_rows(self.session, statement.as_bytes(self.session), key, self._target())
        self._commit(keep_new(self.store, landed, self.writer.objects), sorted(marks), changes=True)

    def _land_ranges(self, ranges: Sequence[Range], missing: Sequence[int]) -> None:
        with Workers(self.server, self.session, self._target()) as workers:
            running = {
                workers.land(self.table.copy(self.window, [ranges[at]]), self.writer.key(at + 1)): at for at in missing
            }
            for landed in as_completed(running):
                self._commit(landed.result(), [running[landed]])

    def _commit(self, landed: LandedObject | None, ranges: Sequence[int], **more: Any) -> None:
        if landed is not None and landed.records:
            self.writer.adopt(landed)
        self.writer.commit({"ranges": list(ranges), "mark": self.mark, **more})
        self.tell(f"{self.table.source}: {self.writer.records:,} records so far")

    def _target(self) -> Target:
        spec = self.table.spec
        return Target(self.table.source, self.store, f"{spec.connection}/{spec.table}", self.table.layout)


def _joined(ranges: Sequence[Range]) -> list[Range]:
    """The same keys in as few ranges as can be."""
    joined: list[Range] = []
    for first, last in ranges:
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
