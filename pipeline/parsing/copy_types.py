"""PostgreSQL's text of a value in clearwell's form, by the column's type as `format_type` names it."""

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

_CLOCK = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?"
_WITH_ZONE = re.compile(r"timestamptz(\(\d\))?|timestamp(\(\d\))? with time zone")
_WITHOUT_ZONE = re.compile(r"timestamp(\(\d\))?( without time zone)?")


def in_our_form(column: pa.Array, postgres_type: str) -> pa.Array:
    """Texts as every source's are: `true` and `false`, `2012-04-03T10:00:00.5+00:00`.

    A timestamp without a zone is taken as UTC and ends in `Z`. Whatever has another form (`infinity`, years before
    Christ, `NaN`) stays as it is, for the check of types to judge. The session's DateStyle is to be ISO, its TimeZone
    UTC.
    """
    if postgres_type in ("boolean", "bool"):
        return _booleans(column)
    if _WITH_ZONE.fullmatch(postgres_type):
        return _where(column, _CLOCK + r"[+-]\d{2}$", lambda texts: _with_t(texts, ":00"))
    if _WITHOUT_ZONE.fullmatch(postgres_type):
        return _where(column, _CLOCK + "$", lambda texts: _with_t(texts, "Z"))
    return column


def _booleans(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(column, "t"), "true", pc.if_else(pc.equal(column, "f"), "false", column))


def _with_t(texts: pa.Array, end: str) -> pa.Array:
    return pc.binary_join_element_wise(pc.binary_replace_slice(texts, 10, 11, "T"), end, "")


def _where(column: pa.Array, form: str, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    fits = pc.match_substring_regex(column, form)
    return change(column) if not fits.false_count else pc.if_else(fits, change(column), column)
