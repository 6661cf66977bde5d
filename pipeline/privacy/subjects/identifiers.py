"""Who the subjects of a request are: all that the sources state of them, and what of it is theirs alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.privacy.normalise import normaliser
from pipeline.privacy.rosters.roster import people_of
from pipeline.privacy.subjects.search import Mask, TermSearch
from pipeline.privacy.subjects.terms import SHARED_NAME, TERMS_OF, Terms, key_terms, name_terms, together


@dataclass(frozen=True)
class Stated:
    """What a source states of entities that it names by their key.

    Attributes:
        rows: the columns below as text, one row a record, and `_known`: when it was known, as text that sorts.
        key: column of the entity's key.
        kinds: roster kind (contracts/model.py) by column.
        links: columns by which other sources name the entity.
    """

    rows: pa.Table
    key: str
    kinds: Mapping[str, str]
    links: tuple[str, ...]


@dataclass(frozen=True)
class Domains:
    """Domains of pseudonyms, which say how values are normalised: of the entity's key, and of each link column."""

    key: str
    links: Mapping[str, str]

    def key_of(self, value: str | None) -> str:
        return normaliser(self.key)(value or "")

    def link_of(self, link: str, value: str | None) -> str:
        return normaliser(self.links[link])(value or "")


@dataclass(frozen=True)
class Holder:
    """From when on a link names whom; None: two entities at once, so nobody."""

    since: str
    key: str | None


@dataclass(frozen=True)
class Identifiers:
    """What the subjects are known by.

    Attributes:
        domains: in which keys and links are normalised.
        keys: of the subjects, normalised, in the order of the request.
        alone: what is searched for everywhere.
        namesakes: full names that other entities bear as well: searched for everywhere but in those entities' records.
        bearers: keys of these entities.
        links: values by link column that have named a subject and nobody else, normalised.
        passed: values that have named a subject and somebody else, with their holders, oldest first.
        bearers_links: values by link column of the bearers.
        dropped: how many terms are not searched for, since another entity states them, by kind.
    """

    domains: Domains
    keys: tuple[str, ...]
    alone: Terms
    namesakes: Terms
    bearers: frozenset[str]
    links: Mapping[str, frozenset[str]]
    passed: Mapping[str, Mapping[str, tuple[Holder, ...]]]
    bearers_links: Mapping[str, frozenset[str]]
    dropped: Mapping[str, int]

    def __repr__(self) -> str:
        return f"Identifiers(of {len(self.keys)})"

    @property
    def terms(self) -> Terms:
        """Everything that is edited out of other entities' records."""
        return together([self.alone, self.namesakes])

    def search(self) -> TermSearch:
        """Finds and edits these terms; a short key goes where it is a whole value."""
        return TermSearch(self.terms, values=self.keys)

    def pseudonymised(self) -> dict[str, set[str]]:
        """Normalised values that pseudonyms were made of, by domain: keys, and links that are the subjects' alone."""
        found = {self.domains.key: set(self.keys)}
        for link, values in self.links.items():
            found.setdefault(self.domains.links[link], set()).update(values)
        return found


def identify(keys: Sequence[str], stated: Sequence[Stated], domains: Domains) -> Identifiers:
    """Collect what is stated of the subjects, and part it from what is stated of others.

    Args:
        keys: of the subjects, as the request has them.
        stated: by every source that has the entity's key and columns that name persons or link to them.
        domains: of the dataset's entity.
    """
    wanted = tuple(dict.fromkeys(key for key in map(domains.key_of, keys) if key))
    parts = [_parted(item, wanted, domains) for item in stated]
    terms = together(
        [
            *map(key_terms, wanted),
            *(_terms(person) for part in parts for person in _people(part.stated, np.flatnonzero(part.own).tolist())),
        ]
    )
    common, bearers = _stated_by_others(parts, terms)
    names = common & _full_names(terms)
    links, passed = _links(parts, wanted, domains)
    return Identifiers(
        domains=domains,
        keys=wanted,
        alone=terms.kept(lambda term: term not in common),
        namesakes=_of_kind(terms.kept(lambda term: term in names), SHARED_NAME),
        bearers=bearers,
        links=links,
        passed=passed,
        bearers_links=_links_of(parts, bearers, domains),
        dropped=_counted(terms.kept(lambda term: term in common and term not in names)),
    )


@dataclass(frozen=True)
class _Parted:
    """What a source states, the owner of each row ("" if it names none), and whether it is a subject or another."""

    stated: Stated
    owners: list[str]
    own: Mask
    others: Mask


