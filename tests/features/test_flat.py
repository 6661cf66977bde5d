"""Datasets that say less: sources without times, no population, no snapshots, a label of the same row, columns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.contracts.dataset import Dataset, Snapshots
from pipeline.contracts.model import Column, Identity, Privacy
from pipeline.errors import FeatureError
from pipeline.features.accounts import SourceAccounts
from pipeline.features.definitions import FeatureModule
from pipeline.features.opened import open_features
from pipeline.features.summary import SnapshotCount, summarise
from tests.features.conftest import make_contract

if TYPE_CHECKING:
    from tests.features.conftest import Company

Define = Callable[[str], FeatureModule]
Row = dict[str, Any]
AS_OF = date(2024, 6, 30)
COLUMNS = 'columns(entity="person", source="people", names=["town", "age"])\n'
LABEL = """
@label(entity="person", source="people", horizon="0 months")
def target(events: Events) -> Column:
    "The target."
    return events.latest("{column}")
"""
VISITS = """
@feature(entity="person", source="visits", unit="visits")
def visits(events: Events) -> Column:
    "Visits so far."
    return events.count()
"""
PEOPLE = {"person_id": "string", "town": "string", "age": "integer", "left": "boolean", "pay": "number", "born": "date"}


@pytest.fixture(scope="module")
def flat(club: "Company") -> "Company":
    """People and their visits: no population, no snapshots, and no times in either contract."""
    person = Identity("person", "person_id")
    visits = {"visit_id": "string", "person_id": "string", "on_day": "date", "updated": "timestamp"}
    contracts = {
        "people": make_contract("people", PEOPLE, person, None, None),  # type: ignore[arg-type]
        "visits": make_contract("visits", visits, person, None, None),  # type: ignore[arg-type]
    }
    spec = club.dataset.spec.model_copy(update={"population": None, "snapshots": None})
    return replace(club, dataset=Dataset(club.dataset.folder, spec, contracts))


def with_times(flat: "Company", event: str | None, known: str | None) -> "Company":
    """The same with times of visits, and with yearly snapshots from the end of 2022."""
    contracts = flat.dataset.contracts
    timed = {**contracts, "visits": replace(contracts["visits"], event_time=event, knowledge_time=known)}
    spec = flat.dataset.spec.model_copy(update={"snapshots": Snapshots(first=date(2022, 12, 31))})
    return replace(flat, dataset=Dataset(flat.dataset.folder, spec, timed))


def visit(key: str, name: str | None, day: date | None = None, updated: datetime | None = None) -> Row:
    return {"visit_id": key, "person_id": name, "on_day": day, "updated": updated}


def table(company: "Company", module: FeatureModule, rows: dict[str, list[Row]], as_of: date = AS_OF) -> list[Row]:
    found = company.assemble(module, rows, as_of).frame.collect()
    return sorted((row.asDict() for row in found), key=lambda row: (row["person_pseudonym"], row["snapshot_date"]))


def test_one_row_an_entity_at_the_as_of_date(flat: "Company", define: Define) -> None:
    """Without times, population and snapshots, everybody with a row has one row, as of the as-of date."""
    people = [{"person_id": "ann", "town": "Bonn", "age": 40}, {"person_id": "bob", "town": None, "age": 30}]
    assert table(flat, define(COLUMNS), {"people": people}) == [
        {"person_pseudonym": "ann", "snapshot_date": AS_OF, "town": "Bonn", "age": 40},
        {"person_pseudonym": "bob", "snapshot_date": AS_OF, "town": None, "age": 30},
    ]


def test_accounts_and_ties(flat: "Company", define: Define) -> None:
    """Of rows of one key the greatest digest holds and the others are merged; a row that names nobody is out."""
    people = [{"person_id": "ann", "age": 40}, {"person_id": "ann", "age": 41}, {"person_id": "ann", "age": 40}]
    rows = {"people": people, "visits": [visit("v", "eve"), visit("w", None)]}
    accounts = flat.assemble(define(COLUMNS), rows, AS_OF).accounts
    assert accounts["people"] == SourceAccounts(kept=3, used=1, merged=2, out_of_scope=0)
    assert accounts["visits"] == SourceAccounts(kept=2, used=1, merged=0, out_of_scope=1)
    back = table(flat, define(COLUMNS), {"people": people[::-1]})
    assert table(flat, define(COLUMNS), {"people": people}) == back
    assert len(back) == 1


def test_who_is_named_by_any_source_exists(flat: "Company", define: Define) -> None:
    """Eve is in no list of people but has a visit: she exists, and what people would say of her is null."""
    rows = {"people": [{"person_id": "ann", "age": 40}], "visits": [visit("v", "eve"), visit("w", None)]}
    found = table(flat, define(COLUMNS + VISITS), rows)
    assert [(row["person_pseudonym"], row["age"], row["visits"]) for row in found] == [("ann", 40, 0), ("eve", None, 1)]


DAY, LATE = date(2023, 5, 1), datetime(2024, 2, 1, 12)
#: Times that the contract names, and how many visits are seen at the ends of 2022, 2023 and as of 30 June 2024.
TIMES = {
    "both": ("on_day", "updated", []),
    "only when it happened": ("on_day", None, [1]),
    "only when it was known": (None, "updated", []),
    "neither": (None, None, []),
}


@pytest.mark.parametrize("case", TIMES)
def test_a_time_that_is_missing_is_the_other(flat: "Company", define: Define, case: str) -> None:
    """A fact happened when it was known and was known when it happened; without either, on the as-of date."""
    event, known, seen = TIMES[case]
    company = with_times(flat, event, known)
    found = table(company, define(VISITS), {"visits": [visit("v", "ann", DAY, LATE)]})
    assert [row["visits"] for row in found] == seen
    later = table(company, define(VISITS), {"visits": [visit("v", "ann", DAY, LATE)]}, as_of=date(2024, 12, 31))
    assert [row["snapshot_date"] for row in later][-1:] == [date(2024, 12, 31)]
    assert len(later) == len(seen) + 1


def test_without_a_population_one_exists_while_a_row_names_one(flat: "Company", define: Define) -> None:
    """A visit that is moved to somebody else takes its first owner out of later snapshots."""
    company = with_times(flat, "on_day", "updated")
    rows = [
        visit("v", "ann", date(2022, 5, 1), datetime(2022, 5, 2)),
        visit("v", "bob", date(2022, 5, 1), datetime(2023, 5, 2)),
    ]
    found = table(company, define(VISITS), {"visits": rows})
    assert [(row["person_pseudonym"], row["snapshot_date"].year, row["visits"]) for row in found] == [
        ("ann", 2022, 1),
        ("bob", 2023, 1),
    ]


@pytest.mark.parametrize(
    ("column", "value", "kind", "count"),
    [
        ("left", True, "boolean", SnapshotCount(AS_OF, 2, 1, 0, 1)),
        ("pay", 2.5, "number", SnapshotCount(AS_OF, 2, None, None, 1)),
        ("age", 7, "number", SnapshotCount(AS_OF, 2, None, None, 1)),
        ("town", "Bonn", "string", SnapshotCount(AS_OF, 2, None, None, 1)),
    ],
)
def test_a_label_of_the_same_row(
    flat: "Company", define: Define, column: str, value: Any, kind: str, count: SnapshotCount
) -> None:
    """A label without horizon is what is known at the snapshot, never censored: true or false, a number or a word."""
    module = define(VISITS + LABEL.format(column=column))
    rows = {"people": [{"person_id": "ann", column: value}, {"person_id": "bob", column: None}]}
    made = flat.assemble(module, rows, AS_OF)
    assert {row["person_pseudonym"]: row["target"] for row in made.frame.collect()} == {"ann": value, "bob": None}
    summary = summarise(made.frame, made.entity, "target")
    assert (summary.kind, summary.snapshots) == (kind, (count,))
    assert (summary.positives, summary.negatives, summary.censored) == (count.positives, count.negatives, 1)


def test_without_a_label_there_is_nothing_to_count(flat: "Company", define: Define) -> None:
    """Rows and entities are counted, labels are not."""
    made = flat.assemble(define(COLUMNS), {"people": [{"person_id": "ann"}]}, AS_OF)
    summary = summarise(made.frame, made.entity, None)
    assert (summary.entities, summary.rows, summary.kind, summary.positives, summary.censored) == (
        1,
        1,
        None,
        None,
        None,
    )


REFUSED = {
    "a feature that reads the label's column": (COLUMNS + LABEL.format(column="age"), "a feature reads people.age"),
    "in a condition": (
        COLUMNS.replace('"age"', '"pay"')
        + LABEL.format(column="left")
        + VISITS.replace('source="visits"', 'source="people"').replace(
            "events.count()", 'events.where(lambda event: event["left"]).count()'
        ),
        "a feature reads people.left",
    ),
    "in SQL": (
        VISITS.replace('source="visits"', 'source="people"').replace(
            "events.count()", 'events.expr("exists(events, e -> e.left)")'
        )
        + LABEL.format(column="left"),
        "visits can't be computed",
    ),
    "a day as label": (COLUMNS + LABEL.format(column="born"), "label target is not true or false, a number or a word"),
    "a label that looks ahead of the only snapshot": (
        COLUMNS + LABEL.format(column="left").replace("0 months", "12 months"),
        "label target looks ahead of the only snapshot",
    ),
    "a reserved name in another case": (
        COLUMNS + VISITS.replace("def visits", "def Snapshot_Date"),
        "a name is reserved",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_know_the_answer_is_refused(flat: "Company", define: Define, case: str) -> None:
    """No feature reads what a label of the same row is made of, in whatever way; and other labels that can't be."""
    text, message = REFUSED[case]
    with pytest.raises(FeatureError, match=message):
        flat.assemble(define(text), {"people": [{"person_id": "ann"}]}, AS_OF)


