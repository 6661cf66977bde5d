"""Columns with a role: those that tell one record from another, and those that name its entity."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pipeline.contracts.columns import ReadColumn
from pipeline.contracts.model import Identity
from pipeline.contracts.place import Place
from pipeline.contracts.vocabulary import mapping, texts


def primary_key(columns: Iterable[ReadColumn]) -> tuple[str, ...]:
    """Columns of the primary key, by their position and else in the contract's order.

    Raises:
        ContractError: two of them have one position.
    """
    keyed = [read for read in columns if read.key_position is not None]
    counts = Counter(read.key_position for read in keyed)
    for read in keyed:
        if (read.key_position or 0) > 0 and counts[read.key_position] > 1:
            raise (read.place / "primaryKeyPosition").refusal(
                "two columns of the key have one position", given=read.key_position
            )
    return tuple(read.column.name for read in sorted(keyed, key=lambda read: read.key_position or 0))


def read_identity(value: Any, place: Place) -> Identity | None:
    """The custom property `identity`: `{employee: [employee_id], linksBy: [work_email]}`.

    Raises:
        ContractError: it does not name one entity with at most one key column, or has neither key nor links.
    """
    given = mapping(value, place / "identity")
    if not given:
        return None
    entities = [word for word in given if word != "linksBy"]
    links = texts(given.get("linksBy"), place / "linksBy")
    keys = texts(given[entities[0]], place / entities[0]) if len(entities) == 1 else ()
    if len(entities) != 1 or len(keys) > 1 or not (keys or links):
        raise place.refusal(
            "identity names one entity by one column, or by columns that link to it",
            given=", ".join(given),
            hint="{property: identity, value: {employee: [employee_id], linksBy: [work_email]}}",
        )
    return Identity(entities[0], keys[0] if keys else None, links)
