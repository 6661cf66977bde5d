"""What becomes of a run that looks unlike others: it passes, is warned of, or stops."""

from collections.abc import Sequence
from typing import Literal

from pipeline.errors import GateError

Verdict = Literal["pass", "warn", "fail"]
_TOLD = 10  # failures that a message names


def verdict(holds: bool, severity: str) -> Verdict:
    """`fail` where what should hold does not and the dataset says `error`."""
    return "pass" if holds else "fail" if severity == "error" else "warn"


def stop_on_change(found: Sequence[tuple[str, str, str]], dataset: str) -> None:
    """Raises GateError where there are failures, each told as name, measure and limit."""
    if not found:
        return
    more = [f"and {len(found) - _TOLD} more"] if len(found) > _TOLD else []
    raise GateError(
        f"{len(found)} measure{'s' if len(found) > 1 else ''} unlike the baseline or earlier runs; "
        "nothing was published",
        given="; ".join([f"{name}: {measure}" for name, measure, _ in found[:_TOLD]] + more),
        allowed="; ".join(limit for _, _, limit in found[:_TOLD]),
        hint=f"clearwell baseline show {dataset}",
    )