def test_a_label_that_looks_ahead_leaves_its_columns_to_features(club: "Company", define: Define) -> None:
    """With a horizon, past values of the label's column are fair: they are known before."""
    text = """
@feature(entity="person", source="leavers", unit="word")
def why(events: Events) -> Column:
    "Why the person left before."
    return events.latest("why")

@label(entity="person", source="leavers", horizon="12 months")
def leaves(events: Events) -> Column:
    "Whether the person leaves."
    return events.where(lambda event: event["why"] != "death").any()
"""
    assert club.assemble(define(text), {}, date(2024, 12, 31)).frame.columns[-2:] == ["why", "leaves"]


def test_names_of_columns(define: Define) -> None:
    """A name that is taken or reserved, in whatever case, gets the source before it; twice taken is refused."""
    two = 'columns(entity="person", source="pay", names=["Age", "grade"], units={"grade": "level"})\n'
    found = define(COLUMNS + two).features
    assert [(item.name, item.column, item.unit) for item in found] == [
        ("town", "town", ""),
        ("age", "age", ""),
        ("pay_Age", "Age", ""),
        ("grade", "grade", "level"),
    ]
    assert found[0].description == "town in the newest record of people."
    reserved = define('columns(entity="cat", source="pets", names=["CAT_pseudonym", "snapshot_date"])\n').features
    assert [item.name for item in reserved] == ["pets_CAT_pseudonym", "pets_snapshot_date"]
    with pytest.raises(FeatureError, match="two definitions have one name"):
        define(COLUMNS + COLUMNS + COLUMNS)
    with pytest.raises(FeatureError, match="units of pay for columns that are not listed"):
        define(two.replace('"grade": "level"', '"rank": "level"'))


