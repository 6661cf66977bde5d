"""Keyed pseudonyms: stable under one key, useless without it."""

import hashlib
from collections.abc import Callable, Iterable
from functools import cache

from pipeline.errors import KeySourceError, PrivacyError
from pipeline.keys import KEY_BYTES
from pipeline.privacy.normalise import normaliser

_BLOCK = 64
_PSEUDONYM_BYTES = 16  # 32 hex digits: a collision among 10^12 values is less likely than 10^-14
_LOCATOR_BYTES = 16
FINGERPRINT_BYTES = 8


class _Hmac:
    """HMAC-SHA-256 (RFC 2104) with both pads hashed once: 1.6 times as fast as the standard library's copies.

    It keeps hash states, not the key, and so can't be pickled.
    """

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def digest(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()

    def digests(self, messages: Iterable[bytes]) -> list[bytes]:
        """Of many messages, in their order; in one loop, since a call would cost as much as a hash."""
        inner_copy, outer_copy = self._inner.copy, self._outer.copy
        made = []
        for message in messages:
            inner = inner_copy()
            inner.update(message)
            outer = outer_copy()
            outer.update(inner.digest())
            made.append(outer.digest())
        return made


class Pseudonymiser:
    """Keyed digests of one dataset. Each purpose and each domain has its own derived key, so none can be compared.

    Args:
        key: the dataset's key, 32 bytes.

    Raises:
        KeySourceError: the key has another length.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeySourceError("a data key has another length", given=len(key), allowed=KEY_BYTES)
        master = _Hmac(key)
        self._derived: Callable[[str], _Hmac] = cache(lambda purpose: _Hmac(master.digest(purpose.encode())))

    def pseudonym(self, value: str, domain: str) -> str:
        """32 hex digits (128 bits) for the normalised value; equal in all sources that share the domain.

        Raises:
            PrivacyError: the value is blank: it names nobody, and all blanks would join.
        """
        [found] = self.pseudonyms([value], domain)
        if found is None:
            raise PrivacyError("a blank value has no pseudonym", given=f"domain {domain}")
        return found

    def pseudonyms(self, values: Iterable[str | None], domain: str) -> list[str | None]:
        """Pseudonyms of many values, in their order; None and blanks become None."""
        listed, normalise = list(values), normaliser(domain)
        written = dict.fromkeys(value for value in listed if value is not None)
        normalised = [normalise(value) for value in written]
        digests = self._derived(f"pseudonym:{domain}").digests([value.encode() for value in normalised])
        known = {
            value: digest[:_PSEUDONYM_BYTES].hex() if name else None
            for value, name, digest in zip(written, normalised, digests, strict=True)
        }
        return [None if value is None else known[value] for value in listed]

    def snapshot_pseudonyms(self, pseudonyms: Iterable[str | None], days: Iterable[str | None]) -> list[str | None]:
        """Another pseudonym at each snapshot, of as many digits; None where either is None.

        Args:
            pseudonyms: of entities, as `pseudonyms` made them.
            days: of the snapshots, as ISO 8601.
        """
        pairs = list(zip(pseudonyms, days, strict=True))
        digests = self._derived("snapshot pseudonym").digests(f"{day} {name}".encode() for name, day in pairs)
        made = (digest[:_PSEUDONYM_BYTES].hex() for digest in digests)
        return [None if None in pair else digits for pair, digits in zip(pairs, made, strict=True)]

    def suppression_digests(self, values: Iterable[str | None], domain: str) -> list[bytes | None]:
        """16 bytes for each normalised value that is not blank: by them the suppression list knows it."""
        digest, normalise = self._derived(f"suppression:{domain}").digest, normaliser(domain)
        texts = (None if value is None else normalise(value) for value in values)
        return [digest(text.encode())[:_LOCATOR_BYTES] if text else None for text in texts]

    def locator_digest(self, record_digest: bytes) -> bytes:
        """16 bytes that stand for a record's sha256 without letting anybody guess the record."""
        return self._derived("locator").digest(record_digest)[:_LOCATOR_BYTES]

    def locator_digests(self, record_digests: Iterable[bytes | None]) -> list[bytes | None]:
        """Locator digests of many records; None stays None."""
        digest = self._derived("locator").digest
        return [None if item is None else digest(item)[:_LOCATOR_BYTES] for item in record_digests]

    def fingerprint(self, normalised_text: str) -> bytes:
        """8 bytes by which the leak scan knows an identity that it does not hold."""
        return self._derived("fingerprint").digest(normalised_text.encode())[:FINGERPRINT_BYTES]
