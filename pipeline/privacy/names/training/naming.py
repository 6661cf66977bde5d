"""The ways in which people write a name."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from pipeline.privacy.names.training.people import Culture, People

Piece = tuple[str, bool]
"""A stretch of text, and whether it is a name."""

_INITIALS: Mapping[str, str] = {"hi": "कगजटडदनपबमरलवशसह"}
_LATIN_INITIALS = "ABCDEFGHJKLMNPRSTVW"
_CAPITALS, _SMALL = 0.05, 0.03
_NICKNAMED = 0.03


class Writer:
    """Draws persons and writes them; titles stand outside of the name."""

    def __init__(self, people: People, titles: Mapping[str, Sequence[str]]) -> None:
        self._people = people
        self._titles = titles
        self.forms: Mapping[str, Callable[[Random, Culture, str], list[Piece]]] = {
            "name": self._name,
            "given": self._given,
            "full": self._full,
            "titled": self._titled,
            "listed": self._listed,
            "initialled": self._initialled,
        }

    def write(self, random: Random, form: str, language: str) -> list[Piece]:
        """One person in a form; now and then in capitals or small letters."""
        pieces = self.forms[form](random, self._people.culture(random, language), language)
        drawn = random.random()
        if drawn < _CAPITALS:
            return [(text.upper() if is_name else text, is_name) for text, is_name in pieces]
        if drawn < _CAPITALS + _SMALL:
            return [(text.lower() if is_name else text, is_name) for text, is_name in pieces]
        return pieces

    def _name(self, random: Random, culture: Culture, language: str) -> list[Piece]:
        form = random.choices(("full", "given", "titled", "initialled", "family"), (60, 18, 9, 8, 5))[0]
        if form == "family":
            return [(culture.draw(random, "family"), True)]
        return self.forms[form](random, culture, language)

    def _given(self, random: Random, culture: Culture, language: str) -> list[Piece]:
        if self._people.nicknames and language != "hi" and random.random() < _NICKNAMED:
            return [(random.choice(self._people.nicknames), True)]
        return [(culture.draw(random, "given"), True)]

    def _full(self, random: Random, culture: Culture, language: str) -> list[Piece]:
        return [(f"{self._first(random, culture, language)} {self._last(random, culture, language)}", True)]

    def _first(self, random: Random, culture: Culture, language: str) -> str:
        given = culture.draw(random, "given")
        drawn = random.random()
        if drawn < 0.06:
            return f"{given} {culture.draw(random, 'given')}"
        if drawn < 0.10:
            return f"{given}-{culture.draw(random, 'given')}"
        if drawn < 0.17:
            return f"{given} {random.choice(_INITIALS.get(language, _LATIN_INITIALS))}."
        return given

    def _last(self, random: Random, culture: Culture, language: str) -> str:
        family = culture.draw(random, "family")
        drawn = random.random()
        if drawn < 0.06:
            return f"{family}-{culture.draw(random, 'family')}"
        if drawn < 0.12 and self._people.particles and language != "hi":
            return f"{random.choice(self._people.particles)} {family}"
        if drawn < 0.15:
            return f"{family} {culture.draw(random, 'family')}"
        return family

    def _titled(self, random: Random, culture: Culture, language: str) -> list[Piece]:
        title = random.choice(self._titles.get(language, self._titles["en"]))
        part = random.choices(("family", "full", "given"), (60, 25, 15))[0]
        name = self._full(random, culture, language)[0][0] if part == "full" else culture.draw(random, part)
        return [(f"{title} ", False), (name, True)]

    def _listed(self, random: Random, culture: Culture, language: str) -> list[Piece]:
        family, given = self._last(random, culture, language), culture.draw(random, "given")
        form = random.choice(("{family}, {given}", "{family}, {given}", "{capitals} {given}", "{capitals}, {given}"))
        return [(form.format(family=family, given=given, capitals=family.upper()), True)]

    def _initialled(self, random: Random, culture: Culture, language: str) -> list[Piece]:
        family, given = culture.draw(random, "family"), culture.draw(random, "given")
        first, second = random.choices(_INITIALS.get(language, _LATIN_INITIALS), k=2)
        forms = (
            "{a}. {family}",
            "{a}. {b}. {family}",
            "{a}.{b}. {family}",
            "{family} {a}.",
            "{given} {a}.",
            "{a} {family}",
        )
        return [(random.choice(forms).format(a=first, b=second, family=family, given=given), True)]
