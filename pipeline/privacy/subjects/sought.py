"""What workers search landed records for, as an object of landing: clear values never travel in a plan."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from pipeline.privacy.subjects.bytes_search import BytesSearch
from pipeline.privacy.subjects.identifiers import Identifiers
from pipeline.privacy.subjects.search import TermSearch
from pipeline.privacy.subjects.terms import Terms, Words
from pipeline.storage.objects import FolderStore

_FOLDER = "_sought"


@dataclass(frozen=True)
class Sought:
    """Identifiers as a worker asks for them.

    Attributes:
        keys: number of the subject by its key, normalised.
        links: values that name a subject alone, by link column.
        passed: numbers of the values that name a subject or somebody else, by link column.
    """

    keys: Mapping[str, int]
    links: Mapping[str, frozenset[str]]
    passed: Mapping[str, Mapping[str, int]]
    bearers: frozenset[str]
    bearers_links: Mapping[str, frozenset[str]]
    terms: Terms

    @cached_property
    def in_texts(self) -> TermSearch:
        return TermSearch(self.terms)

    @cached_property
    def in_bytes(self) -> BytesSearch:
        return BytesSearch(self.terms)


@contextmanager
def kept_for_workers(landing: FolderStore, dataset: str, identifiers: Identifiers) -> Iterator[str]:
    """Key of an object that `opened` reads; it goes with the block, and so do those that a killed process left."""
    for left in landing.keys(f"{dataset}/{_FOLDER}"):
        landing.delete(left)
    key = f"{dataset}/{_FOLDER}/{secrets.token_hex(8)}.json"
    landing.write(key, _document(identifiers))
    try:
        yield key
    finally:
        landing.delete(key)


@lru_cache(maxsize=2)
def opened(landing: FolderStore, key: str) -> Sought:
    """What `kept_for_workers` wrote, read once a process."""
    content = json.loads(landing.read(key))
    return Sought(
        keys={value: number for number, value in enumerate(content["keys"])},
        links=_sets(content["links"]),
        passed={
            link: {value: number for number, value in enumerate(values)} for link, values in content["passed"].items()
        },
        bearers=frozenset(content["bearers"]),
        bearers_links=_sets(content["bearers_links"]),
        terms=_terms(content["terms"]),
    )


def _document(identifiers: Identifiers) -> bytes:
    content = {
        "keys": identifiers.keys,
        "links": {link: sorted(values) for link, values in identifiers.links.items()},
        "passed": {link: list(values) for link, values in identifiers.passed.items()},
        "bearers": sorted(identifiers.bearers),
        "bearers_links": {link: sorted(values) for link, values in identifiers.bearers_links.items()},
        "terms": [list(some.items()) for some in identifiers.terms.by_form],
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _sets(content: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    return {link: frozenset(values) for link, values in content.items()}


def _terms(content: Any) -> Terms:
    words, *others = content
    named = {Words(tuple(term[0]), tuple(term[1]), term[2]): kind for term, kind in words}
    return Terms(named, *(dict(some) for some in others))
