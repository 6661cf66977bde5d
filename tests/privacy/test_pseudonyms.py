"""Pseudonyms: stable, keyed, separated by domain and purpose."""

import hashlib
import hmac
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import KeySourceError, PrivacyError
from pipeline.privacy.pseudonyms import Pseudonymiser

KEY = bytes(range(32))
PSEUDONYMISER = Pseudonymiser(KEY)


def expected(value: bytes, purpose: str) -> str:
    """The standard library's answer."""
    derived = hmac.digest(KEY, purpose.encode(), "sha256")
    return hmac.digest(derived, value, "sha256").hex()


@given(st.text(min_size=1).filter(lambda text: bool(text.strip()) and text.isascii()))
def test_pseudonym_is_hmac_sha_256(value: str) -> None:
    """The first 128 bits of HMAC-SHA-256 of the normalised value under the domain's derived key."""
    assert PSEUDONYMISER.pseudonym(value, "employee") == expected(value.strip().encode(), "pseudonym:employee")[:32]


@pytest.mark.parametrize(
    ("domain", "one", "other", "equal"),
    [
        ("email", "Asha@Corp.in", "asha@corp.in ", True),
        ("email", "asha@corp.in", "asha@corp.im", False),
        ("phone", "+91 98765 43210", "+919876543210", True),
        ("phone", "098765-43210", "09876543210", True),
        ("phone", "+919876543210", "+919876543211", False),
        ("national_id", "2345 6789 0124", "234567890124", True),
        ("national_id", "abcpe1234f", "ABCPE1234F", True),
        ("employee", "E0000001", "E0000001 ", True),
        ("employee", "E0000001", "e0000001", False),
        ("employee", "E0000001", "E0000002", False),
    ],
)
def test_equal_identities_join(domain: str, one: str, other: str, equal: bool) -> None:
    """Writings of one identity get one pseudonym, other identities another."""
    assert (PSEUDONYMISER.pseudonym(one, domain) == PSEUDONYMISER.pseudonym(other, domain)) is equal


def test_domains_and_keys_are_separate() -> None:
    """One value has different pseudonyms in two domains and under two keys."""
    found = {
        PSEUDONYMISER.pseudonym("7", "employee"),
        PSEUDONYMISER.pseudonym("7", "note"),
        Pseudonymiser(bytes(32)).pseudonym("7", "employee"),
    }
    assert len(found) == 3


def test_purposes_are_separate() -> None:
    """Pseudonym, locator and fingerprint of the same bytes share nothing, even in a domain of their name."""
    value = "fingerprint"
    found = [
        bytes.fromhex(PSEUDONYMISER.pseudonym(value, "fingerprint"))[:8],
        bytes.fromhex(PSEUDONYMISER.pseudonym(value, "locator"))[:8],
        PSEUDONYMISER.locator_digest(value.encode())[:8],
        PSEUDONYMISER.fingerprint(value),
    ]
    assert len(set(found)) == 4


def test_batch_agrees_with_single_values() -> None:
    """A batch keeps the order and repeats; None and blanks stay without a pseudonym."""
    one, two = (PSEUDONYMISER.pseudonym(value, "email") for value in ("a@x.in", "b@x.in"))
    given_values = ["A@x.in", None, "b@x.in", "", "  ", "a@x.in"]
    assert PSEUDONYMISER.pseudonyms(given_values, "email") == [one, None, two, None, None, one]


def test_blank_value_is_refused() -> None:
    """A single blank is an error: it names nobody."""
    with pytest.raises(PrivacyError, match="a blank value has no pseudonym"):
        PSEUDONYMISER.pseudonym("  ", "email")


def test_locator_digest_is_keyed() -> None:
    """16 bytes that depend on record and key; a batch agrees and keeps None."""
    record = hashlib.sha256(b"record").digest()
    found = PSEUDONYMISER.locator_digest(record)
    assert found.hex() == expected(record, "locator")[:32]
    assert found != Pseudonymiser(bytes(32)).locator_digest(record)
    assert PSEUDONYMISER.locator_digests([record, None]) == [found, None]


def test_fingerprint_has_eight_bytes() -> None:
    """A fingerprint is the first 8 bytes of the keyed digest."""
    assert PSEUDONYMISER.fingerprint("asha rao").hex() == expected(b"asha rao", "fingerprint")[:16]


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_key_of_another_length_is_refused(length: int) -> None:
    """Only 32 bytes are a key."""
    with pytest.raises(KeySourceError, match="another length"):
        Pseudonymiser(b"k" * length)


def test_pseudonymiser_never_travels() -> None:
    """It can't be pickled into a Spark closure, and its repr shows no key."""
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(PSEUDONYMISER)
    assert KEY.hex() not in repr(vars(PSEUDONYMISER))
