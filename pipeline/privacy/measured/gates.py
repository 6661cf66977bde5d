"""Whether redaction finds enough and masks little else, by the lower bounds of what refine measured."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.contracts.release import Release
from pipeline.errors import PrivacyError

_NO_NAMES = (
    "no column names a person, so names in text are found by the name model alone: mark columns of names in the "
    "contract by `roster: given_name` or `family_name`; or drop the columns of free text; or, if they name nobody, say "
    "`least_recall: 0` in dataset.yaml (clearwell new --nameless)"
)
_TOO_LITTLE = "run another name model (CLEARWELL_NAME_MODEL), or drop the columns of free text"
_TOO_MUCH = "the report shows which type masks what names nobody: mend its recognizer"


def required(entity_type: str, release: Release) -> float:
    """The least recall of a type; 0 where the policy asks nothing of redaction."""
    if not release.least_recall:
        return 0.0
    return release.least_name_recall if entity_type == "PERSON" else release.least_recall


def shortfall(measured: Mapping[str, Any], release: Release) -> PrivacyError | None:
    """What stops a run whose redaction is not good enough, or None.

    Args:
        measured: evidence of refine: `recall`, `names_from`, `precision`; without text to redact nothing is measured.
        release: the policy.
    """
    low = [item for item in measured["recall"] if item["lower_bound"] < required(item["entity_type"], release)]
    if low:
        nameless = measured["names_from"] == "strangers" and any(item["entity_type"] == "PERSON" for item in low)
        return PrivacyError(
            "redaction finds too little",
            given="".join(_lines(low)),
            allowed=f"names at least {release.least_name_recall}, all else {release.least_recall} (95 % confidence)",
            hint=_NO_NAMES if nameless else _TOO_LITTLE,
        )
    precision = measured["precision"]
    if precision and release.least_recall and precision["lower_bound"] < release.least_precision:
        return PrivacyError(
            "redaction masks too much that names nobody",
            given=f"{precision['true']} of {precision['masked']} masked stretches had been planted, "
            f"at least {precision['lower_bound']:.3f}",
            allowed=f"at least {release.least_precision} (95 % confidence)",
            hint=_TOO_MUCH,
        )
    return None


def _lines(low: list[Mapping[str, Any]]) -> Iterator[str]:
    for item in low:
        figures = f"{item['found']} of {item['planted']} found, at least {item['lower_bound']:.3f}"
        yield f"\n    {item['entity_type']}: {figures}"
