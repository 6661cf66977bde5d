"""What is proposed for columns, keys, targets and quasi-identifiers."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pytest

from pipeline.errors import ContractError, SourceError
from pipeline.onboarding.asked import Asked
from pipeline.onboarding.proposal import Proposal, propose
from pipeline.onboarding.sampled import Sampled

ROWS = 60
Columns = Mapping[str, Sequence[str | None]]


def sampled(columns: Columns, whole: bool = True) -> Sampled:
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    return Sampled("csv", {}, arrays, len(next(iter(columns.values()))), whole)


def proposed(columns: Columns, **asked: str) -> Proposal:
    return propose("mine", {"t": sampled(columns)}, Asked(**asked))


def cycle(*values: str | None) -> list[str | None]:
    return [values[n % len(values)] for n in range(ROWS)]


def each(form: str) -> list[str]:
    return [form.format(n) for n in range(ROWS)]


ACTIONS = [
    pytest.param("first_name", cycle("Ann", "Bob"), {"action": "drop", "roster": "given_name"}, id="given_name"),
    pytest.param("x", each("p{}@firm.org"), {"action": "drop", "roster": "email"}, id="email_by_value"),
    pytest.param("phone", each("+49 30 1234{:03}"), {"action": "drop", "roster": "phone"}, id="phone"),
    pytest.param("ssn", each("123-45-6{:03}"), {"action": "drop", "roster": "national_id"}, id="ssn"),
    pytest.param("iban", cycle("DE89370400440532013000"), {"action": "drop"}, id="iban"),
    pytest.param("religion", cycle("a", "b"), {"action": "drop", "specialCategory": True}, id="article_9"),
    pytest.param("sick_days", cycle("1", "2"), {"action": "drop", "specialCategory": True}, id="health_number"),
    pytest.param("dob", cycle("1980-05-04", "1990-01-02"), {"action": "truncate", "to": "year"}, id="birth"),
    pytest.param("hired", cycle("03.04.2019", "31.12.2020"), {"action": "truncate", "to": "month"}, id="date"),
    pytest.param("zip", cycle("10115", "80331", "20095"), {"action": "truncate", "to": 3}, id="postcode"),
    pytest.param("age", cycle("25", "31", "47"), {"action": "band", "edges": [20, 30, 40, 50, 60, 70]}, id="age"),
    pytest.param("salary", each("4{:03}"), {"action": "rank", "within": []}, id="salary"),
    pytest.param("salary", cycle("low", "high"), {"action": "keep"}, id="salary_band"),
    pytest.param("latitude", each("52.{:03}"), {"action": "round", "to": "1"}, id="coordinates"),
    pytest.param("note", each("The {} of us had a long talk about what to do."), {"action": "redact"}, id="prose"),
    pytest.param("colour", cycle("red", "green"), {"action": "keep"}, id="category"),
    pytest.param("colour", [*cycle("red", "green")[:-9], *each("c{}")[:9]], {"action": "keep"}, id="some_rare"),
    pytest.param("colour", [*cycle("red")[:30], *(f"c{n // 2}" for n in range(30))], {"action": "drop"}, id="rare"),
    pytest.param("token_word", each("w{}x"), {"action": "drop"}, id="unknown_texts"),
    pytest.param("manager_id", each("M{}"), {"action": "pseudonymise", "domain": "manager_id"}, id="other_id"),
    pytest.param("serial", each("7{:03}"), {"action": "drop"}, id="unique_integers"),
    pytest.param("measure", each("1.{:03}"), {"action": "keep"}, id="measure"),
    pytest.param("done", cycle("yes", "no"), {"action": "keep"}, id="boolean"),
    pytest.param("empty", cycle(None), {"action": "drop"}, id="empty"),
    pytest.param("manager", cycle("Al Bo", "Eva Klein"), {"action": "drop", "roster": "family_name"}, id="manager"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "values", "privacy"), ACTIONS)
def test_each_column_has_a_cautious_action(header: str, values: list[str], privacy: dict[str, object]) -> None:
    """What names a person goes, what tells one is made coarse, what nobody knows is left out."""
    found = proposed({"key_id": each("K{}"), header: values}).main.columns[1]
    assert found.treatment.privacy == privacy
    assert found.treatment.why


def test_rare_values_become_other() -> None:
    """Values that fewer than five rows have are listed nowhere but in the contract."""
    values = [*cycle("red", "green")[:-9], *each("c{}")[:9]]
    found = proposed({"key_id": each("K{}"), "colour": values}).main.column("colour")
    assert set(found.treatment.common) == {"red", "green"}
    assert len(found.limits.valid_values) == 11


LIMITS = [
    (cycle("3", "17"), {"minimum": 0, "maximum": 50}),
    (cycle("-3", "17"), {"minimum": -20, "maximum": 50}),
    (cycle("0.1", "0.4"), {"minimum": 0.0, "maximum": 1.0}),
    (cycle("2019-05-01", "2021-01-01"), {"minimum": "2000-01-01", "maximum": "2039-12-31"}),
]


@pytest.mark.parametrize(("values", "options"), LIMITS)
def test_limits_have_room(values: list[str], options: dict[str, object]) -> None:
    """Limits lie outside of what was seen, on round figures, so that no value can be read from them."""
    assert proposed({"key_id": each("K{}"), "x": values}).main.column("x").limits.options == options


def test_rules_come_from_enough_rows() -> None:
    """Required and limits are proposed from twenty rows on; accepted values only where everything was read."""
    few = {"key_id": each("K{}")[:19], "x": cycle("a", "b")[:19]}
    assert not proposed(few).main.column("x").limits.required
    part = propose("mine", {"t": sampled({"key_id": each("K{}"), "x": cycle("a", "b")}, whole=False)}, Asked())
    assert part.main.column("x").limits.required
    assert part.main.column("x").limits.valid_values == ()


def test_words_for_no_value_are_found() -> None:
    """`none` is no value among numbers and a value among words."""
    found = proposed({"key_id": each("K{}"), "n": cycle("1", "none", "N/A"), "w": cycle("a", "none", "-")}).main
    assert set(found.column("n").profile.missing) == {"none", "N/A"}
    assert found.column("w").profile.missing == ("-",)
    assert found.column("n").profile.type.logical_type == "integer"


KEYS = [
    pytest.param({"name": each("n{}"), "employee_id": each("E{}")}, ("employee_id",), "employee", id="id"),
    pytest.param({"id": each("{}"), "x": cycle("1", "2")}, ("id",), "record", id="plain_id"),
    pytest.param({"user_email": each("u{}@x.org"), "x": cycle("1")}, ("user_email",), "user_email", id="mail"),
    pytest.param({"x": cycle("1", "2"), "y": each("{}.5")}, (), "record", id="number"),
    pytest.param({"staff_id": cycle(*each("S{}")[:20]), "course_code": [f"C{n // 20}" for n in range(ROWS)]},
                 ("staff_id", "course_code"), "staff", id="pair"),
    pytest.param({"x": cycle("1", "2"), "y": cycle("3"), "manager_id": cycle(*each("M{}")[:20]), "z": each("{}.1")},
                 (), "record", id="other_entity"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "key", "entity"), KEYS)
def test_a_key_is_found(columns: Columns, key: tuple[str, ...], entity: str) -> None:
    """A unique column that names something, else the record's number; the entity is called after it."""
    found = proposed(columns)
    assert (found.main.key.columns, found.entity) == (key, entity)


