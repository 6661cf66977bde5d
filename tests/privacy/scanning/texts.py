"""Texts aimed at the seams of a scanner: where a gate, a window, an offset or a case fold could go wrong.

Every text is a function of a seed and a number, so that a campaign can name the one that differs.
"""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests.privacy.scanning.fragments import Source
from tests.privacy.scanning.notes import SENTENCES, USUAL, note
from tests.privacy.scanning.phone_runs import phone_run
from tests.privacy.scanning.values import KINDS, value

#: Case folds onto ASCII letters (Kelvin, long s, dotless i), letters that grow when upper-cased, marks, blanks that are
#: words' ends or not, controls that `str.split` and `\\s` judge differently, digits that are no decimals, astral signs.
STRANGE = (
    *"\u212a\u017f\u0130\u0131\u00df\ufb01\u01c4\u0345\u0301\u0327\u200d\u200c\u200b\u2060\ufeff\u00ad\u200e\u202e",
    *"\x00\x01\x08\x0b\x0c\x1c\x1d\x1e\x1f\x7f\x85\u00a0\u1680\u2003\u2028\u2029\u202f\u3000\r\n\t",
    *"\u00b2\u00bd\u2460\u2163\u0663\u0967\uff11\U0001d7d7\uff20\uff0e\uff0b\u2024\u2044\u3002\u06d4",
    *"\U0001f600\U0001f468\u20e3\U00010400\U000e0041éñ\u4e2dяकعΣς\u1e9e",
    "\U0001f1ee\U0001f1f3", "1\ufe0f\u20e3", "\r\n", "..", "::", "@", ".", ":", "'", '"', "<", ">", "_", "-", "#", "/",
)  # fmt: skip
#: Lone halves of pairs: Presidio's tokenizer refuses them, so a scanner must too.
_SURROGATES = ("\ud800", "\udfff", "\udc80")
_GLUE = (" ",) * 10 + (
    "",
    "",
    "\n",
    ", ",
    ": ",
    ":",
    "-",
    ".",
    ". ",
    "; ",
    "/",
    "\u00a0",
    "\t",
    " - ",
    "(",
    ")",
    "|",
    "=",
)
_WORDS = (
    "the", "is", "of", "a", "to", "their", "we", "talked", "about", "goals", "number", "duplicate", "Total", "review",
    "2021", "v2", "3.5", "12:30", "12", "100%", "KLM", "don't", "e.g.", "co-op", "und", "für", "के", "是", "нет",
)  # fmt: skip


@dataclass(frozen=True)
class Material:
    """What texts are made of: an engine's recognizers."""

    sources: tuple[Source, ...]

    def fragment(self, random: Random, source: Source) -> str:
        """What one of its patterns matches; for a recognizer by code, something that looks like a telephone number."""
        return random.choice(random.choice(source.fragments)) if source.fragments else phone_run(random)


Maker = Callable[[Random, Material], str]


def text_of(kind: str, seed: int, number: int, material: Material) -> str:
    """The text of that number: a kind is a key of `MAKERS`."""
    return MAKERS[kind](Random(f"{kind}-{seed}-{number}"), material)


def edited(random: Random, text: str) -> str:
    """One character less, more, other, twice, or in its other case."""
    at = random.randrange(len(text)) if text else 0
    change = random.randrange(6)
    kept = text[at : at + 1]
    other = random.choice((*STRANGE, *string.printable))
    middle = ("", other + kept, other, kept + kept, kept.swapcase(), text[at + 1 : at + 2] + kept)[change]
    return text[:at] + middle + text[at + (2 if change == 5 else 1) :]


def _fragments(random: Random, material: Material) -> str:
    """One to four matches of patterns, often edited, among words."""
    parts = []
    for _ in range(random.randrange(1, 5)):
        part = material.fragment(random, random.choice(material.sources))
        parts.append(edited(random, part) if random.random() < 0.4 else part)
        parts += random.choices(_WORDS, k=random.randrange(3))
    return _joined(random, parts)


