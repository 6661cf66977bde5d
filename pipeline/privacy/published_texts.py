"""Every text in a published file, with its place, whatever the format. What can't be read is refused."""

import json
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pipeline.errors import PrivacyError

#: Distinct values of a column that are remembered so as to be read once; beyond, some are read again.
_REMEMBERED_VALUES = 200_000


class Place(NamedTuple):
    """Where texts stand. `name` comes from the file, so it is shown only once it was scanned itself."""

    number: int
    name: str
    cells: bool
    """Cells of a table; else running text."""


Texts = Iterator[tuple[Place, list[str]]]


def texts_of(path: Path) -> Texts:
    """Distinct texts of a file by place: cells by column, names of columns, strings of JSON, text and attributes.

    Raises:
        PrivacyError: the format is unknown or the file can't be read as what its name says.
    """
    read = _READERS.get(path.suffix)
    if read is None:
        raise PrivacyError(f"{path.name} can't be scanned for leaks", given=path.suffix, allowed=sorted(_READERS))
    try:
        yield from read(path)
    except (pa.ArrowException, ValueError, RecursionError) as error:
        # The parsers' own messages quote the data.
        raise PrivacyError(f"{path.name} can't be scanned for leaks", given=type(error).__name__) from None


def _csv(path: Path) -> Texts:
    options = pa_csv.ParseOptions(newlines_in_values=True)
    with pa_csv.open_csv(path, parse_options=options) as reader:
        names = reader.schema.names
    convert = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    with pa_csv.open_csv(path, parse_options=options, convert_options=convert) as reader:
        yield from _columns(names, reader)


def _parquet(path: Path) -> Texts:
    with pq.ParquetFile(path) as file:
        metadata = file.schema_arrow.metadata or {}
        texts = [text.decode() for pair in metadata.items() for text in pair if pair[0] != b"ARROW:schema"]
        yield Place(0, "metadata", cells=False), texts
        yield from _columns(file.schema_arrow.names, file.iter_batches())


def _columns(names: list[str], batches: Iterator[pa.RecordBatch]) -> Texts:
    yield Place(0, "header", cells=True), names
    seen: list[set[str]] = [set() for _ in names]
    for batch in batches:
        for number, (name, column) in enumerate(zip(names, batch.columns, strict=True)):
            distinct = pc.cast(pc.unique(column), pa.string()).to_pylist()
            new = [text for text in distinct if text and text not in seen[number]]
            if len(seen[number]) < _REMEMBERED_VALUES:
                seen[number].update(new)
            yield Place(number + 1, name, cells=True), new


def _json(path: Path) -> Texts:
    content = json.loads(path.read_text("utf-8"))
    yield from ((Place(0, place, cells=False), [text]) for place, text in _strings(content, "$"))


def _strings(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """Strings and numbers by position, for a key may be a name: `$.2.0` is the first member of the third."""
    if isinstance(node, dict):
        for index, (key, value) in enumerate(node.items()):
            yield f"{place}.{index} (key)", key
            yield from _strings(value, f"{place}.{index}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _strings(value, f"{place}.{index}")
    elif isinstance(node, str | int | float) and not isinstance(node, bool):
        yield place, str(node)


class _PageTexts(HTMLParser):
    """Text (of all elements together: markup may run through a name), attributes and comments."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.attributes += [value for _, value in attrs if value]


def _html(path: Path) -> Texts:
    page = _PageTexts()
    page.feed(path.read_text("utf-8"))
    page.close()
    yield Place(0, "text", cells=False), ["\n".join(page.texts)]
    yield Place(0, "attributes", cells=False), page.attributes


_READERS: Mapping[str, Callable[[Path], Texts]] = {".csv": _csv, ".parquet": _parquet, ".json": _json, ".html": _html}
