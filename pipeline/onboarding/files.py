"""Files that a dataset is to be made of: what each one is, by its first bytes, and which belong to one source."""

import io
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import SourceError
from pipeline.extract.compression import Decompressed, compression_of
from pipeline.extract.listing import list_files
from pipeline.onboarding.names import identifier
from pipeline.onboarding.patterns import common_start, pattern_of
from pipeline.onboarding.sampled import Sampled
from pipeline.privacy.scanner import shared_scanner

#: Of each file so many bytes are read, after decompression: a few hundred thousand records.
MOST_BYTES = 64 << 20
_HEAD = 64 << 10
#: Share of control characters in a head above which it is no text.
_MOST_CONTROL = 0.02
_TEXT_CONTROL = frozenset(b"\t\n\r\f\x1b")
#: First bytes of what people take for tables, and what to do with it.
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or a workbook", "save the sheet as CSV (UTF-8), or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "an old workbook or document", "save the sheet as CSV (UTF-8)"),
    (b"SQLite format 3", "an SQLite database", "export each table as CSV"),
    (b"%PDF", "a PDF", "export the table that it was made of"),
    (b"\xff\xfe", "text in UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16", "save it as UTF-8"),
)


#: What is looked for in a file's name; numbers of other kinds are dates and counters there.
_IN_NAMES = frozenset(
    {"EMAIL_ADDRESS", "IBAN_CODE", "CREDIT_CARD", "US_SSN", "US_ITIN", "IN_AADHAAR", "IN_PAN", "UK_NINO", "IP_ADDRESS"}
)


@dataclass(frozen=True)
class Body:
    """The beginning of a file, decompressed; `whole`: all of it."""

    data: bytes
    whole: bool

    def stream(self) -> BinaryIO:
        return io.BytesIO(self.data)


@dataclass(frozen=True)
class FileGroup:
    """Files of one layout: one source.

    Attributes:
        folder: that all lie below.
        pattern: that matches them and no other file there.
        paths: the files.
        samples: what was read of each.
    """

    folder: Path
    pattern: str
    paths: tuple[Path, ...]
    samples: tuple[Sampled, ...]

    @property
    def name(self) -> str:
        """A source's name, out of what the files' names have in common."""
        stems = [path.name.partition(".")[0] for path in self.paths]
        return identifier(common_start(stems).rstrip("0123456789"), "source")


def read_body(path: Path) -> Body:
    """The first `MOST_BYTES` of a file.

    Raises:
        SourceError: it is not there, empty, damaged, or nothing that a table can be read from.
    """
    if not path.is_file():
        raise SourceError(f"{path.name} is not a file", given=path.name, hint="name files, or a pattern of files")
    compression = compression_of(path.name)
    with path.open("rb") as file:
        if compression is None:
            data, whole = file.read(MOST_BYTES), not file.read(1)
        else:
            unpacked = Decompressed(file, compression)
            reader = io.BufferedReader(unpacked)
            data, whole = reader.read(MOST_BYTES), not reader.read(1)
            if unpacked.reason:
                raise SourceError(f"{path.name} is damaged", given=unpacked.reason, hint="get the file once more")
    if not data.strip():
        raise SourceError(f"{path.name} is empty", given=f"{len(data)} bytes", allowed="a header and records")
    return Body(data, whole)


def kind_of(path: Path, body: Body) -> str:
    """`csv`, `jsonl`, `xml` or `parquet`, by content.

    Raises:
        SourceError: it is none of these.
    """
    head = body.data[:_HEAD]
    if head.startswith(b"PAR1"):
        return "parquet"
    for mark, what, hint in _FOREIGN:
        if head.startswith(mark):
            raise SourceError(f"{path.name} is {what}", allowed="CSV, JSON Lines, Parquet or XML", hint=hint)
    control = sum(byte < 32 and byte not in _TEXT_CONTROL for byte in head)
    if control > _MOST_CONTROL * len(head):
        raise SourceError(f"{path.name} is no text", allowed="CSV, JSON Lines, Parquet or XML")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        raise SourceError(
            f"{path.name} is one JSON array",
            allowed="JSON Lines: an object a line",
            hint="jq -c '.[]' FILE > FILE.jsonl",
        )
    return "xml" if text.startswith(b"<") else "jsonl" if text.startswith(b"{") else "csv"


def refuse_personal_name(number: int, path: Path) -> None:
    """A file's name goes into contracts, evidence and reports.

    Raises:
        SourceError: it holds what looks like a personal value.
    """
    stem = re.sub(r"(\.(csv|tsv|txt|jsonl?|ndjson|parquet|xml|gz|zst))+$", "", path.name, flags=re.IGNORECASE)
    spans = shared_scanner().scan(stem.replace("_", " "))
    found = {span.entity_type for span in spans if span.entity_type in _IN_NAMES}
    if found:
        raise SourceError(
            f"the name of file {number} holds what looks like a personal value",
            given=", ".join(sorted(found)),
            hint="rename the file: its name goes into contracts, evidence and reports",
        )


def group(paths: Sequence[Path], sampled: Callable[[Path], Sampled]) -> list[FileGroup]:
    """Files by layout, in the order in which each layout came first.

    Raises:
        SourceError: no pattern matches the files of a layout alone.
    """
    layouts: dict[object, list[tuple[Path, Sampled]]] = {}
    for path in dict.fromkeys(path.absolute() for path in paths):
        found = sampled(path)
        layouts.setdefault(found.layout, []).append((path, found))
    return [_group([path for path, _ in items], [found for _, found in items]) for items in layouts.values()]


def _group(paths: list[Path], samples: list[Sampled]) -> FileGroup:
    folder = Path(os.path.commonpath([path.parent for path in paths]))
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    pattern = pattern_of(names)
    found = list_files(folder, pattern, None)
    matched = [found[at].name for at in range(len(found))]
    if matched != names:
        raise SourceError(
            "no pattern matches the given files alone",
            given=f"{len(names)} files; {pattern} matches {len(matched)} in their folder",
            hint="put the files of one layout into a folder of their own",
        )
    return FileGroup(folder, pattern, tuple(paths), tuple(samples))
