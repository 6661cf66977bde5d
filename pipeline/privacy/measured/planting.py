"""Notes with personal data planted in them, and with what only looks like it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from pipeline.privacy.measured.decoys import DECOYS
from pipeline.privacy.measured.names import FORMS
from pipeline.privacy.measured.sentences import LANGUAGES, PEOPLE, VALUES
from pipeline.privacy.measured.values import CUES, MAKERS

#: Planted sentences of a note. For each two values there is a decoy: half of them in the same notes, half in their own.
_SENTENCES = 6
_DECOYS = _SENTENCES // 2
_PERSON = "PERSON"


class Planted(NamedTuple):
    """A value at [start, end) of a text; `form` is the way in which a name is written, else empty."""

    start: int
    end: int
    entity_type: str
    form: str = ""


class Sentence(NamedTuple):
    """One sentence and the value in it."""

    language: str
    text: str
    planted: Planted


class Note(NamedTuple):
    """A text and all that was planted in it."""

    text: str
    planted: tuple[Planted, ...]


def value_sentences(entity_type: str, count: int, random: Random) -> Iterator[Sentence]:
    """Sentences with a value each; one too weak to stand alone follows words that say what it is."""
    for _ in range(count):
        language = _language(random)
        cues = CUES.get(entity_type)
        cue = f"{random.choice(cues[language])} " if cues else ""
        value = MAKERS[entity_type](random)
        before, after = random.choice(VALUES[language]).split("{}")
        start = len(before + cue)
        yield Sentence(language, before + cue + value + after, Planted(start, start + len(value), entity_type))


def name_sentences(people: Sequence[tuple[str, str]], count: int, random: Random) -> Iterator[Sentence]:
    """Sentences with a name each, its form drawn by the forms' shares."""
    shares = [share for share, _ in FORMS.values()]
    for form in random.choices(list(FORMS), shares, k=count):
        language = _language(random)
        name = FORMS[form][1](random, *random.choice(people), language)
        before, after = random.choice(PEOPLE[language]).split("{}")
        start, end = len(before) + name.start, len(before) + name.end
        yield Sentence(language, before + name.text + after, Planted(start, end, _PERSON, form))


def _language(random: Random) -> str:
    return random.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]


def make_notes(sentences: Sequence[Sentence], random: Random, decoys: bool = True) -> Iterator[Note]:
    """All sentences in notes of one language each, and notes of decoys alone between them."""
    by_language: defaultdict[str, list[Sentence]] = defaultdict(list)
    for sentence in random.sample(sentences, len(sentences)):
        by_language[sentence.language].append(sentence)
    for language, those in by_language.items():
        for at in range(0, len(those), _SENTENCES):
            some = those[at : at + _SENTENCES]
            lures = [_decoy(language, random) for _ in range(_DECOYS)] if decoys else []
            inside = len(lures) // 2 + random.randrange(2) if lures else 0
            parts = [*((item.text, item.planted) for item in some), *((lure, None) for lure in lures[:inside])]
            yield _note(random.sample(parts, len(parts)), random)
            if lures[inside:]:
                yield Note(" ".join(lures[inside:]), ())


def _decoy(language: str, random: Random) -> str:
    lure = random.choice(DECOYS[language])
    return "".join(str(random.randrange(10)) if char == "#" else char for char in lure)


def _note(parts: Sequence[tuple[str, Planted | None]], random: Random) -> Note:
    gap = random.choice((" ", "\n"))
    text, places = "", []
    for part, planted in parts:
        if planted:
            places.append(planted._replace(start=len(text) + planted.start, end=len(text) + planted.end))
        text += part + gap
    return Note(text.rstrip(), tuple(places))
