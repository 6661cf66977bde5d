"""Words and values of a contract, each read as what it must be, else refused with its line."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, get_args

from pipeline.contracts.model import Evolution
from pipeline.contracts.place import Place
from pipeline.errors import ContractError


def nearest(word: object, known: Iterable[str]) -> str | None:
    """A hint that names the known word most like `word`, if one is."""
    found = difflib.get_close_matches(str(word), list(known), 1, 0.6)
    return f"did you mean {found[0]}?" if found else None


def absent(what: str, name: str, known: Iterable[str], place: Place) -> ContractError:
    """The refusal of a name that is not there; lists those that are, the most like it first."""

    def likeness(other: str) -> float:
        return difflib.SequenceMatcher(None, name.lower(), other.lower()).ratio()

    listed = sorted(known, key=likeness, reverse=True)
    return place.refusal(what, given=name, allowed=", ".join(listed) or "none", hint=nearest(name, listed))


def refuse_unknown(given: Iterable[str], allowed: Iterable[str], place: Place) -> None:
    """Raises ContractError at the first word outside `allowed`: an ignored word would be a broken promise."""
    known = sorted(allowed)
    for word in given:
        if word not in known:
            raise (place / word).refusal(
                f"unknown word {word}", allowed=", ".join(known) or "none here", hint=nearest(word, known)
            )


def one_of(value: Any, allowed: Iterable[str], what: str, place: Place) -> str:
    """`value`, which must be one of the allowed words."""
    known = list(allowed)
    if not isinstance(value, str) or value not in known:
        raise place.refusal(
            f"unknown {what}", given=_short(value), allowed=", ".join(known), hint=nearest(value, known)
        )
    return value


def text(item: Mapping[str, Any], key: str, place: Place, default: str = "") -> str:
    """A text on one line; `default` where there is none."""
    value = item.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise (place / key).refusal(f"{key} is a text", given=_short(value), hint="put it in quotes")
    return " ".join(value.split())


def flag(item: Mapping[str, Any], key: str, place: Place) -> bool:
    """True or false; false where there is none."""
    value = item.get(key)
    if value is not None and not isinstance(value, bool):
        raise (place / key).refusal(f"{key} is true or false", given=_short(value))
    return bool(value)


def mapping(value: Any, place: Place) -> Mapping[str, Any]:
    """A mapping; an empty one where there is nothing."""
    if value is not None and not isinstance(value, Mapping):
        raise place.refusal(f"{place.path[-1]} is a mapping of words to values", given=_short(value))
    return value or {}


def listed(value: Any, place: Place) -> list[Any]:
    """A list; an empty one where there is nothing."""
    if value is not None and not isinstance(value, list):
        raise place.refusal(f"{place.path[-1]} is a list", given=_short(value))
    return value or []


def mappings(item: Mapping[str, Any], key: str, place: Place) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """The mappings of the list under `key`, each with its place."""
    for position, value in enumerate(listed(item.get(key), place / key)):
        if not isinstance(value, Mapping):
            raise (place / key / position).refusal(f"{key} lists mappings of words to values", given=_short(value))
        yield value, place / key / position


def texts(value: Any, place: Place) -> tuple[str, ...]:
    """A list of texts that are not empty; an empty one where there is nothing."""
    found = listed(value, place)
    for position, item in enumerate(found):
        if not isinstance(item, str) or not item:
            raise (place / position).refusal(f"{place.path[-1]} lists texts", given=_short(item))
    return tuple(found)


class Custom(NamedTuple):
    """`customProperties` by their names."""

    values: Mapping[str, Any]
    places: Mapping[str, Place]
    around: Place

    def get(self, name: str, usual: Any = None) -> Any:
        return self.values.get(name, usual)

    def at(self, name: str) -> Place:
        """Where the property stands, or else would."""
        return self.places.get(name, self.around)


def custom_properties(item: Mapping[str, Any], allowed: Iterable[str], place: Place) -> Custom:
    """The `customProperties` of an element.

    Raises:
        ContractError: a property that is unknown, or there twice.
    """
    known, values, places = sorted(allowed), dict[str, Any](), dict[str, Place]()
    for entry, at in mappings(item, "customProperties", place):
        refuse_unknown(entry, ("property", "value", "id", "description", "vendor"), at)
        name = one_of(entry.get("property"), known, "custom property", at / "property")
        if name in values:
            raise (at / "property").refusal(f"{name} is there twice", hint="keep one of them")
        values[name], places[name] = entry.get("value"), at / "value"
    return Custom(values, places, place / "customProperties")


def evolution(custom: Custom, name: str, usual: Evolution) -> Evolution:
    """What the custom property `name` (`newColumns`, `onMismatch`) says; `usual` where it is not there.

    Raises:
        ContractError: it says another word than freeze, evolve, discard_value and discard_row.
    """
    words: tuple[Evolution, ...] = get_args(Evolution)
    told = one_of(custom.get(name, usual), words, name, custom.at(name))
    return next(word for word in words if word == told)


def _short(value: Any) -> str:
    """What was given, for a message: a word of the contract as it is, else only its kind."""
    kinds = {type(None): "nothing", dict: "a mapping", list: "a list", bool: str(value).lower()}
    return kinds.get(type(value), str(value)[:80])
