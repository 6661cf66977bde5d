"""Free text tells where its personal data lies."""

import random

import pytest

from pipeline.synthetic.cast import SLOTS, Cast
from pipeline.synthetic.person import draw_person
from pipeline.synthetic.prose import prose_of
from pipeline.synthetic.text import compose

PEOPLE = [draw_person(3, index, 10) for index in range(60)]
THEMES = sorted(prose_of("en").themes)


@pytest.mark.parametrize("theme", THEMES)
def test_texts_keep_their_length(theme: str) -> None:
    """Texts about any theme and in any language have 60 to 600 characters."""
    rng = random.Random(theme)
    for _ in range(200):
        own, manager, colleague = rng.sample(PEOPLE, 3)
        text = compose(rng, (theme, "steady"), Cast(own, manager, colleague))
        assert 60 <= len(text.value) <= 600
        assert "{" not in text.value


def test_half_of_the_texts_are_personal() -> None:
    """About half of all texts hold personal data, of every kind that is planted."""
    rng = random.Random(1)
    texts = [compose(rng, ("pay",), Cast(*rng.sample(PEOPLE, 3))) for _ in range(3000)]
    assert 0.45 < sum(bool(text.spans) for text in texts) / len(texts) < 0.55
    assert {span.entity_type for text in texts for span in text.spans} == {kind for kind, _ in SLOTS.values()}


@pytest.mark.parametrize("language", ["en", "de", "fr", "hi"])
def test_every_slot_can_be_filled(language: str) -> None:
    """A clause asks only for what the language's lists or persons can give; themes hold no personal slot."""
    prose = prose_of(language)
    plain = {slot for clauses in prose.themes.values() for clause in clauses for _, slot in clause if slot}
    personal = {slot for clauses in prose.personal.values() for clause in clauses for _, slot in clause if slot}
    assert plain <= prose.fill.keys()
    assert personal <= SLOTS.keys() | prose.fill.keys() | {"title"}
