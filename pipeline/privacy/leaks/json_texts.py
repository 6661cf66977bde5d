"""Texts of JSON: keys, strings and numbers, each with its position."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.privacy.leaks.texts import Reading, running


class _Members(list[tuple[str, Any]]):
    """An object's members, those included that a later one of the same key would hide."""


def read_json(path: Path) -> Reading:
    """By position, for a key may be a name: `$.2.0` is the first member of the third."""
    content = json.loads(path.read_text("utf-8"), object_pairs_hook=_Members)
    yield from (running(place, text) for place, text in _texts(content, "$"))


def _texts(node: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, _Members):
        for index, (key, value) in enumerate(node):
            yield f"{place}.{index} (key)", key
            yield from _texts(value, f"{place}.{index}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _texts(value, f"{place}.{index}")
    elif isinstance(node, str | int | float) and not isinstance(node, bool):
        yield place, str(node)
