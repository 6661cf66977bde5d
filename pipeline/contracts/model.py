"""What a contract says, as plain frozen values. All else is compiled from these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.contracts.acknowledgements import Acknowledgement

LogicalType = Literal["string", "integer", "number", "boolean", "date", "timestamp", "time"]
Action = Literal["keep", "drop", "pseudonymise", "redact", "band", "rank", "ratio", "truncate", "round", "aggregate"]
#: `identifier`: a key that names a person within the company, such as an employee number.
RosterKind = Literal["given_name", "family_name", "email", "phone", "national_id", "identifier", "address"]
#: What happens when a source changes under its contract; `Column.on_mismatch` and `Contract.new_columns` say what each
#: word means there.
Evolution = Literal["freeze", "evolve", "discard_value", "discard_row"]


@dataclass(frozen=True)
class Privacy:
    """What happens to one column before it may leave landing."""

    action: Action
    purpose: str = ""
    domain: str = ""
    """`pseudonymise`: values of one domain get equal pseudonyms in all sources, so that they join."""
    within: tuple[str, ...] = ()
    """`rank` and `ratio`: SQL expressions over the source's columns that make the group."""
    to: str = ""
    """`truncate`: year, month, or a number of characters; `round`: the step, such as 0.5."""
    edges: tuple[float, ...] = ()
    """`band`: ascending edges; a value falls into [edge, next edge)."""
    roster: RosterKind | None = None
    """The column names a person: its values join the run's roster."""
    figure: Literal["", "mean", "median", "share"] = ""
    """`aggregate`: which figure of its group (`within`) stands in each row's place."""
    of: str = ""
    """`aggregate` to a share: the value whose share it is; empty: true."""
    least: int = 0
    """`aggregate`: entities that a group must have for its figure to be told."""
    basis: str = ""
    """Lawful basis of processing, a term of the Data Privacy Vocabulary, such as dpv:LegitimateInterest."""
    special_category: bool = False
    """GDPR article 9 (health and the like): only `drop` or `aggregate` are allowed."""


@dataclass(frozen=True)
class Reference:
    """Values that must stand together in another source; `condition` may compare the row with its `parent`."""

    columns: tuple[str, ...]
    source: str
    parents: tuple[str, ...]
    """Columns of `source`, as many as `columns` and in their order."""
    condition: str | None = None


@dataclass(frozen=True)
class Unique:
    """Columns whose values together no two facts may share; a row with a null among them is not judged.

    Of facts that share them the first by locator stays. A re-delivery or newer version of a fact shares them rightly.
    """

    columns: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """How the values of a column are written in the source, where that is not ODCS's own way."""

    date: str = ""
    """ODCS `format` of a date or timestamp, such as dd.MM.yyyy (contracts/forms.py); empty: ISO 8601, as limits are."""
    decimal: Literal[".", ","] = "."
    """What parts a number's fraction from it."""
    booleans: Mapping[str, bool] = field(default_factory=dict)
    """Words and what they mean; empty: true and false."""


@dataclass(frozen=True)
class Column:
    """One column of a source."""

    name: str
    logical_type: LogicalType
    privacy: Privacy
    required: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    """ODCS `logicalTypeOptions` that are limits."""
    valid_values: tuple[str, ...] = ()
    valid_pattern: str = ""
    """Regular expression of `invalidValues`: a row with another value is rejected; empty: any."""
    missing_values: tuple[str, ...] = ()
    """Words of the source that stand for no value, such as N/A (`missingValues`): read as null."""
    description: str = ""
    place: str = ""
    """Where the column lies in a record of the source; empty: under its name (ODCS physicalName)."""
    form: Form = Form()
    on_mismatch: Evolution = "discard_row"
    """A value that does not fit the column's type, or a file whose header lacks the column.

    `freeze`: the run stops in refine. `evolve`: what can be taken without loss is (a number or boolean as the text of a
    string, 3.0 as the integer 3), a record with any other is rejected. `discard_value`: null in its place, counted; the
    record is rejected where the column is required. `discard_row`: the record is rejected. A file that lacks the column
    stops the run under `freeze`; under the other words its records have null there.
    """

    @property
    def source_name(self) -> str:
        """Where the column lies in a record: its place, or else its name."""
        return self.place or self.name


