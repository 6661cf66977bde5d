"""The words of a text, and which of them say something about their neighbours."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from presidio_analyzer.nlp_engine import NlpArtifacts


@dataclass(frozen=True)
class Words:
    """The words of a text: where each ends, and what it is called (its lemma in lower case)."""

    ends: Sequence[int]
    lemmas: Sequence[str]
    is_keyword: Callable[[str], bool]

    @classmethod
    def of(cls, artifacts: NlpArtifacts) -> "Words":
        """The words that any language engine of Presidio's found."""
        doc = artifacts.tokens
        ends = [start + len(token) for start, token in zip(artifacts.tokens_indices, doc, strict=True)]
        return cls(ends, [lemma.lower() for lemma in artifacts.lemmas], frozenset(artifacts.keywords).__contains__)

    def around(self, start: int, before: int, after: int) -> set[str]:
        """The word at a place, if it is a keyword, with so many keywords before it and after it.

        Raises:
            ValueError: there is no word at the place or behind it.
        """
        if not self.ends:
            return {""}
        at = bisect_right(self.ends, start)
        if at == len(self.ends):
            raise ValueError("no word at the place of a finding")
        found = self._some(range(at, -1, -1), before + 1)
        return found | self._some(range(at, len(self.lemmas)), after + 1)

    def _some(self, places: range, count: int) -> set[str]:
        found: set[str] = set()
        for place in places:
            lemma = self.lemmas[place]
            if self.is_keyword(lemma):
                found.add(lemma)
                count -= 1
                if not count:
                    break
        return found
