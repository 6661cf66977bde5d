"""What the market pays: by country, level and year."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Market:
    """Median yearly pay at level 1 in 2025, growth from level to level and from year to year."""

    currency: str
    entry: float
    per_level: float
    per_year: float
    step: int
    """Salaries are whole multiples of it."""


MARKETS = {
    "IN": Market("INR", 620_000, 1.48, 1.06, 1_000),
    "US": Market("USD", 58_000, 1.34, 1.027, 100),
    "DE": Market("EUR", 46_000, 1.29, 1.024, 100),
    "GB": Market("GBP", 34_000, 1.31, 1.026, 100),
    "FR": Market("EUR", 37_000, 1.28, 1.022, 100),
}


def salary(country: str, level: int, year: int, standing: float) -> int:
    """Yearly pay of somebody who stands `standing` (a natural logarithm) above the median of equals."""
    market = MARKETS[country]
    median = market.entry * market.per_level ** (level - 1) * market.per_year ** (year - 2025)
    return max(round(median * math.exp(standing) / market.step), 1) * market.step
