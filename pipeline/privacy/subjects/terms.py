"""What a person is searched for by, in the one form in which each kind is compared.

Who is found by a run's fingerprints (privacy/leaks) is found by these: they use the same words and numbers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from pipeline.privacy.folding import folded, is_unspaced, plain_words
from pipeline.privacy.rosters.terms import LEAST_IDENTIFIER, LEAST_PHONE, address_parts, compacted, phone_terms

#: Kind of a full name that others bear as well.
SHARED_NAME = "shared_name"
#: Longer addresses are known by so many words from their start.
_MOST_WORDS = 8


class Words(NamedTuple):
    """Words that follow each other: `first`, up to two middle names where `rest` is not empty, then `rest`.

    `turned`: the family name comes first, and a comma may follow it before a middle name.
    """

    first: tuple[str, ...]
    rest: tuple[str, ...] = ()
    turned: bool = False


@dataclass(frozen=True)
class Terms:
    """What is searched for, each with its kind.

    Attributes:
        words: full names in both orders, addresses.
        glued: full names in scripts without blanks.
        numbers: letters and digits of phones, national ids and keys, each as a piece of its own.
        emails: folded addresses.
    """

    words: Mapping[Words, str] = field(default_factory=dict)
    glued: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    emails: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(len(some) for some in self.by_form)

    def kept(self, keep: Callable[[Words | str], bool]) -> "Terms":
        """Those of the terms that `keep` says yes to."""
        return Terms(*({term: kind for term, kind in some.items() if keep(term)} for some in self.by_form))

    def every(self) -> frozenset[Words | str]:
        """The terms without their kinds."""
        return frozenset(term for some in self.by_form for term in some)

    @property
    def by_form(self) -> tuple[Mapping[Any, str], ...]:
        """Words, glued names, numbers, e-mails."""
        return self.words, self.glued, self.numbers, self.emails


def name_terms(given: str, family: str) -> Terms:
    """A full name in both orders; a single name is a word of some language, and is no term."""
    first, last = tuple(plain_words(given)), tuple(plain_words(family))
    if not first or not last:
        return Terms()
    words = dict.fromkeys((Words(first, last), Words(last, first, turned=True)), "full_name")
    joined = (folded(family.strip()) + folded(given.strip()), folded(given.strip()) + folded(family.strip()))
    return Terms(words, dict.fromkeys(joined, "full_name") if is_unspaced(joined[0][0]) else {})


def address_terms(value: str) -> Terms:
    """The whole address, and its parts that say where somebody lives; one word alone is no address."""
    parts = (tuple(plain_words(part)[:_MOST_WORDS]) for part in address_parts(value))
    return Terms({Words(part): "address" for part in parts if len(part) > 1})


def email_terms(value: str) -> Terms:
    """The folded address; what has no "@" is none."""
    mail = folded(value.strip())
    return Terms(emails={mail: "email"} if "@" in mail else {})


def phone_number_terms(value: str) -> Terms:
    """Digits as they are dialled within the country and from abroad."""
    return Terms(numbers=dict.fromkeys(phone_terms(value), "phone"))


def identifier_terms(value: str, kind: str = "national_id") -> Terms:
    """Letters and digits; without a digit, or of less than five characters, it would be found by chance."""
    compact = compacted(value)
    return Terms(numbers={compact: kind} if len(compact) >= LEAST_IDENTIFIER and _has_digit(compact) else {})


def key_terms(value: str) -> Terms:
    """An entity's key, where it can't be taken for a year, an amount or a word: with letters, or as long as a phone."""
    compact = compacted(value)
    return identifier_terms(value, "key") if len(compact) >= LEAST_PHONE or not compact.isdigit() else Terms()


TERMS_OF = {
    "email": email_terms,
    "phone": phone_number_terms,
    "national_id": identifier_terms,
    "address": address_terms,
}


def together(parts: Iterable[Terms]) -> Terms:
    """All terms of the parts."""
    columns = zip(*(part.by_form for part in (Terms(), *parts)), strict=True)
    return Terms(*(dict(chain.from_iterable(some.items() for some in column)) for column in columns))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
