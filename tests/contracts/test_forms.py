"""How values are written: which date patterns, decimals and words are read, and which are refused with which words."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.forms import date_pattern, read_form
from pipeline.contracts.model import Form
from pipeline.errors import ContractError

PATTERNS = [
    ("date", "dd.MM.yyyy", "31.12.2008", "2008-12-31"),
    ("date", "MM/dd/yyyy", "12/31/2008", "2008-12-31"),
    ("date", "d/M/yyyy", "1/2/2008", "2008-2-1"),
    ("date", "yyyyMMdd", "20081231", "2008-12-31"),
    ("date", "uuuu-MM-dd", "2008-12-31", "2008-12-31"),
    ("date", "dd 'of' MM, yyyy", "31 of 12, 2008", "2008-12-31"),
    ("timestamp", "dd.MM.yyyy HH:mm", "31.12.2008 23:59", "2008-12-31T23:59:00Z"),
    ("timestamp", "d.M.yyyy H:mm:ss", "1.2.2008 7:05:09", "2008-2-1T7:05:09Z"),
    ("timestamp", "yyyyMMddHHmmss", "20081231235958", "2008-12-31T23:59:58Z"),
    ("timestamp", "yyyy-MM-dd'T'HH:mm:ssXXX", "2008-12-31T23:59:58+05:30", "2008-12-31T23:59:58+05:30"),
    ("timestamp", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2008-12-31T23:59:58.123Z", "2008-12-31T23:59:58.123Z"),
]


def as_iso(pattern: str, logical_type: str, text: str) -> str | None:
    regex, iso = date_pattern(pattern, logical_type, "x")
    found = re.fullmatch(regex, text)
    return found.expand(re.sub(r"\$(\d)", r"\\\1", iso)) if found else None


@pytest.mark.parametrize(("logical_type", "pattern", "text", "iso"), PATTERNS)
def test_a_pattern_reads_what_it_says(logical_type: str, pattern: str, text: str, iso: str) -> None:
    """Text of the pattern becomes ISO 8601, and text of another pattern nothing."""
    assert as_iso(pattern, logical_type, text) == iso
    assert as_iso(pattern, logical_type, f"{text}1") is None
    assert as_iso(pattern, logical_type, "x" + text[1:]) is None


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    st.permutations(["%d", "%m", "%Y"]),
    st.sampled_from("-/. "),
)
def test_any_order_of_parts_reads_the_same_day(moment: datetime, order: list[str], mark: str) -> None:
    """Whatever order and mark a pattern has, the day that was written is the day that is read."""
    symbols = {"%d": "dd", "%m": "MM", "%Y": "yyyy", "%H": "HH", "%M": "mm", "%S": "ss", "%f": "SSSSSS"}
    written = f"{mark.join(order)} %H:%M:%S.%f"
    pattern = re.sub("%[a-zA-Z]", lambda found: symbols[found[0]], written)
    iso = as_iso(pattern, "timestamp", moment.strftime(written))
    assert iso is not None
    assert datetime.fromisoformat(iso) == moment.replace(tzinfo=UTC)


REFUSED_PATTERNS = [
    ("date", "", "no year, month, day"),
    ("date", "MM/yyyy", "no day"),
    ("date", "dd.MM.yy", "yy is not understood"),
    ("date", "dd MMM yyyy", "MMM is not understood"),
    ("date", "dd.MM.yyyy dd", "dd comes twice"),
    ("date", "dd.M.MM.yyyy", "MM comes twice"),
    ("date", "YYYY-MM-dd", "YYYY is not understood"),
    ("date", "yyyy-MM-DD", "DD is not understood"),
    ("date", "dd.MM.yyyy HH:mm", "a date has no time"),
    ("date", "yyyyMd", "nobody can tell where yyyy ends and M begins"),
    ("date", "dd|MM|yyyy", "| is not understood"),
    ("date", "dd.MM.yyyy 'o", "' is not understood"),
    ("date", "[dd.]MM.yyyy", "[ is not understood"),
    ("timestamp", "dd.MM.yyyy", "no hour, minute"),
    ("timestamp", "dd.MM.yyyy hh:mm a", "hh is not understood"),
    ("timestamp", "dd.MM.yyyy HH:mm z", "z is not understood"),
    ("timestamp", "dd.MM.yyyy HH:mm SSS", "a fraction without seconds"),
    ("timestamp", "dd.MM.yyyy HH:mm:ss.SSSSSSS", "SSSSSSS is not understood"),
]


@pytest.mark.parametrize(("logical_type", "pattern", "says"), REFUSED_PATTERNS)
def test_a_pattern_that_is_not_understood_is_refused(logical_type: str, pattern: str, says: str) -> None:
    """The message names the symbol, or the part that is missing."""
    with pytest.raises(ContractError) as caught:
        date_pattern(pattern, logical_type, "pay.odcs.yaml: pay.day")
    assert caught.value.what == f"pay.odcs.yaml: pay.day: format can't be read: {says}"
    assert caught.value.given == pattern


FORMS: list[tuple[str, dict[str, Any], dict[str, Any], Form]] = [
    ("string", {}, {}, Form()),
    ("date", {"format": "dd.MM.yyyy"}, {}, Form(date="dd.MM.yyyy")),
    ("number", {}, {"decimal": ","}, Form(decimal=",")),
    ("number", {}, {"decimal": "."}, Form()),
    (
        "boolean",
        {},
        {"booleans": {"J": True, "N": False, "": False}},
        Form(booleans={"J": True, "N": False, "": False}),
    ),
]


@pytest.mark.parametrize(("logical_type", "options", "custom", "form"), FORMS)
def test_forms_are_read(logical_type: str, options: dict[str, Any], custom: dict[str, Any], form: Form) -> None:
    """Each form is told where its type has it; else a value is written as ODCS writes it."""
    assert read_form(logical_type, options, custom, "x") == form


REFUSED_FORMS: list[tuple[str, dict[str, Any]]] = [
    ("integer", {"decimal": ","}),
    ("string", {"decimal": ","}),
    ("number", {"decimal": ";"}),
    ("number", {"decimal": None}),
    ("string", {"booleans": {"Y": True, "N": False}}),
    ("boolean", {"booleans": {"Y": True}}),
    ("boolean", {"booleans": {True: True, False: False}}),
    ("boolean", {"booleans": {"Y": "true", "N": "false"}}),
    ("boolean", {"booleans": {"Y": 1, "N": 0}}),
    ("boolean", {"booleans": {" Y": True, "N": False}}),
    ("boolean", {"booleans": ["Y", "N"]}),
]


@pytest.mark.parametrize(("logical_type", "custom"), REFUSED_FORMS)
def test_a_form_that_does_not_fit_is_refused(logical_type: str, custom: dict[str, Any]) -> None:
    """A form of another type, or one that leaves something open, is refused by its name."""
    with pytest.raises(ContractError, match=f"{next(iter(custom))} does not fit"):
        read_form(logical_type, {}, custom, "x")
