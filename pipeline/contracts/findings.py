"""What the quality rules of a column, or of a whole source, come to."""

from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.contracts.model import Gate, LogicalType, RowRule, Unique
from pipeline.contracts.place import Place


class Subject(NamedTuple):
    """What a list of quality rules is about: one column, or the whole source (`column` None)."""

    source: str
    column: str | None = None
    logical_type: LogicalType = "string"


@dataclass
class Quality:
    """What the quality rules of a column or source come to."""

    valid_values: tuple[str, ...] = ()
    valid_pattern: str = ""
    missing_values: tuple[str, ...] = ()
    required: bool = False
    row_rules: list[tuple[RowRule, Place]] = field(default_factory=list)
    gates: list[tuple[Gate, Place]] = field(default_factory=list)
    uniques: list[tuple[Unique, Place]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Rules of type text: for people, not judged."""
    names: list[tuple[str, Place]] = field(default_factory=list)
    """Of rules and gates, which must differ within a contract."""
