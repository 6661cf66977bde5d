"""Which published columns others may know of a person, and ever coarser ways to publish them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from pipeline.onboarding.meaning import Meaning
from pipeline.onboarding.profile import Profile
from pipeline.onboarding.treatment import AGE_EDGES, K, Treatment
from pipeline.onboarding.value_types import as_dates, as_numbers

#: What others may know, the likelier first; of each meaning one column, of all at most `MOST`.
_ORDER = ("age", "birth_date", "gender", "postcode", "place", "department", "job", "marital", "education")
_SAME = {"birth_date": "age", "postcode": "place", "job": "department"}
#: Of these, a second column is as well known as the first, such as a city beside a postcode.
_PUBLIC = ("age", "place")
MOST = 4
#: Numbers with more distinct values are no quasi-identifiers: nobody knows them of another person.
_MOST_NUMBERS = 20
_COMMON = 5
_ANY = "'*'"


@dataclass(frozen=True)
class Level:
    """One way to publish a column: the SQL, and what it makes of each text of the source; of others it makes null."""

    sql: str
    labels: Mapping[Any, str]


@dataclass(frozen=True)
class Quasi:
    """A quasi-identifier of the source's column `place`, finest level first."""

    column: str
    place: str
    levels: tuple[Level, ...]


def quasi_identifiers(
    columns: Sequence[Profile], meant: Mapping[str, Meaning], treated: Mapping[str, Treatment], target: str | None
) -> list[Quasi]:
    """At most four: one of each meaning, the likelier first, then more of what is known of anybody."""
    by_word: dict[str, list[Quasi]] = {}
    for word in _ORDER:
        of_word = [item for item in columns if meant[item.name].word == word and item.name != target]
        levelled = sorted(of_word, key=lambda item: item.distinct)
        made = [quasi for item in levelled if (quasi := _quasi(item, treated[item.name]))]
        by_word.setdefault(_SAME.get(word, word), []).extend(made)
    first = [found[0] for found in by_word.values() if found]
    further = [quasi for word in _PUBLIC for quasi in by_word[word][1:]]
    return [*first, *further][:MOST]


def _quasi(item: Profile, treatment: Treatment) -> Quasi | None:
    if item.distinct < 2:
        return None
    kind, action = item.type.logical_type, treatment.action
    levels: list[Level] | None = None
    if action == "band":
        levels = _bands(item)
    elif action == "keep" and kind == "string" and item.category:
        levels = _texts(item, dict(zip(item.values.to_pylist(), item.values.to_pylist(), strict=True)))
    elif action == "truncate" and kind == "string":
        levels = _beginnings(item, int(treatment.privacy["to"]))
    elif action == "truncate" and kind == "date":
        levels = _years(item)
    elif action == "keep" and kind == "integer" and item.distinct <= _MOST_NUMBERS and not item.type.misfits:
        levels = _numbers(item)
    elif action == "keep" and kind == "boolean":
        levels = [Level(f"CAST({_quoted(item.name)} AS STRING)", {text: text for text in item.values.to_pylist()})]
    if levels is None:
        return None
    every = dict.fromkeys((None, *item.values.to_pylist()), "*")
    return Quasi(item.name, item.place, (*levels, Level(_ANY, every)))


def _bands(item: Profile) -> list[Level]:
    """Bands as `pipeline.privacy.masking` names them, then three wide ones."""
    names = [f"<{AGE_EDGES[0]}", *(f"{low}-{high}" for low, high in pairwise(AGE_EDGES)), f">={AGE_EDGES[-1]}"]
    wide = {name: "<30" if at < 2 else "30-50" if at < 4 else ">=50" for at, name in enumerate(names)}
    band = {text: names[bisect_right(AGE_EDGES, value)] for text, value in as_numbers(item.values, item.type).items()}
    cases = " ".join(
        f"WHEN {_quoted(item.name)} IN ({', '.join(_text(name) for name in names if wide[name] == label)}) "
        f"THEN {_text(label)}"
        for label in dict.fromkeys(wide.values())
    )
    coarse = {text: wide[label] for text, label in band.items()}
    return [Level(_quoted(item.name), band), Level(f"CASE {cases} END", coarse)]


def _texts(item: Profile, labels: Mapping[str, str]) -> list[Level]:
    """The values, then the most frequent ones and `other`."""
    rows: Counter[str] = Counter()
    for text, count in zip(item.values.to_pylist(), item.counts, strict=True):
        rows[labels[text]] += count
    finest = Level(_quoted(item.name), dict(labels))
    common = [text for text, count in rows.most_common(_COMMON) if count >= max(K, item.told / 20)]
    if len(rows) <= 3 or not common or len(common) >= len(rows) - 1:
        return [finest]
    listed = ", ".join(map(_text, sorted(common)))
    name = _quoted(item.name)
    sql = f"CASE WHEN {name} IN ({listed}) THEN {name} WHEN {name} IS NOT NULL THEN 'other' END"
    return [finest, Level(sql, {text: label if label in common else "other" for text, label in labels.items()})]


def _beginnings(item: Profile, to: int) -> list[Level]:
    """The characters that are left, then the first of them."""
    texts = item.values.to_pylist()
    first = Level(f"SUBSTRING({_quoted(item.name)}, 1, 1)", {text: text[:1] for text in texts})
    return [Level(_quoted(item.name), {text: text[:to] for text in texts}), first]


def _years(item: Profile) -> list[Level]:
    """Years, then decades."""
    year = {text: f"{day.year}" for text, day in as_dates(item.values, item.type).items()}
    decade = {text: f"{label[:3]}0s" for text, label in year.items()}
    name = f"YEAR({_quoted(item.name)})"
    return [
        Level(f"CAST({name} AS STRING)", year),
        Level(f"CONCAT(SUBSTRING(CAST({name} AS STRING), 1, 3), '0s')", decade),
    ]


def _numbers(item: Profile) -> list[Level]:
    """The numbers, then below and above the median."""
    values = as_numbers(item.values, item.type)
    middle = int(np.median(np.repeat(list(values.values()), item.counts)))
    name = _quoted(item.name)
    finest = Level(f"CAST({name} AS STRING)", {text: str(int(value)) for text, value in values.items()})
    if item.distinct <= 3 or middle >= max(values.values()):
        return [finest]
    halves = {text: f"<={middle}" if value <= middle else f">{middle}" for text, value in values.items()}
    sql = f"CASE WHEN {name} <= {middle} THEN '<={middle}' WHEN {name} > {middle} THEN '>{middle}' END"
    return [finest, Level(sql, halves)]


def _quoted(name: str) -> str:
    return f"`{name}`"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