def _values(random: Random, material: Material) -> str:
    """Valid values, sometimes edited, beside words and each other, sometimes overlapping."""
    del material
    parts = []
    for _ in range(random.randrange(1, 5)):
        part = value(random, random.choice(KINDS))
        change = random.random()
        if change < 0.2:
            part = edited(random, part)
        elif change < 0.3:
            part += part[len(part) // 2 :]
        elif change < 0.4:
            part = random.choice((part.upper(), part.lower(), f'"{part}"', f"<{part}>", part * 2))
        parts += [*random.choices(_WORDS, k=random.randrange(3)), part]
    return _joined(random, parts)


def _phones(random: Random, material: Material) -> str:
    """One to five runs that look like telephone numbers."""
    del material
    parts = []
    for _ in range(random.randrange(1, 6)):
        parts += [phone_run(random), *random.choices(_WORDS, k=random.randrange(2))]
    return _joined(random, parts)


def _contexts(random: Random, material: Material) -> str:
    """A match with a context word zero to eight words away, before or after, in any case, whole or within a word."""
    source = random.choice(material.sources)
    valid = source.entity_type in KINDS and random.random() < 0.4
    part = value(random, source.entity_type) if valid else material.fragment(random, source)
    others = [item for item in material.sources if item.context]
    words = source.context if source.context and random.random() < 0.9 else random.choice(others).context
    word = random.choice(words)
    if random.random() < 0.6:
        changed = (word.upper(), word.title(), f"{word}s", f"x{word}", f"{word}:", f"#{word}", edited(random, word))
        word = random.choice(changed)
    between = random.choices(_WORDS, k=random.choice((0, 0, 1, 2, 3, 4, 5, 6, 8)))
    order = [word, *between, part] if random.random() < 0.75 else [part, *between, word]
    return _joined(random, [*random.choices(_WORDS, k=random.randrange(3)), *order])


def _strange(random: Random, material: Material) -> str:
    """A match or two among characters that scripts, case folds and tokenizers treat in their own ways."""
    parts = [random.choice(STRANGE) for _ in range(random.randrange(8))]
    if random.random() < 0.8:
        parts.append(material.fragment(random, random.choice(material.sources)))
    if random.random() < 0.5:
        parts.append(value(random, random.choice(KINDS)))
    if random.random() < 0.01:
        parts.append(random.choice(_SURROGATES))
    random.shuffle(parts)
    return "".join(parts)


def _noise(random: Random, material: Material) -> str:
    """Characters that patterns ask for, at random."""
    del material
    alphabet = random.choice(
        ("0189 aAfZ@.:-/+()\n", "0123456789 -", "abc.@/:-_", "0123456789abcdef:.", "".join(STRANGE))
    )
    return "".join(random.choices(alphabet, k=random.randrange(60)))


def _notes(random: Random, material: Material) -> str:
    """Notes as people write them, in seven languages or mixed; all kinds of values."""
    del material
    kinds = random.choice((USUAL, KINDS))
    language = random.choice(("en", "en", "en", *SENTENCES, "mixed"))
    return note(random, random.random() < random.choice((0.0, 0.05, 0.5, 1.0)), language, kinds)


def _crowds(random: Random, material: Material) -> str:
    """Many candidates in one note."""
    makers = (_fragments, _values, _phones, _contexts, _notes)
    return "\n".join(random.choice(makers)(random, material) for _ in range(random.randrange(5, 15)))


def _joined(random: Random, parts: list[str]) -> str:
    text = parts[0]
    for part in parts[1:]:
        text += random.choice(_GLUE) + part
    return text


#: Makers by the name of what they make.
MAKERS: Mapping[str, Maker] = {
    "fragments": _fragments,
    "values": _values,
    "phones": _phones,
    "contexts": _contexts,
    "strange": _strange,
    "noise": _noise,
    "notes": _notes,
    "crowds": _crowds,
}
#: How many of a hundred texts are of each kind.
SHARES: Mapping[str, int] = {
    "fragments": 15, "values": 13, "phones": 20, "contexts": 28, "strange": 9, "noise": 4, "notes": 10, "crowds": 1,
}  # fmt: skip


def kind_of(number: int) -> str:
    """The kind of the text of that number, in the shares above."""
    place = number * 37 % 100  # 37 and 100 have no common factor: every hundred numbers meet every place once
    for kind, share in SHARES.items():
        if place < share:
            return kind
        place -= share
    raise AssertionError("the shares add up to a hundred")
