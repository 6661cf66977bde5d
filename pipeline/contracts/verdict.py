"""Which differences of a dataset's folder may pass: those that harm nobody, and those that somebody stands by.

A change that breaks readers passes with a new major number of its contract's version, or, where it is one of
dataset.yaml or features.py, with an acknowledgement in dataset.yaml. A weakened protection always needs an
acknowledgement, in its contract or in dataset.yaml. One that was there before the change does not count: what was meant
once is not meant for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.contracts.acknowledgements import Acknowledgement, example
from pipeline.contracts.change import Change
from pipeline.contracts.dataset import Dataset
from pipeline.contracts.dataset_changes import dataset_changes, dataset_weakenings
from pipeline.contracts.weakening import Weakening


@dataclass(frozen=True)
class Finding:
    """One difference, judged.

    Attributes:
        verdict: `refused`; `allowed`: it breaks or weakens, and somebody stands by it; `fine`.
        why: what allows it, or what would.
    """

    source: str
    where: str
    what: str
    effect: str
    breaks: bool
    verdict: Literal["refused", "allowed", "fine"]
    why: str = ""


@dataclass(frozen=True)
class Comparison:
    """All differences, refused ones first.

    Attributes:
        unmatched: acknowledgements, new since, that match no change.
    """

    findings: tuple[Finding, ...] = ()
    unmatched: tuple[Acknowledgement, ...] = ()

    @property
    def refused(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict == "refused")


def compare(old: Dataset, new: Dataset, more: Iterable[Change] = ()) -> Comparison:
    """Judge every difference between two states of a dataset.

    Args:
        old: as readers know it.
        new: as it is to become.
        more: changes of what is published beside those of contracts and dataset.yaml.
    """
    words = _Words(old, new)
    findings = [_change(change, old, new, words) for change in (*dataset_changes(old, new), *more)]
    findings += [_weakening(item, words) for item in dataset_weakenings(old, new)]
    order = {"refused": 0, "allowed": 1, "fine": 2}
    findings.sort(key=lambda finding: (order[finding.verdict], not finding.breaks))
    return Comparison(tuple(findings), words.unmatched())


@dataclass
class _Words:
    """The acknowledgements that are new, by where they stand: a source's contract, or dataset.yaml as ''."""

    old: Dataset
    new: Dataset
    used: list[Acknowledgement] = field(default_factory=list)

    def find(self, source: str, where: str, before: str, after: str) -> Acknowledgement | None:
        here = [item for item in self._fresh(source) if item.covers(where, before, after)]
        if source:
            here += [item for item in self._fresh("") if item.covers(f"{source}.{where}", before, after)]
        self.used += here[:1]
        return here[0] if here else None

    def unmatched(self) -> tuple[Acknowledgement, ...]:
        every = [item for source in ("", *self.new.contracts) for item in self._fresh(source)]
        return tuple(item for item in every if item not in self.used)

    def _fresh(self, source: str) -> list[Acknowledgement]:
        known = _acknowledged(self.old, source)
        return [item for item in _acknowledged(self.new, source) if item not in known]


def _acknowledged(dataset: Dataset, source: str) -> tuple[Acknowledgement, ...]:
    if not source:
        return dataset.spec.acknowledgements
    return dataset.contracts[source].acknowledgements if source in dataset.contracts else ()


def _change(change: Change, old: Dataset, new: Dataset, words: _Words) -> Finding:
    found = (change.source, change.where, change.what, change.effect, change.breaks)
    if not change.breaks:
        return Finding(*found, "fine")
    if change.before:
        return _acknowledged_or_refused(Finding(*found, "refused"), change.before, change.after, words)
    source = change.source.partition("@")[0]
    versions = [dataset.contracts[source].version for dataset in (old, new)]
    if _major(versions[1]) > _major(versions[0]):
        return Finding(*found, "allowed", f"version {versions[1]}")
    return Finding(*found, "refused", f"version: {_major(versions[0]) + 1}.0.0")


def _weakening(item: Weakening, words: _Words) -> Finding:
    what = f"{item.what} ({item.before} → {item.after})"
    finding = Finding(item.source, item.where, what, "weakens", breaks=False, verdict="refused")
    return _acknowledged_or_refused(finding, item.before, item.after, words)


def _acknowledged_or_refused(finding: Finding, before: str, after: str, words: _Words) -> Finding:
    said = words.find(finding.source, finding.where, before, after)
    if said:
        return replace(finding, verdict="allowed", why=f"{said.by}, {said.on}: {said.reason}")
    return replace(finding, why=example(finding.where, before, after, in_contract=bool(finding.source)))


def _major(version: str) -> int:
    """The first number of a version; 0 of one that has none."""
    first = version.removeprefix("v").partition(".")[0]
    return int(first) if first.isdigit() else 0
