"""Languages of texts."""

import random

import pytest

from pipeline.quality.languages import language_of
from pipeline.synthetic.prose import prose_of

TEXTS = [
    ("The goals of the team were met and there is not much to add", "en"),
    ("Die Ziele des Teams sind erreicht und es gibt nicht viel zu sagen", "de"),
    ("Les objectifs de cette équipe sont atteints et il ne reste pas beaucoup à dire", "fr"),
    ("Los objetivos del equipo se han cumplido y no hay mucho más que decir", "es"),
    ("Gli obiettivi della squadra sono stati raggiunti e non c'è altro da dire", "it"),
    ("Os objetivos da equipe foram alcançados e não há muito mais a dizer", "pt"),
    ("De doelen van het team zijn bereikt en er is niet veel meer te zeggen", "nl"),
    ("काम ठीक चल रहा है", "deva"),
    ("Цели команды достигнуты", "cyrl"),
    ("团队的目标已经实现", "hani"),
    ("チームの目標は達成された", "jpan"),
    ("팀의 목표가 달성되었다", "kore"),
    ("تم تحقيق أهداف الفريق", "arab"),
    ("<PERSON> <EMAIL_ADDRESS>", "zyyy"),
    ("", "zyyy"),
    ("12 345 / 67", "zyyy"),
    ("Xyzzy plugh", "latn"),
    ("<PERSON> sagt <PERSON> nicht, wie das ist", "de"),
]


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_language_of(text: str, language: str) -> None:
    """By script, or by the commonest words; placeholders are in no language."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("prose", "code", "least"), [("en", "en", 0.99), ("de", "de", 0.99), ("fr", "fr", 0.99), ("hi", "deva", 1.0)]
)
def test_generated_texts_are_told_apart(prose: str, code: str, least: float) -> None:
    """Of texts of two sentences at least 99 %."""
    rng = random.Random(1)
    sentences = [sentence for theme in prose_of(prose).sentences.values() for sentence in theme]
    found = [language_of(" ".join(rng.sample(sentences, 2))) for _ in range(1_000)]
    assert found.count(code) >= least * len(found)
