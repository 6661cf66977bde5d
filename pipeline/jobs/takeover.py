"""What a replay takes over from its base run, decided source by source. No data is read for it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.contracts.dataset import Dataset, load_dataset_folder
from pipeline.contracts.model import Contract
from pipeline.errors import ContractError
from pipeline.evidence.definitions import opened_definition
from pipeline.evidence.record import read_evidence
from pipeline.jobs.context import RunContext
from pipeline.jobs.reading import Reading, current_reading, earlier_reading
from pipeline.quality.loosened import Way, compare
from pipeline.storage.runs import RunManifest, read_run
from pipeline.storage.tables import TableSnapshot

_ORDER: tuple[Way, ...] = ("all", "kept rows", "nothing")


@dataclass(frozen=True)
class Takeover:
    """What of one source's refined rows is taken over.

    Attributes:
        why: for people; empty where everything is.
        current: the landing as it is.
        base: the rows that the base run's `refine` left; None where nothing of them is taken.
        earlier: the landing that these rows were read from.
    """

    way: Way
    why: str
    current: Reading
    base: TableSnapshot | None = None
    earlier: Reading | None = None

    @property
    def reading(self) -> Reading:
        """The landed objects that the locators of the refined rows will name."""
        return self.current if self.base is None or self.earlier is None else self.earlier

    def __str__(self) -> str:
        """As evidence and people are told."""
        return f"nothing: {self.why}" if self.way == "nothing" else self.way


@dataclass(frozen=True)
class Plan:
    """What a run takes over.

    Attributes:
        sources: by the source's name.
        base: the run that it is taken from, if any.
        same_roster: whether the roster comes from the same columns of the same records.
    """

    sources: dict[str, Takeover]
    base: str | None = None
    same_roster: bool = False

    def without_redacted(self, dataset: Dataset, why: str) -> "Plan":
        """Where other things are looked for in texts, these have to be redacted anew."""
        redacting = {source for source, contract in dataset.contracts.items() if contract.redacts}
        return replace(
            self,
            sources={
                source: replace(it, way="nothing", why=why, base=None) if source in redacting and it.base else it
                for source, it in self.sources.items()
            },
        )


def make_plan(context: RunContext) -> Plan:
    """Compare the run with its base; one without a base takes over nothing."""
    readings = {source: current_reading(context, source) for source in context.dataset.contracts}
    manifest = read_run(context.at.zones.warehouse, context.dataset.name, context.manifest.base or "")
    if manifest is None:
        return Plan({source: Takeover("nothing", "there is no earlier run", it) for source, it in readings.items()})
    refusal = _refusal(context, manifest)
    if not refusal:
        old = _definition(context, manifest)
        if old is not None:
            plan = _compared(context, manifest, old, readings)
            if manifest.finders == context.manifest.finders:
                return plan
            return plan.without_redacted(context.dataset, "its texts are searched by another name model or recognizer")
        refusal = f"the contracts of run {manifest.run} can't be read again"
    return Plan({source: Takeover("nothing", refusal, it) for source, it in readings.items()}, manifest.run)


def _refusal(context: RunContext, base: RunManifest) -> str:
    """Why nothing of a base can be taken over, in words; empty where something may be."""
    if "refine" not in base.stages:
        return f"run {base.run} has no refined rows"
    if base.code != context.manifest.code:
        return f"run {base.run} was done by other code"
    if base.key_epoch != context.manifest.key_epoch:
        return f"run {base.run} was done under another key"
    if base.suppressed != context.manifest.suppressed or base.erased:
        return f"somebody was erased since run {base.run}"
    return ""


def _definition(context: RunContext, base: RunManifest) -> Dataset | None:
    """The dataset as the base read it; None where what was kept of it is not whole."""
    evidence = context.at.zones.evidence
    with opened_definition(evidence, base.dataset, base.run) as folder:
        try:
            found = load_dataset_folder(folder)
        except ContractError:
            return None
    return found if found.digest == read_evidence(evidence, base.dataset, base.run)["run"]["definition"] else None


def _compared(context: RunContext, base: RunManifest, old: Dataset, readings: dict[str, Reading]) -> Plan:
    refined = read_evidence(context.at.zones.evidence, base.dataset, base.run)["refine"]["sources"]
    same = {source for source in readings if context.manifest.inputs[source] == base.inputs.get(source)}
    sources = {}
    for source, reading in readings.items():
        then = earlier_reading(context, source, refined[source]["landed"]) if source in same else None
        if then is None:
            why = "its records are others" if source not in same else "what it landed as is gone"
            sources[source] = Takeover("nothing", why, reading)
            continue
        way, why = _decide(old, context.dataset, source, then)
        rows = None if way == "nothing" else base.stages["refine"][context.refined_name(source)]
        sources[source] = Takeover(way, why, reading, rows, then)
    return Plan(sources, base.run, _same_roster(old, context.dataset, readings, same))


def _decide(old: Dataset, new: Dataset, source: str, reading: Reading) -> tuple[Way, str]:
    """The contracts of all periods that have records are compared; the one that changed most decides.

    The current contract counts in any case, as it says how the rows of all periods are masked.
    """
    found = [compare(*pair) for pair in _pairs(old, new, source, reading)]
    way = max((way for way, _ in found), key=_ORDER.index)
    return way, next(why for told, why in found if told == way)


def _pairs(old: Dataset, new: Dataset, source: str, reading: Reading) -> Iterator[tuple[Contract, Contract]]:
    for period in sorted({"", *(item.period for item in reading.objects)}):
        yield old.contract_for(source, period), new.contract_for(source, period)


def _same_roster(old: Dataset, new: Dataset, readings: dict[str, Reading], same: set[str]) -> bool:
    naming = {source for it in (old, new) for source, contract in it.contracts.items() if _roster_columns(contract)}
    if not naming <= same:
        return False
    pairs = (pair for source in naming for pair in _pairs(old, new, source, readings[source]))
    return all(_roster_columns(was) == _roster_columns(now) for was, now in pairs)


def _roster_columns(contract: Contract) -> list[tuple[object, ...]]:
    """How the columns are read that name a person."""
    return [
        (
            item.name,
            item.privacy.roster,
            item.logical_type,
            item.place,
            item.missing_values,
            item.on_mismatch == "evolve",
        )
        for item in contract.columns
        if item.privacy.roster
    ]
