"""From refined rows to the feature table: what each snapshot sees, who is in it, and what the plan costs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.contracts.dataset import Dataset
from pipeline.errors import AccountsError, FeatureError
from pipeline.features.accounts import SourceAccounts
from pipeline.features.definitions import FeatureModule
from pipeline.features.summary import SnapshotCount, summarise

if TYPE_CHECKING:
    from tests.features.conftest import Company

Define = Callable[[str], FeatureModule]
Row = dict[str, Any]
Tables = dict[str, list[Row]]
AS_OF = date(2024, 12, 31)
MODULE = """
@feature(entity="person", source="visits", unit="visits")
def visits(events: Events) -> Column:
    "Visits so far."
    return events.count()

@feature(entity="person", source="visits", unit="value")
def value(events: Events) -> Column:
    "Value of the newest visit."
    return events.latest("value")

@feature(entity="person", source="people", unit="town")
def town(events: Events) -> Column:
    "Town as known."
    return events.latest("town")

@feature(entity="person", source="parcels", unit="kg")
def weight(events: Events) -> Column:
    "Weight of all parcels."
    return events.sum("weight")

@label(entity="person", source="leavers", horizon="12 months")
def leaves(events: Events) -> Column:
    "Whether the person leaves within a year, other than by death."
    return events.where(lambda event: event["why"] != "death").any()
