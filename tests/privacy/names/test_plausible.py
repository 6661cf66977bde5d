"""What a model calls a name is believed only where it could be one."""

import pytest

from pipeline.privacy.names.plausible import could_be_a_name


@pytest.mark.parametrize(
    ("text", "plausible"),
    [
        ("Priya Sharma", True),
        ("O'Neill", True),
        ("Müller", True),
        ("प्रिया", True),
        ("李", True),
        ("Build", False),
        ("the account", False),
        ("Serial SN251982", False),
        ("4.0.2-rc1", False),
        ("B2", False),
        ("SSN", False),
        ("Passport", False),
        ("...", False),
        ("", False),
        ("Account Priya", True),
        ("R2 Priya", False),
    ],
)
def test_codes_and_frequent_words_are_no_names(text: str, plausible: bool) -> None:
    """A digit rules a name out, and so does having nothing but frequent words and labels of numbers."""
    assert could_be_a_name(text) is plausible
