"""The training text: an endless, reproducible stream of annotated notes in five languages."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import yaml

from pipeline.privacy.names.training.naming import Piece, Writer
from pipeline.privacy.names.training.people import read_people
from pipeline.privacy.names.training.sentences import Templates, filled, joined, read_templates

_HERE = Path(__file__).parent
#: Share of notes of each language.
_LANGUAGES = {"en": 44, "de": 19, "fr": 12, "hi": 12, "hinglish": 13}
_MOST_SENTENCES = 4
_GAPS, _LINES = (" ", " ", " ", "\n", "\n\n"), ("\n", "\n\n", "; ", " - ")
#: Share of sentences without a name.
_NAMELESS = 0.45
#: Shares of notes wholly in small letters, in capitals, with a capital for each word, and without full stops.
_SMALL, _CAPITALS, _TITLE, _BARE = 0.06, 0.03, 0.03, 0.08
#: Share of words outside of names that become words nobody knows.
_UNKNOWN = 0.04


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
        """Another case for the whole note, full stops left out, and unknown words."""
        drawn = self._random.random()
        pieces = [piece if piece[1] else (self._with_unknown(piece[0], templates), False) for piece in pieces]
        if drawn < _SMALL:
            return [(text.lower(), is_name) for text, is_name in pieces]
        if drawn < _SMALL + _CAPITALS:
            return [(text.upper(), is_name) for text, is_name in pieces]
        if drawn < _SMALL + _CAPITALS + _TITLE:
            return [(_titled(text), is_name) for text, is_name in pieces]
        if drawn < _SMALL + _CAPITALS + _TITLE + _BARE:
            return [(text if is_name else text.replace(". ", " ").removesuffix("."), is_name) for text, is_name in pieces]
        return pieces

    def _with_unknown(self, text: str, templates: Templates) -> str:
        """Some words exchanged for composed ones of the same case."""
        if len(text) < 4:
            return text
        return " ".join(self._unknown(word, templates) for word in text.split(" "))

    def _unknown(self, word: str, templates: Templates) -> str:
        if len(word) < 4 or not word.isalpha() or self._random.random() >= _UNKNOWN or templates.language == "hi":
            return word
        german = templates.language == "de" and word[0].isupper()
        made = templates.slots["madenoun" if german else "madeword"]
        new = self._random.choice(made["beginnings"]) + self._random.choice(made["ends"])
        return str(new) if german or word.islower() else word


def _ended(pieces: list[Piece]) -> bool:
    """Whether a sentence may follow on the same line."""
    return "".join(text for text, _ in pieces[-2:]).endswith((".", "!", "?", "।"))


def _titled(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
