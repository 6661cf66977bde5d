"""What a reader of one document's format gives, and how it refuses a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

#: Bytes of a file that is read at all.
MOST_BYTES = 64 << 20


class RefusedError(Exception):
    """A file, or a part of one, can't be read; `reason` is `<format>.<what>`, never a value."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def _no_rows() -> Sequence[tuple[str, str]]:
    return ()


def _no_properties() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Document:
    """One document as text.

    Attributes:
        text: all of it: paragraphs end with a line break, cells are separated by a tab, rows end with a line break.
        rows: gives the two texts of each table row that has two cells.
        properties: reads what the file says about itself, by name; raises RefusedError where that part is broken.
    """

    text: str
    rows: Callable[[], Sequence[tuple[str, str]]] = _no_rows
    properties: Callable[[], Mapping[str, str]] = _no_properties
