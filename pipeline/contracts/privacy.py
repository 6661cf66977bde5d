"""The privacy action of a column. A column without one is refused: nothing passes by being forgotten."""

import math
from collections.abc import Mapping
from typing import Any, get_args

from pipeline.contracts.model import Action, Privacy, RosterKind
from pipeline.contracts.place import Place
from pipeline.contracts.values import read_value
from pipeline.contracts.vocabulary import flag, listed, mapping, nearest, one_of, refuse_unknown, text, texts

#: The words that each action understands beside `purpose`, `roster` and `specialCategory`, and those it needs.
_WORDS: Mapping[str, tuple[set[str], set[str]]] = {
    "keep": (set(), set()),
    "drop": (set(), set()),
    "pseudonymise": ({"domain"}, set()),
    "redact": (set(), set()),
    "band": ({"edges"}, {"edges"}),
    "rank": ({"within"}, {"within"}),
    "ratio": ({"within"}, {"within"}),
    "truncate": ({"to"}, {"to"}),
    "round": ({"to"}, {"to"}),
    "aggregate": (set(), set()),
}
#: GDPR article 9: such a column is dropped, or leaves only as a figure of a group.
SPECIAL_CATEGORY_ACTIONS = ("drop", "aggregate")
_NUMERIC = ("integer", "number")
_FITS: Mapping[str, tuple[str, ...]] = {
    "redact": ("string",),
    "band": _NUMERIC,
    "rank": _NUMERIC,
    "ratio": _NUMERIC,
    "round": _NUMERIC,
    "truncate": ("string", "date", "timestamp"),
}


def read_privacy(value: Any, logical_type: str, place: Place) -> Privacy:
    """The Privacy of one column.

    Raises:
        ContractError: no action, an unknown one, one that does not fit the column's type, or a special category
            that would be kept.
    """
    given = mapping(value, place / "privacy")
    action = _action(given, place)
    own, needed = _WORDS[action]
    refuse_unknown(given, own | {"action", "purpose", "roster", "specialCategory"}, place)
    missing = sorted(needed - set(given))
    if missing:
        raise place.refusal(f"privacy action {action} needs {', '.join(missing)}")
    if logical_type not in _FITS.get(action, (logical_type,)):
        raise place.refusal(f"{action} does not fit the type", given=logical_type, allowed=", ".join(_FITS[action]))
    special = flag(given, "specialCategory", place)
    if special and action not in SPECIAL_CATEGORY_ACTIONS:
        raise place.refusal(
            "a special category can't be kept row by row", given=action, allowed=", ".join(SPECIAL_CATEGORY_ACTIONS)
        )
    return Privacy(
        action=action,
        purpose=text(given, "purpose", place),
        domain=text(given, "domain", place),
        within=texts(given.get("within"), place / "within"),
        to=_to(given["to"], action, logical_type, place) if "to" in own else "",
        edges=_edges(given["edges"], place) if "edges" in own else (),
        roster=_roster(given.get("roster"), place),
        special_category=special,
    )


def _action(given: Mapping[str, Any], place: Place) -> Action:
    actions: tuple[Action, ...] = get_args(Action)
    told = given.get("action")
    if told not in actions:
        raise place.refusal(
            "a column needs a privacy action",
            given=told,
            allowed=", ".join(actions),
            hint=nearest(told, actions) or "customProperties: [{property: privacy, value: {action: drop}}]",
        )
    return next(action for action in actions if action == told)


def _roster(told: Any, place: Place) -> RosterKind | None:
    kinds: tuple[RosterKind, ...] = get_args(RosterKind)
    if told is not None:
        one_of(told, kinds, "roster kind", place)
    return next((kind for kind in kinds if kind == told), None)


def _to(told: Any, action: str, logical_type: str, place: Place) -> str:
    """`round`: a step above 0; `truncate`: what is left."""
    to = str(told)
    if action == "round":
        if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told < math.inf:
            raise place.refusal("can't round to that", given=to, allowed="a step above 0, such as 0.5")
    elif logical_type == "string":
        if not to.isdecimal() or not to.isascii() or int(to) < 1:
            raise place.refusal("can't truncate to that", given=to, allowed="a number of characters")
    elif to not in ("year", "month"):
        raise place.refusal("can't truncate to that", given=to, allowed="year, month")
    return to


def _edges(values: Any, place: Place) -> tuple[float, ...]:
    edges = [float(read_value(value, "number", place)) for value in listed(values, place / "edges")]
    if not edges or edges != sorted(set(edges)):
        raise place.refusal("edges of a band ascend", given=edges)
    return tuple(edges)
