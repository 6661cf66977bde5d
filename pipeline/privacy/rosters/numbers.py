"""Finds a roster's phones, national ids and addresses in a text, in any grouping of their letters and digits."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import ahocorasick

from pipeline.privacy.folding import is_unspaced
from pipeline.privacy.rosters.known_strings import Heads, KnownStrings
from pipeline.privacy.rosters.phones import RosterPhones
from pipeline.privacy.rosters.terms import LEAST_IDENTIFIER, LEAST_PHONE, address_terms, identifier_terms, key_terms

_ALNUM = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"[0-9]")
_DIGITS = re.compile(r"[0-9]+")
#: An identifier may be broken up by so many other characters for each of its own.
_MOST_SEPARATORS = 1
_LEAST = min(LEAST_IDENTIFIER, LEAST_PHONE)


class Found(NamedTuple):
    """Characters [start, end) of a folded text, and what they are."""

    start: int
    end: int
    kind: str


class _Runs(NamedTuple):
    """The runs of letters and digits of a text: where each starts in it and in the runs put together."""

    texts: list[str]
    starts: list[int]
    places: list[int]
    compact: str

    @classmethod
    def of(cls, folded: str) -> "_Runs":
        runs = list(_ALNUM.finditer(folded))
        texts, places, place = [run.group() for run in runs], [], 0
        for text in texts:
            places.append(place)
            place += len(text)
        return cls(texts, [run.start() for run in runs], places, "".join(texts))


class RosterNumbers:
    """Whole runs of a text put together are looked up by hash; what can't be looked up so is searched for.

    Where a value is of several kinds, it is a phone before a national id before an identifier before an address.
    """

    def __init__(
        self,
        phones: Sequence[str],
        national_ids: Iterable[str],
        identifiers: Iterable[str],
        addresses: Iterable[str],
    ) -> None:
        self._phones = RosterPhones(phones)
        self._heads = Heads(LEAST_IDENTIFIER)
        self._lengths: set[int] = set()
        self._searched: dict[str, str] = {}
        kinds: Mapping[str, tuple[Iterable[str], Callable[[str], set[str]]]] = {
            "ADDRESS": (addresses, address_terms),
            "IDENTIFIER": (identifiers, key_terms),
            "NATIONAL_ID": (national_ids, identifier_terms),
        }
        self._known = {kind: KnownStrings(self._looked_up(kind, *values)) for kind, values in kinds.items()}
        self._longest = max(self._lengths, default=0)
        self._automaton = ahocorasick.Automaton()
        for term, kind in self._searched.items():
            self._automaton.add_word(term, (term, kind))
        self._automaton.make_automaton()

    def _looked_up(self, kind: str, values: Iterable[str], terms: Callable[[str], set[str]]) -> Iterator[str]:
        """Terms with a digit that begin and end where words do; the others are kept to be searched for."""
        every = (term for value in values for term in terms(value))
        for term in self._heads.watch(every):
            if _DIGIT.search(term) and not is_unspaced(term[0]) and not is_unspaced(term[-1]):
                self._lengths.add(len(term))
                yield term
            else:
                self._searched[term] = kind

    def find(self, folded: str) -> Iterator[Found]:
        """Candidates in a folded text; whether words begin and end there is asked by the caller."""
        count = sum(map(len, _DIGITS.findall(folded)))
        phones, others = len(self._phones) > 0 and count >= LEAST_PHONE, len(self._lengths) > 0 and count > 0
        if phones or others or len(self._automaton):
            runs = _Runs.of(folded)
            yield from self._search(runs)
            yield from self._look_up(runs, phones, others)

    def _search(self, runs: _Runs) -> Iterator[Found]:
        if not len(self._automaton):
            return
        original = [start + at for start, text in zip(runs.starts, runs.texts, strict=True) for at in range(len(text))]
        for last, (term, kind) in self._automaton.iter(runs.compact):
            start, end = original[last + 1 - len(term)], original[last] + 1
            if end - start <= (1 + _MOST_SEPARATORS) * len(term):
                yield Found(start, end, kind)

    def _look_up(self, runs: _Runs, phones: bool, others: bool) -> Iterator[Found]:
        for first, text in enumerate(runs.texts):
            phone = phones and _DIGITS.fullmatch(text) is not None
            other = others and self._heads.may_start(runs.compact, runs.places[first])
            if phone or other:
                yield from self._windows(runs, first, phone, other)

    def _windows(self, runs: _Runs, first: int, phone: bool, other: bool) -> Iterator[Found]:
        """What the runs from `first` on are, put together."""
        start, place = runs.starts[first], runs.places[first]
        longest = self._longest if other else 0
        for last in range(first, len(runs.texts)):
            text = runs.texts[last]
            end, length = runs.starts[last] + len(text), runs.places[last] + len(text) - place
            phone = phone and length <= self._phones.longest and _DIGITS.fullmatch(text) is not None
            if not phone and length > longest:
                return
            if length < _LEAST or end - start > (1 + _MOST_SEPARATORS) * length:
                continue
            kind = self._kind(runs.compact[place : place + length], phone)
            if kind:
                yield Found(start, end, kind)

    def _kind(self, candidate: str, phone: bool) -> str | None:
        if phone and len(candidate) >= LEAST_PHONE and candidate in self._phones:
            return "PHONE_NUMBER"
        if len(candidate) not in self._lengths:
            return None
        return next((kind for kind in ("NATIONAL_ID", "IDENTIFIER", "ADDRESS") if candidate in self._known[kind]), None)
