"""Values as YAML of one line, whatever is in them."""

from collections.abc import Mapping, Sequence
from typing import Any

_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
#: Words that YAML 1.1 takes for booleans or nothing.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def flow(value: Any) -> str:
    """A value in YAML's flow style; words that can be nothing else stand without quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        return value if _plain(value) else quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(flow, value)) + "]"
    raise TypeError(type(value).__name__)


def quoted(text: str) -> str:
    """A text in double quotes; what YAML can't show is escaped."""
    return '"' + "".join(_shown(char) for char in text) + '"'


def comment(text: str) -> str:
    """A comment of one line."""
    return "# " + "".join(char if char.isprintable() else "?" for char in text)


def _number(value: float) -> str:
    """Without a dot YAML 1.1 takes 1e+20 for a text."""
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _plain(text: str) -> bool:
    """Whether a text can stand without quotes: a word that YAML takes for nothing else."""
    return text.isascii() and text.isidentifier() and text.lower() not in _WORDS


def _shown(char: str) -> str:
    if char in _ESCAPED:
        return _ESCAPED[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
