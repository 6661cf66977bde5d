"""The certificate of an erasure: what was done where, signed, so that it can be shown and checked by anybody.

It names no subject, no pseudonym and no path: counts, times, versions and digests. It is signed by Ed25519 (RFC 8032)
with a key that follows from the first epoch of the dataset, so that all certificates of a dataset share one key.
"""

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pipeline.contracts.dataset import Elsewhere
from pipeline.errors import KeySourceError, PrivacyError
from pipeline.evidence.record import Document, canonical
from pipeline.keys import DataKey
from pipeline.storage.objects import ObjectStore

KIND = "clearwell certificate of erasure"
FORMAT = 1
FINAL = "final"


@dataclass(frozen=True)
class Certificate:
    """What is certified.

    Attributes:
        erasure: the erasure's id.
        subjects: how many.
        requested, executed: timestamps in UTC.
        code: sha256 over all that computed it.
        key_epochs: of the dataset, oldest first; pseudonyms of each were searched for.
        zones: by zone, counts of what was done there.
        final_scan: `files`, `bytes` and `hits` of the search for what is left.
        versions: `version` and `replaced_by` of each that was withdrawn.
        suppressed: digest of the suppression list; None for a correction.
        elsewhere: `what` is out of reach, and `until` which day it is kept.
    """

    erasure: str
    dataset: str
    reason: str
    subjects: int
    requested: str
    executed: str
    code: str
    key_epochs: tuple[str, ...]
    zones: Mapping[str, Mapping[str, int]]
    final_scan: Mapping[str, int]
    versions: tuple[Mapping[str, str | None], ...]
    suppressed: str | None
    elsewhere: tuple[Mapping[str, str], ...]


def kept_elsewhere(elsewhere: tuple[Elsewhere, ...], executed: datetime) -> tuple[dict[str, str], ...]:
    """What `dataset.yaml` says is out of reach, with the last day on which it may still hold a subject."""
    day = executed.astimezone(UTC).date()
    return tuple({"what": item.what, "until": (day + timedelta(days=item.days)).isoformat()} for item in elsewhere)


def certify(certificate: Certificate, first: DataKey) -> Document:
    """The signed document.

    Args:
        certificate: what is certified.
        first: the key of the dataset's first epoch.

    Raises:
        PrivacyError: the final scan found something, or a count is none: then there is nothing to certify.
    """
    if certificate.final_scan["hits"]:
        raise PrivacyError(
            "the subjects are not gone, so there is no certificate",
            given=f"{certificate.final_scan['hits']} hits in the final scan",
            allowed=0,
        )
    counts = [count for zone in certificate.zones.values() for count in zone.values()]
    if not all(type(count) is int for count in counts):
        raise PrivacyError("a certificate says counts alone of a zone", allowed="whole numbers")
    private = Ed25519PrivateKey.from_private_bytes(hmac.digest(first.key, b"certificate", "sha256"))
    public = private.public_key().public_bytes_raw().hex()
    content = {**asdict(certificate), "kind": KIND, "format": FORMAT, "public_key": public}
    return {**content, "signature": private.sign(canonical(content)).hex()}


def verify_certificate(document: Mapping[str, Any], pinned: str | None) -> list[str]:
    """What is wrong with a certificate, one sentence a problem; empty when all is well.

    Args:
        document: the certificate.
        pinned: public key, in hexadecimal, that it must be signed with; None: any, so that only changes are found.
    """
    if (document.get("kind"), document.get("format")) != (KIND, FORMAT):
        return [f"it is no {KIND} of format {FORMAT}"]
    problems = [] if pinned in (None, document.get("public_key")) else ["it names another key than the pinned one"]
    content = {name: value for name, value in document.items() if name != "signature"}
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(document["public_key"]))
        public.verify(bytes.fromhex(document["signature"]), canonical(content))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        problems.append("its signature does not fit: it was changed, or signed with another key")
    return problems


def state(document: Mapping[str, Any], today: date | None = None) -> str:
    """`final`, or `pending until` the last day on which something out of reach may still hold a subject."""
    until = max((str(copy["until"]) for copy in document["elsewhere"]), default="")
    day = today or datetime.now(UTC).date()
    return f"pending until {until}" if until > day.isoformat() else FINAL


def pinned_key(evidence: ObjectStore, dataset: str) -> str | None:
    """The public key with which a dataset's certificates are signed, in hexadecimal; None before the first."""
    return evidence.read(_key(dataset)).decode().strip() if evidence.exists(_key(dataset)) else None


def pin_key(evidence: ObjectStore, dataset: str, public: str) -> None:
    """Remember the key of the first certificate.

    Raises:
        KeySourceError: another one is pinned: the dataset's first key is not what it was.
    """
    pinned = pinned_key(evidence, dataset)
    if pinned is None:
        evidence.write_if(_key(dataset), f"{public}\n".encode(), None)
    elif pinned != public:
        raise KeySourceError(
            f"certificates of {dataset} are signed with another key than before",
            given=public[:16],
            allowed=pinned[:16],
            hint="the dataset's first key was replaced; restore it, or pin the new key on purpose",
        )


def _key(dataset: str) -> str:
    return f"_keys/{dataset}.pub"