"""


def person(name: str, joined: str = "2020-01-01", updated: str | None = None, **other: Any) -> Row:
    """A member, known since the day of joining unless said otherwise."""
    return _row({"person_id": name, "email": f"{name}@", "joined": joined}, joined, updated, other)


def visit(key: str, name: str, day: str, updated: str | None = None, **other: Any) -> Row:
    """A visit, known on its day unless said otherwise."""
    return _row({"visit_id": key, "person_id": name, "on_day": day}, day, updated, other)


def parcel(key: str, email: str | None, day: str, updated: str | None = None, **other: Any) -> Row:
    """A parcel to an e-mail address, known on its day unless said otherwise."""
    return _row({"parcel_id": key, "email": email, "sent": day, "weight": 1.0}, day, updated, other)


def leaver(key: str, name: str, day: str, updated: str | None = None, **other: Any) -> Row:
    """An exit, known on its day unless said otherwise."""
    return _row({"leave_id": key, "person_id": name, "left": day, "why": "moved"}, day, updated, other)


def _row(row: Row, day: str, updated: str | None, other: Row) -> Row:
    row = {**row, "updated": datetime.fromisoformat(updated or f"{day}T12:00:00"), **other}
    return {
        name: date.fromisoformat(item) if name in ("joined", "on_day", "sent", "left") and item else item
        for name, item in row.items()
    }


#: A visit history of Ann, a column, and its values at the ends of 2022, 2023 and 2024.
VISITS: dict[str, tuple[list[Row], str, list[Any]]] = {
    "the snapshot's own day counts": ([visit("v", "ann", "2023-12-31")], "visits", [0, 1, 1]),
    "the day after does not": ([visit("v", "ann", "2024-01-01")], "visits", [0, 0, 1]),
    "known late that day": ([visit("v", "ann", "2023-12-01", "2023-12-31T23:59:59")], "visits", [0, 1, 1]),
    "known the day after": ([visit("v", "ann", "2023-12-01", "2024-01-01T00:00:00")], "visits", [0, 0, 1]),
    "a correction holds from when it was known": (
        [visit("v", "ann", "2022-05-01", value=1.0), visit("v", "ann", "2022-05-01", "2023-02-01", value=7.0)],
        "value",
        [1.0, 7.0, 7.0],
    ),
    "versions are one fact": (
        [visit("v", "ann", "2022-05-01"), visit("v", "ann", "2022-05-01", "2023-02-01", value=7.0)],
        "visits",
        [1, 1, 1],
    ),
    "a correction that moves the fact past the snapshot takes it away": (
        [visit("v", "ann", "2022-05-01"), visit("v", "ann", "2024-05-01", "2022-06-01")],
        "visits",
        [0, 0, 1],
    ),
    "a correction that names somebody else takes the fact away": (
        [visit("v", "ann", "2022-05-01"), visit("v", "bob", "2022-05-01", "2023-02-01")],
        "visits",
        [1, 0, 0],
    ),
    "of one day's events the later known is newer": (
        [visit("a", "ann", "2022-05-01", "2022-05-03", value=1.0), visit("b", "ann", "2022-05-01", value=2.0)],
        "value",
        [1.0, 1.0, 1.0],
    ),
    "of equal times the greater key is newer": (
        [visit("b", "ann", "2022-05-01", value=2.0), visit("a", "ann", "2022-05-01", value=1.0)],
        "value",
        [2.0, 2.0, 2.0],
    ),
    "no events count 0": ([], "visits", [0, 0, 0]),
    "no events have no value": ([], "value", [None, None, None]),
}
#: Exits of Ann, and her label at each snapshot at which she is a member.
EXITS: dict[str, tuple[list[Row], list[bool | None]]] = {
    "the last horizon is not finished": ([], [False, False, None]),
    "the first day of the horizon": ([leaver("x", "ann", "2024-01-01")], [False, True]),
    "the last day of the horizon": ([leaver("x", "ann", "2024-12-31")], [False, True]),
    "gone on the snapshot's day": ([leaver("x", "ann", "2023-12-31")], [True]),
    "not every exit counts": ([leaver("x", "ann", "2024-06-01", why="death")], [False, False]),
    "an exit entered late ends membership": ([leaver("x", "ann", "2023-12-30", "2024-01-09")], [True]),
    "a corrected exit holds as corrected": (
        [leaver("x", "ann", "2023-05-01"), leaver("x", "ann", "2024-05-01", "2023-06-01")],
        [False, True],
    ),
    "known only after the as-of date": (
        [leaver("x", "ann", "2024-05-01", "2025-01-01T00:00:00")],
        [False, False, None],
    ),
    "never a member at a snapshot": ([leaver("x", "ann", "2022-12-31")], []),
}
#: Ann's first day, and at how many snapshots she is a member.
JOINS: dict[str, int] = {"2023-12-31": 2, "2024-01-01": 1, "2025-01-01": 0, "never": 0}
#: Members, parcels to addresses, and the weight of each member's parcels at the snapshots.
LINKS: dict[str, tuple[list[Row], list[Row], dict[str, list[float]]]] = {
    "by the address": ([person("ann")], [parcel("p", "ann@", "2022-05-01")], {"ann": [1.0, 1.0, 1.0]}),
    "an unknown address": ([person("ann")], [parcel("p", "eve@", "2022-05-01")], {"ann": [0.0, 0.0, 0.0]}),
    "no address": ([person("ann")], [parcel("p", None, "2022-05-01")], {"ann": [0.0, 0.0, 0.0]}),
    "old and new address of one person": (
        [person("ann"), person("ann", updated="2023-05-01", email="new@")],
        [parcel("p", "ann@", "2022-05-01"), parcel("q", "new@", "2023-06-01"), parcel("r", "ann@", "2024-05-01")],
        {"ann": [1.0, 2.0, 3.0]},
    ),
    "known no earlier than the link": (
        [person("ann"), person("ann", updated="2023-05-01", email="new@")],
        [parcel("p", "new@", "2022-05-01")],
        {"ann": [0.0, 1.0, 1.0]},
    ),
    "an address that passes to another person": (
        [person("ann"), person("bob", "2023-05-01", email="ann@")],
        [parcel("p", "ann@", "2022-05-01"), parcel("q", "ann@", "2023-06-01")],
        {"ann": [1.0, 1.0, 1.0], "bob": [1.0, 1.0]},
    ),
    "an address of two persons at once is nobody's": (
        [person("ann"), person("bob", email="ann@")],
        [parcel("p", "ann@", "2022-05-01")],
        {"ann": [0.0, 0.0, 0.0], "bob": [0.0, 0.0, 0.0]},
    ),
}


def scenes() -> Iterator[tuple[str, Tables]]:
    """Rows of every case above, by the case's name."""
    for case, (visits, _, _) in VISITS.items():
        yield case, {"people": [person("ann")], "visits": visits}
    for case, (leavers, _) in EXITS.items():
        yield case, {"people": [person("ann")], "leavers": leavers}
    for case in JOINS:
        day = None if case == "never" else date.fromisoformat(case)
        yield case, {"people": [person("ann", updated="2020-01-01") | {"joined": day}]}
    for case, (people, parcels, _) in LINKS.items():
        yield case, {"people": people, "parcels": parcels}


def in_scene(case: str, row: Row) -> Row:
    """The row with the case before each of its keys, so that cases share a table without meeting."""
    keys = ("person_id", "email", "visit_id", "parcel_id", "leave_id")
    return {name: f"{case}/{item}" if name in keys and item else item for name, item in row.items()}


@pytest.fixture(scope="module")
def found(club: "Company", define: Define) -> dict[str, dict[str, list[Row]]]:
    """The feature table of all cases in one assembly: rows by case and person, in the snapshots' order."""
    rows: Tables = {}
    for case, tables in scenes():
        for source, table in tables.items():
            rows.setdefault(source, []).extend(in_scene(case, row) for row in table)
    result: dict[str, dict[str, list[Row]]] = {case: {} for case, _ in scenes()}
    for row in sorted(club.assemble(define(MODULE), rows, AS_OF).frame.collect(), key=lambda row: row.snapshot_date):
        case, name = row.person_pseudonym.split("/")
        result[case].setdefault(name, []).append(row.asDict())
    return result


