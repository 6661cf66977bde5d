"""The roster: names and identifiers that a run knows from its own identity columns. Clear: it lives in landing."""

import json
import random
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NoReturn

from pipeline.errors import PrivacyError
from pipeline.privacy.rosters.search import RosterSearch
from pipeline.privacy.spans import Span

_FORMAT = 2


def people_of(kinds: Mapping[str, str], rows: Iterable[Sequence[str | None]]) -> Iterator[dict[str, str | None]]:
    """People named in rows of identity columns, as `Roster.build` takes them.

    A row names one person; where it has several columns of a kind (two addresses of mail, a manager's name), the
    further ones name others.

    Args:
        kinds: roster kind (contracts/model.py) by column.
        rows: values of these columns, in their order.
    """
    people: list[dict[str, int]] = []
    for at, kind in enumerate(kinds.values()):
        free = next((person for person in people if kind not in person), None)
        if free is None:
            people.append(free := {})
        free[kind] = at
    for row in rows:
        for person in people:
            yield {kind: row[at] for kind, at in person.items()}


@dataclass(frozen=True)
class Roster:
    """Distinct values by kind, sorted, so that equal people give equal bytes in whatever order they came.

    Attributes:
        names: (given name, family name) of each person; either may be "".
        emails, phones, national_ids, identifiers, addresses: as the sources write them.
        identities: number of distinct people given.
    """

    ENTITY_TYPES: ClassVar[frozenset[str]] = RosterSearch.ENTITY_TYPES

    names: tuple[tuple[str, str], ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    national_ids: tuple[str, ...]
    identifiers: tuple[str, ...]
    addresses: tuple[str, ...]
    identities: int

    def __repr__(self) -> str:
        return f"Roster({self.counts()})"

    def __reduce__(self) -> NoReturn:
        """A task that captured a roster would carry it out of landing's zone."""
        raise PrivacyError("a roster can't be pickled", hint="send where it lies in landing; a worker opens it there")

    @classmethod
    def build(cls, people: Iterable[Mapping[str, str | None]]) -> "Roster":
        """Collect people, each a mapping from roster kind (contracts/model.py) to its value; blanks are no values."""
        rows = {tuple(sorted((kind, value.strip()) for kind, value in row.items() if value)) for row in people}
        distinct = [dict(row) for row in rows if any(value for _, value in row)]

        def column(kind: str) -> tuple[str, ...]:
            return tuple(sorted({row[kind] for row in distinct if row.get(kind)}))

        pairs = {(row.get("given_name", ""), row.get("family_name", "")) for row in distinct}
        return cls(
            names=tuple(sorted(pairs - {("", "")})),
            emails=column("email"),
            phones=column("phone"),
            national_ids=column("national_id"),
            identifiers=column("identifier"),
            addresses=column("address"),
            identities=len(distinct),
        )

    def counts(self) -> dict[str, int]:
        """Evidence: distinct people, and distinct terms (names by pair) that are looked for."""
        terms = (self.names, self.emails, self.phones, self.national_ids, self.identifiers, self.addresses)
        return {"identities": self.identities, "terms": sum(map(len, terms))}

    def sample_names(self, count: int, seed: int) -> list[str]:
        """Up to `count` full names, drawn by `seed`, to measure recall with; a column may hold both parts."""
        full = [name for pair in self.names if " " in (name := " ".join(filter(None, pair)))]
        return full if len(full) <= count else random.Random(seed).sample(full, count)  # noqa: S311 - no secret

    def find(self, text: str) -> list[Span]:
        """Known people and identifiers in a text, by position; see `RosterSearch`."""
        return self._search.find(text)

    @cached_property
    def _search(self) -> RosterSearch:
        ids = (self.phones, self.national_ids, self.identifiers, self.addresses)
        return RosterSearch(self.names, self.emails, *ids)

    def to_bytes(self) -> bytes:
        """The roster as an object of landing: compressed JSON, equal for equal people. Holds clear values."""
        fields = ("names", "emails", "phones", "national_ids", "identifiers", "addresses", "identities")
        content = {"format": _FORMAT, **{name: getattr(self, name) for name in fields}}
        return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Roster":
        """The roster that `to_bytes` wrote.

        Raises:
            PrivacyError: the bytes are no roster of this format.
        """
        try:
            content: dict[str, Any] = json.loads(zlib.decompress(data))
            if content.pop("format") != _FORMAT:
                raise ValueError
            names = tuple((given, family) for given, family in content.pop("names"))
            identities = int(content.pop("identities"))
            return cls(names=names, identities=identities, **{kind: tuple(items) for kind, items in content.items()})
        except (zlib.error, ValueError, KeyError, TypeError, AttributeError):
            raise PrivacyError(
                "these bytes are no roster", given=f"{len(data)} bytes", allowed=f"format {_FORMAT}"
            ) from None
