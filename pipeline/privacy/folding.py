"""Texts made comparable: case, width, composition of accents, dashes, quotes and blanks; offsets lead back."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

#: One form for characters that people type interchangeably.
_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\t\n\r\v\f", " "),
    }
)
_LATIN_ACCENTS = re.compile(r"([a-z])[\u0300-\u036f]+")
_JOINERS = "\u200c\u200d"
_HANGUL_TAILS = ("\u1160", "\u11ff")
#: Scripts written without blanks, or with endings glued to names: a word's edge can't be asked for.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def _mark_ranges() -> str:
    """Combining marks as a regex class: they are no letters to Python, yet Indian vowels are marks."""
    marks = [code for code in range(0x300, 0x20000) if unicodedata.category(chr(code)).startswith("M")]
    ranges: list[list[int]] = []
    for code in marks:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


_WORD = re.compile(f"(?:[^\\W_]|[{_mark_ranges()}{_JOINERS}])+")


@dataclass(frozen=True)
class Folded:
    """A folded text, and for each of its characters the original characters [starts[i], ends[i]) it came from."""

    text: str
    starts: range | list[int]
    ends: range | list[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where folded characters [start, end) lie in the original text."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Fold a text, keeping the way back: the folded text may be longer or shorter than the original.

    Each cluster of a base character and its marks is folded by itself (canonical decomposition, case folding,
    compatibility composition), so a text and a part of it fold alike.
    """
    if text.isascii():
        return Folded(text.lower().translate(_SAME), range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        folded = unicodedata.normalize("NFD", text[start:end]).casefold()
        piece = unicodedata.normalize("NFKC", folded).translate(_SAME)
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    return Folded("".join(pieces), starts, ends)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for index in range(1, len(text)):
        char = text[index]
        tail = unicodedata.category(char).startswith("M") or _HANGUL_TAILS[0] <= char <= _HANGUL_TAILS[1]
        if not tail:
            yield start, index
            start = index
    if text:
        yield start, len(text)


def unaccented(folded_text: str) -> str:
    """Without accents on Latin letters; marks of other scripts are letters and stay."""
    decomposed = unicodedata.normalize("NFD", folded_text)
    return unicodedata.normalize("NFC", _LATIN_ACCENTS.sub(r"\1", decomposed))


def words(text: str) -> list[str]:
    """Folded words: letters, digits and combining marks; all else separates."""
    return _WORD.findall(fold(text).text)


def is_word(char: str) -> bool:
    """Whether a character continues a word."""
    return _WORD.fullmatch(char) is not None


def is_unspaced(char: str) -> bool:
    """Whether words of the character's script stand without blanks between them."""
    return _UNSPACED.match(char) is not None


def edge(outside: str, inside: str) -> bool:
    """Whether a word may begin or end between a neighbouring character (or "") and its own first or last one."""
    return not outside or not is_word(outside) or is_unspaced(inside)
