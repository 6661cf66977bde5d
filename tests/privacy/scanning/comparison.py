"""Whether two analyzers answer alike: starts, ends, types, scores and their order, or an error from both."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from presidio_analyzer import AnalyzerEngine

from pipeline.privacy.spans import Span
from pipeline.privacy.tokens import LANGUAGE

#: Spans in their order; None for an analyzer that raised.
Answer = list[Span] | None
Analyzer = Callable[[str], list[Span]]
BatchAnalyzer = Callable[[Sequence[str]], list[list[Span]]]


class Difference(NamedTuple):
    """One text on which analyzers differ; `str` shows it in ASCII, ready to paste."""

    text: str
    truth: Answer
    given: Answer

    def __str__(self) -> str:
        only_truth = [tuple(span) for span in self.truth or () if span not in (self.given or ())]
        only_given = [tuple(span) for span in self.given or () if span not in (self.truth or ())]
        raised = [name for name, answer in (("truth", self.truth), ("given", self.given)) if answer is None]
        return f"text={self.text!a} only_truth={only_truth} only_given={only_given} raised={raised}"


def stock_analyzer(engine: AnalyzerEngine) -> Analyzer:
    """Presidio itself."""

    def analyze(text: str) -> list[Span]:
        found = engine.analyze(text, language=LANGUAGE)
        return [Span(item.start, item.end, item.entity_type, item.score) for item in found]

    return analyze


def answer(analyzer: Analyzer, text: str) -> Answer:
    """What it answers; any exception counts as the same one, since messages may quote a text."""
    try:
        return list(analyzer(text))
    except Exception:
        return None


def answers(analyze_many: BatchAnalyzer, analyze: Analyzer, texts: Sequence[str], size: int = 100) -> Iterator[Answer]:
    """Answers of an analyzer of batches; where a batch raises, its texts are asked one by one.

    Raises:
        AssertionError: a batch raised although none of its texts does.
    """
    for at in range(0, len(texts), size):
        batch = texts[at : at + size]
        try:
            yield from analyze_many(batch)
        except Exception:
            alone = [answer(analyze, text) for text in batch]
            assert None in alone, f"the batch at {at} raised, none of its texts does"
            yield from alone


def differences(texts: Iterable[str], truths: Iterable[Answer], found: Iterable[Answer]) -> Iterator[Difference]:
    """Each text on which what was found is not the truth."""
    for text, truth, given in zip(texts, truths, found, strict=True):
        if given != truth:
            yield Difference(text, truth, given)


def found_types(truths: Iterable[Answer]) -> Counter[str]:
    """How many spans of each type the truths have."""
    return Counter(span.entity_type for truth in truths for span in truth or ())
