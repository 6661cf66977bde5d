"""What a reader of published files gives: texts and where they stand."""

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa


class Place(NamedTuple):
    """Where texts stand. `name` comes from the file, so it is shown only once it was scanned itself."""

    number: int
    name: str
    cells: bool
    """Cells of a table; else running text."""


class Texts(NamedTuple):
    """Texts of one place; null holds nothing."""

    place: Place
    values: pa.Array
    read: int
    """Values that they were found in; more than the texts where these are known to be distinct."""


Reading = Iterator[Texts]


def running(name: str, *texts: str) -> Texts:
    """Running text of one place."""
    return Texts(Place(0, name, cells=False), pa.array(texts, pa.large_string()), len(texts))


def headers(names: list[str]) -> Texts:
    """Names of a table's columns: as telling as cells."""
    return Texts(Place(0, "header", cells=True), pa.array(names, pa.string()), len(names))
