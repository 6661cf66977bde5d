"""What headers and values say."""

import pyarrow as pa
import pytest

from pipeline.onboarding.meaning import by_header, looks_like_persons, meanings
from pipeline.onboarding.names import words_of
from pipeline.onboarding.profile import Profile, profiles
from pipeline.onboarding.sampled import Sampled

HEADERS = [
    ("first_name", "given_name"), ("Vorname", "given_name"), ("prénom", "given_name"), ("LastName", "family_name"),
    ("Nachname", "family_name"), ("Full Name", "person"), ("managerName", "person"), ("E-Mail", "email"),
    ("workEmail", "email"), ("Telefonnummer", "phone"), ("mobile", "phone"), ("SSN", "national_id"),
    ("Aadhaar No", "national_id"), ("PAN", "national_id"), ("passport_number", "national_id"), ("IBAN", "bank"),
    ("IP Address", "device"), ("Hausnummer", "address"), ("street", "address"), ("PLZ", "postcode"),
    ("zip", "postcode"),
    ("dob", "birth_date"), ("Geburtsdatum", "birth_date"), ("geb_dat", "birth_date"), ("age", "age"), ("Alter", "age"),
    ("Gender", "gender"), ("Geschlecht", "gender"), ("Religion", "religion"), ("caste", "religion"),
    ("SickDays", "health"), ("disability_status", "health"), ("Krankheitstage", "health"), ("trade union", "union"),
    ("sexual_orientation", "sexuality"), ("ethnicity", "ethnicity"), ("MonthlyIncome", "money"), ("Gehalt", "money"),
    ("MaritalStatus", "marital"), ("EducationField", "education"), ("Department", "department"), ("JobRole", "job"),
    ("country", "place"), ("employee_id", "id"), ("Personal-Nr.", "id"), ("order no", "id"), ("Comments", "text"),
    ("product_name", "name"),
    # words within words, and words that mean something else there
    ("wage_gap", "money"), ("package", ""), ("language", ""), ("Over18", ""), ("OverTime", ""), ("company", ""),
    ("JobSatisfaction", ""), ("StockOptionLevel", ""), ("WorkLifeBalance", ""), ("shipping", ""), ("expand", ""),
]  # fmt: skip


@pytest.mark.parametrize(("header", "meaning"), HEADERS)
def test_a_header_has_a_meaning(header: str, meaning: str) -> None:
    """Whole words of a header in several languages; a word within another says nothing."""
    assert by_header(words_of(header)) == meaning


TYPED = [
    ("phone_verified", "boolean", ""),
    ("email_count", "integer", ""),
    ("YearsWithCurrManager", "integer", ""),
    ("num_companies", "integer", ""),
    ("birth_date", "date", "birth_date"),
    ("city", "integer", ""),
]


@pytest.mark.parametrize(("header", "logical_type", "meaning"), TYPED)
def test_a_meaning_needs_values_of_its_type(header: str, logical_type: str, meaning: str) -> None:
    """A number beside the word manager is not a manager's name."""
    assert by_header(words_of(header), logical_type) == meaning


def column(header: str, values: list[str]) -> Profile:
    return profiles(Sampled("csv", {}, {header: pa.array(values)}, len(values), True))[0]


NAMES = [f"{given} {family}" for given in ("Anna", "Jürgen", "Priya", "Bob") for family in ("Groß", "O'Neil", "Patel")]
VALUES = [
    ("x", [f"p{n}@firm.org" for n in range(30)], "email"),
    ("x", [f"+49 30 12345{n:02}" for n in range(30)], "phone"),
    ("x", [f"DE8937040044053201300{n % 10}" for n in range(3)] + ["DE89370400440532013000"] * 3, "bank"),
    ("who", NAMES * 3, "person"),
    ("job_role", ["Sales Executive", "Research Director", "Human Resources"] * 20, "job"),
    ("x", ["red", "green", "blue"] * 10, ""),
    ("feedback", ["It was a long day and nobody knew what to do next, so we left."] * 9, "text"),
    ("name", [f"n{n}x" for n in range(40)], "person"),
    ("name", ["apple", "pear"] * 20, ""),
]


@pytest.mark.parametrize(("header", "values", "meaning"), VALUES)
def test_values_have_a_meaning(header: str, values: list[str], meaning: str) -> None:
    """Presidio finds what has a form; names of persons are known by their shape where the header is silent."""
    item = column(header, values)
    assert meanings([item])[item.name].word == meaning


def test_the_shape_of_a_name() -> None:
    """Two to four capitalised words, particles and titles among them."""
    persons = pa.array(["Anna Schmidt", "Dr. Max von Mustermann", "O'Neil, Bob", "Maria de la Cruz", "John F. Smith"])
    others = pa.array(["Travel_Rarely", "medical", "IT", "Berlin", "A 1", "sales executive"])
    assert looks_like_persons(persons) == 1.0
    assert looks_like_persons(others) == 0.0
