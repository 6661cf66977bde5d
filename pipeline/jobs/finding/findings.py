"""What a search of landing found: records by object and ordinal, counts for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.evidence.record import Document
from pipeline.privacy.subjects.identifiers import Holder, Identifiers
from pipeline.privacy.subjects.records import MENTION, NAMESAKE, OWN, PASSED

Ordinals = NDArray[np.int64]


@dataclass(frozen=True)
class SourceFindings:
    """Records of one source, as ascending ordinals by the key of their object.

    Attributes:
        records: how many were searched.
        own: records of the subjects.
        mentions: records of others that mention them.
        left: how many records hold only a name that their own entity bears too, or that can't be read.
    """

    records: int
    own: Mapping[str, Ordinals]
    mentions: Mapping[str, Ordinals]
    left: int


@dataclass(frozen=True)
class Findings:
    """Where the subjects stand in landing."""

    identifiers: Identifiers
    sources: Mapping[str, SourceFindings] = field(default_factory=dict)

    def counts(self) -> Document:
        """For people and evidence: numbers only."""
        return {
            "subjects": len(self.identifiers.keys),
            "terms": len(self.identifiers.terms),
            "dropped": dict(self.identifiers.dropped),
            "namesakes": len(self.identifiers.bearers),
            "sources": {
                source: {
                    "records": found.records,
                    "own": sum(map(len, found.own.values())),
                    "mentions": sum(map(len, found.mentions.values())),
                    "left_to_a_person": found.left,
                }
                for source, found in self.sources.items()
            },
        }


def findings_of(rows: pa.Table, identifiers: Identifiers, records: int) -> SourceFindings:
    passed = [
        (row["_object"], row["_ordinal"])
        for row in rows.filter(pc.equal(rows["_what"], PASSED)).to_pylist()
        if _holder(identifiers, row["_link"], row["_value"], row["_known"]) in identifiers.keys
    ]
    own = _with(_ordinals(rows, OWN), passed)
    mentions = {
        key: rest
        for key, found in _ordinals(rows, MENTION).items()
        if len(rest := np.setdiff1d(found, own.get(key, [])))
    }
    return SourceFindings(records, own, mentions, sum(map(len, _ordinals(rows, NAMESAKE).values())))


def _ordinals(rows: pa.Table, what: str) -> dict[str, Ordinals]:
    some = rows.filter(pc.equal(rows["_what"], what)).group_by("_object").aggregate([("_ordinal", "distinct")])
    found = zip(some["_object"].to_pylist(), some["_ordinal_distinct"].to_pylist(), strict=True)
    return {key: np.sort(np.array(ordinals, np.int64)) for key, ordinals in found}


def _with(own: dict[str, Ordinals], passed: Sequence[tuple[str, int]]) -> dict[str, Ordinals]:
    more: dict[str, list[int]] = {}
    for key, ordinal in passed:
        more.setdefault(key, []).append(ordinal)
    none = np.empty(0, np.int64)
    return {key: np.union1d(own.get(key, none), more.get(key, [])).astype(np.int64) for key in sorted({*own, *more})}


def _holder(identifiers: Identifiers, link: str, value: int, known: str | None) -> str | None:
    """Whose a link was when a record became known, else the first it named: features/links.py."""
    holders: tuple[Holder, ...] = list(identifiers.passed[link].values())[value]
    by_then = [holder for holder in holders if known and holder.since <= known]
    return (by_then[-1] if by_then else holders[0]).key
