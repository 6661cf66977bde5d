"""The privacy action of a column. A column without one is refused: nothing passes by being forgotten."""

from collections.abc import Mapping
from typing import Any, get_args

from pipeline.contracts.dpv import term
from pipeline.contracts.model import Action, Privacy
from pipeline.contracts.place import Place
from pipeline.contracts.privacy_words import (
    USUAL_LEAST,
    read_edges,
    read_figure,
    read_least,
    read_of,
    read_roster,
    read_to,
)
from pipeline.contracts.vocabulary import flag, mapping, nearest, refuse_unknown, text, texts

_ALWAYS = {"action", "purpose", "basis", "roster", "specialCategory"}
#: The words that each action understands besides, and those it needs.
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
    "aggregate": ({"within", "figure", "of", "least"}, {"within", "figure"}),
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
    refuse_unknown(given, own | _ALWAYS, place)
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
    figure = read_figure(given["figure"], logical_type, place) if "figure" in own else ""
    if figure != "share" and "of" in given:
        raise place.refusal("only a share is of a value", given=figure, allowed="figure: share")
    return Privacy(
        action=action,
        purpose=term(given.get("purpose"), "purpose", place / "purpose"),
        basis=term(given.get("basis"), "legal basis", place / "basis"),
        domain=text(given, "domain", place),
        within=texts(given.get("within"), place / "within"),
        to=read_to(given["to"], action, logical_type, place) if "to" in own else "",
        edges=read_edges(given["edges"], place) if "edges" in own else (),
        figure=figure,
        of=read_of(given.get("of"), logical_type, place) if figure == "share" else "",
        least=read_least(given.get("least", USUAL_LEAST), place) if figure else 0,
        roster=read_roster(given.get("roster"), place),
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
