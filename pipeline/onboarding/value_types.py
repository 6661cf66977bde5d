"""Which type and form the texts of a column have, by the strict forms that `refine` will read them by."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.forms import DatePattern, date_pattern

#: Of the values, so many must be of a type; of fewer than `_FEW`, all. The others are told and become null.
LEAST_FIT, _FEW = 0.98, 50
#: Forms of dates and times that are tried, after ISO 8601, the likelier first.
_DATES = (
    "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy", "M/d/yyyy", "dd-MM-yyyy", "MM-dd-yyyy",
    "yyyy/MM/dd", "yyyy.MM.dd", "yyyyMMdd",
)  # fmt: skip
_TIMES = (
    "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm",
    "yyyy-MM-dd'T'HH:mm:ss.SSS", "yyyy-MM-dd HH:mm:ss.SSS", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
    "yyyy-MM-dd HH:mm:ss.SSSSSS", "yyyy-MM-dd HH:mm:ssXXX", "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss",
    "dd/MM/yyyy HH:mm", "dd/MM/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm", "MM/dd/yyyy HH:mm:ss", "M/d/yyyy H:mm",
    "d/M/yyyy H:mm",
)  # fmt: skip
_ISO_DATE = DatePattern(r"(\d{4}-\d{2}-\d{2})", "$1")
_ISO_TIME = DatePattern(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2}))", "$1")
_INTEGER = r"[+-]?(0|[1-9]\d{0,17})"
_NUMBER = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
_COMMA = r"[+-]?(\d+(,\d*)?|,\d+)([eE][+-]?\d{1,3})?"
#: A comma before three digits may part thousands as well; nobody can tell.
_THOUSANDS = r"[+-]?\d{1,3}(,\d{3})+"
_PADDED = r"0\d+"
_YEARS = range(1900, 2101)
_TRUE = frozenset({"true", "yes", "y", "t", "ja", "j", "oui", "si", "sí", "sim", "wahr", "vrai", "on"})
_FALSE = frozenset({"false", "no", "n", "f", "nein", "non", "nao", "não", "falsch", "faux", "off"})


@dataclass(frozen=True)
class ValueType:
    """A type as the contract will say it.

    Attributes:
        logical_type: ODCS.
        format: of dates and times that are not ISO 8601.
        decimal: what parts a number's fraction from it.
        booleans: words and what they mean; empty: true and false.
        misfits: rows whose value is not of it.
        doubt: what can't be told from the values, in words.
    """

    logical_type: str
    format: str = ""
    decimal: str = "."
    booleans: Mapping[str, bool] = field(default_factory=dict)
    misfits: int = 0
    doubt: str = ""


def value_type(values: pa.Array, rows: Sequence[int], json_kinds: frozenset[str] = frozenset()) -> ValueType:
    """The type of a column.

    Args:
        values: its distinct texts, not null.
        rows: how many rows have each.
        json_kinds: types that its values have in JSON; empty for texts.
    """
    weights = np.asarray(rows, np.int64)
    total = int(weights.sum())
    least = total if total < _FEW else LEAST_FIT * total
    best: ValueType | None = None
    for found, fits in _candidates(values, json_kinds):
        fitting = int(weights[fits].sum())
        if fitting >= least and (best is None or total - fitting < best.misfits):
            best = ValueType(
                found.logical_type, found.format, found.decimal, found.booleans, total - fitting, found.doubt
            )
            if fitting == total:
                break
    return best if best and total else ValueType("string")


def as_numbers(values: pa.Array, found: ValueType) -> dict[str, float]:
    """Distinct texts of a number column and their numbers; those that are none are left out."""
    form = _COMMA if found.decimal == "," else _NUMBER
    fitting = values.filter(pa.array(_fits(values, form)))
    trimmed = pc.replace_substring_regex(pc.utf8_trim_whitespace(fitting), r"^\+", "")
    plain = pc.replace_substring(trimmed, ",", ".") if found.decimal == "," else trimmed
    numbers = zip(fitting.to_pylist(), pc.cast(plain, pa.float64()).to_pylist(), strict=True)
    return {text: number for text, number in numbers if isfinite(number)}


def as_dates(values: pa.Array, found: ValueType) -> dict[str, date]:
    """Distinct texts of a date or time column and their days; those that are none are left out."""
    days = zip(values.to_pylist(), _days(values, _pattern(found)), strict=True)
    return {text: day for text, day in days if day}


def _candidates(values: pa.Array, json_kinds: frozenset[str]) -> Iterator[tuple[ValueType, np.ndarray]]:
    """Types in the order in which they are preferred, each with which values are of it."""
    if json_kinds and "str" not in json_kinds:
        if json_kinds == {"bool"}:
            yield ValueType("boolean"), np.ones(len(values), bool)
        elif "bool" not in json_kinds:
            yield ValueType("integer"), _fits(values, _INTEGER)
            yield ValueType("number"), _fits(values, _NUMBER)
        return
    if not json_kinds:
        yield from _booleans(values)
        compact = ValueType("date", "yyyyMMdd")
        yield from _dated(values, [compact])
        yield ValueType("integer"), _fits(values, _INTEGER)
        padded = _fits(values, _PADDED)
        if not padded.any():
            yield ValueType("number"), _fits(values, _NUMBER)
            comma, thousands = _fits(values, _COMMA), _fits(values, _THOUSANDS)
            if (comma & ~thousands & np.asarray(pc.match_substring(values, ","))).any():
                yield ValueType("number", decimal=","), comma
    yield from _dated(values, [ValueType("date"), *(ValueType("date", form) for form in _DATES)])
    yield from _dated(values, [ValueType("timestamp"), *(ValueType("timestamp", form) for form in _TIMES)])


def _booleans(values: pa.Array) -> Iterator[tuple[ValueType, np.ndarray]]:
    words = values.slice(0, 20).to_pylist()
    if len(values) > len(words) or not words:
        return
    meant = {word.strip(): word.strip().lower() in _TRUE for word in words if word.strip().lower() in _TRUE | _FALSE}
    if set(meant) <= {"true", "false"}:
        meant_all: Mapping[str, bool] = {}
    elif set(meant.values()) == {True, False}:
        meant_all = meant
    else:
        return
    yield ValueType("boolean", booleans=meant_all), np.array([word.strip() in meant for word in words])


def _dated(values: pa.Array, forms: Sequence[ValueType]) -> Iterator[tuple[ValueType, np.ndarray]]:
    """Forms that some value fits; where several fit all values alike, the first, with the doubt told."""
    fitting = []
    for form in forms:
        if _fits(values.slice(0, 200), _pattern(form).regex).any():
            days = _days(values, _pattern(form))
            fits = np.array([day is not None and _plausible(day, form) for day in days])
            fitting.append((form, fits))
    fitting.sort(key=lambda item: -int(item[1].sum()))
    for at, (form, fits) in enumerate(fitting):
        alike = [
            other.format
            for other, more in fitting
            if (more == fits).all() and _order(other.format) != _order(form.format)
        ]
        doubt = f"every value may as well be {alike[0]}" if at == 0 and alike and fits.any() else ""
        yield ValueType(form.logical_type, form.format, doubt=doubt), fits


def _order(form: str) -> str:
    """The order of day and month."""
    return re.sub(r"[^dM]", "", form).replace("dd", "d").replace("MM", "M")


def _plausible(day: date, form: ValueType) -> bool:
    """Eight digits are a date only in years that people write about."""
    return form.format != "yyyyMMdd" or day.year in _YEARS


def _pattern(found: ValueType) -> DatePattern:
    if found.format:
        return date_pattern(found.format, found.logical_type, "a column")
    return _ISO_DATE if found.logical_type == "date" else _ISO_TIME


def _days(values: pa.Array, pattern: DatePattern) -> list[date | None]:
    compiled = re.compile(rf"\s*{pattern.regex}\s*")
    iso = re.sub(r"\$(\d)", r"\\\1", pattern.iso)
    return [_day(compiled, iso, text) for text in values.to_pylist()]


def _day(compiled: re.Pattern[str], iso: str, text: str) -> date | None:
    found = compiled.fullmatch(text)
    if not found:
        return None
    try:
        year, month, day = found.expand(iso)[:10].split("-")
        whole = f"{year}-{month:0>2}-{day.partition('T')[0]:0>2}"
        return datetime.fromisoformat(whole).date()
    except ValueError:
        return None


def _fits(values: pa.Array, form: str) -> np.ndarray:
    found = pc.match_substring_regex(values, rf"^\s*(?:{form})\s*$")
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)
