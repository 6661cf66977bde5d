"""Types of texts: only what the strict forms of `refine` will take."""

from datetime import date

import pyarrow as pa
import pytest

from pipeline.onboarding.value_types import ValueType, as_dates, as_numbers, value_type

TYPES = [
    (["1", "-2", "+3"], ValueType("integer")),
    (["1.5", "2", ".5", "1e3"], ValueType("number")),
    (["1,5", "2"], ValueType("number", decimal=",")),
    (["1,234", "2,345"], ValueType("string")),  # thousands or fractions: nobody can tell
    (["1,234", "2,3"], ValueType("number", decimal=",")),
    (["01234", "12345"], ValueType("string")),  # a number would lose the zero
    (["1234567890123456789"], ValueType("number")),
    (["0", "1"], ValueType("integer")),
    (["true", "false"], ValueType("boolean")),
    (["TRUE", "FALSE"], ValueType("boolean", booleans={"TRUE": True, "FALSE": False})),
    (["Yes", "No"], ValueType("boolean", booleans={"Yes": True, "No": False})),
    (["ja", "nein"], ValueType("boolean", booleans={"ja": True, "nein": False})),
    (["Y"], ValueType("string")),  # one word only: what would the other be?
    (["2020-02-29"], ValueType("date")),
    (["2019-02-29"], ValueType("string")),
    (["31.12.2020", "01.02.2020"], ValueType("date", "dd.MM.yyyy")),
    (["1.2.2020", "31.12.2020"], ValueType("date", "d.M.yyyy")),
    (["12/31/2020"], ValueType("date", "MM/dd/yyyy")),
    (["31/12/2020"], ValueType("date", "dd/MM/yyyy")),
    (["01/02/2020"], ValueType("date", "dd/MM/yyyy", doubt="every value may as well be MM/dd/yyyy")),
    (["20200131"], ValueType("date", "yyyyMMdd")),
    (["20200132"], ValueType("integer")),
    (["2020-01-01T10:00:00Z"], ValueType("timestamp")),
    (["2020-01-01 10:00:00"], ValueType("timestamp", "yyyy-MM-dd HH:mm:ss")),
    (["01.02.2020 10:00"], ValueType("timestamp", "dd.MM.yyyy HH:mm")),
    (["NaN", "inf"], ValueType("string")),
    (["abc", "1"], ValueType("string")),
    ([], ValueType("string")),
]


@pytest.mark.parametrize(("texts", "found"), TYPES)
def test_type_of_texts(texts: list[str], found: ValueType) -> None:
    """The first type that every value is of; texts that could mean two things are strings or tell their doubt."""
    assert value_type(pa.array(texts, pa.string()), [1] * len(texts)) == found


JSON = [
    (["5"], {"int"}, "integer"),
    (["5", "5.5"], {"int", "float"}, "number"),
    (["5"], {"str"}, "string"),  # a string of JSON is never read as a number
    (["2020-01-01"], {"str"}, "date"),
    (["true"], {"bool"}, "boolean"),
    (["5", "true"], {"int", "bool"}, "string"),
    (["5", "x"], {"int", "str"}, "string"),
]


@pytest.mark.parametrize(("texts", "kinds", "logical_type"), JSON)
def test_json_has_types_of_its_own(texts: list[str], kinds: set[str], logical_type: str) -> None:
    """What JSON writes as a string stays a string or a date; numbers are never booleans."""
    assert value_type(pa.array(texts), [1] * len(texts), frozenset(kinds)).logical_type == logical_type


@pytest.mark.parametrize(("bad", "logical_type"), [(1, "integer"), (2, "integer"), (3, "string")])
def test_a_few_values_may_not_fit(bad: int, logical_type: str) -> None:
    """Up to two of a hundred values may be of another type, and are counted."""
    found = value_type(pa.array(["7", "x"]), [100 - bad, bad])
    assert (found.logical_type, found.misfits) == (logical_type, bad if logical_type == "integer" else 0)


def test_values_are_read_as_their_type() -> None:
    """Numbers and days of what fits; the rest is left out."""
    comma = ValueType("number", decimal=",")
    assert as_numbers(pa.array(["1,5", " +2 ", "x"]), comma) == {"1,5": 1.5, " +2 ": 2.0}
    german = ValueType("date", "dd.MM.yyyy")
    assert as_dates(pa.array(["01.02.2020", "30.02.2020"]), german) == {"01.02.2020": date(2020, 2, 1)}