@pytest.mark.parametrize("case", VISITS)
def test_a_snapshot_sees_what_was_known(found: dict[str, dict[str, list[Row]]], case: str) -> None:
    """A feature sees the version that was known at the end of the snapshot's day, of what had happened by then."""
    _, name, expected = VISITS[case]
    assert [row[name] for row in found[case]["ann"]] == expected


@pytest.mark.parametrize("case", EXITS)
def test_label_and_population(found: dict[str, dict[str, list[Row]]], case: str) -> None:
    """The label sees (snapshot, snapshot + horizon], is null where that is not over, and leavers have no later row."""
    _, expected = EXITS[case]
    assert [row["leaves"] for row in found[case].get("ann", [])] == expected


@pytest.mark.parametrize("case", JOINS)
def test_membership_begins_on_its_first_day(found: dict[str, dict[str, list[Row]]], case: str) -> None:
    """Who joins on the snapshot's day is in it; who joins later, or at no known time, is not."""
    assert len(found[case].get("ann", [])) == JOINS[case]


@pytest.mark.parametrize("case", LINKS)
def test_links(found: dict[str, dict[str, list[Row]]], case: str) -> None:
    """A linked row belongs to whom its address named when the row became known, and multiplies nothing."""
    _, _, expected = LINKS[case]
    assert {name: [row["weight"] for row in rows] for name, rows in found[case].items()} == expected


def test_order_of_rows_does_not_matter(club: "Company", define: Define) -> None:
    """Of a conflict of equal key and time one row holds, and the same one whatever order the rows come in."""
    visits = [visit("v", "ann", "2022-05-01", value=float(number)) for number in range(5)]
    tables = [{"people": [person("ann")], "visits": rows} for rows in (visits, visits[::-1])]
    forward, back = (club.assemble(define(MODULE), rows, AS_OF).frame.collect() for rows in tables)
    assert sorted(forward) == sorted(back)
    assert {row.visits for row in forward} == {1}


def test_accounts_balance(club: "Company", define: Define) -> None:
    """Every kept row is used, merged or out of scope, and each for the stated reason."""
    again = visit("again", "ann", "2022-05-01")
    rows = {
        "people": [person("ann"), person("ann"), person("ann", updated="2023-01-01"), person("late", "2025-03-01")],
        "leavers": [
            leaver("x", "ann", "2024-06-01"),
            leaver("y", "late", "2025-06-01"),
            leaver("z", "eve", "2023-01-01"),
        ],
        "visits": [
            again,
            again,
            again,
            visit("conflict", "ann", "2022-05-01", value=1.0),
            visit("conflict", "ann", "2022-05-01", value=2.0),
            visit("version", "ann", "2022-05-01"),
            visit("version", "ann", "2022-05-01", "2022-06-01"),
            visit("future", "ann", "2025-01-01"),
            visit("known later", "ann", "2024-05-01", "2025-01-01"),
            visit("stranger", "eve", "2022-05-01"),
            visit("never", "ann", "2022-05-01", updated="2022-05-01") | {"updated": None},
        ],
        "parcels": [
            parcel("p", "ann@", "2022-05-01"),
            parcel("q", "eve@", "2022-05-01"),
            parcel("q", "eve@", "2022-05-01"),
            parcel("r", None, "2022-05-01"),
        ],
        "weather": [{"day": "monday", "rain": 1.0}, {"day": "tuesday", "rain": 2.0}],
    }
    assert club.assemble(define(MODULE), rows, AS_OF).accounts == {
        "people": SourceAccounts(kept=4, used=2, merged=1, out_of_scope=1),
        "leavers": SourceAccounts(kept=3, used=1, merged=0, out_of_scope=2),
        "visits": SourceAccounts(kept=11, used=4, merged=3, out_of_scope=4),
        "parcels": SourceAccounts(kept=4, used=1, merged=1, out_of_scope=2),
        "weather": SourceAccounts(kept=2, used=0, merged=0, out_of_scope=2),
    }


@pytest.mark.parametrize("claimed", [0, 2])
def test_accounts_that_differ_stop(club: "Company", define: Define, claimed: int) -> None:
    """Rows that are more or fewer than the stage before kept stop the run."""
    with pytest.raises(AccountsError, match="visits: accounts differ"):
        rows = {"people": [person("ann")], "visits": [visit("v", "ann", "2022-05-01")]}
        club.assemble(define(MODULE), rows, AS_OF, kept={"visits": claimed})


