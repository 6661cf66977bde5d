"""Any number of people, with the generator's names and others composed of syllables; and how names are misspelt."""

import random
from functools import cache

from pipeline.privacy.rosters.roster import Roster
from pipeline.synthetic.names import people_of
from pipeline.synthetic.prose import prose_of

_STARTS = (*"bdfghjklmnprstvwyz", "br", "ch", "dr", "gr", "kr", "pr", "sch", "sh", "st", "tr", "bh", "dh", "th")
_VOWELS = (*"aeiou", "ai", "ei", "ee", "oo", "au")
_ENDS = ["", "n", "r", "l", "m", "s", "t", "nd", "rt", "sch", "ck", "nn", "ll", "th"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LANGUAGES = ("en", "en", "de", "fr", "hi")


def composed(rng: random.Random) -> str:
    """A name of two or three syllables."""
    syllables = (rng.choice(_STARTS) + rng.choice(_VOWELS) for _ in range(rng.choice((2, 3))))
    return ("".join(syllables) + rng.choice(_ENDS)).capitalize()


@cache
def listed() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The generator's given and family names."""
    countries = [people_of(country) for country in ("IN", "US", "DE", "GB", "FR")]
    given = {name.written for people in countries for name in (*people.female, *people.male)}
    return tuple(sorted(given)), tuple(sorted({name.written for people in countries for name in people.family}))


@cache
def names_of(count: int, words: int) -> tuple[tuple[str, str], ...]:
    """(given, family) of `count` people with about as many distinct words as asked; all of the generator's appear."""
    rng = random.Random(1)
    given, family = map(list, listed())
    extra: set[str] = set()
    while len(extra) + len(given) + len(family) < words:
        extra.add(composed(rng))
    shuffled = sorted(extra)
    rng.shuffle(shuffled)
    given += shuffled[::2]
    family += shuffled[1::2]
    pairs = [(given[at % len(given)], family[at % len(family)]) for at in range(min(count, len(given) + len(family)))]
    pairs += [(rng.choice(given), rng.choice(family)) for _ in range(count - len(pairs))]
    return tuple(pairs)


@cache
def roster_of(count: int, words: int) -> Roster:
    """A roster of names alone."""
    return Roster.build({"given_name": given, "family_name": family} for given, family in names_of(count, words))


def misspelt(rng: random.Random, name: str) -> str:
    """A name with one random edit, its first letter a capital."""
    while True:
        at, kind = rng.randrange(len(name)), rng.choice(("insert", "leave out", "replace", "swap"))
        head, letter, tail = name[:at], name[at], name[at + 1 :]
        edited = {
            "insert": head + rng.choice(_LETTERS) + letter + tail,
            "leave out": head + tail,
            "replace": head + rng.choice(_LETTERS) + tail,
            "swap": head + tail[:1] + letter + tail[1:],
        }[kind].lower()
        if edited and edited != name.lower():
            return edited[0].upper() + edited[1:]


def personless_notes(count: int, seed: int) -> list[str]:
    """Notes of two to four of the generator's sentences, in several languages; they name nobody."""
    rng = random.Random(seed)
    sentences = {language: [*prose_of(language).sentences.values()] for language in _LANGUAGES}

    def note(language: str) -> str:
        return " ".join(rng.choice(rng.choice(sentences[language])) for _ in range(rng.choice((2, 3, 4))))

    return [note(rng.choice(_LANGUAGES)) for _ in range(count)]
