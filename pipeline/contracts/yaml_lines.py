"""YAML of ours with the line of every word: a strict part of YAML 1.2 that can neither surprise nor explode.

Without tags; a key once; only `true` and `false` are booleans, and a day is text, so that `no`, `12:30` and
`2019-01-01` mean what they look like. Aliases are written out, up to a size that no bomb is content with.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from pipeline.contracts.place import Path, Place
from pipeline.contracts.scalars import plain_scalar
from pipeline.errors import ContractError

#: Far beyond what people write: a contract of 500 columns has 200 kB and 9 levels.
MOST_BYTES = 1 << 20
MOST_LEVELS = 32
#: Values that all aliases of a file may stand for.
MOST_ALIASED = 10_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


class Document(NamedTuple):
    """A file that was read."""

    content: dict[str, Any]
    place: Place
    """Of the whole file; `place / key / ...` knows its line."""


class _Open(NamedTuple):
    """A mapping or list whose end was not met yet."""

    path: Path
    content: dict[str, Any] | list[Any]
    keys: list[str]
    """Of a mapping: the key whose value comes next, if its key was met."""


def read_yaml(raw: bytes, file: str) -> Document:
    """The mapping that a file of ours holds.

    Raises:
        ContractError: it is not UTF-8, not YAML, not a mapping, too large or too deep, has more than one document, a
            key twice, a key that is not plain, an anchor, an alias or a tag; with the line.
    """
    text = _decoded(raw, file)
    lines: dict[Path, int] = {}
    try:
        content = _Builder(file, lines).built(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContractError(f"{file}:{line}: not YAML", given=error.problem or error.context) from None
    except yaml.YAMLError:
        raise ContractError(f"{file}: not YAML", allowed="plain text without control characters") from None
    if not isinstance(content, dict):
        raise ContractError(f"{file}:1: not a mapping of words to values", given=_kind(content))
    return Document(content, Place(file, lines))


def _decoded(raw: bytes, file: str) -> str:
    if len(raw) > MOST_BYTES:
        raise ContractError(f"{file}: too large", given=f"{len(raw):,} bytes", allowed=f"{MOST_BYTES:,} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ContractError(f"{file}:{line}: not UTF-8", hint="save the file as UTF-8") from None
    if bad := _CONTROL.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise ContractError(f"{file}:{line}: a control character", given=f"{ord(bad[0]):#x}", hint="remove it")
    return text


class _Builder:
    """Makes the value of one document from its events, without recursion: depth is counted, not suffered."""

    def __init__(self, file: str, lines: dict[Path, int]) -> None:
        self.file = file
        self.lines = lines
        self.opened: list[_Open] = []
        self.roots: list[Any] = []
        self.anchors: dict[str, tuple[Any, Path]] = {}
        self.aliased = 0

    def built(self, events: Iterator[yaml.Event]) -> Any:
        for event in events:
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.DocumentStartEvent) and self.roots:
                raise self._refused(line, "a second document", hint="one document a file: remove the ---")
            if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self.opened.pop()
            elif isinstance(event, yaml.NodeEvent):
                self._take(event, line)
        return self.roots[0] if self.roots else None

    def _take(self, event: yaml.NodeEvent, line: int) -> None:
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            raise self._refused(line, "tags are not read", given=event.tag, hint="remove it; quote what is text")
        inner = self.opened[-1] if self.opened else None
        if inner and isinstance(inner.content, dict) and not inner.keys:
            self._open_key(event, inner, line)
            return
        path = self._next_path(inner, line)
        if isinstance(event, yaml.AliasEvent):
            value = self._expanded(event.anchor, path, line)
        else:
            value = _value(event)
            if event.anchor:
                self.anchors[event.anchor] = (value, path)
        self._put(value, inner)
        if isinstance(event, yaml.CollectionStartEvent):
            self.opened.append(_Open(path, value, []))
        if len(self.opened) > MOST_LEVELS:
            raise self._refused(line, "nested too deep", allowed=f"{MOST_LEVELS} levels")

    def _open_key(self, event: yaml.NodeEvent, inner: _Open, line: int) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refused(line, "a key is a word", given="a mapping, list or alias as a key")
        path = (*inner.path, event.value)
        if path in self.lines:
            given = f"lines {self.lines[path]} and {line}"
            raise self._refused(line, f"{event.value} is there twice", given=given, hint="keep one of them")
        self.lines[path] = line
        inner.keys.append(event.value)

    def _next_path(self, inner: _Open | None, line: int) -> Path:
        if inner is None:
            return ()
        if isinstance(inner.content, dict):
            return (*inner.path, inner.keys[0])
        path = (*inner.path, len(inner.content))
        self.lines[path] = line
        return path

    def _put(self, value: Any, inner: _Open | None) -> None:
        if inner is None:
            self.roots.append(value)
        elif isinstance(inner.content, dict):
            inner.content[inner.keys.pop()] = value
        else:
            inner.content.append(value)

    def _expanded(self, name: str | None, path: Path, line: int) -> Any:
        """What an alias stands for, once more, with the lines where it is written."""
        if name is None or name not in self.anchors:
            raise self._refused(line, "an alias of nothing", given=name)
        value, home = self.anchors[name]
        if any(inner.content is value for inner in self.opened):
            raise self._refused(line, "an alias inside of what it stands for", given=name)
        return self._copied(value, home, path, line)

    def _copied(self, value: Any, home: Path, path: Path, line: int) -> Any:
        self.aliased += 1
        if self.aliased > MOST_ALIASED or len(path) > MOST_LEVELS:
            allowed = f"{MOST_ALIASED:,} values, {MOST_LEVELS} levels"
            raise self._refused(line, "aliases stand for too much", allowed=allowed, hint="write it out")
        if not isinstance(value, dict | list):
            return value
        items = list(value.items() if isinstance(value, dict) else enumerate(value))
        self.lines.update({(*path, key): self.lines[*home, key] for key, _ in items})
        copies = [(key, self._copied(inner, (*home, key), (*path, key), line)) for key, inner in items]
        return dict(copies) if isinstance(value, dict) else [copy for _, copy in copies]

    def _refused(self, line: int, what: str, **words: Any) -> ContractError:
        return ContractError(f"{self.file}:{line}: {what}", **words)


def _value(event: yaml.NodeEvent) -> Any:
    """Of a scalar its value; what a mapping or list holds comes with later events."""
    if isinstance(event, yaml.ScalarEvent):
        return event.value if event.style in ("'", '"', "|", ">") else plain_scalar(event.value)
    return {} if isinstance(event, yaml.MappingStartEvent) else []


def _kind(value: Any) -> str:
    return "nothing" if value is None else "a list" if isinstance(value, list) else "one value"
