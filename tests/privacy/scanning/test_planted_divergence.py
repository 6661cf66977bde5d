"""The comparison notices mistakes: a gate too tight, a window too narrow, a lost pattern, region or type."""

from collections.abc import Callable

import pytest

from pipeline.privacy.spans import Span
from pipeline.privacy.tokens import TokenEngine
from tests.privacy.scanning.comparison import Analyzer, answer, answers, differences, found_types, stock_analyzer
from tests.privacy.scanning.conftest import TEXTS, Case
from tests.privacy.scanning.divergences import MISTAKES, SETTINGS
from tests.privacy.scanning.lost_patterns import is_shipped, patterns_of

CaseOf = Callable[[str], Case]
NLP = TokenEngine()
#: Patterns that Presidio itself would not miss: another pattern of the recognizer finds the same at no lower score, or
#: what they match is empty.
_NEEDLESS = {"GSTIN (High)", "GSTIN (Medium)", "SSN3 (very weak)", "NEVER_EMPTY 1"}


def caught(case: Case, analyzer: Analyzer) -> bool:
    """Whether some text shows that the analyzer is not Presidio."""
    found = (answer(analyzer, text) for text in case.texts)
    return next(differences(case.texts, case.truths, found), None) is not None


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_caught(case: CaseOf, mistake: str) -> None:
    """A gate, an offset, an order or a reading that is wrong shows in some text."""
    it = case("ours")
    assert caught(it, MISTAKES[mistake](it.known))


@pytest.mark.parametrize("setting", SETTINGS)
def test_other_setting_is_caught(case: CaseOf, setting: str) -> None:
    """An engine with one setting other than ours shows in some text."""
    assert caught(case("ours"), SETTINGS[setting](NLP))


@pytest.mark.parametrize("name", TEXTS)
def test_lost_pattern_is_caught(case: CaseOf, name: str) -> None:
    """A recognizer that lost one pattern shows in some text, whatever the pattern."""
    it = case(name)
    unseen = set()
    for lost in patterns_of(it.engine):
        if name == "own" and is_shipped(lost.recognizer):
            continue  # the texts of the other engines reach these
        whole, fewer = map(stock_analyzer, lost.engines(NLP))
        if all(answer(whole, text) == answer(fewer, text) for text in lost.matching(it.texts)):
            unseen.add(lost.name)
    assert unseen <= _NEEDLESS


@pytest.mark.parametrize("name", TEXTS)
def test_lost_type_is_caught(case: CaseOf, name: str) -> None:
    """An analyzer that never answers one type shows in some text, whatever the type."""
    it = case(name)
    for lost in found_types(it.truths):

        def without(text: str, lost: str = lost) -> list[Span]:
            return [span for span in it.known(text) if span.entity_type != lost]

        assert caught(it, without), lost


def test_no_mistake_is_not_caught(case: CaseOf) -> None:
    """Presidio compared with itself shows nothing."""
    it = case("ours")
    assert not caught(it, it.known)


def test_batch_that_raises_for_nothing_is_caught() -> None:
    """An analyzer of batches that raises although none of its texts does is not taken for Presidio."""

    def refuse(texts: object) -> list[list[Span]]:
        raise ValueError("no reason")

    with pytest.raises(AssertionError, match="the batch at 0 raised, none of its texts does"):
        list(answers(refuse, lambda text: [], ["a", "b"]))
