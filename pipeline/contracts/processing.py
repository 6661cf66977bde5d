"""The custom property `processing` of a source: why its records are processed, on what ground, and whose they are.

`{purpose: dpv:HumanResourceManagement, basis: dpv:LegitimateInterest, subjects: [dpv:Employee]}`. It holds for each
column that says no purpose or basis of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pipeline.contracts.dpv import term
from pipeline.contracts.model import Column, Contract, Processing
from pipeline.contracts.place import Place
from pipeline.contracts.vocabulary import listed, mapping, refuse_unknown


def read_processing(value: Any, place: Place) -> Processing:
    """What the property says; nothing where it is not there.

    Raises:
        ContractError: a word that is unknown, or a term that the Data Privacy Vocabulary does not have.
    """
    given = mapping(value, place / "processing")
    refuse_unknown(given, ("purpose", "basis", "subjects"), place)
    return Processing(
        purpose=term(given.get("purpose"), "purpose", place / "purpose"),
        basis=term(given.get("basis"), "legal basis", place / "basis"),
        subjects=tuple(
            term(item, "category of persons", place / "subjects" / number)
            for number, item in enumerate(listed(given.get("subjects"), place / "subjects"))
        ),
    )


def under(column: Column, processing: Processing) -> Column:
    """The column with the source's purpose and basis where it says none of its own."""
    own = column.privacy
    purpose, basis = own.purpose or processing.purpose, own.basis or processing.basis
    return replace(column, privacy=replace(own, purpose=purpose, basis=basis))


def unexplained(contract: Contract) -> Iterator[str]:
    """Published columns about persons of which nobody says why or on what ground they are processed."""
    if contract.identity is not None:
        yield from (
            column.name for column in contract.kept_columns if not (column.privacy.purpose and column.privacy.basis)
        )
