"""Who an employee is and how they start: all that does not change with the career."""

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.synthetic import identifiers
from pipeline.synthetic.draws import END, first_day, stream_of, weighted, working_day
from pipeline.synthetic.names import Name, people_of

COUNTRIES = {"IN": 0.40, "US": 0.24, "DE": 0.14, "GB": 0.12, "FR": 0.10}
DEPARTMENTS = {"Engineering": 0.34, "Operations": 0.2, "Sales": 0.17, "Support": 0.14, "Finance": 0.09, "People": 0.06}
_LEVELS = {"1": 0.34, "2": 0.29, "3": 0.20, "4": 0.10, "5": 0.05, "6": 0.02}
_HIRE_SOURCES = {"direct": 0.4, "referral": 0.27, "agency": 0.18, "campus": 0.15}
_GROWTH = 0.06
MAIL_DOMAIN = "meridian.example.com"


@dataclass(frozen=True, slots=True)
class Person:
    """One employee. `index` counts from 0 in the order of generation, which is not the order of hiring."""

    index: int
    given: Name
    family: Name
    email: str
    phone: str
    national_id: str
    born: date
    gender: str
    address: str
    country: str
    education: str
    hire_source: str
    disability: str | None
    hired: date
    level: int
    department: str

    @property
    def employee_id(self) -> str:
        return employee_id(self.index)

    @property
    def full_name(self) -> str:
        return f"{self.given.written} {self.family.written}"


def employee_id(index: int) -> str:
    return f"E{index + 1:07}"


def _hire_date(rng: random.Random, years: int) -> date:
    """An eighth of all start with the company's first year, the others at a rate that grows by 6 % a year."""
    start, span = first_day(years), (END - first_day(years)).days + 1
    if rng.random() < 0.12:
        return working_day(start + timedelta(days=rng.randrange(min(span, 300))))
    grown = math.exp(_GROWTH * years) - 1
    moment = math.log(1 + rng.random() * grown) / (_GROWTH * years)
    return working_day(start + timedelta(days=int(moment * span)))


def _education(rng: random.Random, level: int) -> str:
    senior = 0.05 * level
    return weighted(
        rng, {"school": max(0.2 - senior, 0.03), "bachelor": 0.5, "master": 0.22 + senior, "doctorate": 0.05}
    )


def draw_person(seed: int, index: int, years: int) -> Person:
    """Employee `index` of the company; the first one founds it, leads it and never leaves."""
    rng = stream_of(seed, "person", index)
    country = weighted(rng, COUNTRIES)
    founder = index == 0
    origin = country if rng.random() < 0.9 else weighted(rng, COUNTRIES)
    gender = weighted(rng, {"F": 0.45, "M": 0.53, "X": 0.02})
    people = people_of(origin)
    given, family = people.given(rng, gender), rng.choice(people.family)
    hired = first_day(years) if founder else _hire_date(rng, years)
    level = 7 if founder else int(weighted(rng, _LEVELS))
    age = 30.0 if founder else 21 + 3.2 * (level - 1) + min(rng.gammavariate(1.6, 4.5), 26)
    born = hired - timedelta(days=int(age * 365.25) + rng.randrange(365))
    return Person(
        index=index,
        given=given,
        family=family,
        # The number makes the address unique, as no name ends with a digit.
        email=f"{given.latin[0]}.{family.latin}{index + 1}@{MAIL_DOMAIN}",
        phone=identifiers.phone(rng, country),
        national_id=identifiers.national_id(rng, country, family.latin, born, gender),
        born=born,
        gender=gender,
        address=people_of(country).draw_address(rng),
        country=country,
        education=_education(rng, level),
        hire_source=weighted(rng, _HIRE_SOURCES),
        disability=rng.choice(("registered", "mobility", "hearing", "vision")) if rng.random() < 0.04 else None,
        hired=hired,
        level=level,
        department=weighted(rng, DEPARTMENTS),
    )
