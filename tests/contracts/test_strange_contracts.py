"""Contracts that nobody meant: whatever stands anywhere, a contract is read or refused, and nothing else happens."""

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

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
    None, True, False, 0, -1, 7.5, 10**30, "", " ", "x", "0", "mustBe", "pay", "pay_id", "people.member_id", "É",
    "a\nb", "x" * 5000, "(" * 500, "a(" * 300, "1 +" * 2000 + "1", "NOT " * 3000 + "kind", "2020-01-01", "\u202e",
    [], [[]], [None], ["x"], [{}], {}, {"x": 1}, {"action": "keep"}, {"property": "privacy"}, ["pay_id", "kind"],
]  # fmt: skip


def edited(path: tuple[Any, ...], edit: str, value: Any) -> dict[str, Any]:
    """The contract of pay with the value at `path` replaced, removed, or repeated under another key."""
    content: dict[str, Any] = deepcopy(EDITED)
    *around, last = path
    place: Any = content
    for key in around:
        place = place[key]
    if edit == "remove":
        del place[last]
    elif edit == "repeat" and isinstance(place, dict):
        place[str(value)[:20]] = place[last]
    else:
        place[last] = value
    return content


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(paths(EDITED))), st.sampled_from(["replace", "remove", "repeat"]), st.sampled_from(STRANGE))
def test_anything_anywhere_is_read_or_refused_with_its_line(
    tmp_path: Path, path: tuple[Any, ...], edit: str, value: Any
) -> None:
    """Nothing else is raised, and every refusal begins with file and line."""
    said = refused(tmp_path, yaml.safe_dump(edited(path, edit, value)))
    assert not said or re.match(r"pay\.odcs\.yaml:\d+: ", said)


def refused(folder: Path, pay: str) -> str:
    try:
        load_club(folder, pay)
    except ContractError as error:
        return error.what
    return ""
