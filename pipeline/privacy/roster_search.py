"""Finds a roster's terms in a text by Aho-Corasick: one pass, whatever the number of people."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import ahocorasick

from pipeline.privacy.folding import Folded, edge, fold
from pipeline.privacy.roster_terms import Strength, address_terms, identifier_terms, name_terms, phone_terms
from pipeline.privacy.spans import Span

#: A known identity is certain; what patterns find may be less.
_SCORE = 1.0
#: What may stand between the parts of one name: a blank or two, a hyphen, an initial.
_LINK = re.compile(r"[ \u00a0]{1,2}|-|[ \u00a0][A-Z]\.?[ \u00a0]|")
_ALNUM = re.compile(r"[^\W_]+")
#: An identifier may be broken up by so many other characters for each of its own.
_MOST_SEPARATORS = 1


class _Name(NamedTuple):
    start: int
    end: int
    strength: Strength
    capital: bool

    @property
    def certain(self) -> bool:
        return self.strength is Strength.STRONG or (self.strength is Strength.COMMON and self.capital)


class RosterSearch:
    """Names by words, identifiers by their letters and digits.

    A name counts where words begin and end (marks of Indian scripts belong to words; scripts without blanks need no
    edge). Names side by side, or linked by a hyphen or an initial, are one person. What `Strength` calls short or
    common counts beside a certain name, beside another with a capital, or as a full name of the roster. Phones,
    national ids and addresses are found in any grouping of their characters.
    """

    ENTITY_TYPES = frozenset({"PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "NATIONAL_ID", "ADDRESS"})

    def __init__(
        self,
        names: Iterable[tuple[str, str]],
        emails: Iterable[str],
        phones: Iterable[str],
        national_ids: Iterable[str],
        addresses: Iterable[str],
    ) -> None:
        mails = (fold(value.strip()).text for value in emails)
        self._words = _automaton({**name_terms(names), **{mail: None for mail in mails if "@" in mail}})
        kinds = (
            (addresses, address_terms, "ADDRESS"),
            (national_ids, identifier_terms, "NATIONAL_ID"),
            (phones, phone_terms, "PHONE_NUMBER"),
        )
        self._numbers = _automaton(
            {term: kind for values, terms, kind in kinds for value in values for term in terms(value)}
        )

    def find(self, text: str) -> list[Span]:
        """Spans by start; they may overlap."""
        folded = fold(text)
        names, spans = self._find_words(text, folded)
        spans += self._find_numbers(text, folded)
        spans += [Span(start, end, "PERSON", _SCORE) for start, end in _people(text, names)]
        return sorted(spans)

    def _find_words(self, text: str, folded: Folded) -> tuple[list[_Name], list[Span]]:
        names: list[_Name] = []
        emails: list[Span] = []
        for start, end, found in _matches(self._words, folded.text):
            if not _has_edges(folded.text, start, end):
                continue
            first, after = folded.original(start, end)
            if found is None:
                emails.append(Span(first, after, "EMAIL_ADDRESS", _SCORE))
            else:
                names.append(_Name(first, after, found, not text[first].islower()))
        return names, emails

    def _find_numbers(self, text: str, folded: Folded) -> Iterator[Span]:
        runs = [(run.start(), run.group()) for run in _ALNUM.finditer(folded.text)]
        compact = "".join(run for _, run in runs)
        places = [place for start, run in runs for place in range(start, start + len(run))]
        for begin, stop, kind in _matches(self._numbers, compact):
            start, end = places[begin], places[stop - 1] + 1
            if end - start > (1 + _MOST_SEPARATORS) * (stop - begin) or not _has_edges(folded.text, start, end):
                continue
            first, after = folded.original(start, end)
            while first > 0 and text[first - 1] in "+(":
                first -= 1
            yield Span(first, after, kind, _SCORE)


def _automaton(terms: Mapping[str, object]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for term, value in terms.items():
        automaton.add_word(term, (term, value))
    automaton.make_automaton()
    return automaton


def _matches(automaton: ahocorasick.Automaton, text: str) -> Iterator[tuple[int, int, Any]]:
    """(start, end, value) of every term in the text; an automaton without terms can't be asked."""
    if len(automaton):
        for last, (term, value) in automaton.iter(text):
            yield last + 1 - len(term), last + 1, value


def _has_edges(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return edge(before, text[start]) and edge(after, text[end - 1])


def _people(text: str, names: list[_Name]) -> Iterator[tuple[int, int]]:
    """Names that count, each chain of linked names as one stretch."""
    chain: list[_Name] = []
    for name in _longest(names):
        if chain and not _LINK.fullmatch(text, chain[-1].end, name.start):
            yield from _stretch(chain)
            chain = []
        chain.append(name)
    yield from _stretch(chain)


def _longest(names: list[_Name]) -> Iterator[_Name]:
    """Names that don't overlap: leftmost, then longest. A short name without a capital is a word ("an", "so")."""
    end = 0
    for name in sorted(names, key=lambda item: (item.start, -item.end)):
        if name.start >= end and (name.capital or name.strength is not Strength.SHORT):
            yield name
            end = name.end


def _stretch(chain: list[_Name]) -> Iterator[tuple[int, int]]:
    if any(name.certain for name in chain) or (len(chain) > 1 and all(name.capital for name in chain)):
        yield chain[0].start, chain[-1].end
