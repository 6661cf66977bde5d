"""Finds words and phrases in a folded text, where words begin and end, in one pass by Aho-Corasick."""

import re
from collections.abc import Iterator, Mapping

import ahocorasick

from pipeline.privacy.folding import has_edges
from pipeline.privacy.rosters.terms import Strength

_ASCII_RUN = re.compile("[a-z0-9]+")


class RosterWords:
    """Terms, each with a strength (or None, for what is no name).

    The pass stumbles over short names inside of other words. In an ASCII text a term that counts begins with a word
    that stands there by itself; hence the words are looked up first, and mostly nothing is left to do.
    """

    def __init__(self, terms: Mapping[str, Strength | None]) -> None:
        self._automaton = ahocorasick.Automaton()
        for term, value in terms.items():
            self._automaton.add_word(term, (len(term), value))
        self._automaton.make_automaton()
        first = (_ASCII_RUN.search(term) for term in terms if term.isascii())
        self._first_words = frozenset(found.group() if found else "" for found in first)
        self._gated = "" not in self._first_words

    def find(self, folded: str) -> Iterator[tuple[int, int, Strength | None]]:
        """(start, end, strength) of each term in a folded text; they may overlap."""
        if not len(self._automaton):  # an automaton without terms can't be asked
            return
        ascii_only = folded.isascii()
        if self._gated and ascii_only and self._first_words.isdisjoint(_ASCII_RUN.findall(folded)):
            return
        edges = _has_ascii_edges if ascii_only else has_edges
        for last, (length, value) in self._automaton.iter(folded):
            if edges(folded, last + 1 - length, last + 1):
                yield last + 1 - length, last + 1, value


def _has_ascii_edges(folded: str, start: int, end: int) -> bool:
    """What `has_edges` says of an ASCII text, sooner."""
    return not folded[end : end + 1].isalnum() and (start == 0 or not folded[start - 1].isalnum())