def test_the_table_has_one_row_per_entity_and_snapshot(club: "Company", define: Define) -> None:
    """Columns come in order, the key is unique, and the summary counts what is there."""
    rows = {"people": [person("ann"), person("bob", "2023-06-01")], "leavers": [leaver("x", "ann", "2024-02-01")]}
    assembled = club.assemble(define(MODULE), rows, AS_OF)
    assert assembled.frame.columns == [
        "person_pseudonym", "snapshot_date", "visits", "value", "town", "weight", "leaves",
    ]  # fmt: skip
    summary = summarise(assembled.frame, assembled.entity, assembled.label.name)
    assert (summary.entities, summary.rows) == (2, 4)
    assert (summary.positives, summary.negatives, summary.censored) == (1, 2, 1)
    assert summary.snapshots == (
        SnapshotCount(date(2022, 12, 31), rows=1, positives=0, negatives=1, censored=0),
        SnapshotCount(date(2023, 12, 31), rows=2, positives=1, negatives=1, censored=0),
        SnapshotCount(date(2024, 12, 31), rows=1, positives=0, negatives=0, censored=1),
    )
    with pytest.raises(AccountsError, match="more than one row"):
        summarise(assembled.frame.union(assembled.frame), assembled.entity, assembled.label.name)


@pytest.mark.parametrize(
    ("body", "given"),
    [
        ('F.size(F.col("leavers__ahead"))', "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ('events.expr("size(leavers__ahead)")', "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ('F.size(F.col("people"))', "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ('F.col("_stays")[0]', "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ("F.datediff(F.current_date(), events.snapshot)", "current_date()"),
        ('events.expr("now()")', "now()"),
        ("F.rand()", "rand()"),
        ("events.array", "array<"),
        ('events.latest("colour")', "colour"),
        ("events.source", "AttributeError"),
        ("3", "int"),
    ],
)
def test_features_that_reach_further_are_refused(club: "Company", define: Define, body: str, given: str) -> None:
    """A feature that reaches past its own view, or depends on clock or chance, is refused before anything is built."""
    text = MODULE.replace("return events.count()", f"return {body}")
    with pytest.raises(FeatureError) as refusal:
        club.assemble(define(text), {"people": [person("ann")]}, AS_OF)
    assert given in str(refusal.value.given)


def test_a_label_is_true_or_false(club: "Company", define: Define) -> None:
    """A label that is a number is refused."""
    with pytest.raises(FeatureError, match="not true or false"):
        club.assemble(define(MODULE.replace('!= "death").any()', '!= "death").count()')), {}, AS_OF)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('source="parcels"', 'source="packets"', "weight reads an unknown source"),
        ('source="parcels"', 'source="weather"', "contract names no person"),
        ('entity="person", source="parcels"', 'entity="cat", source="parcels"', "of another entity"),
        ("def weight", "def snapshot_date", "name is reserved"),
        ("def weight", "def person_pseudonym", "name is reserved"),
    ],
)
def test_definitions_that_do_not_fit_are_refused(
    club: "Company", define: Define, old: str, new: str, message: str
) -> None:
    """Unknown sources, other entities and reserved names are refused; an unknown source lists the known ones."""
    with pytest.raises(FeatureError, match=message) as refusal:
        club.assemble(define(MODULE.replace(old, new)), {}, AS_OF)
    if "unknown source" in message:
        assert refusal.value.allowed == "people, leavers, visits, parcels, weather"


def exchanges(club: "Company", module: FeatureModule, as_of: date) -> int:
    """Shuffles and broadcasts in the plan of a company in which every source has a row."""
    rows = {
        "people": [person("ann")],
        "leavers": [leaver("x", "ann", "2026-01-01")],
        "visits": [visit("v", "ann", "2021-05-01")],
        "parcels": [parcel("p", "ann@", "2021-05-01")],
        "weather": [{"day": "monday"}],
    }
    rows = {source: rows[source] for source in club.dataset.contracts}
    plan = club.assemble(module, rows, as_of).frame._jdf.queryExecution().executedPlan().toString()
    return len(re.findall(r"\b(?:Broadcast)?Exchange\b", plan))


def test_shuffles_do_not_grow(club: "Company", define: Define) -> None:
    """Ten times the features and three times the snapshots take the same shuffles; without links it is two in all."""
    more = "".join(
        f"""
@feature(entity="person", source="{source}", unit="events")
def {source}_{months}(events: Events) -> Column:
    "Events of late."
    return events.within(months={months}).count()
"""
        for source in ("visits", "parcels", "people")
        for months in range(1, 14)
    )
    some = exchanges(club, define(MODULE), date(2022, 12, 31))
    assert exchanges(club, define(MODULE + more), AS_OF) == some
    parcels, labels = MODULE.index('@feature(entity="person", source="parcels"'), MODULE.index("@label")
    contracts = {name: item for name, item in club.dataset.contracts.items() if name != "parcels"}
    unlinked = replace(club, dataset=Dataset(club.dataset.folder, club.dataset.spec, contracts))
    assert exchanges(unlinked, define(MODULE[:parcels] + MODULE[labels:]), AS_OF) == 2
