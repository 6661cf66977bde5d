"""What finds people's names in running text."""

from collections.abc import Sequence
from typing import Protocol

from pipeline.privacy.spans import Span


class NameFinder(Protocol):
    """A model of names; texts go to it many at a time, since that is when models are quick."""

    @property
    def digest(self) -> str:
        """Sha256 of the model: another model gives other output, so it is part of a run's id."""

    @property
    def entity_types(self) -> frozenset[str]:
        """The types that it can find."""

    def find_many(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans of each text, by position; what Presidio's engine would answer with the same model."""
