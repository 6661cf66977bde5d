"""A sample of a file of JSON objects, one a line: members of nested objects become places such as `base.amount`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from pipeline.errors import SourceError
from pipeline.onboarding.files import Body
from pipeline.onboarding.sampled import Sampled, framed, read_columns
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Records

_KINDS: Mapping[type, str] = {str: "str", int: "int", float: "float", bool: "bool"}
#: Objects deeper than this are not looked into.
_DEEPEST = 8


def sample_json_lines(path: Path, body: Body) -> Sampled:
    """Read a file of JSON Lines.

    Raises:
        SourceError: no line is an object, or none has a member that can be a column.
    """
    records, whole = framed(body.data, list(FORMATS["jsonl"].frame(body.stream(), {})), body.whole)
    return sample_objects(path, records, whole, "jsonl")


def sample_objects(path: Path, records: Records, whole: bool, kind: str) -> Sampled:
    """The sample of records that are JSON objects, for a source of `kind`."""
    members: dict[str, set[str]] = {}
    for record in records:
        try:
            row = orjson.loads(record)
        except ValueError:
            continue
        if isinstance(row, dict):
            _collect(row, "", members, 1)
    left_out = {place: _why(kinds, place) for place, kinds in members.items()}
    places = [place for place, why in left_out.items() if not why]
    if not places:
        raise SourceError(
            f"{path.name} has no object with a member that can be a column",
            given=f"{len(records)} records",
            allowed="JSON Lines: an object a line",
        )
    columns, rejected = read_columns("jsonl", records, places, {})
    kinds = {place: frozenset(members[place]) for place in places}
    left_out = {place: why for place, why in left_out.items() if why and members[place] != {"object"}}
    return Sampled(kind, {}, columns, len(records) - sum(rejected.values()), whole, rejected, kinds, left_out)


def _collect(row: Mapping[str, Any], above: str, members: dict[str, set[str]], depth: int) -> None:
    for name, value in row.items():
        place = f"{above}{name}"
        kinds = members.setdefault(place, set())
        if "." in name or not name:
            kinds.add("dotted")
        elif isinstance(value, dict):
            kinds.add("object")
            if depth < _DEEPEST:
                _collect(value, f"{place}.", members, depth + 1)
        elif isinstance(value, list):
            kinds.add("array")
        elif value is not None:
            kinds.add(_KINDS[type(value)])


def _why(kinds: set[str], place: str) -> str:
    """Why a member can be no column; empty where it can."""
    if "dotted" in kinds:
        return "its name is empty or has a dot, so no place can name it"
    if "array" in kinds:
        return "an array; one value a record is asked for"
    if "object" in kinds:
        return "an object in some records" if len(kinds) > 1 else "an object; its members are columns"
    return "" if json.dumps(place).isprintable() else "its name can't be printed"
