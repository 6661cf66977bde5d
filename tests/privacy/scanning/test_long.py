"""Long notes are searched whole, as Presidio searches them."""

from collections.abc import Callable

import pytest
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from pipeline.privacy.scanning.analyzer import FastAnalyzer
from pipeline.privacy.tokens import LANGUAGE, TokenEngine
from tests.privacy.scanning.comparison import Difference, answer, stock_analyzer
from tests.privacy.scanning.conftest import Case
from tests.privacy.scanning.long_texts import crowded, sparse

LONG = {
    "10 kB without personal data": crowded(1, 10_000, 0.0),
    "10 kB, half with personal data": crowded(2, 10_000, 0.5),
    "10 kB of Hindi": crowded(3, 10_000, 0.5, "hi"),
    "10 kB in many scripts": crowded(4, 10_000, 1.0, "mixed"),
    "50 kB with personal data": crowded(5, 50_000, 0.3),
    "200 kB of words": sparse(6, 200_000),
    "100 kB of German words": sparse(7, 100_000, "de"),
    "one word of 200 kB": "x" * 200_000 + " asha@corp.in",
    "100 kB without a blank": "a" * 99_000 + "asha@corp.in" + "b" * 1_000,
    "digits without an end": "1" * 20_000 + " +91 98765 43210",
    "a list of numbers": " ".join(str(number) for number in range(2_000)) + " call 415-555-2671",
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("configuration", ["ours", "stock"])
def test_long_texts_equal_presidio(case: Callable[[str], Case], configuration: str, name: str) -> None:
    """A long note gets the same spans, types, scores and order."""
    it, text = case(configuration), LONG[name]
    truth, given = answer(stock_analyzer(it.engine), text), answer(it.fast.analyze, text)
    assert truth == given, str(Difference("", truth, given))


def test_phones_end_where_presidio_gives_up() -> None:
    """Presidio's phone matcher gives up a text after 65,535 candidates that are no numbers; so does ours."""
    engine = AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=[PhoneRecognizer(supported_regions=("US",))]), nlp_engine=TokenEngine()
    )
    fast = FastAnalyzer(engine, LANGUAGE)
    for candidates in (65_530, 65_540):
        text = "1111111111x " * candidates + "415-555-2671"
        assert fast.analyze(text) == stock_analyzer(engine)(text)
