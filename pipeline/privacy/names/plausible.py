"""A second look at what a model calls a name: models of any size take codes and capitalised words for people."""

import re
from collections.abc import Sequence
from functools import cache

from pipeline.privacy.folding import unaccented, words
from pipeline.privacy.names.finder import NameFinder
from pipeline.privacy.names.opened import open_names
from pipeline.privacy.ordinary_words import is_ordinary
from pipeline.privacy.recognizers import make_recognizers
from pipeline.privacy.spans import Span

_DIGIT = re.compile(r"\d")


@cache
def _labels() -> frozenset[str]:
    """Words that say what a number is: SSN, IBAN, passport."""
    said = " ".join(word for recognizer in make_recognizers() for word in recognizer.context or ())
    return frozenset(unaccented(word) for word in words(said))


def could_be_a_name(text: str) -> bool:
    """Whether some word of a text without digits is neither frequent nor the label of a number."""
    if _DIGIT.search(text):
        return False
    return any(word not in _labels() and not is_ordinary(word) for word in map(unaccented, words(text)))


def plausible_names(reference: str) -> NameFinder | None:
    """The name model behind a reference of `open_names`, looked over; None for `none`."""
    found = open_names(reference)
    return PlausibleNames(found) if found else None


class PlausibleNames:
    """A NameFinder that keeps of another's spans those that could be names."""

    def __init__(self, finder: NameFinder) -> None:
        self._finder = finder

    @property
    def digest(self) -> str:
        """Of the model."""
        return self._finder.digest

    @property
    def entity_types(self) -> frozenset[str]:
        """Those of the model."""
        return self._finder.entity_types

    def find_many(self, texts: Sequence[str]) -> list[list[Span]]:
        """The model's spans of each text, by position, without those that could be no name."""
        found = self._finder.find_many(texts)
        return [
            [span for span in spans if could_be_a_name(text[span.start : span.end])]
            for text, spans in zip(texts, found, strict=True)
        ]
