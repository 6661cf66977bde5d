"""Texts made comparable: case, width, composition of accents, dashes, quotes and blanks; offsets lead back."""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

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
_HANGUL_TAILS = "\u1160-\u11ff"
#: Marks beyond those of scripts: they choose between pictures of one character.
_SELECTORS = "\U000e0100-\U000e01ef"
#: Distinct clusters whose folded form is remembered: some megabytes.
_REMEMBERED = 50_000
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


_MARKS = _mark_ranges()
_WORD = re.compile(f"(?:[^\\W_]|[{_MARKS}{_JOINERS}])+")
_TAIL = f"[{_MARKS}{_SELECTORS}{_HANGUL_TAILS}]"
#: Blocks of characters where tails are, and much else: quick to ask for, and rare in European texts.
_MAY_HAVE_TAIL = re.compile("[\u0300-\u1fff\u20d0-\u20ff\u2cef-\U0010ffff]")
_CLUSTER = re.compile(f".{_TAIL}*", re.DOTALL)


class Folded(NamedTuple):
    """A folded text, and for each of its characters the original characters [starts[i], ends[i]) it came from."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

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
    clusters = _CLUSTER.findall(text) if _MAY_HAVE_TAIL.search(text) else text
    pieces = [_folded_cluster(cluster) for cluster in clusters]
    whole = "".join(pieces)
    if len(whole) == len(text) == len(pieces) and all(pieces):
        return Folded(whole, range(len(text)), range(1, len(text) + 1))
    sizes = np.fromiter(map(len, clusters), np.int64)
    counts = np.fromiter(map(len, pieces), np.int64)
    ends = np.cumsum(sizes)
    starts = array("q", np.repeat(ends - sizes, counts).tobytes())
    return Folded(whole, starts, array("q", np.repeat(ends, counts).tobytes()))


def folded(text: str) -> str:
    """The folded text alone."""
    return text.lower().translate(_SAME) if text.isascii() else fold(text).text


@lru_cache(_REMEMBERED)
def _folded_cluster(cluster: str) -> str:
    """One character and its marks, folded by itself."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFD", cluster).casefold()).translate(_SAME)


def unaccented(folded_text: str) -> str:
    """Without accents on Latin letters; marks of other scripts are letters and stay."""
    if folded_text.isascii():
        return folded_text
    decomposed = unicodedata.normalize("NFD", folded_text)
    return unicodedata.normalize("NFC", _LATIN_ACCENTS.sub(r"\1", decomposed))


def words(text: str) -> list[str]:
    """Folded words: letters, digits and combining marks; all else separates."""
    return _WORD.findall(fold(text).text)


def word_places(folded_text: str) -> list[tuple[str, int, int]]:
    """Words of a folded text, each with its characters [start, end) there."""
    return [(found.group(), found.start(), found.end()) for found in _WORD.finditer(folded_text)]


def plain_words(text: str) -> list[str]:
    """Folded words without Latin accents: how names and addresses are compared."""
    return [unaccented(word) for word in words(text)]


def is_word(char: str) -> bool:
    """Whether a character continues a word."""
    return _WORD.fullmatch(char) is not None


def is_unspaced(char: str) -> bool:
    """Whether words of the character's script stand without blanks between them."""
    return _UNSPACED.match(char) is not None


def edge(outside: str, inside: str) -> bool:
    """Whether a word may begin or end between a neighbouring character (or "") and its own first or last one."""
    return not outside or not is_word(outside) or is_unspaced(inside)


def has_edges(text: str, start: int, end: int) -> bool:
    """Whether words begin and end at characters [start, end) of a folded text."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return edge(before, text[start]) and edge(after, text[end - 1])
