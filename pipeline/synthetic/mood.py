"""What nobody records but everything follows from: performance, stress, and where pay stands against equals."""

import random

_PAY_SPREAD = 0.18
"""Standard deviation of the logarithm of pay among equals."""


class Mood:
    """The hidden state of one employee; performance and stress have mean 0 and standard deviation 1."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.performance = rng.gauss(0.1, 1)
        self.stress = rng.gauss(0, 1)
        self.standing = rng.gauss(0.02, _PAY_SPREAD)
        """Logarithm of pay over the median of equals."""

    @property
    def pay_score(self) -> float:
        """Pay against equals in standard deviations."""
        return self.standing / _PAY_SPREAD

    def drift_month(self) -> None:
        self.stress = 0.93 * self.stress + self._rng.gauss(0, 0.367)

    def drift_year(self) -> None:
        self.performance = 0.8 * self.performance + self._rng.gauss(0, 0.6)

    def raise_pay(self) -> None:
        """A yearly raise moves somebody against equals, by merit and by chance."""
        self.standing = 0.95 * self.standing + 0.012 * self.performance + self._rng.gauss(0, 0.05)

    def promote(self) -> None:
        """Pay follows a promotion only in part: among the new equals one starts lower."""
        self.standing -= abs(self._rng.gauss(0.1, 0.05))

    def rate(self) -> float:
        """A rating from 1 to 5 by halves."""
        raw = 3.3 + 0.75 * self.performance - 0.15 * self.stress + self._rng.gauss(0, 0.35)
        return min(max(round(raw * 2) / 2, 1.0), 5.0)

    def goals(self) -> int | None:
        """Goals met in percent; one review in ten leaves it out."""
        share = round(72 + 13 * self.performance + self._rng.gauss(0, 8))
        return None if self._rng.random() < 0.1 else min(max(share, 0), 100)

    def themes(self, waited: float) -> list[str]:
        """What weighs on somebody who has waited `waited` years for a promotion."""
        felt = {"workload": self.stress > 0.9, "stuck": waited > 2.5, "pay": self.standing < -0.15}
        return [theme for theme, present in felt.items() if present] or ["steady"]

    def performance_theme(self) -> str:
        return "praise" if self.performance > 0.35 else "weak" if self.performance < -0.55 else "steady"
