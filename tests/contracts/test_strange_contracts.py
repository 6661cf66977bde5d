"""Contracts that nobody meant: whatever stands anywhere, a contract is read or refused, and nothing else happens."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import ContractError
from tests.contracts.club import PAY, load_club

EDITED = yaml.safe_load(PAY)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from paths(inner, (*path, key))


STRANGE: list[Any] = [
    None, True, False, 0, -1, 7.5, 10**30, "", " ", "x", "0", "mustBe", "pay", "pay_id", "people.member_id", "É", "a\nb",
    "x" * 5000, "(" * 500, "a(" * 300, "1 +" * 2000 + "1", [], [[]], [None], ["x"], [{}], {}, {"x": 1}, {"action": "keep"},
    {"property": "privacy"}, ["pay_id", "kind"], "NOT " * 3000 + "kind", "2020-01-01", "\u202e",
]  # fmt: skip


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(paths(EDITED))), st.sampled_from(STRANGE), st.booleans())
def test_anything_anywhere_is_read_or_refused_with_a_line(
    tmp_path: Path, path: tuple[Any, ...], value: Any, beside: bool
) -> None:
    """In place of any value, or under a new key beside it."""
    content = deepcopy(EDITED)
    *around, last = path
    place = content
    for key in around:
        place = place[key]
    if beside and isinstance(place, dict):
        place[str(value)[:20]] = place[last]
    else:
        place[last] = value
    try:
        load_club(tmp_path, yaml.safe_dump(content))
    except ContractError as error:
        assert error.what.startswith("pay.odcs.yaml:")
        assert error.what.split(":")[1].isdecimal()


@pytest.mark.parametrize("path", list(paths(EDITED)), ids=lambda path: ".".join(map(str, path)))
def test_anything_may_be_missing(tmp_path: Path, path: tuple[Any, ...]) -> None:
    """What is left is read or refused."""
    content = deepcopy(EDITED)
    *around, last = path
    place = content
    for key in around:
        place = place[key]
    del place[last]
    try:
        load_club(tmp_path, yaml.safe_dump(content))
    except ContractError as error:
        assert error.what.startswith("pay.odcs.yaml:")
