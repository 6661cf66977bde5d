"""Decoded JSON values of one field as a column of text."""

from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import UNSET, Raw

from pipeline.parsing.frames import Field

#: Texts of numbers that are sure to be right; `null` and absent are none. That they are valid JSON is known.
_PLAIN = {"number": r"^(?:null|-?[0-9.]{1,40})?$", "integer": r"^(?:null|0|-?[1-9][0-9]{0,17})?$"}

_strings = msgspec.json.Decoder(list[str])


def is_raw(item: Field) -> bool:
    """Whether a field's values are taken as they lie in the source, since their text counts or their type is open."""
    return item.logical_type in _PLAIN or _takes_all(item)


def column_of(item: Field, values: list[Any], doubtful: set[int]) -> pa.Array:
    """Texts of a field's values, adding to `doubtful` the positions of those that have to be read exactly."""
    if item.logical_type in _PLAIN:
        return _numbers(_PLAIN[item.logical_type], values, doubtful)
    if _takes_all(item):
        return _promoted(values, doubtful)
    if UNSET in values:
        values = [None if value is UNSET else value for value in values]
    if item.logical_type == "boolean":
        return pa.array(values, pa.bool_()).cast(pa.string())
    return pa.array(values, pa.string())


def _takes_all(item: Field) -> bool:
    return item.promote and item.logical_type == "string"


def _numbers(plain: str, raws: list[Raw], doubtful: set[int]) -> pa.Array:
    texts = pa.array(_raw_texts(raws), pa.string())
    sure = pc.match_substring_regex(texts, plain)
    if sure.false_count:
        doubtful.update(at for at, good in enumerate(sure.to_pylist()) if not good)
    none = pc.is_in(texts, pa.array(["", "null"]))
    return pc.if_else(none, None, texts) if none.true_count else texts


def _promoted(raws: list[Raw], doubtful: set[int]) -> pa.Array:
    """Texts of strings, numbers and booleans alike."""
    texts: list[str | None] = []
    quoted: list[int] = []
    for at, text in enumerate(_raw_texts(raws)):
        if text.startswith('"'):
            quoted.append(at)
        elif text.startswith(("{", "[")):
            doubtful.add(at)
        texts.append(None if text in ("", "null") else text)
    strings = _strings.decode("[" + ",".join([texts[at] or "" for at in quoted]) + "]")
    for at, text in zip(quoted, strings, strict=True):
        texts[at] = text
    return pa.array(texts, pa.string())


def _raw_texts(raws: list[Raw]) -> list[str]:
    texts = b"\n".join(raws).decode().split("\n")
    # Only objects and arrays can hold a line break.
    return texts if len(texts) == len(raws) else [bytes(raw).decode() for raw in raws]
