"""Texts for each configuration, and what Presidio answers: looked up once for all tests."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice

import pytest
from presidio_analyzer import AnalyzerEngine

from pipeline.privacy.scanning.analyzer import FastAnalyzer
from pipeline.privacy.spans import Span
from tests.privacy.scanning.comparison import Answer, answer, stock_analyzer
from tests.privacy.scanning.configurations import configurations
from tests.privacy.scanning.texts import Material, kind_of, text_of

#: 20,000 in all.
TEXTS = {"ours": 9_000, "stock": 7_000, "own": 4_000}
SEED = 6


@dataclass(frozen=True)
class Case:
    """One configuration: its engine, the texts, Presidio's answers to them."""

    name: str
    engine: AnalyzerEngine
    material: Material
    texts: tuple[str, ...]

    @cached_property
    def truths(self) -> tuple[Answer, ...]:
        analyzer = stock_analyzer(self.engine)
        return tuple(answer(analyzer, text) for text in self.texts)

    @cached_property
    def fast(self) -> FastAnalyzer:
        return FastAnalyzer(self.engine)

    def known(self, text: str) -> list[Span]:
        """Presidio's answer, remembered for the texts above."""
        truth = self._by_text[text] if text in self._by_text else stock_analyzer(self.engine)(text)
        if truth is None:
            raise ValueError("Presidio refuses this text")
        return truth

    @cached_property
    def _by_text(self) -> dict[str, Answer]:
        return dict(zip(self.texts, self.truths, strict=True))


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    """The case of a configuration's name."""
    known = configurations(tmp_path_factory.mktemp("recognizers"))

    @cache
    def made(name: str) -> Case:
        engine = known[name].make()
        material = known[name].material(engine, SEED)
        texts = (text_of(kind_of(number), SEED, number, material) for number in range(TEXTS[name]))
        return Case(name, engine, material, tuple(islice(texts, TEXTS[name])))

    return made
