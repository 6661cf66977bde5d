"""The letters that gates read: every text as one byte a character.

ASCII stands for itself. Any other character becomes one of four bytes that say only what a pattern could ask of it, so
that one compiled gate serves every script and its offsets are those of the text.
"""

from functools import lru_cache

import regex

#: Characters beyond ASCII that match a letter of ASCII when case is ignored (Kelvin sign, long s, the Turkish i's).
#: No gate judges a text that holds one. A test tries every code point.
LETTERS_ALIKE = regex.compile("[\u212a\u017f\u0130\u0131]")
WORD, DIGIT, SPACE, OTHER = range(0x80, 0x84)
BEYOND_ASCII = frozenset({WORD, DIGIT, SPACE, OTHER})
_DIGIT, _SPACE, _WORD = (regex.compile(kind) for kind in (r"\d", r"\s", r"\w"))


class _Bytes(dict[int, int]):
    """A table for `str.translate` that fills itself."""

    def __missing__(self, code: int) -> int:
        byte = self[code] = code if code < 0x80 else kind_of(chr(code))
        return byte


def kind_of(char: str) -> int:
    """The byte of a character beyond ASCII."""
    if _DIGIT.match(char):
        return DIGIT
    if _SPACE.match(char):
        return SPACE
    return WORD if _WORD.match(char) else OTHER


_BYTES = _Bytes()


def gate_bytes(text: str) -> bytes:
    """The text in the gates' alphabet."""
    return text.encode("ascii") if text.isascii() else text.translate(_BYTES).encode("latin-1")


@lru_cache(maxsize=4096)
def bytes_of_class(members: str, flags: int, beyond_ascii: bool) -> frozenset[int]:
    """Bytes that a character class may match, never too few.

    Args:
        members: the class between its brackets, as `regex` reads it.
        flags: under which `regex` compiles it.
        beyond_ascii: whether the class is negated or names characters beyond ASCII; then it may match any of those.
    """
    asked = regex.compile(f"[{members}]", flags)
    found = {code for code in range(0x80) if asked.match(chr(code))}
    if beyond_ascii:
        return frozenset(found | BEYOND_ASCII)
    examples = ((WORD, "\u00e9"), (DIGIT, "\u0663"), (SPACE, "\u2003"), (OTHER, "\u2014"))
    found |= {byte for byte, char in examples if asked.match(char)}
    return frozenset(found)


def written(members: frozenset[int], caseless: bool) -> str:
    """A class of bytes as Hyperscan reads it; caseless: capital letters are left to its flag."""
    kept = sorted(code for code in members if not (caseless and chr(code).isupper() and code + 32 in members))
    if len(kept) == 1:
        return _sign(kept[0])
    runs: list[list[int]] = []
    for code in kept:
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "[" + "".join(_sign(low) if low == high else f"{_sign(low)}-{_sign(high)}" for low, high in runs) + "]"


def _sign(code: int) -> str:
    return chr(code) if code < 0x80 and chr(code).isalnum() else f"\\x{code:02x}"
