"""The words of a text, and which of them say something about their neighbours."""

from bisect import bisect_right
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from presidio_analyzer.nlp_engine import NlpArtifacts


@dataclass(frozen=True)
class Words:
    """The words of a text: where each ends, what it is called (its lemma in lower case), and which are keywords."""

    ends: Sequence[int]
    lemmas: Sequence[str]
    keywords: AbstractSet[str]

    @classmethod
    def of(cls, artifacts: NlpArtifacts) -> "Words":
        """The words that any language engine of Presidio's found."""
        doc = artifacts.tokens
        ends = [start + len(token) for start, token in zip(artifacts.tokens_indices, doc, strict=True)]
        return cls(ends, [lemma.lower() for lemma in artifacts.lemmas], frozenset(artifacts.keywords))

    def around(self, start: int, before: int, after: int) -> set[str]:
        """The word at a place, if it is a keyword, with so many keywords before it and after it.

        Raises:
            ValueError: there is no word at the place or behind it.
        """
        if not self.ends:
            return {""}
        at = self._at(start)
        return {*self._some(range(at, -1, -1), before + 1), *self._some(range(at, len(self.lemmas)), after + 1)}

    def enough(self, start: int, before: int, after: int) -> tuple[bool, bool]:
        """Whether there are so many keywords before a place, and after it, the word there included in both."""
        if not self.ends or self.ends[-1] <= start:
            return False, False
        at = self._at(start)
        behind, ahead = range(at, -1, -1), range(at, len(self.lemmas))
        return len(self._some(behind, before + 1)) > before, len(self._some(ahead, after + 1)) > after

    def _at(self, start: int) -> int:
        at = bisect_right(self.ends, start)
        if at == len(self.ends):
            raise ValueError("no word at the place of a finding")
        return at

    def _some(self, places: range, count: int) -> list[str]:
        found: list[str] = []
        for place in places:
            if self.lemmas[place] in self.keywords:
                found.append(self.lemmas[place])
                if len(found) == count:
                    break
        return found
