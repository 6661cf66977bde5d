"""The words beside a privacy action: what each may say."""

import math
from collections.abc import Mapping
from typing import Any, Literal, get_args

from pipeline.contracts.model import RosterKind
from pipeline.contracts.place import Place
from pipeline.contracts.values import read_value
from pipeline.contracts.vocabulary import listed, one_of

Figure = Literal["", "mean", "median", "share"]
#: Types of which a figure of a group can be told.
FIGURES: Mapping[Figure, tuple[str, ...]] = {
    "mean": ("integer", "number"),
    "median": ("integer", "number"),
    "share": ("boolean", "string"),
}
#: Entities that a group must have for its figure to be told: by default as many as a released class (design.md, 5), and
#: never fewer than an internal one.
USUAL_LEAST, SMALLEST_LEAST = 11, 5


def read_roster(told: Any, place: Place) -> RosterKind | None:
    """`roster`: what of a person the column names."""
    kinds: tuple[RosterKind, ...] = get_args(RosterKind)
    if told is not None:
        one_of(told, kinds, "roster kind", place)
    return next((kind for kind in kinds if kind == told), None)


def read_to(told: Any, action: str, logical_type: str, place: Place) -> str:
    """`to` of `round`: a step above 0; of `truncate`: what is left."""
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


def read_edges(values: Any, place: Place) -> tuple[float, ...]:
    """`edges` of `band`: numbers that ascend."""
    edges = [float(read_value(value, "number", place)) for value in listed(values, place / "edges")]
    if not edges or edges != sorted(set(edges)):
        raise place.refusal("edges of a band ascend", given=edges)
    return tuple(edges)


def edge_text(edge: float) -> str:
    """An edge with as many digits as it needs, so that two of them never read the same: 20, 0.5, 1234567."""
    return repr(float(edge)).removesuffix(".0")


def read_figure(told: Any, logical_type: str, place: Place) -> Figure:
    """`figure` of `aggregate`: one that the column's type has."""
    one_of(told, FIGURES, "figure of a group", place)
    figure = next(figure for figure in FIGURES if figure == told)
    if logical_type not in FIGURES[figure]:
        raise place.refusal(f"no {figure} of this type", given=logical_type, allowed=", ".join(FIGURES[figure]))
    return figure


def read_of(told: Any, logical_type: str, place: Place) -> str:
    """`of` of a share: a value of a string; of a boolean it is true, and isn't said."""
    if logical_type == "string" and (not isinstance(told, str) or not told):
        raise place.refusal("a share of which value?", allowed="of: a text, in quotes if it is true or a number")
    if logical_type != "string" and told is not None:
        raise place.refusal("only a share of a string is of a value", given=logical_type, hint="leave out of")
    return told or ""


def read_least(told: Any, place: Place) -> int:
    """`least` of `aggregate`."""
    if isinstance(told, bool) or not isinstance(told, int) or told < SMALLEST_LEAST:
        raise place.refusal(
            "too few to hide in", given=told, allowed=f"{SMALLEST_LEAST} entities or more; {USUAL_LEAST} if not said"
        )
    return told
