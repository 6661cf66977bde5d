"""The verdict in one sentence, and four figures that carry it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pipeline.release import figures
from pipeline.release.sections.masking import leak_scan
from pipeline.release.sections.reading import Evidence, have, need, panel

Status = Literal["good", "warn", "bad"]
#: What validate judges, one and many of it, and where its verdicts lie.
_JUDGED = {
    ("gate", "gates"): ("gates",),
    ("drift", "drifts"): ("drift", "columns"),
    ("anomaly", "anomalies"): ("anomalies", "measures"),
}


@dataclass(frozen=True)
class Headline:
    """One of the four figures. Without a value, `note` says what was not measured."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Overview:
    """The head of the report."""

    dataset: str
    title: str
    as_of: str
    version: str
    status: Status
    verdict: str
    detail: str
    figures: tuple[Headline, ...]


def overview(evidence: Evidence) -> Overview:
    """Never raises: a run of which nothing is known says so."""
    status, verdict, detail = _verdict(evidence)
    name = str(have(evidence, "run", "dataset") or "dataset")
    return Overview(
        name,
        str(have(evidence, "run", "title") or name),
        str(have(evidence, "run", "as_of") or ""),
        str(have(evidence, "publish", "version") or ""),
        status,
        verdict,
        detail,
        (
            _headline("rows to learn from", _rows, evidence),
            _headline("records taken in", _records, evidence),
            _headline("entities in the smallest group", _group, evidence),
            _headline("of personal data in text found", _recall, evidence),
        ),
    )


def _verdict(evidence: Evidence) -> tuple[Status, str, str]:
    judged = {name: have(evidence, "validate", *path) or () for name, path in _JUDGED.items()}
    counted = {name: Counter(item["verdict"] for item in found) for name, found in judged.items()}
    failed = {name: found["fail"] for name, found in counted.items() if found["fail"]}
    warned = sum(found["warn"] for found in counted.values())
    if failed:
        told = " and ".join(figures.plural(count, *name) for name, count in failed.items())
        return "bad", "Stopped at the gates: nothing of this run was published.", f"{told} failed."
    if have(evidence, "publish", "rows") is None:
        return "bad", "Nothing of this run was published.", "No evidence of a publication was found."
    scan = panel(leak_scan, evidence).view
    if scan and scan.hits:
        found = f"The leak scan found {figures.plural(scan.hits, 'trace')} of a person."
        return "bad", "Not safe to use: personal data was found in the published bytes.", found
    rows, entities = figures.count(need(evidence, "publish", "rows")), have(evidence, "assess", "published_entities")
    about = f" about {figures.plural(int(entities), 'entity', 'entities')}" if entities is not None else ""
    unmeasured = _unmeasured(evidence)
    if unmeasured:
        return "warn", f"{rows} rows{about} are published, but not all was measured.", f"Not measured: {unmeasured}."
    if warned:
        was = "was" if warned == 1 else "were"
        sentence = f"{rows} rows{about} are published; {figures.plural(warned, 'warning')} {was} raised on the way."
        return "warn", sentence, _summary(evidence, len(judged["gate", "gates"]))
    passed = f"{rows} rows{about} are published, and every check was passed."
    return "good", passed, _summary(evidence, len(judged["gate", "gates"]))


def _unmeasured(evidence: Evidence) -> str:
    parts = {
        "gates": have(evidence, "validate", "gates"),
        "group sizes": have(evidence, "assess", "k"),
        "recall": have(evidence, "assess", "recall"),
        "the leak scan": have(evidence, "publish", "leak_scan"),
    }
    return ", ".join(name for name, part in parts.items() if part is None)


def _summary(evidence: Evidence, gates: int) -> str:
    scanned = figures.compact(float(need(evidence, "publish", "leak_scan", "values")))
    policy = have(evidence, "assess", "policy")
    under = f" under the policy “{policy}”" if policy else ""
    judged = f"{figures.plural(gates, 'gate')} judged{under}"
    return f"{judged}; {scanned} published values searched for known identities, none found."


def _headline(label: str, make: Callable[[Evidence], tuple[str, str]], evidence: Evidence) -> Headline:
    found = panel(make, evidence)
    return Headline(label, *found.view) if found.view else Headline(label, "–", f"not measured: {found.missing}")


def _rows(evidence: Evidence) -> tuple[str, str]:
    rows = need(evidence, "publish", "rows")
    columns = figures.plural(len(need(evidence, "publish", "distributions")), "column")
    snapshots = have(evidence, "assemble", "snapshots")
    return figures.count(rows), f"{columns}, {figures.plural(len(snapshots), 'snapshot')}" if snapshots else columns


def _records(evidence: Evidence) -> tuple[str, str]:
    sources = need(evidence, "extract", "sources").values()
    size = figures.size(sum(int(source["bytes"]) for source in sources))
    records = sum(int(source["framed"]) for source in sources)
    return figures.compact(records), f"{size} from {figures.plural(len(sources), 'source')}"


def _group(evidence: Evidence) -> tuple[str, str]:
    required = need(evidence, "assess", "k_required")
    return str(need(evidence, "assess", "k")), f"k, the number to hide among; the policy asks for {required}"


def _recall(evidence: Evidence) -> tuple[str, str]:
    found = need(evidence, "assess", "recall")
    if not found:
        return "–", "no column holds free text, so there is none to redact"
    hardest = min(found, key=lambda item: float(item["lower_bound"]))
    limit = "name_recall_required" if hardest["entity_type"] == "PERSON" else "recall_required"
    required = figures.percent(float(need(evidence, "assess", limit)))
    note = f"lower bound of the hardest kind, {hardest['entity_type']}; asked for: {required}"
    return figures.percent(float(hardest["lower_bound"])), note
