"""Ordinary words in great number, which stand in for those of a template."""

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import yaml

_WORD = re.compile(r"[^\s\d_.,:;!?()\[\]{}<>|/\"“”'’&@+*=#\-–→।]{2,}")
_FUNCTION_WORDS = 0.25
_COMPOSED_NOUNS = 0.3
#: Share of exchanged words that become figures: times, dates, amounts.
_FIGURES = 0.03
#: Of words with a capital within a sentence, where a capital is rare, so many times fewer are exchanged.
_SPARED = 0.3
_FIGURE_FORMS = ("{1}:{0}", "{0}.{1}", "{0}", "{1}-{0}", "20{1}", "{0}%", "Q{0}", "{0}h", "#{0}", "{1}/{0}")
_BEGINS = re.compile(r"(?:^|[.!?:;।\n-])\s*$")


class Lexicon:
    """Words of one language: function words, whole words, stems with ends, and German nouns."""

    def __init__(self, language: str, told: Mapping[str, Any], nouns: Mapping[str, Sequence[str]]) -> None:
        self._words: tuple[str, ...] = tuple(told["words"].split())
        self._stems: tuple[str, ...] = tuple(told.get("stems", "").split())
        self._ends: tuple[str, ...] = tuple(told.get("ends", ()))
        self._nouns: tuple[str, ...] = tuple(told.get("nouns", "").split())
        self._composed = nouns
        self._function_words = _function_words(language) or self._words

    def exchanged(self, random: Random, text: str, share: float) -> str:
        """A text of which this share of words is other words, in the same case."""

        def exchange(found: re.Match[str]) -> str:
            word = found[0]
            rare = word[:1].isupper() and not self._nouns and not _BEGINS.search(text, 0, found.start())
            return self._other(random, word) if random.random() < (share * _SPARED if rare else share) else word

        return _WORD.sub(exchange, text)

    def _other(self, random: Random, word: str) -> str:
        """One in the case of `word`."""
        if word.isupper() and len(word) > 1:
            return word
        if word[:1].isupper():
            return self._noun(random) if self._nouns and random.random() < 0.7 else self._word(random).capitalize()
        return self._word(random)

    def _word(self, random: Random) -> str:
        drawn = random.random()
        if drawn < _FIGURES:
            return random.choice(_FIGURE_FORMS).format(random.randrange(100), random.randrange(10, 60))
        if drawn < _FUNCTION_WORDS:
            return random.choice(self._function_words)
        if self._stems and random.random() < 0.5:
            return random.choice(self._stems) + random.choice(self._ends)
        return random.choice(self._words)

    def _noun(self, random: Random) -> str:
        if random.random() < _COMPOSED_NOUNS:
            return random.choice(self._composed["beginnings"]) + random.choice(self._composed["ends"])
        return random.choice(self._nouns)


def read_lexicon(path: Path, nouns: Mapping[str, Sequence[str]]) -> dict[str, Lexicon]:
    """A lexicon for each language of the file; `nouns` composes German ones."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {language: Lexicon(language, item, nouns) for language, item in told.items()}


def _function_words(language: str) -> tuple[str, ...]:
    """Stop words of spaCy in a fixed order; none for what is no language of spaCy."""
    try:
        return tuple(sorted(import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS))
    except ImportError:
        return ()