@dataclass(frozen=True)
class RowRule:
    """A condition over the columns of one row, as Spark SQL; null is no breach.

    `error`: a row for which it is false is rejected. `warning`: it is kept and counted (`warned:<name>` in `_counts`).
    """

    name: str
    condition: str
    severity: Literal["warning", "error"] = "error"


#: What a gate counts, of one source after all rules. `rejectedRows`: rejected rows, of those framed. `rowCount`: kept
#: rows, of those framed. `nullValues`, `missingValues`: kept rows without a value in `column`, of those kept.
#: `invalidValues`: rows rejected for a value of `column` that its valid values or pattern do not hold, of those framed.
#: `duplicateValues`: kept rows whose `columns` another fact shares, all but the first, of those kept. `brokenRows`:
#: rows that break the row rule named `rule`, of those framed. `sql`: the number that `query` gives, over kept rows;
#: its unit says what that number is.
Metric = Literal[
    "rejectedRows", "rowCount", "nullValues", "missingValues", "invalidValues", "duplicateValues", "brokenRows", "sql"
]


@dataclass(frozen=True)
class Gate:
    """A threshold over all rows of a source."""

    rule: str
    metric: Metric
    operator: str
    value: float | tuple[float, float]
    unit: Literal["rows", "percent"]
    severity: Literal["warning", "error"]
    column: str | None = None
    columns: tuple[str, ...] = ()
    """`duplicateValues`: the columns that are compared together."""
    query: str = ""
    """`sql`: Spark SQL whose tables are sources of the dataset, by name (kept rows, refined)."""


@dataclass(frozen=True)
class Identity:
    """How rows of a source name their entity: by its own key columns, or by columns that link to it."""

    entity: str
    key: str | None
    links_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Processing:
    """Why a source's records are processed and whose they are, in terms of the Data Privacy Vocabulary."""

    purpose: str = ""
    basis: str = ""
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """One source's contract."""

    id: str
    source: str
    version: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    identity: Identity | None
    event_time: str | None
    """Column of when a fact happened."""
    knowledge_time: str | None
    """Column of when it was known; rows with equal keys are versions of one fact, the newest holds."""
    row_rules: tuple[RowRule, ...]
    gates: tuple[Gate, ...]
    digest: str
    """sha256 of the contract's file."""
    references: tuple[Reference, ...] = ()
    uniques: tuple[Unique, ...] = ()
    new_columns: Evolution = "discard_value"
    """A field that the contract does not name; in no case is its value published, since it has no privacy action.

    `freeze`: the run stops in refine. `evolve`: the record is kept, and evidence asks for the field to be added to the
    contract. `discard_value`: the record is kept, the field counted and forgotten. `discard_row`: the record is
    rejected.
    """
    acknowledgements: tuple[Acknowledgement, ...] = ()
    """Weakened protections that somebody says were meant; see `contracts/weakening.py`."""
    notes: tuple[str, ...] = ()
    """Quality rules of type text, `source.column: text`: for people, judged by nobody."""
    processing: Processing = Processing()
    """Its purpose and basis stand in each column that says none of its own."""

    @property
    def source_names(self) -> list[str]:
        """Where the columns lie in a record of the source, in the contract's order."""
        return [column.source_name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def redacts(self) -> bool:
        """Whether it has free text that is redacted."""
        return any(column.privacy.action == "redact" for column in self.columns)

    @property
    def kept_columns(self) -> tuple[Column, ...]:
        """Columns that reach the refined table, in the contract's order."""
        return tuple(column for column in self.columns if column.privacy.action != "drop")
