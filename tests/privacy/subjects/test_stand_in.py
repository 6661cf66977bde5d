"""A key that names nobody, in the place of one that did."""

import pytest

from pipeline.privacy.subjects.search import TermSearch
from pipeline.privacy.subjects.stand_in import stand_in
from pipeline.privacy.subjects.terms import key_terms


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("E0000123", "E0000000"),
        ("EMP-4711", "EMP-0000"),
        ("9f86-D081", "0a00-A000"),
        ("employee17", "emplaaaa00"),
        ("४२-Ünal", "00-Aaaa"),
        ("", ""),
    ],
)
def test_keeps_the_shape_and_tells_nothing(key: str, other: str) -> None:
    """Length, head and signs stay; digits and other letters are gone."""
    assert stand_in(key) == other


def test_a_key_by_itself_is_replaced_and_in_a_text_marked() -> None:
    """A field that is the key stays one; a sentence tells that it is gone; its own stand-in is removed."""
    search = TermSearch(key_terms("E0000123"), values=["E0000123"])
    assert search.edited("E0000123") == "E0000000"
    assert search.edited("asked E0000123 about it") == "asked <ERASED> about it"
    assert TermSearch(key_terms("E0000000"), values=["E0000000"]).edited("E0000000") is None
