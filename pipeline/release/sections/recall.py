"""How much personal data the redaction of free text finds, measured on text in which we planted it."""

from dataclasses import dataclass

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, need
from pipeline.release.sections.scales import share


@dataclass(frozen=True)
class Recall:
    """Share of planted personal data of one kind that redaction found, with its lower bound; places in percent."""

    kind: str
    text: str
    bound: str
    planted: str
    at: float
    low: float
    met: bool


@dataclass(frozen=True)
class Recalls:
    """All kinds, the hardest first; the axis begins at `start` and ends at 100 %."""

    kinds: tuple[Recall, ...]
    required: float
    required_text: str
    start: str
    middle: str


def recalls(evidence: Evidence) -> Recalls:
    """Measured recall of redaction by kind of personal data.

    Raises:
        NotMeasuredError: assess measured none.
    """
    found = sorted(need(evidence, "assess", "recall"), key=lambda item: float(item["lower_bound"]))
    required = float(need(evidence, "assess", "recall_required"))
    lowest = min([required, *(float(item["lower_bound"]) for item in found)])
    start = max(0.0, (int(lowest * 10) - (lowest * 10 == int(lowest * 10))) / 10)
    kinds = (
        Recall(
            str(item["entity_type"]),
            figures.percent(float(item["recall"])),
            figures.percent(float(item["lower_bound"])),
            f"{figures.count(item['found'])} of {figures.count(item['planted'])}",
            share(float(item["recall"]) - start, 1 - start),
            share(float(item["lower_bound"]) - start, 1 - start),
            float(item["lower_bound"]) >= required,
        )
        for item in found
    )
    return Recalls(
        tuple(kinds),
        share(required - start, 1 - start),
        figures.percent(required),
        figures.percent(start),
        figures.percent((1 + start) / 2),
    )
