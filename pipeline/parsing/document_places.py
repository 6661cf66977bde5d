"""Where a column of a document lies: its text, a fact in it, a property of its file, or the file's name."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.errors import ContractError
from pipeline.parsing.document_content import Document, RefusedError
from pipeline.parsing.docx_package import PROPERTIES
from pipeline.parsing.frames import Field

_ALLOWED = "text, fact:<label>, property:<name>, file:name, file:suffix"


class AmbiguousError(Exception):
    """A column has two different values in one document, or none that can be read."""


@dataclass(frozen=True)
class Reading:
    """One document while its columns are read: its content, its facts by label, its file's name."""

    document: Document
    facts: Mapping[str, Collection[str]]
    file: str | None


Reader = Callable[[Reading], str | None]


def fact_key(label: str) -> str:
    """What labels are compared by: no case, no outer blanks, no colon at the end."""
    return label.strip().removesuffix(":").rstrip().casefold()


def find_facts(document: Document, labels: Collection[str]) -> dict[str, set[str]]:
    """Different values of each label: beside it in a table row of two cells, or after `Label:` at a line's start.

    A value is the rest of that line, or all of the cell's text, without outer blanks; an empty one is none.
    """
    found: dict[str, set[str]] = {}
    if not labels:
        return found
    longest = max(map(len, labels))
    pairs = list(document.rows())
    for line in document.text.split("\n"):
        label, colon, value = line.partition(":")
        if colon and len(label.strip()) <= longest:
            pairs.append((label, value))
    for label, value in pairs:
        key, known = fact_key(label), value.strip()
        if known and key in labels:
            found.setdefault(key, set()).add(known)
    return found


def fact_labels(fields: Sequence[Field]) -> set[str]:
    """Labels that the fields ask for, as `fact_key` gives them."""
    places = [item.source_name for item in fields]
    return {fact_key(place.partition(":")[2]) for place in places if place.startswith("fact:")}


def reader_of(item: Field) -> Reader:
    """How to read one column.

    Raises:
        ContractError: its place is none that a document has.
    """
    kind, colon, name = item.source_name.partition(":")
    if item.source_name == "text":
        return lambda reading: reading.document.text
    if kind == "fact" and ":" not in name and fact_key(name):
        return _fact(fact_key(name))
    if kind == "property" and name in PROPERTIES:
        return _property(name)
    if kind == "file" and name in _FILE:
        return _FILE[name]
    raise ContractError(
        f"a document has no place for the column {item.name}",
        given=item.source_name,
        allowed=sorted(PROPERTIES) if kind == "property" and colon else _ALLOWED,
        hint="say in the contract's physicalName where the column lies",
    )


def file_suffix(file: str) -> str:
    """The suffix of a file's name in lower case, without its dot."""
    return PurePosixPath(file).suffix.lower().removeprefix(".")


def _fact(key: str) -> Reader:
    def read(reading: Reading) -> str | None:
        values = reading.facts.get(key, ())
        if len(values) > 1:
            raise AmbiguousError
        return next(iter(values), None)

    return read


def _property(name: str) -> Reader:
    def read(reading: Reading) -> str | None:
        try:
            return reading.document.properties().get(name)
        except RefusedError:
            raise AmbiguousError from None

    return read


_FILE: Mapping[str, Reader] = {
    "name": lambda reading: reading.file,
    "suffix": lambda reading: None if reading.file is None else file_suffix(reading.file) or None,
}
