"""Earlier runs of a dataset that were published: one an as-of date, before the date of the run that is judged."""

from dataclasses import dataclass
from datetime import date

from pipeline.evidence.record import Document, read_evidence
from pipeline.storage.objects import ObjectStore
from pipeline.storage.runs import known_runs, read_run

LONGEST = 20  # runs that are looked back at


@dataclass(frozen=True)
class PastRun:
    """One earlier run and what refine found, by source."""

    run: str
    as_of: date
    sources: dict[str, Document]


def earlier_runs(warehouse: ObjectStore, evidence: ObjectStore, dataset: str, as_of: date) -> list[PastRun]:
    """Runs published for earlier as-of dates, oldest first, the newest run of each date; at most `LONGEST`."""
    dates: dict[date, list[str]] = {}
    for run in known_runs(warehouse, dataset):
        manifest = read_run(warehouse, dataset, run)
        if manifest is not None and "publish" in manifest.stages:
            day = date.fromisoformat(manifest.as_of)
            if day < as_of:
                dates.setdefault(day, []).append(run)
    found = []
    for day in sorted(dates)[-LONGEST:]:
        documents = {run: read_evidence(evidence, dataset, run) for run in dates[day]}
        newest = max(dates[day], key=lambda run: (documents[run]["run"]["created"], run))
        found.append(PastRun(newest, day, documents[newest]["refine"]["sources"]))
    return found
