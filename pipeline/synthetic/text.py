"""Free text composed of clauses, with the place of every piece of personal data in it."""

import random
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pipeline.synthetic.cast import SLOTS, Cast, personal_kinds
from pipeline.synthetic.draws import weighted
from pipeline.synthetic.prose import Clause, pick_personal, prose_of, sentences_about

_PERSONAL_SHARE = 0.5
_SHORTEST = 60
#: A long text comes in paragraphs of so many sentences, half of them with a clause that holds personal data.
_PARAGRAPH = 20
#: Language, and how often a text of that country is written in it rather than in English.
_LANGUAGES = {"DE": ("de", 0.35), "FR": ("fr", 0.35), "IN": ("hi", 0.1)}
_ENGLISH = ("en", 0.0)
#: A personal clause short enough for a remark.
_REMARKED = {"person": 0.7, "phone": 0.2, "email": 0.1}


class Span(NamedTuple):
    """Personal data in a text: `[start, end)` in Unicode code points; `column` where it is not the record's text."""

    start: int
    end: int
    entity_type: str
    column: str | None = None


@dataclass(slots=True)
class Text:
    """A text and all personal data in it; it grows at its end."""

    value: str = ""
    spans: tuple[Span, ...] = ()

    def add(self, more: "Text", between: str) -> None:
        """Append another text; its spans move along."""
        if not self.value:
            self.value, self.spans = more.value, more.spans
            return
        self.value += between
        by = len(self.value)
        self.spans += tuple([Span(span.start + by, span.end + by, span.entity_type) for span in more.spans])
        self.value += more.value


def compose(rng: random.Random, themes: tuple[str, ...], cast: Cast, length: int = 0) -> Text:
    """A text about the themes: 60 to 600 characters, or about `length`, if that is more.

    Half of all short ones hold one or two clauses with personal data, and so does half of a long one's paragraphs.
    """
    language = _language(rng, cast)
    chosen = [rng.choice(sentences_about(language, theme)) for theme in themes]
    if len(chosen) > 1 and chosen[0] == chosen[1]:
        chosen.pop()
    while len(chosen) < 2 or sum(map(len, chosen)) < _SHORTEST:
        sentence = rng.choice(sentences_about(language, rng.choice((*themes, "steady"))))
        if sentence not in chosen:
            chosen.append(sentence)
    parts = [Text(sentence) for sentence in chosen]
    if rng.random() < _PERSONAL_SHARE:
        for _ in range(rng.choice((1, 1, 2))):
            parts.insert(rng.randint(0, len(parts)), _personal(rng, language, cast))
    text = _join(rng, parts)
    if length > len(text.value):
        _lengthen(rng, text, _pool(language, themes), length, language, cast)
    return text


def remark(rng: random.Random, theme: str, cast: Cast) -> Text:
    """One short sentence, now and then with personal data."""
    language = _language(rng, cast)
    if rng.random() < 0.25:
        return _filled(rng, pick_personal(rng, language, weighted(rng, _REMARKED)), cast)
    return Text(rng.choice(sentences_about(language, theme)))


def _language(rng: random.Random, cast: Cast) -> str:
    language, share = _LANGUAGES.get(cast.own.country, _ENGLISH)
    return language if rng.random() < share else "en"


@cache
def _pool(language: str, themes: tuple[str, ...]) -> tuple[tuple[str, ...], float]:
    """What a long text about the themes is made of, and how long its sentences are on average, blanks included."""
    names = dict.fromkeys((*themes, "steady", "calm", "growing"))
    sentences = tuple(sentence for name in names for sentence in sentences_about(language, name))
    return sentences, sum(map(len, sentences)) / len(sentences) + 1


def _lengthen(
    rng: random.Random, text: Text, pool: tuple[tuple[str, ...], float], length: int, language: str, cast: Cast
) -> None:
    """Append paragraphs until the text has about the length."""
    sentences, mean = pool
    left = round((length - len(text.value)) / mean)
    pieces, spans, at = [text.value], list(text.spans), len(text.value)
    while left > 0:
        paragraph = " ".join(rng.choices(sentences, k=min(left, _PARAGRAPH)))
        left -= _PARAGRAPH
        pieces += ("\n", paragraph)
        at += 1 + len(paragraph)
        if rng.random() < _PERSONAL_SHARE:
            clause = _personal(rng, language, cast)
            at += 1
            spans += [Span(at + span.start, at + span.end, span.entity_type) for span in clause.spans]
            pieces += (" ", clause.value)
            at += len(clause.value)
    text.value, text.spans = "".join(pieces), tuple(spans)


def _personal(rng: random.Random, language: str, cast: Cast) -> Text:
    kind = weighted(rng, personal_kinds(cast.own.country))
    return _filled(rng, pick_personal(rng, language, kind), cast)


def _filled(rng: random.Random, chosen: tuple[str, Clause], cast: Cast) -> Text:
    """A clause with every slot filled."""
    language, clause = chosen
    value, spans = "", []
    for literal, slot in clause:
        value += literal
        if slot in SLOTS:
            entity_type, draw = SLOTS[slot]
            filling = draw(rng, cast)
            spans.append(Span(len(value), len(value) + len(filling), entity_type))
            value += filling
        elif slot:
            prose = prose_of(language)
            value += prose.titles[cast.title_index()] if slot == "title" else rng.choice(prose.fill[slot])
    return Text(value, tuple(spans))


def _join(rng: random.Random, parts: list[Text]) -> Text:
    """The parts one after another, mostly on one line."""
    text = Text()
    for part in parts:
        text.add(part, "\n" if rng.random() < 0.08 else " ")
    return text
