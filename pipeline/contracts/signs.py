"""Sets of signs as ascending ranges of code points, both ends included."""

from collections.abc import Iterable, Mapping

Ranges = tuple[tuple[int, int], ...]
LAST = 0x10FFFF
EVERY: Ranges = ((0, LAST),)
DOT: Ranges = ((0, 9), (11, LAST))
#: By the letter of the escape; upper case is what lies outside. Java and RE2 take signs of ASCII only.
CLASSES: Mapping[str, Ranges] = {
    "d": ((48, 57),),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "s": ((9, 13), (32, 32)),
}
#: The letters of all scripts, taken broadly.
LETTERS: Ranges = ((65, 90), (97, 122), (128, LAST))


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The signs of all the ranges together."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def outside(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """All signs that are in none of the ranges."""
    found, free = [], 0
    for low, high in joined(ranges):
        if low > free:
            found.append((free, low - 1))
        free = high + 1
    return (*found, (free, LAST)) if free <= LAST else tuple(found)


def common(one: Ranges, other: Ranges) -> Ranges:
    """The signs that are in both."""
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((low, high) for low, high in pairs if low <= high)
