"""The privacy action of a column. A column without one is refused: nothing passes by being forgotten."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pipeline.contracts.model import Action, Privacy, RosterKind
from pipeline.contracts.vocabulary import refuse_unknown
from pipeline.errors import ContractError

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


def read_privacy(value: Mapping[str, Any] | None, logical_type: str, place: str) -> Privacy:
    """The Privacy of one column.

    Raises:
        ContractError: no action, an unknown one, one that does not fit the column's type, or a special category
            that would be kept.
    """
    actions = get_args(Action)
    if not value or value.get("action") not in actions:
        raise ContractError(
            f"{place}: a column needs a privacy action",
            given=(value or {}).get("action"),
            allowed=actions,
            hint="customProperties: [{property: privacy, value: {action: drop}}]",
        )
    action: Action = value["action"]
    own, needed = _WORDS[action]
    refuse_unknown(value, own | {"action", "purpose", "roster", "specialCategory"}, f"{place}.privacy")
    missing = sorted(needed - set(value))
    if missing:
        raise ContractError(f"{place}: privacy action {action} needs {', '.join(missing)}")
    if logical_type not in _FITS.get(action, (logical_type,)):
        raise ContractError(f"{place}: {action} does not fit the type", given=logical_type, allowed=_FITS[action])
    if value.get("specialCategory") and action not in SPECIAL_CATEGORY_ACTIONS:
        raise ContractError(
            f"{place}: a special category can't be kept row by row", given=action, allowed=SPECIAL_CATEGORY_ACTIONS
        )
    if value.get("roster") not in (None, *get_args(RosterKind)):
        raise ContractError(f"{place}: unknown roster kind", given=value["roster"], allowed=get_args(RosterKind))
    if action == "truncate":
        _check_truncation(str(value["to"]), logical_type, place)
    return Privacy(
        action=action,
        purpose=str(value.get("purpose", "")),
        domain=str(value.get("domain", "")),
        within=tuple(value.get("within", ())),
        to=str(value.get("to", "")),
        edges=_edges(value.get("edges", ()), place),
        roster=value.get("roster"),
        special_category=bool(value.get("specialCategory", False)),
    )


def _check_truncation(to: str, logical_type: str, place: str) -> None:
    allowed: Callable[[str], bool] = str.isdigit if logical_type == "string" else ("year", "month").__contains__
    if not allowed(to):
        words = "a number of characters" if logical_type == "string" else "year, month"
        raise ContractError(f"{place}: can't truncate to that", given=to, allowed=words)


def _edges(values: object, place: str) -> tuple[float, ...]:
    edges = tuple(float(value) for value in values) if isinstance(values, list | tuple) else ()
    if list(edges) != sorted(set(edges)):
        raise ContractError(f"{place}: edges of a band ascend", given=list(edges))
    return edges
