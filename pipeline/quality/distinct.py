"""How many distinct values there are, from the smallest of their hashes; parts merge in any order to the same figure.

Bar-Yossef et al., "Counting distinct elements in a data stream" (2002): if the k-th smallest of uniform hashes in
(0, 1) is u, there are about (k - 1) / u values, with a relative standard error of 1 / sqrt(k - 2). Fewer are exact.
"""

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

KEPT = 1024  # an error of 3 %, in 8 kB a column
_SPAN = 2.0**64


class Smallest:
    """The smallest distinct hashes among those added."""

    def __init__(self, hashes: Hashes | None = None) -> None:
        self.hashes: Hashes = np.empty(0, np.uint64) if hashes is None else hashes

    def add(self, hashes: Hashes) -> None:
        """Take more hashes, repeated ones too."""
        if len(self.hashes) == KEPT:
            hashes = hashes[hashes < self.hashes[-1]]
        if len(hashes):
            self.hashes = np.unique(np.concatenate([self.hashes, hashes]))[:KEPT]

    def estimate(self) -> int:
        """About how many distinct hashes were added."""
        if len(self.hashes) < KEPT:
            return len(self.hashes)
        return round((KEPT - 1) / (float(self.hashes[-1]) / _SPAN))


def mixed(values: Hashes | npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> Hashes:
    """A hash of each 64-bit value: the finaliser of SplitMix64 (Steele et al. 2014)."""
    state = values.view(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))
