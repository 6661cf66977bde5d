"""YAML of ours with the line of every word: a strict part of YAML 1.2 that can neither surprise nor explode.

Without anchors, aliases and tags; a key once; only `true` and `false` are booleans, and a day is text, so that `no`,
`12:30` and `2019-01-01` mean what they look like.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from pipeline.contracts.place import Path, Place
from pipeline.errors import ContractError

#: Far beyond what people write: a contract of 500 columns has 200 kB and 9 levels.
MOST_BYTES = 1 << 20
MOST_LEVELS = 32
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
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
        content = _built(yaml.parse(text, Loader=yaml.CSafeLoader), file, lines)
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


def _built(events: Iterator[yaml.Event], file: str, lines: dict[Path, int]) -> Any:
    """The value of one document, without recursion: depth is counted, not suffered."""
    opened: list[_Open] = []
    root: list[Any] = []
    for event in events:
        line = event.start_mark.line + 1
        _refuse_event(event, file, line)
        if isinstance(event, yaml.DocumentStartEvent) and root:
            raise ContractError(f"{file}:{line}: a second document", allowed="one document a file", hint="remove the ---")
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            opened.pop()
        elif isinstance(event, yaml.NodeEvent):
            inner = opened[-1] if opened else None
            if inner and isinstance(inner.content, dict) and not inner.keys:
                _open_key(event, inner, file, line, lines)
                continue
            value = _scalar(event) if isinstance(event, yaml.ScalarEvent) else _empty(event)
            path = _put(value, inner, root, line, lines)
            if isinstance(event, yaml.CollectionStartEvent):
                opened.append(_Open(path, value, []))
                if len(opened) > MOST_LEVELS:
                    raise ContractError(f"{file}:{line}: nested too deep", allowed=f"{MOST_LEVELS} levels")
    return root[0] if root else None


def _refuse_event(event: yaml.Event, file: str, line: int) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise ContractError(
            f"{file}:{line}: anchors and aliases are not read", given=f"{event.anchor}", hint="write it out where it holds"
        )
    if getattr(event, "tag", None):
        raise ContractError(f"{file}:{line}: tags are not read", given=event.tag, hint="remove it; quote what is text")


def _open_key(event: yaml.NodeEvent, inner: _Open, file: str, line: int, lines: dict[Path, int]) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        raise ContractError(f"{file}:{line}: a key is a word", given="a mapping or list as a key")
    path = (*inner.path, event.value)
    if path in lines:
        raise ContractError(
            f"{file}:{line}: {event.value} is there twice", given=f"lines {lines[path]} and {line}", hint="keep one of them"
        )
    lines[path] = line
    inner.keys.append(event.value)


def _put(value: Any, inner: _Open | None, root: list[Any], line: int, lines: dict[Path, int]) -> Path:
    """Hang a value into what is open, and tell its path."""
    if inner is None:
        root.append(value)
        return ()
    if isinstance(inner.content, dict):
        key = inner.keys.pop()
        inner.content[key] = value
        return (*inner.path, key)
    inner.content.append(value)
    path = (*inner.path, len(inner.content) - 1)
    lines[path] = line
    return path


def _empty(event: yaml.Event) -> dict[str, Any] | list[Any]:
    return {} if isinstance(event, yaml.MappingStartEvent) else []


def _scalar(event: yaml.ScalarEvent) -> Any:
    text = event.value
    if not event.implicit[0] or event.style in ("'", '"', "|", ">"):
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _kind(value: Any) -> str:
    return "nothing" if value is None else "a list" if isinstance(value, list) else "one value"
