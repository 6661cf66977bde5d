"""Layouts of files: how a year's file is named, begins, ends, and holds its records."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.synthetic.systems.record import Defect, Record


@dataclass(frozen=True)
class Layout:
    """One layout of a source's files.

    Attributes:
        name: as the truth calls it.
        encoding: of the text.
        head: what a file of the year begins with.
        encode: a record as its bytes; a defect of bytes damages them.
        tail: what a file ends with.
    """

    name: str
    encoding: str
    head: Callable[[int], bytes]
    encode: Callable[[Record, Defect | None], bytes]
    tail: bytes = b""


@dataclass(frozen=True)
class YearFile:
    """The file of a year: its name in the company's folder, and its layout."""

    name: str
    layout: Layout


def json_lines(stream: str, encode: Callable[[Record, Defect | None], bytes]) -> Callable[[int], YearFile]:
    """The store of an API's stream: records as lines, a file a year."""
    layout = Layout("json", "utf-8", lambda _: b"", encode)
    return lambda year: YearFile(f"{stream}/{year}.jsonl", layout)
