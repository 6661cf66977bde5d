"""Figures as people read them."""

import math

_DECIMAL_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"


def count(value: float) -> str:
    """12345 → `12,345`."""
    return f"{round(value):,}"


def compact(value: float) -> str:
    """1234567 → `1.23 M`; below ten thousand every digit stays."""
    if abs(value) < 10_000:
        return count(value)
    power = min(int(math.log10(abs(value)) // 3), 4)
    scaled = value / 1000**power
    if float(f"{scaled:.3g}") >= 1000 and power < 4:
        power, scaled = power + 1, scaled / 1000
    return f"{_three_digits(scaled)}{THIN_SPACE}{('', 'k', 'M', 'bn', 'tn')[power]}"


def short(value: float) -> str:
    """Like `compact`, but from one thousand on: 4200 → `4.2 k`; for the ticks of an axis and small cells."""
    if value < 1000:
        return count(value)
    return compact(value) if value >= 10_000 else f"{_three_digits(value / 1000)}{THIN_SPACE}k"


def size(value: float) -> str:
    """Bytes in decimal units: 1234567 → `1.23 MB`."""
    power = 0
    while float(f"{value:.3g}") >= 1000 and power < len(_DECIMAL_UNITS) - 1:
        value, power = value / 1000, power + 1
    return f"{_three_digits(value)}{THIN_SPACE}{_DECIMAL_UNITS[power]}"


def seconds(value: float) -> str:
    """3.42 → `3.4 s`, 125 → `2 min 05 s`, 7384 → `2 h 03 min`."""
    if value < 0.1:
        return f"{value * 1000:.0f}{THIN_SPACE}ms"
    if value < 59.95:
        return f"{value:.1f}{THIN_SPACE}s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes}{THIN_SPACE}min {rest:02d}{THIN_SPACE}s"
    return f"{minutes // 60}{THIN_SPACE}h {minutes % 60:02d}{THIN_SPACE}min"


def percent(share: float) -> str:
    """0.0123 → `1.2 %`; a share that is neither none nor all never reads as 0 % or 100 %."""
    if share in (0, 1):
        return f"{share:.0%}".replace("%", f"{THIN_SPACE}%")
    if 0 < share < 0.0005:
        return f"<{THIN_SPACE}0.1{THIN_SPACE}%"
    if 0.9995 <= share < 1:
        return f">{THIN_SPACE}99.9{THIN_SPACE}%"
    return f"{share * 100:.1f}{THIN_SPACE}%"


def figure(value: float | None) -> str:
    """Any measured number in at most four significant digits; a dash where there is none."""
    if value is None:
        return "–"
    if value != 0 and (abs(value) >= 10_000 or abs(value) < 0.001):
        return compact(value) if abs(value) >= 10_000 else f"{value:.1e}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.6g}"


def plural(number: int, noun: str, many: str | None = None) -> str:
    """`1 gate`, `2 gates`, `12,345 rows`; number and noun stay on one line."""
    return f"{count(number)}\N{NO-BREAK SPACE}{noun if number == 1 else many or noun + 's'}"


def _three_digits(value: float) -> str:
    if float(f"{value:.3g}") >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if float(f"{value:.3g}") >= 10 else f"{value:.2f}"
