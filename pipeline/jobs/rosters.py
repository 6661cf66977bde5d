"""The roster of a run: built from the identity columns alone, or taken over where these are the same."""

from collections.abc import Iterable
from functools import reduce

from pyspark.sql import DataFrame

from pipeline.contracts.model import Contract
from pipeline.jobs.context import RunContext
from pipeline.jobs.reading import current_reading, parsed
from pipeline.jobs.takeover import Plan
from pipeline.privacy.rosters.roster import Roster, people_of
from pipeline.quality.types import told


def roster_key(dataset: str, run: str) -> str:
    """Where a run's roster lies in landing; it expires with the run."""
    return f"{dataset}/_rosters/{run}"


def run_roster(context: RunContext, plan: Plan) -> tuple[Roster, bool]:
    """The roster of a run, and whether it is that of the base."""
    landing, name = context.at.zones.landing, context.dataset.name
    key = roster_key(name, plan.base or "")
    kept = landing.read(key) if plan.base and landing.exists(key) else None
    if plan.same_roster and kept is not None:
        return Roster.from_bytes(kept), True
    roster = build_roster(context)
    return roster, plan.same_roster or roster.to_bytes() == kept


def build_roster(context: RunContext) -> Roster:
    """A rejected record still names a person, so every readable one counts."""
    people: list[dict[str, str | None]] = []
    for source, current in context.dataset.contracts.items():
        kinds = {item.name: str(item.privacy.roster) for item in current.columns if item.privacy.roster}
        if kinds:
            reading = current_reading(context, source)
            held = reading.by_contract(context.dataset, source)
            parts = [_named(parsed(context, contract, reading, kinds), contract, kinds) for contract, _ in held]
            rows = reduce(DataFrame.union, parts).distinct().collect()
            people += people_of(kinds, rows)
    return Roster.build(people)


def _named(rows: DataFrame, contract: Contract, kinds: Iterable[str]) -> DataFrame:
    """The identity columns; a word that stands for no value, such as N/A, is nobody's name."""
    return rows.selectExpr(*(f"{told(contract.column(name))} AS `{name}`" for name in kinds))
