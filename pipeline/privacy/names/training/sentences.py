"""Templates become annotated sentences: text, and the stretches of it that are names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from pipeline.privacy.names.training.naming import Piece, Writer

_SLOT = re.compile(r"\{(\w+)\}")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Templates:
    """Of one language: sentences with names, sentences without, and what their slots may hold."""

    language: str
    sentences: tuple[str, ...]
    words: tuple[str, ...]
    slots: Mapping[str, Any]


def read_templates(path: Path, slots: Mapping[str, Any]) -> Templates:
    """The templates of a file named after its language; its slots go before the shared ones."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    own = slots | told.get("slots", {})
    return Templates(path.stem, tuple(told["sentences"]), tuple(told["words"]), own)


def filled(random: Random, template: str, templates: Templates, writer: Writer) -> list[Piece]:
    """A template with every slot filled, to any depth."""
    pieces: list[Piece] = []
    end = 0
    for slot in _SLOT.finditer(template):
        pieces.append((template[end : slot.start()], False))
        pieces += _content(random, slot[1], templates, writer)
        end = slot.end()
    return [*pieces, (template[end:], False)]


def _content(random: Random, slot: str, templates: Templates, writer: Writer) -> list[Piece]:
    if slot in writer.forms:
        return writer.write(random, slot, templates.language)
    if slot in _NUMBERS:
        return [(_number(random, slot), False)]
    choices = templates.slots[slot]
    if isinstance(choices, Mapping):
        return [(random.choice(choices["beginnings"]) + random.choice(choices["ends"]), False)]
    return filled(random, random.choice(choices), templates, writer)


_NUMBERS = ("number", "code", "phone", "mail")


def _number(random: Random, slot: str) -> str:
    number = str(random.randrange(1, 10 ** random.randrange(1, 5)))
    if slot == "code":
        return f"{''.join(random.choices(_LETTERS, k=random.randrange(1, 4)))}-{number}"
    if slot == "phone":
        return f"+{random.randrange(1, 99)} {random.randrange(10**8, 10**10)}"
    if slot == "mail":
        user = "".join(random.choices(_LETTERS.lower(), k=random.randrange(2, 9)))
        return f"{user}@example.{random.choice(('com', 'org', 'de', 'co.in'))}"
    return number


def joined(pieces: Sequence[Piece]) -> tuple[str, list[tuple[int, int]]]:
    """The text of the pieces, and [start, end) of each name."""
    names: list[tuple[int, int]] = []
    text = ""
    for piece, is_name in pieces:
        if is_name:
            names.append((len(text), len(text) + len(piece)))
        doubled = text.endswith(".") and piece.startswith(".")  # an initial's full stop ends the sentence too
        text += piece[1:] if doubled else piece
    return text, names
