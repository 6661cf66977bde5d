"""The steps of an erasure in their order, each entered into the request's journal when it is done.

Killed at any moment and started again it goes on: a step that is done is not done again, and each can be done twice.
Suppression comes before landing, so that nothing comes in again meanwhile; versions before tables, since the leak scan
of their replacements asks what the tables know.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import PrivacyError
from pipeline.evidence.audit import leave_entry
from pipeline.evidence.record import Document
from pipeline.jobs.context import Workplace
from pipeline.jobs.erasure.found import Found, forget_found, keep_found, read_found
from pipeline.jobs.erasure.landing import erase_landing
from pipeline.jobs.erasure.proof import certificate_key, certify_erasure
from pipeline.jobs.erasure.scan import scan_everything
from pipeline.jobs.erasure.tables import erase_tables
from pipeline.jobs.erasure.versions import erase_versions
from pipeline.jobs.finding.find import find
from pipeline.privacy.erasure import requests
from pipeline.privacy.erasure.requests import Request
from pipeline.privacy.erasure.suppression import read_suppressed, suppress
from pipeline.release.versions import list_versions


@dataclass
class Erasing:
    """One erasure while it is done."""

    at: Workplace
    request: Request

    @property
    def found(self) -> Found:
        """What the first step kept."""
        found = read_found(self.at.zones.landing, self.request.dataset, self.request.erasure)
        if found is None:
            raise PrivacyError(f"erasure {self.request.erasure} has found nobody yet", hint="its step find comes first")
        return found

    def do(self, step: str) -> Document:
        """Do a step unless the journal has it; its counts."""
        if step not in self.request.steps:
            counts = STEPS[step](self)
            self.request = requests.step_done(self.at.zones.landing, self.request, step, counts)
        return dict(self.request.steps[step])

    def finish(self) -> Path:
        """Certify, then forget who was asked for; the certificate's path."""
        zones, request = self.at.zones, self.request
        certify_erasure(self.at, request)
        leave_entry(zones.evidence, "erase.done", dataset=request.dataset, run=request.erasure)
        forget_found(zones.landing, request.dataset, request.erasure)
        requests.finish(zones.landing, request)
        return zones.evidence.path(certificate_key(request.dataset, request.erasure))


def begin(workplace: Workplace, request: Request) -> Erasing:
    """Begin an erasure, or go on with it; leaves an audit entry, since it reads clear records.

    Raises:
        PrivacyError: its notice is not over.
    """
    leave_entry(workplace.zones.evidence, "erase", dataset=request.dataset, run=request.erasure)
    return Erasing(workplace, requests.begin(workplace.zones.landing, request, datetime.now(UTC)))


def plan(workplace: Workplace, subjects: Sequence[str]) -> Document:
    """What an erasure would find, in counts by source; it changes nothing and leaves an audit entry."""
    leave_entry(workplace.zones.evidence, "erase.plan", dataset=workplace.dataset.name)
    versions = len(list_versions(workplace.zones.published, workplace.dataset.name))
    return {**find(workplace, subjects).counts(), "versions": versions}


def _find(erasing: Erasing) -> Document:
    request, landing = erasing.request, erasing.at.zones.landing
    findings = find(erasing.at, request.subjects)
    keep_found(landing, request.dataset, request.erasure, Found.of(findings))
    counts = findings.counts()["sources"].values()
    return {"own": sum(item["own"] for item in counts), "mentions": sum(item["mentions"] for item in counts)}


def _suppress(erasing: Erasing) -> Document:
    """A corrected person may come in again."""
    at, name = erasing.at, erasing.request.dataset
    if erasing.request.reason == "correction":
        return {"entries": 0}
    values = erasing.found.identifiers.pseudonymised()
    before = len(read_suppressed(at.zones.warehouse, name).entries)
    return {"entries": len(suppress(at.zones.warehouse, name, values, at.keys).entries) - before}


#: Each returns its counts.
STEPS: Mapping[str, Callable[[Erasing], Document]] = {
    "find": _find,
    "suppress": _suppress,
    "landing": lambda erasing: erase_landing(erasing.at, erasing.found, erasing.request.erasure),
    "versions": lambda erasing: erase_versions(
        erasing.at, erasing.found, erasing.request.erasure, erasing.request.reason
    ),
    "tables": lambda erasing: erase_tables(erasing.at, erasing.found, erasing.request.erasure),
    "scan": lambda erasing: scan_everything(erasing.at, erasing.found),
}
