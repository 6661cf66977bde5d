"""Requests for erasure: who, why, from when on, and how far each has come.

A request names its subjects in clear, so it lies in the landing's zone, readable by its owner alone, and is removed
when it is done. What may be told elsewhere is `told`: counts and times.
"""

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pipeline.errors import PrivacyError
from pipeline.evidence.record import Document, canonical
from pipeline.storage.objects import ObjectStore

#: The person asked for it, withdrew consent, or has their data corrected and may come in again.
REASONS = ("erasure", "consent", "correction")


@dataclass(frozen=True)
class Request:
    """One erasure that was asked for.

    Attributes:
        erasure: its id, 16 random hex digits.
        subjects: entity keys in clear.
        requested, due: timestamps in UTC; it may not begin before it is due.
        begun: when it began, or None; it can't be cancelled from then on.
        steps: the journal: steps that are done, each with its counts.
    """

    erasure: str
    dataset: str
    subjects: tuple[str, ...] = field(repr=False)
    reason: str
    requested: str
    due: str
    begun: str | None = None
    steps: Mapping[str, Document] = field(default_factory=dict)

    def told(self) -> Document:
        """What evidence may say of it."""
        return {**asdict(self), "subjects": len(self.subjects)}


def ask(
    landing: ObjectStore, dataset: str, subjects: Collection[str], reason: str, notice_hours: int, now: datetime
) -> Request:
    """Keep a request until its notice is over.

    Args:
        landing: the zone of landings.
        dataset: from which the subjects are to be erased.
        subjects: their entity keys in clear; a repeated one counts once.
        reason: one of `REASONS`.
        notice_hours: hours from now until it is due, as `dataset.yaml` says.
        now: with a time zone.

    Raises:
        PrivacyError: no subject, a blank one, or another reason.
    """
    named = tuple(dict.fromkeys(subject.strip() for subject in subjects))
    if not named or "" in named:
        raise PrivacyError(
            "an erasure needs subjects", given=f"{len(named)}, blank ones included", allowed="entity keys"
        )
    if reason not in REASONS:
        raise PrivacyError("no reason for an erasure", given=reason, allowed=REASONS)
    times = (_told(now), _told(now + timedelta(hours=notice_hours)))
    request = Request(secrets.token_hex(8), dataset, named, reason, *times)
    landing.write_if(_key(request), _bytes(request), None)
    return request


def pending(landing: ObjectStore, dataset: str) -> list[Request]:
    """All requests that are not done, the oldest first."""
    found = [_read(landing, key) for key in landing.keys(f"{dataset}/_erasures") if key.endswith(".json")]
    return sorted(found, key=lambda request: (request.requested, request.erasure))


def due(landing: ObjectStore, dataset: str, now: datetime) -> list[Request]:
    """The requests whose notice is over, begun ones included, the oldest first."""
    return [request for request in pending(landing, dataset) if request.due <= _told(now)]


def begin(landing: ObjectStore, request: Request, now: datetime) -> Request:
    """Begin an erasure, or go on with one that was begun.

    Raises:
        PrivacyError: its notice is not over.
        StaleObjectError: somebody else moved it meanwhile.
    """
    if request.begun is not None:
        return request
    if request.due > _told(now):
        raise PrivacyError(f"erasure {request.erasure} is not due", given=_told(now), allowed=f"from {request.due} on")
    return _move(landing, request, replace(request, begun=_told(now)))


def step_done(landing: ObjectStore, request: Request, step: str, counts: Document) -> Request:
    """Enter a step into the journal; one that is there is never done again.

    Raises:
        StaleObjectError: somebody else moved it meanwhile.
    """
    return _move(landing, request, replace(request, steps={**request.steps, step: counts}))


def cancel(landing: ObjectStore, request: Request) -> None:
    """Take a request back.

    Raises:
        PrivacyError: it was begun: what is gone is gone, and the rest must follow.
    """
    if _read(landing, _key(request)).begun is not None:
        raise PrivacyError(
            f"erasure {request.erasure} was begun and can't be cancelled",
            hint=f"clearwell erase --dataset {request.dataset}",
        )
    finish(landing, request)


def finish(landing: ObjectStore, request: Request) -> None:
    """Remove a request, and with it the last that names its subjects."""
    landing.purge(_key(request))


def _move(landing: ObjectStore, before: Request, after: Request) -> Request:
    key = _key(before)
    expected = landing.etag(key)
    landing.write_if(key, _bytes(after), expected if _read(landing, key) == before else "moved")
    return after


def _read(landing: ObjectStore, key: str) -> Request:
    document = json.loads(landing.read(key))
    return Request(**{**document, "subjects": tuple(document["subjects"])})


def _bytes(request: Request) -> bytes:
    return canonical(asdict(request))


def _key(request: Request) -> str:
    return f"{request.dataset}/_erasures/{request.erasure}.json"


def _told(moment: datetime) -> str:
    """To the second; in UTC its order is that of time."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