def test_several_records_of_one_entity() -> None:
    """An entity with a record a month is known by its column; the month says when, and is no part of the key."""
    columns = {"employee_id": cycle(*each("E{}")[:20]), "month": [f"2020-0{1 + n // 20}-01" for n in range(ROWS)]}
    key = proposed(columns).main.key
    assert (key.columns, key.entity, key.time) == ((), "employee_id", "month")
    assert not proposed(columns).main.one_each


def test_quasi_identifiers_are_the_likeliest_four() -> None:
    """Of six columns that others may know four are taken, never the target, each with levels down to one value."""
    columns = {
        "id": each("{}"), "age": each("{}"), "gender": cycle("f", "m"), "city": cycle("a", "b", "c", "d", "e", "f"),
        "department": cycle("x", "y"), "marital_status": cycle("s", "m"), "education": cycle("1", "2", "3", "4"),
    }  # fmt: skip
    assert [item.column for item in proposed(columns).quasi] == ["age", "gender", "city", "department"]
    assert [item.column for item in proposed(columns, target="gender").quasi][:2] == ["age", "city"]
    assert all(item.levels[-1].sql == "'*'" for item in proposed(columns).quasi)


TARGETS = [
    ("id", "it is the key"),
    ("disease", "GDPR article 9"),
    ("mail", "it names persons"),
    ("day", "it is a date"),
    ("one", "it has one value only"),
    ("words", "it has 60 different texts"),
]


