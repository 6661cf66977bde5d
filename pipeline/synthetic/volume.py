"""How much must be written for a company to come to a size: longer texts first, then more notes."""

from pipeline.errors import SettingsError
from pipeline.synthetic.crew import Crew
from pipeline.synthetic.draws import END
from pipeline.synthetic.life import live
from pipeline.synthetic.person import draw_person
from pipeline.synthetic.systems.record import Volume

_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
#: Lives that are looked at beforehand, to know for how many months people stay.
_LOOKED_AT = 2_000
#: What a person and a month of employment come to by themselves, in bytes; fitted to companies of many sizes.
_PERSON, _MONTH = 650, 269
#: Long texts that a month brings by itself: notes, reviews, feedback, letters.
_TEXTS_A_MONTH = 0.4
_LONGEST = 8_000
"""Characters. Contracts allow 20,000, and a text may become longer than asked."""


def parse_size(text: str) -> int:
    """Bytes of a size such as `500MB`, `30GB` or `1.5TB` (decimal units).

    Raises:
        SettingsError: it is not one.
    """
    number, unit = text[:-2].strip(), text[-2:].upper()
    try:
        size = float(number) * _UNITS[unit]
        if not 0 < size < 10**18:
            raise ValueError
    except (ValueError, KeyError):
        raise SettingsError("the size can't be read", given=text, allowed="such as 500MB, 30GB or 1.5TB") from None
    return round(size)


class Budget:
    """Shares a size among the lives, by their months; what one life takes too much, the next ones get less."""

    def __init__(self, size: int, employees: int, years: int, seed: int) -> None:
        self._size = size
        self._months = _months(min(employees, _LOOKED_AT), years, seed)
        self._mean = sum(self._months) / len(self._months)
        self._employees, self._left = employees, self._mean * employees
        least = employees * _PERSON + self._left * _MONTH
        if size < least:
            raise SettingsError(
                "the size is too small for so many persons and years",
                given=f"{size / 10**6:,.1f} MB",
                allowed=f"at least {least / 10**6 + 0.1:,.1f} MB",
                hint="leave --size out for the least that there can be",
            )

    def volume(self, index: int, written: int) -> Volume:
        """How much is written of the next life, when so many bytes are written already."""
        free = self._size - written - (self._employees - index) * _PERSON
        more = max(free / max(self._left, 1) - _MONTH, 0)
        self._left -= self._months[index] if index < len(self._months) else self._mean
        length = min(more / _TEXTS_A_MONTH, _LONGEST)
        return Volume(round(length), max(more / _LONGEST - _TEXTS_A_MONTH, 0))


def _months(employees: int, years: int, seed: int) -> list[float]:
    """Months that each of the first employees stays."""
    crew, months = Crew(), []
    for index in range(employees):
        person = draw_person(seed, index, years)
        life = live(seed, person, crew)
        crew.add(person, life)
        last = life.exit.on if life.exit else END
        months.append(max((last - person.hired).days / 30.4375, 0.1))
    return months
