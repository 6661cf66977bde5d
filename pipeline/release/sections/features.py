"""The data dictionary: what each feature means, in which unit, from which source."""

from dataclasses import dataclass

from pipeline.release.sections.reading import Evidence, have, need
from pipeline.release.sections.spread import Spread, spreads


@dataclass(frozen=True)
class Feature:
    """One feature's definition, with the picture of its values where it was published."""

    name: str
    description: str
    unit: str
    source: str
    spread: Spread | None


def features(evidence: Evidence) -> tuple[Feature, ...]:
    """Definitions in the order in which they were written.

    Raises:
        NotMeasuredError: assemble left none.
    """
    shown = spreads(evidence).shown if have(evidence, "publish", "distributions") else ()
    pictures = {item.column: item for item in shown}
    return tuple(
        Feature(
            str(item["name"]),
            str(item["description"]),
            str(item.get("unit") or ""),
            str(item["source"]),
            pictures.get(item["name"]),
        )
        for item in need(evidence, "assemble", "features")
    )
