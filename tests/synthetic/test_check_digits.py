"""Check digits against numbers that others have published."""

import pytest

from pipeline.synthetic import check_digits as subject


@pytest.mark.parametrize(
    ("number", "valid"), [("2363", True), ("2364", False), ("3263", False), ("0", True), ("1", False)]
)
def test_verhoeff_knows_published_examples(number: str, valid: bool) -> None:
    """236 has the check digit 3, and neither a wrong digit nor a swap of neighbours goes unseen."""
    assert (subject.verhoeff_sum(number) == 0) is valid


@pytest.mark.parametrize(
    ("number", "valid"), [("79927398713", True), ("79927398710", False), ("4111111111111111", True)]
)
def test_luhn_knows_published_examples(number: str, valid: bool) -> None:
    """Luhn's own example and a card for tests are right, another last digit is not."""
    assert (subject.luhn_sum(number) == 0) is valid


@pytest.mark.parametrize(
    ("iban", "remainder_is_one"),
    [("DE89370400440532013000", True), ("GB29NWBK60161331926819", True), ("DE98370400440532013000", False)],
)
def test_iban_knows_published_examples(iban: str, remainder_is_one: bool) -> None:
    """The registry's examples leave 1, swapped check digits do not."""
    assert (subject.iban_remainder(iban) == 1) is remainder_is_one


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (subject.with_verhoeff("236"), "2363"),
        (subject.with_luhn("7992739871"), "79927398713"),
        (subject.with_iban("DE", "370400440532013000"), "DE89370400440532013000"),
        (subject.with_mod_11_10("8609574271"), "86095742719"),
    ],
)
def test_check_digits_are_added(made: str, expected: str) -> None:
    """A number without its check digit gets the one of the published example."""
    assert made == expected
