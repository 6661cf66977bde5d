"""What the leak scan knows of the people of a run: keyed digests of full names and identifiers, nothing clear."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PrivacyError
from pipeline.privacy.folding import plain_words
from pipeline.privacy.leaks.accepted import Accepted
from pipeline.privacy.leaks.forms import email_form, forms_in, number_form, words_form
from pipeline.privacy.pseudonyms import FINGERPRINT_BYTES, Pseudonymiser
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.rosters.terms import address_parts, compacted, phone_terms

KINDS = ("full_name", "address", "email", "phone", "national_id")
_FORMAT = 2
_DIGEST = np.dtype(f">u{FINGERPRINT_BYTES}")


@dataclass(frozen=True, eq=False)
class Fingerprints:
    """Sorted digests of 64 bits. Single given or family names are words of every language and have none.

    Of `m` forms looked up among `n` digests, n x m / 2^64 are false hits: 10^-6 for 500,000 people (6 x 10^6 digests)
    and 10^6.5 forms.

    Attributes:
        digests: shape (n,), ascending, each once.
        kinds: shape (n,), whose they are: bit i stands for `KINDS[i]`.
        longest: words of the longest name or address.
    """

    digests: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    longest: int

    def __len__(self) -> int:
        return len(self.digests)

    @classmethod
    def build(cls, roster: Roster, pseudonymiser: Pseudonymiser) -> "Fingerprints":
        """Fingerprints of a roster's full names (both orders), addresses and their parts, e-mails and numbers."""
        forms = {
            "full_name": {form for given, family in roster.names for form in _full_names(given, family)},
            "address": {words_form(plain_words(part)) for value in roster.addresses for part in address_parts(value)},
            "email": {email_form(value) for value in roster.emails},
            "phone": {number_form(term) for value in roster.phones for term in phone_terms(value)},
            "national_id": {number_form(compacted(value)) for value in roster.national_ids},
        }
        longest = max((form.count(" ") for kind in ("full_name", "address") for form in forms[kind]), default=0)
        return cls(*_merged(forms, pseudonymiser), longest)

    def kinds_in(self, text: str, pseudonymiser: Pseudonymiser, accepted: Accepted) -> set[str]:
        """Kinds of known identities in a text, but for what is accepted."""
        looked_up = np.sort(digests_of(forms_in(text, self.longest, accepted), pseudonymiser))
        places = np.searchsorted(self.digests, looked_up)
        inside = places < len(self.digests)
        hit = self.digests[places[inside]] == looked_up[inside]
        bits = int(np.bitwise_or.reduce(self.kinds[places[inside]][hit], initial=0))
        return {kind for index, kind in enumerate(KINDS) if bits >> index & 1}

    def to_bytes(self) -> bytes:
        """One line of JSON, then the digests, then the kinds of each."""
        header = {"format": _FORMAT, "longest": self.longest, "count": len(self)}
        return json.dumps(header).encode() + b"\n" + self.digests.astype(_DIGEST).tobytes() + self.kinds.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fingerprints":
        """What `to_bytes` wrote.

        Raises:
            PrivacyError: the bytes are no fingerprints of this format.
        """
        line, _, body = data.partition(b"\n")
        try:
            header = json.loads(line)
            count, longest = int(header["count"]), int(header["longest"])
            if header["format"] != _FORMAT or len(body) != count * (FINGERPRINT_BYTES + 1):
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise PrivacyError(
                "these bytes are no fingerprints",
                given=f"{len(data)} bytes",
                allowed=f"format {_FORMAT}",
                hint="run the stage refine again with --fresh",
            ) from None
        digests = np.frombuffer(body, _DIGEST, count).astype(np.uint64)
        return cls(digests, np.frombuffer(body, np.uint8, offset=count * FINGERPRINT_BYTES), longest)


def digests_of(forms: Iterable[str], pseudonymiser: Pseudonymiser) -> NDArray[np.uint64]:
    """Fingerprints as numbers."""
    return np.frombuffer(b"".join(map(pseudonymiser.fingerprint, forms)), _DIGEST).astype(np.uint64)


def _full_names(given: str, family: str) -> Iterator[str]:
    first, last = plain_words(given), plain_words(family)
    if first and last:
        yield words_form([*first, *last])
        yield words_form([*last, *first])


def _merged(
    forms: Mapping[str, set[str]], pseudonymiser: Pseudonymiser
) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Sorted digests, and the kinds of each: one number may be a phone and a national id."""
    parts = [digests_of(forms[kind], pseudonymiser) for kind in KINDS]
    bits = np.repeat(np.array([1 << index for index in range(len(KINDS))], np.uint8), [len(part) for part in parts])
    digests, places = np.unique(np.concatenate(parts), return_inverse=True)
    kinds = np.zeros(len(digests), np.uint8)
    np.bitwise_or.at(kinds, places, bits)
    return digests, kinds
