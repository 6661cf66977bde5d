"""Long notes: many of the usual ones, or letters alone with a few values far apart."""

from random import Random

from tests.privacy.scanning.notes import SENTENCES, note
from tests.privacy.scanning.values import KINDS, value


def crowded(seed: int, size: int, share: float, language: str = "en") -> str:
    """Notes one after another up to `size` characters, `share` of them with personal data of any kind."""
    random = Random(f"crowded-{seed}-{size}")
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(note(random, random.random() < share, language, KINDS))
        length += len(parts[-1]) + 1
    return "\n".join(parts)[:size]


def sparse(seed: int, size: int, language: str = "en") -> str:
    """Words up to `size` characters, with a value at the start, at the end and about every 100,000 characters.

    A year in every hundred words, as in life: "PAN (Low)" looks for the next four digits from every word, so that
    Presidio takes time by the square of a text without any, and leaves the pattern out after a minute.
    """
    random = Random(f"sparse-{seed}-{size}")
    words = [word for sentence in SENTENCES[language] for word in sentence.split() if not {"{", "."} & set(word)]
    parts = [value(random, "EMAIL_ADDRESS")]
    length = 0
    while length < size:
        stretch = random.choices(words, k=min(100_000, size - length) // 6 + 1)
        stretch[::100] = ["2021"] * len(stretch[::100])
        parts += [*stretch, random.choice(("phone", "pan", "card", "of")), value(random, random.choice(KINDS))]
        length += sum(map(len, stretch)) + len(stretch)
    return " ".join(parts)
