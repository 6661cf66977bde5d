"""What the user said of a dataset, and whether the sample has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pipeline.errors import ContractError
from pipeline.onboarding.keys import Key
from pipeline.onboarding.meaning import DIRECT, SPECIAL, Meaning
from pipeline.onboarding.names import words_of
from pipeline.onboarding.profile import MOST_CATEGORIES, Profile


@dataclass(frozen=True)
class Asked:
    """What the user said: names as the files have them, or as the contract will."""

    target: str | None = None
    entity: str | None = None
    key: str | None = None
    nameless: bool = False
    """The user says that no free text names anybody."""


def named(columns: Sequence[Profile], asked: str | None, option: str) -> str | None:
    """Name of the column that was asked for, by its place or by its name.

    Raises:
        ContractError: there is none; the message has the nearest ones.
    """
    if asked is None:
        return None
    found = next((item for item in columns if asked in (item.place, item.name)), None)
    found = found or next((item for item in columns if words_of(asked) == item.words != ()), None)
    if found is None:
        names = [item.place for item in columns]
        near = get_close_matches(asked, names, 3, 0.5)
        raise ContractError(f"no column for {option}", given=asked, allowed=near or names[:20])
    return found.name


def check_target(columns: Sequence[Profile], meant: Mapping[str, Meaning], target: str | None, key: Key) -> None:
    """Refuse a target that may not be published row by row, or that nothing can learn.

    Raises:
        ContractError: it is such a one.
    """
    if target is None:
        return
    item, word = next(item for item in columns if item.name == target), meant[target].word
    why = ""
    if target == key.entity:
        why = "it is the key"
    elif word in SPECIAL:
        why = f"{meant[target].why}: such a column can't be published row by row"
    elif word in DIRECT:
        why = f"it names persons: {meant[target].why}"
    elif item.type.logical_type in ("date", "timestamp"):
        why = "it is a date"
    elif item.distinct < 2:
        why = f"it has {item.distinct} values" if item.distinct != 1 else "it has one value only"
    elif item.type.logical_type == "string" and item.distinct > MOST_CATEGORIES:
        why = f"it has {item.distinct:,} different texts"
    if why:
        raise ContractError(
            f"{item.place} can't be the target",
            given=why,
            allowed=f"true or false, a number, at most {MOST_CATEGORIES} words",
        )