@pytest.mark.parametrize(("target", "why"), TARGETS)
def test_what_cannot_be_a_target_is_refused(target: str, why: str) -> None:
    """The target is published row by row, so it may name nobody."""
    columns = {
        "id": each("{}"), "disease": cycle("a", "b"),
        "mail": each("a{}@b.org"), "day": cycle("2020-01-01", "2020-02-01"),
        "one": cycle("1"), "words": each("w{}"),
    }  # fmt: skip
    with pytest.raises(ContractError, match="can't be the target") as refused:
        proposed(columns, target=target)
    assert why in str(refused.value)


def test_an_unknown_target_names_the_nearest() -> None:
    """A slip of the pen is answered with what was meant."""
    with pytest.raises(ContractError) as refused:
        proposed({"id": each("{}"), "Attrition": cycle("yes", "no")}, target="Atrition")
    assert str(refused.value) == "no column for --target\n  given:   Atrition\n  allowed: ['Attrition']"


def test_sources_need_a_column_that_joins_them() -> None:
    """Two files without a shared key are refused with their columns; with one the second may have many records each."""
    people = sampled({"employee_id": each("E{}"), "x": cycle("1", "2")})
    pay = sampled({"employee_id": cycle(*each("E{}")[:20]), "paid": each("{}.5")})
    found = propose("mine", {"people": people, "pay": pay}, Asked())
    assert [(source.key.entity, source.one_each) for source in found.sources] == [
        ("employee_id", True),
        ("employee_id", False),
    ]
    assert {source.column("employee_id").treatment.privacy["domain"] for source in found.sources} == {"employee"}
    with pytest.raises(ContractError, match="no column joins the files"):
        propose("mine", {"people": people, "other": sampled({"y": cycle("1")})}, Asked())


def test_a_source_of_unreadable_records_is_refused() -> None:
    """Nothing is proposed for nothing."""
    with pytest.raises(SourceError, match="no record of t can be read"):
        propose(
            "mine", {"t": Sampled("csv", {}, {"a": pa.array([], pa.string())}, 0, True, {"csv.fields": 3})}, Asked()
        )


TEXTS = each("The {} of us had a long talk about what to do next.")
NAMED = {"vorname": each("Vn{}"), "nachname": each("Nn{}")}


@pytest.mark.parametrize(
    ("columns", "nameless", "action"),
    [
        (NAMED, False, "redact"),
        ({"full_name": each("Vn{} Nn{}".replace("{} Nn", "x Nn"))}, False, "redact"),
        ({"vorname": each("Vn{}")}, False, "drop"),  # half a name finds nobody
        ({}, False, "drop"),
        ({}, True, "redact"),
    ],
)
def test_texts_need_names(columns: Columns, nameless: bool, action: str) -> None:
    """Free text is kept where some column knows who may be named in it, or where the user says that nobody is."""
    every = {"key_id": each("K{}"), "x": cycle("1", "2"), **columns, "note": TEXTS}
    found = propose("mine", {"t": sampled(every)}, Asked(nameless=nameless))
    assert found.main.column("note").treatment.action == action
    assert found.nameless == nameless


def test_texts_alone_stay() -> None:
    """A file of texts only has nothing else to publish: the run will say what is missing."""
    assert proposed({"note": TEXTS}).main.column("note").treatment.action == "redact"
