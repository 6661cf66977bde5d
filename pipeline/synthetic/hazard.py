"""Why people leave: a log-linear hazard whose causes a model can learn from what is recorded.

All coefficients are our own choice: the yearly rate comes to 12 to 18 %, most of it explained by the causes.
"""

import math
from dataclasses import dataclass

_BASE = 0.051
"""Yearly hazard of an average employee of level 2 with none of the causes."""
MOST_HAZARD = 3.0
"""Exits a year."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for leaving, all of it visible in the records before."""

    tenure: float
    """Years since hire."""
    level: int
    ratings: tuple[float, ...]
    """The last three ratings, oldest first."""
    since_promotion: float
    """Years since hire or the last promotion."""
    pay_score: float
    """Pay against equals, in standard deviations."""
    with_manager: float
    """Years with the present manager."""
    workload_notes: int
    """Notes about workload in the last twelve months."""
    unpaid_leaves: int
    """Unpaid leaves in the last twelve months."""
    trainings: int
    """Voluntary courses in the last twelve months."""


def causes(signals: Signals) -> dict[str, float]:
    """What each cause adds to the logarithm of the hazard, by the reason it would be given as."""
    ratings = signals.ratings or (3.3,)
    trend = ratings[-1] - ratings[0]
    kept_learning = 0.12 * (min(signals.trainings, 3) - 1)
    return {
        "performance": 0.75 * (3.4 - ratings[-1]) - 0.3 * trend,
        "career": 0.42 * min(max(signals.since_promotion - 1.8, 0.0), 4.0) - kept_learning,
        "pay": -0.6 * signals.pay_score,
        "manager": 0.8 if signals.with_manager < 0.75 and signals.tenure > 0.75 else 0.0,
        "workload": 0.65 * min(signals.workload_notes, 3) + 0.9 * min(signals.unpaid_leaves, 2),
    }


def yearly_hazard(signals: Signals) -> float:
    """Expected exits a year, retirement apart."""
    settled = 0.6 * math.exp(-signals.tenure) - 0.1 * min(signals.tenure, 10.0) - 0.16 * (signals.level - 2)
    return min(_BASE * math.exp(sum(causes(signals).values()) + settled), MOST_HAZARD)


def monthly_chance(hazard: float) -> float:
    return 1 - math.exp(-hazard / 12)


def reasons(signals: Signals) -> dict[str, float]:
    """How likely each reason is to be named in an exit interview."""
    strengths = {reason: math.expm1(max(value, 0.0)) for reason, value in causes(signals).items()}
    return {**strengths, "relocation": 0.25, "other": 0.15}
