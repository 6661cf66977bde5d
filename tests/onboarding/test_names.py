"""Names out of headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.onboarding.names import identifier, identifiers, words_of
from pipeline.onboarding.patterns import pattern_of

HEADERS = {
    "MonthlyIncome (EUR)": "monthly_income_eur",
    "HRSystemID": "hr_system_id",
    "Straße Nr.": "strasse_nr",
    "  spaced  out ": "spaced_out",
    "E-Mail": "e_mail",
    "2019": "column_2019",
    "姓名": "column_1",
    "class": "class_",
    "snapshot_date": "snapshot_date_",
    "R/Rating[@kind='overall']": "r_rating_kind_overall",
    "": "column_1",
}


@pytest.mark.parametrize(("header", "name"), HEADERS.items())
def test_a_header_becomes_a_name(header: str, name: str) -> None:
    """Words in lower case without accents; what has none is numbered, and reserved words get a mark."""
    assert identifiers([header], "column") == [name]


@given(st.lists(st.text(max_size=12), max_size=12))
def test_names_are_identifiers_and_differ(headers: list[str]) -> None:
    """Whatever headers a file has, its columns get names that are identifiers and all different."""
    names = identifiers(headers, "column")
    assert len(set(names)) == len(headers)
    assert all(name.isidentifier() and name.isascii() and name == name.lower() for name in names)


def test_words_have_no_marks() -> None:
    """Words are told apart by case, marks and digits."""
    assert words_of("employee_id2-Name") == ("employee", "id", "2", "name")
    assert identifier("x" * 90, "c") == "x" * 40


PATTERNS = [
    (["a.csv"], "a.csv"),
    (["a[1].csv"], "a[[]1].csv"),
    (["p_2019.csv", "p_2020.csv"], "p_20*.csv"),
    (["aa.csv", "a.csv"], "a*.csv"),
    (["x/p1.csv", "y/p2.csv"], "**/p*.csv"),
]


@pytest.mark.parametrize(("names", "pattern"), PATTERNS)
def test_files_have_a_pattern(names: list[str], pattern: str) -> None:
    """What the names have in common, and a star for the rest; marks that patterns know are escaped."""
    assert pattern_of(names) == pattern
