"""What a column of a sample is like: its type, what is missing, how its values are spread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.onboarding.names import identifiers, words_of
from pipeline.onboarding.sampled import Sampled
from pipeline.onboarding.value_types import ValueType, value_type

#: Words for "no value" that mean nothing else; and those that may be a value of a column of texts.
_MISSING = frozenset({"n/a", "#n/a", "nan", "null", "#null!", "-", "--", "---", "?", "n.a.", "<na>", "#na", "k.a."})
_MAYBE_MISSING = frozenset({"na", "none", "nil", "missing", "unknown", "unbekannt", "keine angabe", ".", "*"})
#: Texts longer than this, or of so many words, are prose.
PROSE_CHARACTERS, PROSE_WORDS = 60, 6
#: Distinct values up to which texts are categories, and the rows that each must have on average.
MOST_CATEGORIES, LEAST_ROWS = 50, 2.0


@dataclass(frozen=True)
class Profile:
    """One column.

    Attributes:
        name: what it is to be called.
        place: where it lies in the source.
        type: of its values.
        rows: of the sample.
        nulls: rows without a value, words for "no value" among them.
        missing: those words.
        values: distinct texts that are values, the most frequent first.
        counts: rows of each.
    """

    name: str
    place: str
    type: ValueType
    rows: int
    nulls: int
    missing: tuple[str, ...]
    values: pa.Array = field(repr=False)
    counts: Sequence[int] = field(repr=False)

    @property
    def distinct(self) -> int:
        return len(self.values)

    @property
    def told(self) -> int:
        """Rows with a value."""
        return self.rows - self.nulls

    @property
    def unique(self) -> bool:
        """Whether no two rows share a value."""
        return self.distinct == self.told

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words of its header."""
        return words_of(re.sub(r"\[@?\w*=?|\]|'", " ", self.place))

    @cached_property
    def mean_length(self) -> float:
        lengths = pc.utf8_length(self.values).to_numpy(zero_copy_only=False)
        return float(np.average(lengths, weights=self.counts)) if self.distinct else 0.0

    @cached_property
    def longest(self) -> int:
        return int(pc.max(pc.utf8_length(self.values)).as_py() or 0)

    @cached_property
    def mean_words(self) -> float:
        blanks = pc.count_substring_regex(self.values, r"\S+").to_numpy(zero_copy_only=False)
        return float(np.average(blanks, weights=self.counts)) if self.distinct else 0.0

    @property
    def prose(self) -> bool:
        """Whether its texts are sentences rather than names of things."""
        return self.type.logical_type == "string" and (
            self.mean_length >= PROSE_CHARACTERS or self.mean_words >= PROSE_WORDS
        )

    @property
    def category(self) -> bool:
        """Whether its texts are few, each of them held by many rows."""
        few = self.distinct <= MOST_CATEGORIES and self.told >= LEAST_ROWS * self.distinct
        return self.type.logical_type == "string" and not self.prose and self.distinct > 0 and few


def profiles(sampled: Sampled) -> list[Profile]:
    """A profile of each column."""
    names = identifiers(sampled.columns, "column")
    return [
        _profile(name, place, column, sampled)
        for name, (place, column) in zip(names, sampled.columns.items(), strict=True)
    ]


def _profile(name: str, place: str, column: pa.Array, sampled: Sampled) -> Profile:
    counted = pc.value_counts(column.drop_null())
    texts, counts = counted.field("values"), counted.field("counts").to_numpy(zero_copy_only=False)
    order = np.lexsort((np.arange(len(texts)), -counts))
    texts, counts = texts.take(pa.array(order)), counts[order]
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    blank = _among(plain, {""})
    sure, maybe = _among(plain, _MISSING), _among(plain, _MAYBE_MISSING)
    kinds = sampled.json_kinds.get(place, frozenset())
    found, absent = _typed(texts, counts, blank | sure, maybe, kinds)
    words = tuple(text for text in texts.filter(pa.array(absent & ~blank)).to_pylist())
    kept = texts.filter(pa.array(~absent))
    return Profile(
        name, place, found, sampled.records, sampled.records - int(counts[~absent].sum()), words, kept,
        counts[~absent].tolist(),
    )  # fmt: skip


def _typed(  # type: ignore[no-untyped-def]
    texts: pa.Array, counts, sure, maybe, kinds: frozenset[str]
) -> tuple[ValueType, np.ndarray]:
    """The type, and which texts are no values: a word such as `none` is one where all else has a type."""
    for absent in (sure, sure | maybe):
        found = value_type(texts.filter(pa.array(~absent)), counts[~absent], kinds)
        if found.logical_type != "string" and not found.misfits:
            return found, absent
    with_maybe = value_type(texts.filter(pa.array(~(sure | maybe))), counts[~(sure | maybe)], kinds)
    if with_maybe.logical_type != "string":
        return with_maybe, sure | maybe
    return value_type(texts.filter(pa.array(~sure)), counts[~sure], kinds), sure


def _among(texts: pa.Array, words: frozenset[str] | set[str]) -> np.ndarray:
    return np.asarray(pc.is_in(texts, pa.array(sorted(words), pa.string())).to_numpy(zero_copy_only=False), bool)