def test_columns_are_opened_with_their_contract(flat: "Company", define: Define, tmp_path: Any) -> None:
    """The contract describes them; one that it does not keep is refused, with those whose names are near."""
    people = flat.dataset.contracts["people"]
    told = (replace(people.column("town"), description="Where they live."), people.column("age"))
    secret = Column("salary", "number", Privacy("drop"))
    contracts = {"people": replace(people, columns=(*told, secret))}
    dataset = Dataset(tmp_path, flat.dataset.spec, contracts)
    imports = "from pipeline.features.registry import columns\n"
    (tmp_path / "features.py").write_text(imports + COLUMNS)
    assert [item.description for item in open_features(dataset).features] == [
        "Where they live.",
        "age in the newest record of people.",
    ]
    for wrong, near in (("towns", "town"), ("salary", "town, age")):
        (tmp_path / "features.py").write_text(imports + COLUMNS.replace('"town"', f'"{wrong}"'))
        with pytest.raises(FeatureError, match=f"people keeps no column '{wrong}'") as refusal:
            open_features(dataset)
        assert refusal.value.allowed == near


def test_five_hundred_columns_are_tried_at_once(flat: "Company", define: Define) -> None:
    """A wide table is assembled; of its features the one that is refused is still named."""
    names = [f"x{number}" for number in range(500)]
    columns = {"person_id": "string", **dict.fromkeys(names, "integer"), "strange `name`": "string"}
    wide = make_contract("people", columns, Identity("person", "person_id"), None, None)  # type: ignore[arg-type]
    company = replace(flat, dataset=Dataset(flat.dataset.folder, flat.dataset.spec, {"people": wide}))
    text = f'columns(entity="person", source="people", names={[*names, "strange `name`"]!r})\n'
    row = {"person_id": "ann", **{name: number for number, name in enumerate(names)}, "strange `name`": "a"}
    [found] = table(company, define(text), {"people": [row]})
    assert [found[name] for name in names] == list(range(500))
    assert found["strange `name`"] == "a"
    clock = VISITS.replace('source="visits"', 'source="people"').replace("events.count()", "F.unix_timestamp()")
    with pytest.raises(FeatureError, match="visits depends on clock or chance"):
        company.assemble(define(text + clock), {"people": [row]}, AS_OF)
