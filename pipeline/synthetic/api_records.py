"""The store behind an API: pages of a stream's records within a window of knowledge time."""

import base64
import hashlib
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from pathlib import Path
from threading import Lock

import msgspec

_CACHED_YEARS = 3


class BadRequestError(Exception):
    """A request that the API refuses; the message is told to the client and holds no data value."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Where records of one kind lie: a folder of files by year, each record with its key and its knowledge time."""

    folder: str
    key: str
    time: str = "updated_at"


@dataclass(frozen=True, slots=True)
class Line:
    """One record as it lies in its file, with what it is ordered by."""

    time: str
    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Window:
    """Records of a stream whose knowledge time lies in `[start, end)`."""

    stream: str
    start: date
    end: date


class ApiRecords:
    """The year files of a data folder; only those that a page needs are read, and the last few are kept."""

    def __init__(self, folder: Path, streams: Mapping[str, Stream]) -> None:
        self._folder, self._streams = folder, streams
        self._cache: OrderedDict[tuple[str, int], list[Line]] = OrderedDict()
        self._lock = Lock()
        self._secret = (folder / "token").read_bytes()
        self._years = {
            name: sorted(int(path.stem) for path in (folder / stream.folder).glob("*.jsonl"))
            for name, stream in streams.items()
        }

    def page(self, window: Window, limit: int, cursor: str | None) -> tuple[list[bytes], str | None]:
        """At most `limit` records by (knowledge time, primary key), and the cursor of the next page, if there is one.

        Raises:
            BadRequestError: the cursor is not one of this window.
        """
        first, place = (window.start.year, 0) if cursor is None else self._open_cursor(window, cursor)
        page: list[bytes] = []
        for year in self._years[window.stream]:
            if first <= year <= window.end.year:
                lines = self._within(window, year)
                taken = lines[place : place + limit - len(page)]
                page += [line.body for line in taken]
                place += len(taken)
                if place < len(lines):
                    return page, self.cursor(window, year, place)
                place = 0
        return page, None

    def cursor(self, window: Window, year: int, place: int) -> str:
        """A position that only this window accepts: year, place in the year, and a seal over both and the window."""
        position = f"{year}.{place}"
        return base64.urlsafe_b64encode(f"{position}.{self._seal(window, position)}".encode()).decode()

    def _open_cursor(self, window: Window, cursor: str) -> tuple[int, int]:
        try:
            position, _, seal = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().rpartition(".")
        except ValueError:
            raise BadRequestError("cursor is damaged") from None
        if seal != self._seal(window, position):
            raise BadRequestError("cursor is not one of this stream and window")
        year, place = position.split(".")
        return int(year), int(place)

    def _seal(self, window: Window, position: str) -> str:
        named = f"{window.stream}/{window.start}/{window.end}/{position}/".encode()
        return hashlib.sha256(named + self._secret).hexdigest()[:16]

    def _within(self, window: Window, year: int) -> list[Line]:
        lines = self._year(window.stream, year)
        # A timestamp follows the bare date of its day in the order of text.
        first, last = (bisect_left(lines, day.isoformat(), key=_by_time) for day in (window.start, window.end))
        return lines[first:last]

    def _year(self, stream: str, year: int) -> list[Line]:
        with self._lock:
            if (stream, year) in self._cache:
                self._cache.move_to_end((stream, year))
            else:
                self._cache[stream, year] = _read(self._folder, self._streams[stream], year)
                if len(self._cache) > _CACHED_YEARS:
                    self._cache.popitem(last=False)
            return self._cache[stream, year]


_by_time = attrgetter("time")


def _read(folder: Path, stream: Stream, year: int) -> list[Line]:
    """The lines of a year file in the API's order."""
    ordered = msgspec.defstruct("Ordered", [(stream.time, str), (stream.key, str)])
    decoder = msgspec.json.Decoder(ordered)
    lines = []
    for body in (folder / stream.folder / f"{year}.jsonl").read_bytes().splitlines():
        record = decoder.decode(body)
        lines.append(Line(getattr(record, stream.time), getattr(record, stream.key), body))
    return sorted(lines, key=lambda line: (line.time, line.key))
