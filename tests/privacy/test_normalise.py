"""Normal forms of identifiers."""

import pytest

from pipeline.privacy.normalise import normaliser


@pytest.mark.parametrize(
    ("domain", "value", "expected"),
    [
        ("email", " Asha.Rao@Corp.IN ", "asha.rao@corp.in"),
        ("email", "STRASSE@x.de", "strasse@x.de"),
        ("phone", "+91 98765-43210", "+919876543210"),
        ("phone", "+1 (415) 555-2671", "+14155552671"),
        ("phone", "098765 43210", "09876543210"),
        ("phone", "٠٩٨٧٦٥", "098765"),
        ("phone", "+1", "1"),
        ("phone", "unknown", "unknown"),
        ("national_id", "2345 6789-0124", "234567890124"),
        ("national_id", "abcpe/1234_f", "ABCPE1234F"),
        ("employee", " E0000001 ", "E0000001"),
        ("employee", "e0000001", "e0000001"),
        ("city", "Zu\u0308rich", "Z\u00fcrich"),
    ],
)
def test_normal_form(domain: str, value: str, expected: str) -> None:
    """Each domain has its own normal form; an unknown one only strips and composes."""
    assert normaliser(domain)(value) == expected
