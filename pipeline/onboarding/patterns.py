"""A pattern for several files' names."""

from collections.abc import Sequence
from glob import escape
from itertools import takewhile


def pattern_of(names: Sequence[str]) -> str:
    """A pattern that matches all of the paths: what they have in common, and a star for the rest."""
    if len(names) == 1:
        return escape(names[0])
    files = [name.rpartition("/")[2] for name in names]
    first = common_start(files)
    last = common_start([name[len(first) :][::-1] for name in files])[::-1]
    folders = "**/" if any("/" in name for name in names) else ""
    return f"{folders}{escape(first)}*{escape(last)}"


def common_start(texts: Sequence[str]) -> str:
    """The characters that all texts begin with."""
    return "".join(chars[0] for chars in takewhile(lambda chars: len(set(chars)) == 1, zip(*texts, strict=False)))
