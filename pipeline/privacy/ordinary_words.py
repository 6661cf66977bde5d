"""Frequent words of English, German, French and Hindi: a word that is one of them is no name."""

from functools import cache
from pathlib import Path

import yaml

from pipeline.privacy.folding import fold, unaccented

#: What a listed word may end with besides: "goal" lists "goals" too.
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "n", "en", "e", "'s")
#: Letters before an ending: fewer are the beginning of any word.
_LEAST_STEM = 4


@cache
def _listed() -> frozenset[str]:
    languages: dict[str, str] = yaml.safe_load(
        Path(__file__).with_name("ordinary_words.yaml").read_text(encoding="utf-8")
    )
    return frozenset(word for words in languages.values() for word in unaccented(fold(words).text).split())


def is_ordinary(word: str) -> bool:
    """Whether a folded word without accents is listed, or is a listed word with a common ending."""
    listed = _listed()
    if word in listed:
        return True
    stems = (word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending))
    return any(len(stem) >= _LEAST_STEM and (stem in listed or stem + "e" in listed) for stem in stems)
