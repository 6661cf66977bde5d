"""Gates: thresholds over all rows of a source that warn, or stop the run."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipeline.contracts.model import Contract, Gate
from pipeline.errors import GateError

#: A test never receives a lone number where its operator compares with a pair, and the other way round: the contract's
#: reader has seen to it.
_HOLDS: Mapping[str, Callable[[float, Any], bool]] = {
    "mustBe": lambda value, limit: value == limit,
    "mustNotBe": lambda value, limit: value != limit,
    "mustBeGreaterThan": lambda value, limit: value > limit,
    "mustBeGreaterOrEqualTo": lambda value, limit: value >= limit,
    "mustBeLessThan": lambda value, limit: value < limit,
    "mustBeLessOrEqualTo": lambda value, limit: value <= limit,
    "mustBeBetween": lambda value, limit: limit[0] <= value <= limit[1],
    "mustNotBeBetween": lambda value, limit: not limit[0] <= value <= limit[1],
}


@dataclass(frozen=True)
class Measured:
    """What gates are judged by: counts of one source after all rules."""

    framed: int
    kept: int
    rejected: int
    missing: Mapping[str, int]
    """Nulls among kept rows, by column."""


@dataclass(frozen=True)
class Judgement:
    """One gate and how it was passed."""

    source: str
    rule: str
    metric: str
    column: str | None
    value: float
    operator: str
    threshold: float | tuple[float, float]
    unit: str
    severity: str
    verdict: Literal["pass", "warn", "fail"]

    def document(self) -> dict[str, Any]:
        return asdict(self)


def judge(contract: Contract, measured: Measured) -> list[Judgement]:
    """Every gate of the contract against what was measured."""
    return [_judge(contract.source, gate, measured) for gate in contract.gates]


def stop_on_failure(judgements: list[Judgement], look: str) -> None:
    """Raises GateError, naming sources, rules and counts, when a gate of severity `error` does not hold."""
    failed = [item for item in judgements if item.verdict == "fail"]
    if failed:
        lines = [f"{item.source}: {item.rule}: {item.value:g} {item.unit}" for item in failed]
        limits = [f"{item.operator} {item.threshold} {item.unit}" for item in failed]
        raise GateError(
            f"{len(failed)} gate{'s' if len(failed) > 1 else ''} failed; nothing was published",
            given="; ".join(lines),
            allowed="; ".join(limits),
            hint=look,
        )


def _judge(source: str, gate: Gate, measured: Measured) -> Judgement:
    value = _value(gate, measured)
    holds = _HOLDS[gate.operator](value, gate.value)
    verdict: Literal["pass", "warn", "fail"] = "pass" if holds else "fail" if gate.severity == "error" else "warn"
    return Judgement(
        source, gate.rule, gate.metric, gate.column, round(value, 4), gate.operator, gate.value, gate.unit,
        gate.severity, verdict,
    )  # fmt: skip


def _value(gate: Gate, measured: Measured) -> float:
    count, total = {
        "rejectedRows": (measured.rejected, measured.framed),
        "rowCount": (measured.kept, measured.framed),
        "missingValues": (measured.missing.get(gate.column or "", 0), measured.kept),
    }[gate.metric]
    return 100 * count / max(total, 1) if gate.unit == "percent" else float(count)
