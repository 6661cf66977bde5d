"""The last look before publishing: no known identity, no canary and no pattern of one in the bytes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.errors import PrivacyError
from pipeline.privacy.leaks.json_texts import read_json
from pipeline.privacy.leaks.page_texts import read_page
from pipeline.privacy.leaks.table_texts import read_csv, read_parquet
from pipeline.privacy.leaks.texts import Place, Reading, Texts
from pipeline.privacy.leaks.watch import Watch

_READERS: Mapping[str, Callable[[Path], Reading]] = {
    ".csv": read_csv,
    ".parquet": read_parquet,
    ".json": read_json,
    ".html": read_page,
}
_FILE_NAME = Place(0, "file name", cells=True)


@dataclass(frozen=True)
class Leak:
    """Something personal in a file: where and what kind, never the value.

    Attributes:
        file: the file's name, or its number where the name leaks itself.
        place: column, JSON position, or part of the page.
        kind: kind of fingerprint, "identifier", "canary", or a pattern's entity type.
        count: distinct texts.
    """

    file: str
    place: str
    kind: str
    count: int


@dataclass(frozen=True)
class LeakReport:
    """What was scanned and what was found.

    Attributes:
        files: how many.
        values: cells and texts that were read in them.
        fingerprints: digests of known people that were looked for.
        identifiers: keys that were looked for in clear.
        canaries: planted values that were watched for.
        hits: by file, place and kind.
    """

    files: int
    values: int
    fingerprints: int
    identifiers: int
    canaries: int
    hits: tuple[Leak, ...]

    def document(self) -> dict[str, Any]:
        """Evidence of the stage `publish`."""
        return {**vars(self), "hits": [vars(hit) for hit in self.hits]}


def texts_of(path: Path) -> Reading:
    """Every text of a file by place: its name, cells, names of columns, strings of JSON, text and attributes.

    Raises:
        PrivacyError: the format is unknown or the file can't be read as what its name says.
    """
    read = _READERS.get(path.suffix)
    if read is None:
        raise PrivacyError("a file can't be scanned for leaks", given=path.suffix, allowed=sorted(_READERS))
    yield Texts(_FILE_NAME, pa.array([path.name, path.stem]), 1)
    try:
        yield from read(path)
    except (pa.ArrowException, ValueError, RecursionError) as error:
        # The parsers' own messages quote the data.
        given = f"{path.suffix}: {type(error).__name__}"
        raise PrivacyError("a file can't be scanned for leaks", given=given) from None


def scan_files(paths: Iterable[Path], watch: Watch) -> LeakReport:
    """Scan staged files (.csv, .parquet, .json, .html) and their names: cells column by column, other texts whole.

    Raises:
        PrivacyError: a file can't be read; nothing that was not scanned may be published.
    """
    found: dict[tuple[str, str, str], set[str]] = {}
    files = values = 0
    for path in paths:
        files, file = files + 1, path.name
        for place, texts, read in texts_of(path):
            values += read
            for text, kinds in _hits(watch, place, texts):
                file = f"file {files}" if place is _FILE_NAME else file
                for kind in kinds:
                    found.setdefault((file, _shown(watch, place), kind), set()).add(text)
    return LeakReport(
        files=files,
        values=values,
        fingerprints=len(watch.fingerprints),
        identifiers=len(watch.identifiers),
        canaries=len(watch.canaries),
        hits=tuple(Leak(*where, len(texts)) for where, texts in sorted(found.items())),
    )


def stop_on_leaks(report: LeakReport) -> None:
    """Raises PrivacyError when the report has a hit; the message names file, place, kind and count of each."""
    if report.hits:
        places = "; ".join(f"{hit.file}, {hit.place}: {hit.count} x {hit.kind}" for hit in report.hits)
        raise PrivacyError(
            "personal data in what would be published",
            given=places,
            allowed="none",
            hint="give the column a privacy action in its contract, or list an allowed value in its validValues",
        )


def _hits(watch: Watch, place: Place, texts: pa.Array) -> list[tuple[str, frozenset[str]]]:
    if place.cells:
        return watch.hits(texts)
    return [(text, watch.kinds_in(text, is_cell=False)) for text in texts.to_pylist()]


def _shown(watch: Watch, place: Place) -> str:
    """The place's name unless that leaks as well."""
    return f"column {place.number}" if place.number and watch.kinds_in(place.name, is_cell=True) else place.name
