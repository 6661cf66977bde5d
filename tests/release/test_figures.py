"""Figures read as people write them, and never lie by rounding."""

import pytest

from pipeline.release import figures

THIN = figures.THIN_SPACE


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (figures.count, 0, "0"),
        (figures.count, 12_345, "12,345"),
        (figures.compact, 9_999, "9,999"),
        (figures.compact, 10_000, "10_k"),
        (figures.compact, 327_260, "327_k"),
        (figures.compact, 999_999, "1.00_M"),
        (figures.compact, 1_234_567, "1.23_M"),
        (figures.short, 999, "999"),
        (figures.short, 1_000, "1_k"),
        (figures.short, 4_210, "4.21_k"),
        (figures.size, 0, "0_B"),
        (figures.size, 999, "999_B"),
        (figures.size, 1_000, "1_kB"),
        (figures.size, 1_234_567, "1.23_MB"),
        (figures.size, 999_999, "1.00_MB"),
        (figures.size, 98_967_528, "99.0_MB"),
        (figures.seconds, 0.042, "42_ms"),
        (figures.seconds, 3.42, "3.4_s"),
        (figures.seconds, 59.96, "1_min 00_s"),
        (figures.seconds, 125, "2_min 05_s"),
        (figures.seconds, 7_384, "2_h 03_min"),
        (figures.percent, 0, "0_%"),
        (figures.percent, 1, "100_%"),
        (figures.percent, 0.0001, "<_0.1_%"),
        (figures.percent, 0.9999, ">_99.9_%"),
        (figures.percent, 0.1234, "12.3_%"),
        (figures.figure, None, "–"),
        (figures.figure, 0, "0"),
        (figures.figure, 0.0004, "4.0e-04"),
        (figures.figure, 3.14159, "3.142"),
        (figures.figure, 8_177.0, "8,177"),
        (figures.figure, 123_456, "123_k"),
    ],
)
def test_figures(function, value: float | None, text: str) -> None:
    """Each function writes its boundary cases so (`_` stands for the narrow space)."""
    assert function(value) == text.replace("_", THIN)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 entities"), (1, "1 entity"), (2, "2 entities"), (1_200, "1,200 entities")]
)
def test_plural(number: int, words: str) -> None:
    """Only one is singular."""
    assert figures.plural(number, "entity", "entities").replace("\N{NO-BREAK SPACE}", " ") == words
