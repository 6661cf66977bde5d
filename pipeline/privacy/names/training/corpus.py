"""The training text: an endless, reproducible stream of annotated notes in five languages."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import yaml

from pipeline.privacy.names.training.lexicon import read_lexicon
from pipeline.privacy.names.training.naming import Piece, Writer
from pipeline.privacy.names.training.people import read_people
from pipeline.privacy.names.training.sentences import Templates, filled, joined, read_templates

_HERE = Path(__file__).parent
#: Share of notes of each language.
_LANGUAGES = {"en": 44, "de": 19, "fr": 12, "hi": 12, "hinglish": 13}
_MOST_SENTENCES = 4
_GAPS, _LINES = (" ", " ", " ", "\n", "\n\n"), ("\n", "\n\n", "; ", " - ")
#: Share of sentences without a name.
_NAMELESS = 0.36
#: Shares of notes wholly in small letters, in capitals, with a capital for each word, and without full stops.
_SMALL, _CAPITALS, _TITLE, _BARE = 0.05, 0.03, 0.04, 0.08
#: Shares of words outside of names that are exchanged, a note taking one of them by weight.
_EXCHANGED, _EXCHANGED_WEIGHTS = (0.0, 0.15, 0.4, 0.8), (25, 30, 28, 17)


class Note(NamedTuple):
    """A text and [start, end) of each name in it."""

    text: str
    names: list[tuple[int, int]]
    language: str


class Corpus:
    """Draws notes; equal seeds draw equal notes."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - no secret
        words = yaml.safe_load((_HERE / "words.yaml").read_text(encoding="utf-8"))
        titles = words.pop("titles")
        self.people = read_people(_HERE / "people.yaml")
        self._lexicon = read_lexicon(_HERE / "lexicon.yaml", words["madenoun"])
        self._writer = Writer(self.people, titles)
        self.templates = {
            name: read_templates(_HERE / "sentences" / f"{name}.yaml", words) for name in sorted(_LANGUAGES)
        }

    def notes(self, count: int) -> Iterator[Note]:
        """The next notes."""
        names, weights = list(_LANGUAGES), list(_LANGUAGES.values())
        for _ in range(count):
            language = self._random.choices(names, weights)[0]
            yield self._note(self.templates[language])

    def _note(self, templates: Templates) -> Note:
        random = self._random
        pieces: list[Piece] = []
        for _ in range(random.randrange(1, _MOST_SENTENCES + 1)):
            if pieces:
                pieces.append((random.choice(_GAPS if _ended(pieces) else _LINES), False))
            choices = templates.words if random.random() < _NAMELESS else templates.sentences
            pieces += filled(random, random.choice(choices), templates, self._writer)
        text, names = joined(self._disturbed(pieces, templates))
        return Note(text, names, templates.language)

    def _disturbed(self, pieces: list[Piece], templates: Templates) -> list[Piece]:
        """Some words exchanged; now and then another case for the whole note, or no full stops."""
        drawn = self._random.random()
        share = self._random.choices(_EXCHANGED, _EXCHANGED_WEIGHTS)[0]
        words = self._lexicon[templates.language]
        pieces = [piece if piece[1] else (words.exchanged(self._random, piece[0], share), False) for piece in pieces]
        if drawn < _SMALL:
            return [(text.lower(), is_name) for text, is_name in pieces]
        if drawn < _SMALL + _CAPITALS:
            return [(text.upper(), is_name) for text, is_name in pieces]
        if drawn < _SMALL + _CAPITALS + _TITLE:
            return [(_titled(text), is_name) for text, is_name in pieces]
        if drawn < _SMALL + _CAPITALS + _TITLE + _BARE:
            return [
                (text if is_name else text.replace(". ", " ").removesuffix("."), is_name) for text, is_name in pieces
            ]
        return pieces


def _ended(pieces: list[Piece]) -> bool:
    """Whether a sentence may follow on the same line."""
    return "".join(text for text, _ in pieces[-2:]).endswith((".", "!", "?", "।"))


def _titled(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
