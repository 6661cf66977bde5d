"""What the leak scan knows of the people of a run: keyed digests of full names and identifiers, nothing clear."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.errors import PrivacyError
from pipeline.privacy.folding import unaccented, words
from pipeline.privacy.normalise import email
from pipeline.privacy.pseudonyms import FINGERPRINT_BYTES, Pseudonymiser
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.rosters.terms import address_parts, compacted, phone_terms

KINDS = ("full_name", "address", "email", "phone", "national_id")
_FORMAT = 1
#: Names and addresses are known by at most so many words from their start.
_MOST_WORDS = 8
#: Letters and digits of a number that is searched for, and of how many pieces it may be put together.
_LEAST_COMPACT, _MOST_COMPACT, _MOST_PIECES = 7, 24, 6
#: Words that may be pieces of one number; a comma or a line's end parts numbers, so that a page's figures don't join.
_RUN = re.compile(r"\w+(?:[ .()/+\-\u00a0]{1,2}\w+)*")
#: The digits of a long fraction would meet a phone number by chance.
_FRACTION = re.compile(r"(?<![\d.])\d{0,3}\.\d{5,}(?![\d.])")
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


@dataclass(frozen=True)
class Fingerprints:
    """Digests by kind. Single given or family names are words of every language and have none.

    Attributes:
        digests: for each of `KINDS`, its digests of 8 bytes.
        longest: words of the longest name or address.
    """

    digests: dict[str, frozenset[bytes]]
    longest: int

    def __len__(self) -> int:
        return sum(map(len, self.digests.values()))

    @classmethod
    def build(cls, roster: Roster, pseudonymiser: Pseudonymiser) -> "Fingerprints":
        """Fingerprints of a roster's full names (both orders), addresses and their parts, e-mails and numbers."""
        forms = {
            "full_name": {form for given, family in roster.names for form in _full_names(given, family)},
            "address": {_words_form(part) for value in roster.addresses for part in address_parts(value)},
            "email": {f"email {email(value)}" for value in roster.emails},
            "phone": {f"compact {term}" for value in roster.phones for term in phone_terms(value)},
            "national_id": {f"compact {compacted(value)}" for value in roster.national_ids},
        }
        longest = max((len(form.split()) - 1 for kind in ("full_name", "address") for form in forms[kind]), default=0)
        return cls({kind: frozenset(map(pseudonymiser.fingerprint, forms[kind])) for kind in KINDS}, longest)

    def kinds_in(self, text: str, pseudonymiser: Pseudonymiser, accepted: frozenset[str]) -> set[str]:
        """Kinds of known identities in a text; stretches of words that make up an accepted value don't count."""
        digests = {pseudonymiser.fingerprint(form) for form in _candidates(text, self.longest, accepted)}
        return {kind for kind, known in self.digests.items() if not known.isdisjoint(digests)}

    def to_bytes(self) -> bytes:
        """One line of JSON with the counts, then the sorted digests of each kind."""
        header = {"format": _FORMAT, "longest": self.longest, "counts": [len(self.digests[kind]) for kind in KINDS]}
        return json.dumps(header).encode() + b"\n" + b"".join(b"".join(sorted(self.digests[kind])) for kind in KINDS)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fingerprints":
        """What `to_bytes` wrote.

        Raises:
            PrivacyError: the bytes are no fingerprints of this format.
        """
        line, _, body = data.partition(b"\n")
        try:
            header = json.loads(line)
            counts, longest = list(header["counts"]), int(header["longest"])
            if header["format"] != _FORMAT or len(counts) != len(KINDS) or len(body) != sum(counts) * FINGERPRINT_BYTES:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise PrivacyError("these bytes are no fingerprints", given=f"{len(data)} bytes") from None
        items = (body[at : at + FINGERPRINT_BYTES] for at in range(0, len(body), FINGERPRINT_BYTES))
        return cls(
            {kind: frozenset(next(items) for _ in range(count)) for kind, count in zip(KINDS, counts, strict=True)},
            longest,
        )


def plain_words(text: str) -> list[str]:
    """Folded words without Latin accents: how names and addresses are compared."""
    return [unaccented(word) for word in words(text)]


def _full_names(given: str, family: str) -> Iterator[str]:
    first, last = plain_words(given), plain_words(family)
    if first and last:
        yield _form([*first, *last])
        yield _form([*last, *first])


def _words_form(value: str) -> str:
    return _form(plain_words(value))


def _form(parts: list[str]) -> str:
    return "words " + " ".join(parts[:_MOST_WORDS])


def _candidates(text: str, longest: int, accepted: frozenset[str]) -> Iterator[str]:
    """Everything in a text that could be a known identity, in the forms that `build` uses."""
    found = plain_words(text)
    for start in range(len(found)):
        for end in range(start + 2, min(start + longest, len(found)) + 1):
            stretch = " ".join(found[start:end])
            if stretch not in accepted:
                yield f"words {stretch}"
    for run in _RUN.findall(_FRACTION.sub(" ", text)):
        pieces = plain_words(run)
        for start in range(len(pieces)):
            yield from (f"compact {form}" for form in _numbers(pieces[start : start + _MOST_PIECES]))
    for address in _EMAIL.findall(text):
        yield f"email {email(address.rstrip('.'))}"


def _numbers(pieces: Iterable[str]) -> Iterator[str]:
    """What the pieces from the first on make together, if it has digits; also without a trunk zero."""
    joined = ""
    for piece in pieces:
        joined += piece
        if len(joined) > _MOST_COMPACT:
            return
        if len(joined) >= _LEAST_COMPACT and any(map(str.isdigit, joined)):
            yield from {joined, joined.lstrip("0")}
