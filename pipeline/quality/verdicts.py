"""What becomes of a run that looks unlike others: it passes, is warned of, or stops."""

from collections.abc import Iterator
from typing import Literal

from pipeline.errors import GateError
from pipeline.evidence.record import Document

Verdict = Literal["pass", "warn", "fail"]
_TOLD = 10  # failures that a message names


def verdict(holds: bool, severity: str) -> Verdict:
    """`fail` where what should hold does not and the dataset says `error`."""
    return "pass" if holds else "fail" if severity == "error" else "warn"


def stop_on_change(drift: Document, anomalies: Document, look: str) -> None:
    """Raises GateError, naming source, column, measure and limit, where a drift or an anomaly has failed.

    Args:
        drift: evidence `validate.drift`.
        anomalies: evidence `validate.anomalies`.
        look: the command that shows all of it.
    """
    failed = [*_drifted(drift), *_odd(anomalies)]
    if not failed:
        return
    more = f"; and {len(failed) - _TOLD} more" if len(failed) > _TOLD else ""
    raise GateError(
        f"{len(failed)} measure{'s' if len(failed) > 1 else ''} unlike the baseline or earlier runs; "
        "nothing was published",
        given="; ".join(given for given, _ in failed[:_TOLD]) + more,
        allowed="; ".join(allowed for _, allowed in failed[:_TOLD]),
        hint=look,
    )


def _drifted(drift: Document) -> Iterator[tuple[str, str]]:
    for item in drift["columns"]:
        if item["verdict"] == "fail":
            yield (
                f"{item['source']}.{item['column']}: {item['kind']} drift: PSI {item['psi']:.3f}, JS {item['js']:.3f}",
                f"PSI up to {item['psi_limit']:.3f}, JS up to {item['js_limit']:.3f}",
            )


def _odd(anomalies: Document) -> Iterator[tuple[str, str]]:
    for item in anomalies["measures"]:
        if item["verdict"] == "fail":
            name = item["source"] if item["column"] is None else f"{item['source']}.{item['column']}"
            yield f"{name}: {item['measure']} {item['value']:.6g}", f"{item['low']:.6g} to {item['high']:.6g}"
