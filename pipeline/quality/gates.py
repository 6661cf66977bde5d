"""Gates: thresholds over all rows of a source that warn, or stop the run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
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
    missing: Mapping[str, int] = field(default_factory=dict)
    """Rows that were kept without a value, by column; before masking."""
    invalid: Mapping[str, int] = field(default_factory=dict)
    """Rows rejected for a value that the valid values or the valid pattern do not hold, by column."""
    broken: Mapping[str, int] = field(default_factory=dict)
    """Rows that break a row rule, by its name."""
    asked: Mapping[str, float | None] = field(default_factory=dict)
    """What the gates that ask the table itself gave (quality/asked.py), by the gate's rule; None: no number."""


@dataclass(frozen=True)
class Judgement:
    """One gate and how it was passed; `value` is None where its query gave no number, which never passes."""

    source: str
    rule: str
    metric: str
    column: str | None
    value: float | None
    operator: str
    threshold: float | tuple[float, float]
    unit: str
    severity: str
    verdict: Literal["pass", "warn", "fail"]

    def document(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def figure(self) -> str:
        """What was counted, in words."""
        if self.value is None:
            return "no number"
        plain = self.metric == "sql" and self.unit == "rows"  # a query may count anything
        return f"{self.value:g}" if plain else f"{self.value:g} {self.unit}"

    @property
    def reason(self) -> str | None:
        """The reason, or its beginning, of the rejected rows that the gate counts; None where it counts others."""
        reasons = {"invalidValues": f"{self.column}:valid", "brokenRows": f"record:{self.rule}", "rejectedRows": ""}
        return reasons.get(self.metric)


def judge(contract: Contract, measured: Measured) -> list[Judgement]:
    """Every gate of the contract against what was measured."""
    return [_judge(contract.source, gate, measured) for gate in contract.gates]


def stop_on_failure(judgements: Sequence[Judgement], dataset: str, run: str) -> None:
    """Raises GateError, a line a gate, when one of severity `error` does not hold; the hint shows the rows."""
    failed = [item for item in judgements if item.verdict == "fail"]
    if failed:
        lines = [
            f"{item.source}: {item.rule}: {item.figure}, {item.operator} {_limit(item.threshold)}" for item in failed
        ]
        raise GateError(
            f"{len(failed)} gate{'s' if len(failed) > 1 else ''} failed; nothing was published",
            given="\n           ".join(lines),
            hint=_look(failed, dataset, run),
        )


def _limit(threshold: float | tuple[float, float]) -> str:
    return f"{threshold[0]:g} and {threshold[1]:g}" if isinstance(threshold, tuple) else f"{threshold:g}"


def _look(failed: Sequence[Judgement], dataset: str, run: str) -> str:
    """The command that shows the rows of the first gate that rejected some, else the one that lists them by rule."""
    for item in failed:
        if item.reason is not None and item.value:
            rule = f' --rule "{item.reason}"' if item.reason else ""
            return f"clearwell quarantine show {dataset} {item.source}{rule} --run {run}"
    return f"clearwell quarantine list {dataset} --run {run}"


def _judge(source: str, gate: Gate, measured: Measured) -> Judgement:
    value = _value(gate, measured)
    holds = value is not None and _HOLDS[gate.operator](value, gate.value)
    verdict: Literal["pass", "warn", "fail"] = "pass" if holds else "fail" if gate.severity == "error" else "warn"
    shown = None if value is None else round(value, 4)
    return Judgement(
        source, gate.rule, gate.metric, gate.column, shown, gate.operator, gate.value, gate.unit, gate.severity, verdict
    )


def _value(gate: Gate, measured: Measured) -> float | None:
    """The figure in the gate's unit; what a query gives is compared as it is."""
    if gate.metric == "sql":
        return measured.asked[gate.rule]
    column = gate.column or ""
    count, total = {
        "rejectedRows": (measured.rejected, measured.framed),
        "rowCount": (measured.kept, measured.framed),
        "nullValues": (measured.missing.get(column, 0), measured.kept),
        "missingValues": (measured.missing.get(column, 0), measured.kept),
        "invalidValues": (measured.invalid.get(column, 0), measured.framed),
        "brokenRows": (measured.broken.get(gate.rule, 0), measured.framed),
        "duplicateValues": (measured.asked.get(gate.rule) or 0, measured.kept),
    }[gate.metric]
    return 100 * count / max(total, 1) if gate.unit == "percent" else float(count)
