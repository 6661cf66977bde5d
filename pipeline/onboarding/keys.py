"""What tells one record from another, and one entity from another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import ContractError
from pipeline.onboarding.meaning import Meaning
from pipeline.onboarding.names import words_of
from pipeline.onboarding.profile import Profile
from pipeline.onboarding.sampled import Sampled

#: Meanings whose values name an entity, the better ones first.
_NAMING = ("id", "national_id", "email", "login", "phone")
_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
#: Columns of which pairs are tried: of more, an accidental pair would be found.
_MOST_PAIRED = 8
#: Words of a key's header that don't say whose key it is.
_ID_WORDS = frozenset(
    {
        "id", "ids", "key", "uuid", "guid", "code", "nr", "no", "num", "number", "nummer", "numero", "identifier",
        "ref", "reference", "ssn",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Key:
    """A source's key.

    Attributes:
        columns: that no two records share; empty: the record's number in its files.
        entity: the column that names the entity; empty: each record is one.
        time: the column of when it happened, where an entity has several records.
        why: in words.
    """

    columns: tuple[str, ...]
    entity: str
    time: str
    why: str


def find_key(columns: Sequence[Profile], meant: Mapping[str, Meaning], sampled: Sampled, asked: str | None) -> Key:
    """The key of a source; `asked` is the entity's column, where somebody said so.

    Raises:
        ContractError: a column that was asked for has rows without a value.
    """
    naming = [item for word in _NAMING for item in columns if meant[item.name].word == word and _is_naming(item)]
    naming += [item for item in columns if item not in naming and _is_uuid(item)]
    if asked is not None:
        chosen = next(item for item in columns if item.name == asked)
        if chosen.nulls:
            raise ContractError(
                "a key has a value in every row", given=f"{asked}: {chosen.nulls:,} of {chosen.rows:,} rows without"
            )
        naming = [chosen, *(item for item in naming if item is not chosen)]
    unique = next((item for item in (naming[:1] if asked else naming) if item.unique), None)
    if unique:
        return Key((unique.name,), unique.name, "", f"no two of {unique.rows:,} records share it")
    return _pair(columns, naming, sampled, asked) or _without(columns, sampled, asked)


def entity_word(key: Key, columns: Sequence[Profile]) -> str:
    """What an entity is called: `employee` by a key such as EmployeeNumber; else `record`."""
    found = next((item for item in columns if item.name == key.entity), None)
    own = words_of(found.place) if found else ()
    words = [word for word in own if word not in _ID_WORDS and not word.isdigit()]
    return "_".join(words)[:30] if words and words[0] not in ("email", "mail", "phone") else "record"


def _is_naming(item: Profile) -> bool:
    return item.nulls == 0 and item.rows > 0 and item.type.logical_type in ("string", "integer")


def _is_uuid(item: Profile) -> bool:
    return item.distinct > 0 and item.nulls == 0 and bool(pc.all(pc.match_substring_regex(item.values, _UUID)).as_py())


def _pair(columns: Sequence[Profile], naming: Sequence[Profile], sampled: Sampled, asked: str | None) -> Key | None:
    """A column that names an entity, among the table's first ones, and another or a date: no two records share them.

    Further on a name is rather that of another entity (`manager_id`), and a pair with it is unique by chance. Dates are
    published coarser, so that they are no part of a key: they say when an entity's records happened.
    """
    front = {item.name for item in columns[:2]}
    times = [item for item in columns if item.type.logical_type in ("date", "timestamp") and not item.nulls]
    others = [item for item in [*naming, *times] if not item.type.misfits][:_MOST_PAIRED]
    for first, second in combinations(others, 2):
        if first not in naming or first.name not in ({asked} if asked else front):
            continue
        table = pa.table({"a": sampled.columns[first.place], "b": sampled.columns[second.place]})
        if table.group_by(["a", "b"]).aggregate([]).num_rows == sampled.records:
            if second in times:
                return replace(_without(columns, sampled, first.name), time=second.name)
            return Key((first.name, second.name), first.name, "", "no two records share the pair")
    return None


def _without(columns: Sequence[Profile], sampled: Sampled, asked: str | None) -> Key:
    """The key of a source whose columns show none: the table's own, or the records' numbers in their files."""
    own = next((item.name for item in columns if item.place == sampled.declared.get("key")), None)
    if own:
        return Key((own,), asked or own, "", "the table's own key")
    return Key((), asked or "", "", "no column tells records apart: their number in the files does")
