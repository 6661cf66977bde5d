"""The fast analyzer answers as Presidio does: 20,000 texts aimed at its seams, and what hypothesis thinks of."""

from collections.abc import Callable, Iterator
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.privacy.scanner import Scanner
from pipeline.privacy.scanning.analyzer import FastAnalyzer
from tests.privacy.scanning.comparison import Difference, answer, answers, differences, found_types, stock_analyzer
from tests.privacy.scanning.conftest import TEXTS, Case
from tests.privacy.scanning.texts import MAKERS, SHARES, STRANGE, kind_of

CaseOf = Callable[[str], Case]
#: Spans that the texts must hold of each type that the configuration can find.
_LEAST_SPANS = 5
#: Found by Presidio's language models alone, which these configurations do not load.
_OF_MODELS = {"LOCATION", "NRP", "ORGANIZATION", "PERSON", "PLACE"}


@pytest.mark.parametrize("name", TEXTS)
def test_batches_equal_presidio(case: CaseOf, name: str) -> None:
    """Batches of a hundred texts get Presidio's spans, types, scores and order; what it refuses is refused."""
    it = case(name)
    found = answers(it.fast.analyze_many, it.fast.analyze, it.texts)
    told(differences(it.texts, it.truths, found))


@pytest.mark.parametrize("name", TEXTS)
def test_single_texts_equal_presidio(case: CaseOf, name: str) -> None:
    """Texts one by one get the same answers, first asked or asked again."""
    it = case(name)
    every = slice(0, None, 10)
    for _ in range(2):
        found = (answer(it.fast.analyze, text) for text in it.texts[every])
        told(differences(it.texts[every], it.truths[every], found))


def test_scanner_equals_presidio(case: CaseOf) -> None:
    """The scanner answers as its engine, one by one and in batches, on first sight and from memory."""
    it, scanner = case("ours"), Scanner()
    texts, truths = it.texts[:2_000], it.truths[:2_000]
    for _ in range(2):
        told(differences(texts, truths, (answer(scanner.scan, text) for text in texts)))
        told(differences(texts, truths, answers(scanner.scan_many, scanner.scan, texts)))


def test_answers_do_not_depend_on_neighbours(case: CaseOf) -> None:
    """A batch backwards, with repeats, gives each text its own answer, and answers are not shared."""
    it = case("ours")
    kept = [number for number in range(1_500) if it.truths[number] is not None]
    numbers = [*reversed(kept), *kept[:300], *kept[:300]]
    found = it.fast.analyze_many([it.texts[number] for number in numbers])
    found[-1].append(found[0][0] if found[0] else None)
    found[-1].pop()
    told(differences([it.texts[at] for at in numbers], [it.truths[at] for at in numbers], found))


@pytest.mark.parametrize("name", TEXTS)
def test_every_type_is_met(case: CaseOf, name: str) -> None:
    """The texts hold spans of each type that the engine can find, so equality says something of all of them."""
    it = case(name)
    counts = found_types(it.truths)
    expected = set(it.engine.get_supported_entities("en")) - (_OF_MODELS if name != "own" else {"PLACE"})
    assert {kind: counts[kind] for kind in expected if counts[kind] < _LEAST_SPANS} == {}


def test_texts_are_of_all_kinds() -> None:
    """Every hundred texts are of each kind as often as its share says."""
    kinds = [kind_of(number) for number in range(300, 400)]
    assert {kind: kinds.count(kind) for kind in MAKERS} == SHARES


@pytest.mark.parametrize("name", TEXTS)
def test_hypothesis_finds_no_difference(case: CaseOf, name: str) -> None:
    """Matches, examples and strange characters in any arrangement get the same answer; a failure is shrunk."""
    it = case(name)
    truth = stock_analyzer(it.engine)
    fast = FastAnalyzer(it.engine)
    fragments = [text for source in it.material.sources for group in source.fragments for text in group]
    words = sorted({word for source in it.material.sources for word in source.context})
    pieces = st.one_of(
        st.sampled_from(fragments), st.sampled_from(words), st.sampled_from(STRANGE), st.text(max_size=6),
        st.text("0123456789+()-./ x", max_size=16),
    )  # fmt: skip

    @settings(max_examples=250, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(pieces, max_size=8), st.sampled_from((" ", "", "\n", ": ")))
    def same(parts: list[str], glue: str) -> None:
        text = glue.join(parts)
        assert answer(fast.analyze, text) == answer(truth, text)

    same()


def told(found: Iterator[Difference]) -> None:
    """Fail with the first differences, escaped."""
    first = [str(difference) for difference in islice(found, 5)]
    assert not first, "\n".join(first)
