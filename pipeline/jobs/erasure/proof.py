"""The end of an erasure: every file is searched by another judge, then it is certified what was done."""

from datetime import UTC, datetime

from pipeline.evidence.record import Document, canonical
from pipeline.jobs.context import Workplace
from pipeline.jobs.version import code_digest
from pipeline.privacy.erasure.certificate import Certificate, certify, kept_elsewhere, pin_key
from pipeline.privacy.erasure.requests import Request
from pipeline.privacy.erasure.suppression import read_suppressed
from pipeline.release.withdrawal import list_withdrawn

_ZONES = {"landing": "landing", "versions": "published", "tables": "warehouse"}


def certificate_key(dataset: str, erasure: str) -> str:
    """Where a certificate lies in the evidence zone."""
    return f"{dataset}/_erasures/{erasure}.json"


def certify_erasure(workplace: Workplace, request: Request) -> Document:
    """Sign what the journal says was done, pin the key, and keep the certificate as evidence."""
    name, zones, keys = workplace.dataset.name, workplace.zones, workplace.keys
    epochs, executed = keys.epochs(name), datetime.now(UTC)
    withdrawn = [item for item in list_withdrawn(zones.published, name) if item.erasure == request.erasure]
    document = certify(
        Certificate(
            erasure=request.erasure,
            dataset=name,
            reason=request.reason,
            subjects=len(request.subjects),
            requested=request.requested,
            executed=executed.isoformat(timespec="seconds"),
            code=code_digest(),
            key_epochs=epochs,
            zones={zone: request.steps[step] for step, zone in _ZONES.items()},
            final_scan=request.steps["scan"],
            versions=tuple({"version": item.version, "replaced_by": item.replaced_by} for item in withdrawn),
            suppressed=read_suppressed(zones.warehouse, name).digest() if request.reason != "correction" else None,
            elsewhere=kept_elsewhere(workplace.dataset.spec.erasure.elsewhere, executed),
        ),
        keys.data_key(name, epochs[0]),
    )
    pin_key(zones.evidence, name, document["public_key"])
    zones.evidence.write(certificate_key(name, request.erasure), canonical(document))
    return document
