"""Which records of a batch are the subjects' own, and which mention them. Runs in Spark's workers."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from pipeline.extract.members import FILE_FORMATS
from pipeline.extract.streams import open_framed
from pipeline.parsing.frames import ERASED
from pipeline.parsing.landed import Part
from pipeline.parsing.splits import Split
from pipeline.privacy.subjects.containers import visible
from pipeline.privacy.subjects.identifiers import Domains
from pipeline.privacy.subjects.search import Mask
from pipeline.privacy.subjects.sought import Sought
from pipeline.storage.objects import ObjectStore

#: What a record is: a subject's; one that mentions a subject; one whose link has passed from hand to hand; one that
#: holds a name which a subject shares with the record's own entity, or with anybody where it can't be read.
OWN, MENTION, PASSED, NAMESAKE = "own", "mention", "passed", "namesake"
FOUND = pa.schema(
    [
        ("_object", pa.string()),
        ("_ordinal", pa.int64()),
        ("_what", pa.string()),
        ("_subject", pa.int32()),
        ("_link", pa.string()),
        ("_value", pa.int32()),
        ("_known", pa.string()),
    ]
)
_PIECE = 4 << 20


@dataclass(frozen=True)
class Rules:
    """Which columns of a source say whose a record is.

    Attributes:
        key: column of the entity's key.
        links: columns that link to the entity, each with the name of the link.
        alike: further columns that hold keys (`None`) or values of a link, by its name: a manager's number.
        known: column of when a record was known.
    """

    key: str | None
    links: tuple[str, ...]
    alike: Mapping[str, str | None]
    known: str | None
    domains: Domains


class Records:
    """One batch of parsed records, asked about."""

    def __init__(self, store: ObjectStore, split: Split, part: Part, rules: Rules, sought: Sought) -> None:
        self._store, self._split, self._part = store, split, part
        self._rules, self._sought = rules, sought
        self._rows = len(part.index)
        self._keys = self._normalised(rules.key, rules.domains.key_of) if rules.key else [""] * self._rows
        self._links = {link: self._normalised(link, partial(rules.domains.link_of, link)) for link in rules.links}

    def found(self) -> pa.RecordBatch:
        """Rows of `FOUND`; one record may be passed and a mention at once."""
        own = self._own()
        passed = self._passed(own)
        mention, namesake = self._mentions()
        rows = [
            *((at, OWN, self._sought.keys.get(self._keys[at], -1), None, None, None) for at in np.flatnonzero(own)),
            *passed,
            *((at, MENTION, -1, None, None, None) for at in np.flatnonzero(mention & ~own)),
            *((at, NAMESAKE, -1, None, None, None) for at in np.flatnonzero(namesake & ~mention & ~own)),
        ]
        ordinals = self._part.index["ordinal"].take(pa.array([row[0] for row in rows], pa.int64()))
        columns = [pa.repeat(pa.scalar(self._split.key), len(rows)), ordinals]
        columns += [pa.array([row[at] for row in rows], FOUND.types[at + 1]) for at in range(1, 6)]
        return pa.RecordBatch.from_arrays(columns, schema=FOUND)

    def _normalised(self, column: str, normalise: Callable[[str | None], str]) -> list[str]:
        known: dict[str | None, str] = {}
        texts = self._part.columns[column].to_pylist()
        for text in texts:
            if text not in known:
                known[text] = normalise(text)
        return [known[text] for text in texts]

    def _mask(self, values: Sequence[str], wanted: Container[str]) -> Mask:
        return np.array([value in wanted for value in values], bool)

    def _own(self) -> Mask:
        own = self._mask(self._keys, self._sought.keys)
        for link, values in self._links.items():
            own |= self._keyless & self._mask(values, self._sought.links[link])
        return own

    @property
    def _keyless(self) -> Mask:
        """Whose a record is that has a key, its link does not say."""
        return self._mask(self._keys, {""})

    def _passed(self, own: Mask) -> Iterator[tuple[int, str, int, str, int, str | None]]:
        known = self._part.columns[self._rules.known].to_pylist() if self._rules.known else [None] * self._rows
        for link, values in self._links.items():
            some = self._keyless & ~own & self._mask(values, self._sought.passed[link])
            for at in np.flatnonzero(some).tolist():
                yield at, PASSED, -1, link, self._sought.passed[link][values[at]], known[at]

    def _mentions(self) -> tuple[Mask, Mask]:
        """Records that mention a subject, and those that do only if a shared name is a subject's."""
        alone = self._alike()
        names = np.zeros(self._rows, bool)
        for column in self._part.columns.values():
            found, shared = self._sought.in_texts.parted(column)
            alone |= found
            names |= shared
        readable = self._mark_bytes(alone, names)
        theirs = self._mask(self._keys, self._sought.bearers)
        for link, values in self._links.items():
            theirs |= self._keyless & self._mask(values, self._sought.bearers_links[link])
        return alone | (names & readable & ~theirs), names

    def _alike(self) -> Mask:
        """Records that hold a subject's key or link in another column of the same domain."""
        found = np.zeros(self._rows, bool)
        domains = self._rules.domains
        for column, link in self._rules.alike.items():
            if link is None:
                found |= self._mask(self._normalised(column, domains.key_of), self._sought.keys)
            else:
                values = self._normalised(column, partial(domains.link_of, link))
                found |= self._mask(values, self._sought.links[link])
        return found

    def _mark_bytes(self, alone: Mask, names: Mask) -> Mask:
        """Search what parsing did not show: unknown fields, documents' other parts, records that can't be read.

        Returns:
            which records could be read.
        """
        readable = np.ones(self._rows, bool)
        reasons = {**self._part.parsed.reasons, **self._part.records.rejected}
        readable[list(reasons)] = False
        asked = ~readable
        asked[[at for at, reason in reasons.items() if reason == ERASED]] = False
        asked[list(self._part.parsed.strangers)] = True
        if self._split.format in FILE_FORMATS:
            asked |= readable
        places = np.flatnonzero(asked)
        if len(places):
            records = [self._bytes_of(at) for at in places.tolist()]
            found, shared = self._sought.in_bytes.parted(records)
            alone[places] |= found
            names[places] |= shared
        return readable

    def _bytes_of(self, at: int) -> bytes:
        """A record's bytes; one that was too long for its batch is read now."""
        offset, length = (self._part.index[name][at].as_py() for name in ("offset", "length"))
        start = int(self._part.records.offsets[at])
        record = self._part.records.body[start : start + length]
        if len(record) < length:
            with open_framed(self._store, self._split.key) as stream:
                stream.seek(offset)
                record = stream.read(length)
        return b"\n".join(visible(record))
