"""What a count of hits says of the rate behind it, with 95 % confidence."""

from math import sqrt
from typing import Any

#: Two-sided 95 % quantile of the normal distribution.
_Z = 1.959964


def wilson_lower_bound(hits: int, trials: int) -> float:
    """Lower end of Wilson's 95 % score interval (Wilson 1927), in [0, 1]; 0 where nothing was tried."""
    if trials == 0:
        return 0.0
    share, weight = hits / trials, _Z**2 / trials
    centre = share + weight / 2
    margin = _Z * sqrt(share * (1 - share) / trials + weight / (4 * trials))
    return max(0.0, (centre - margin) / (1 + weight))


def recall_of(found: int, planted: int) -> dict[str, Any]:
    """Evidence: how much of what was planted was found."""
    recall = found / planted if planted else 0.0
    return {"planted": planted, "found": found, "recall": recall, "lower_bound": wilson_lower_bound(found, planted)}


def precision_of(true: int, masked: int) -> dict[str, Any]:
    """Evidence: how much of what was masked had been planted."""
    precision = true / masked if masked else 0.0
    return {"masked": masked, "true": true, "precision": precision, "lower_bound": wilson_lower_bound(true, masked)}
