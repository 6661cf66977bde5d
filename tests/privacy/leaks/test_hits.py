"""The quick look at whole columns finds exactly what looking at each cell finds."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.privacy.leaks.planted import CANARY, CLEAN, KEYS, NUMBER_CANARY, WATCH

LEAKS = ["Asha Rao", "asha.rao@corp.example", "9876543210", "9876543210.0", "9.87654321e+09", "zx778199", "536-90-4399"]
PLANTED = [*LEAKS, CANARY, NUMBER_CANARY, f"2{NUMBER_CANARY}7", *KEYS["employee"], "Rose", "Rose Miller", "New Delhi"]
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12).map(str),
    st.floats(allow_nan=True).map(str),
    st.floats(0, 1e12).map(lambda number: f"{number:.3f}"),
    st.integers(0, 10**24).map(lambda number: f"{number:.6e}"),
)
#: Characters of plain texts, so that many are nearly plain; digits of other scripts and line ends among them.
NEARLY_PLAIN = st.text("0123456789abcdefE+-.: TZ\n\r\u0665\u0667", max_size=36)
CELLS = st.one_of(
    st.sampled_from([*PLANTED, *CLEAN]),
    NUMBERS,
    st.datetimes().map(str),
    NEARLY_PLAIN,
    st.text(max_size=12),
    st.tuples(st.sampled_from(PLANTED), NEARLY_PLAIN).map(" ".join),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(CELLS, max_size=12))
def test_columns_are_judged_as_their_cells(cells: list[str | None]) -> None:
    """Each distinct cell of a column has the kinds that it has by itself, and no other is named."""
    alone = {cell: kinds for cell in cells if cell is not None and (kinds := WATCH.kinds_in(cell, is_cell=True))}
    assert dict(WATCH.hits(pa.array(cells, pa.string()))) == alone


def test_each_distinct_cell_is_named_once() -> None:
    """Repeated cells are one hit, and null is none."""
    column = pa.array(["Asha Rao", None, "Asha Rao", "9876543210", "x"])
    assert [text for text, _ in WATCH.hits(column)] == ["Asha Rao", "9876543210"]