def _parted(stated: Stated, wanted: Collection[str], domains: Domains) -> _Parted:
    known = {key: domains.key_of(key) for key in pc.unique(stated.rows[stated.key]).to_pylist()}
    owners = [known[key] for key in stated.rows[stated.key].to_pylist()]
    own = np.fromiter((owner in wanted for owner in owners), bool, len(owners))
    return _Parted(stated, owners, own, ~own & np.fromiter(map(bool, owners), bool, len(owners)))


def _people(stated: Stated, rows: Sequence[int]) -> Iterator[Mapping[str, str | None]]:
    """The persons that some rows name, by roster kind; of several names in a row the first is the entity's own."""
    some = stated.rows.select(list(stated.kinds)).take(pa.array(rows, pa.int64()))
    for row in zip(*(column.to_pylist() for column in some.columns), strict=True):
        for number, person in enumerate(people_of(stated.kinds, [row])):
            yield {
                kind: value for kind, value in person.items() if value and (number == 0 or not kind.endswith("_name"))
            }


def _terms(person: Mapping[str, str | None]) -> Terms:
    given, family = person.get("given_name") or "", person.get("family_name") or ""
    return together(
        [name_terms(given, family), *(make(value) for kind, make in TERMS_OF.items() if (value := person.get(kind)))]
    )


def _stated_by_others(parts: Iterable[_Parted], terms: Terms) -> tuple[frozenset[Any], frozenset[str]]:
    """Terms that an entity states which is no subject, and the keys of those who bear one of the names."""
    search, every, names = TermSearch(terms), terms.every(), _full_names(terms)
    common: set[Any] = set()
    bearers: set[str] = set()
    for part in parts:
        joined = pc.binary_join_element_wise(
            *(pc.fill_null(part.stated.rows[name], "") for name in part.stated.kinds), "\n"
        ).combine_chunks()
        for at in np.flatnonzero(part.others & search.hits(joined)).tolist():
            theirs = together(map(_terms, _people(part.stated, [at]))).every() & every
            common |= theirs
            if theirs & names:
                bearers.add(part.owners[at])
    return frozenset(common), frozenset(bearers)


def _of_kind(terms: Terms, kind: str) -> Terms:
    return Terms(*(dict.fromkeys(some, kind) for some in terms.by_form))


def _full_names(terms: Terms) -> frozenset[Any]:
    return frozenset(term for term, kind in terms.words.items() if kind == "full_name") | terms.glued.keys()


def _links(
    parts: Iterable[_Parted], wanted: Collection[str], domains: Domains
) -> tuple[dict[str, frozenset[str]], dict[str, dict[str, tuple[Holder, ...]]]]:
    """Values of link columns that are the subjects' alone, and the holders of those that are not."""
    alone: dict[str, frozenset[str]] = {}
    passed: dict[str, dict[str, tuple[Holder, ...]]] = {}
    for link in domains.links:
        stated = [
            statement for part in parts if link in part.stated.links for statement in _statements(part, link, domains)
        ]
        theirs = {value for value, owner, _ in stated if owner in wanted}
        holders: dict[str, dict[str, set[str]]] = {value: {} for value in theirs}
        for value, owner, since in stated:
            if value in theirs:
                holders[value].setdefault(since, set()).add(owner)
        lone = {value for value, dated in holders.items() if set().union(*dated.values()) <= set(wanted)}
        alone[link] = frozenset(lone)
        passed[link] = {value: _dated(dated) for value, dated in holders.items() if value not in lone}
    return alone, passed


def _statements(part: _Parted, link: str, domains: Domains) -> Iterator[tuple[str, str, str]]:
    """(value, owner, since when) of each row that states a link of an entity."""
    rows = zip(part.stated.rows[link].to_pylist(), part.owners, part.stated.rows["_known"].to_pylist(), strict=True)
    for value, owner, since in rows:
        link_value = domains.link_of(link, value)
        if link_value and owner:
            yield link_value, owner, since or ""


def _dated(owners: Mapping[str, set[str]]) -> tuple[Holder, ...]:
    """Holders, oldest first, as features/links.py has them."""
    return tuple(Holder(since, next(iter(some)) if len(some) == 1 else None) for since, some in sorted(owners.items()))


def _links_of(parts: Iterable[_Parted], keys: Collection[str], domains: Domains) -> dict[str, frozenset[str]]:
    return {
        link: frozenset(
            value
            for part in parts
            if link in part.stated.links
            for value, owner, _ in _statements(part, link, domains)
            if owner in keys
        )
        for link in domains.links
    }


def _counted(terms: Terms) -> dict[str, int]:
    counts: dict[str, int] = {}
    for some in terms.by_form:
        for kind in some.values():
            counts[kind] = counts.get(kind, 0) + 1
    return counts
