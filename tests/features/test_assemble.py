"""From refined rows to the feature table: what each snapshot sees, who is in it, and what the plan costs."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import AccountsError, FeatureError
from pipeline.features.accounts import SourceAccounts
from pipeline.features.registry import FeatureModule
from pipeline.features.summary import SnapshotCount, summarise

if TYPE_CHECKING:
    from tests.features.conftest import Company

Define = Callable[[str], FeatureModule]
Row = dict[str, Any]
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


def column(club: "Company", module: FeatureModule, name: str, rows: dict[str, list[Row]]) -> list[Any]:
    """Values of one column for the only person, by snapshot (ends of 2022, 2023 and 2024)."""
    frame = club.assemble(module, rows, AS_OF).frame
    return [row[name] for row in sorted(frame.select("snapshot_date", name).collect())]


@pytest.mark.parametrize(
    ("visits", "name", "expected"),
    [
        pytest.param([visit("v", "ann", "2023-12-31")], "visits", [0, 1, 1], id="the snapshot's own day counts"),
        pytest.param([visit("v", "ann", "2024-01-01")], "visits", [0, 0, 1], id="the day after does not"),
        pytest.param(
            [visit("v", "ann", "2023-12-01", "2023-12-31T23:59:59")], "visits", [0, 1, 1], id="known late that day"
        ),
        pytest.param(
            [visit("v", "ann", "2023-12-01", "2024-01-01T00:00:00")], "visits", [0, 0, 1], id="known the day after"
        ),
        pytest.param(
            [visit("v", "ann", "2022-05-01", value=1.0), visit("v", "ann", "2022-05-01", "2023-02-01", value=7.0)],
            "value",
            [1.0, 7.0, 7.0],
            id="a correction holds from when it was known",
        ),
        pytest.param(
            [visit("v", "ann", "2022-05-01"), visit("v", "ann", "2022-05-01", "2023-02-01", value=7.0)],
            "visits",
            [1, 1, 1],
            id="versions are one fact",
        ),
        pytest.param(
            [visit("v", "ann", "2022-05-01"), visit("v", "ann", "2024-05-01", "2022-06-01")],
            "visits",
            [0, 0, 1],
            id="a correction that moves the fact past the snapshot takes it away",
        ),
        pytest.param(
            [visit("v", "ann", "2022-05-01"), visit("v", "bob", "2022-05-01", "2023-02-01")],
            "visits",
            [1, 0, 0],
            id="a correction that names somebody else takes the fact away",
        ),
        pytest.param(
            [visit("a", "ann", "2022-05-01", "2022-05-03", value=1.0), visit("b", "ann", "2022-05-01", value=2.0)],
            "value",
            [1.0, 1.0, 1.0],
            id="of one day's events the later known is newer",
        ),
        pytest.param(
            [visit("b", "ann", "2022-05-01", value=2.0), visit("a", "ann", "2022-05-01", value=1.0)],
            "value",
            [2.0, 2.0, 2.0],
            id="of equal times the greater key is newer",
        ),
        pytest.param([], "visits", [0, 0, 0], id="no events count 0"),
        pytest.param([], "value", [None, None, None], id="no events have no value"),
    ],
)
def test_a_snapshot_sees_what_was_known(
    club: "Company", define: Define, visits: list[Row], name: str, expected: list[Any]
) -> None:
    """A feature sees the version that was known at the end of the snapshot's day, of what had happened by then."""
    assert column(club, define(MODULE), name, {"people": [person("ann")], "visits": visits}) == expected


def test_order_of_rows_does_not_matter(club: "Company", define: Define) -> None:
    """A conflict of equal key and time is settled alike whatever order the rows come in."""
    rows = [visit("v", "ann", "2022-05-01", value=float(number)) for number in range(5)]
    module, people = define(MODULE), [person("ann")]
    forward = column(club, module, "value", {"people": people, "visits": rows})
    assert forward == column(club, module, "value", {"people": people, "visits": rows[::-1]})
    assert column(club, module, "visits", {"people": people, "visits": rows}) == [1, 1, 1]


@pytest.mark.parametrize(
    ("leavers", "expected"),
    [
        pytest.param([], [False, False, None], id="the last horizon is not finished"),
        pytest.param([leaver("x", "ann", "2024-01-01")], [False, True], id="the first day of the horizon"),
        pytest.param([leaver("x", "ann", "2024-12-31")], [False, True], id="the last day of the horizon"),
        pytest.param([leaver("x", "ann", "2023-12-31")], [True], id="gone on the snapshot's day"),
        pytest.param([leaver("x", "ann", "2024-06-01", why="death")], [False, False], id="not every exit counts"),
        pytest.param(
            [leaver("x", "ann", "2023-12-30", "2024-01-09")], [True], id="an exit entered late ends membership anyway"
        ),
        pytest.param(
            [leaver("x", "ann", "2023-05-01"), leaver("x", "ann", "2024-05-01", "2023-06-01")],
            [False, True],
            id="a corrected exit holds as corrected",
        ),
        pytest.param(
            [leaver("x", "ann", "2024-05-01", "2025-01-01T00:00:00")],
            [False, False, None],
            id="what is known only after the as-of date is not known",
        ),
        pytest.param([leaver("x", "ann", "2022-12-31")], [], id="never a member at a snapshot"),
    ],
)
def test_label_and_population(club: "Company", define: Define, leavers: list[Row], expected: list[bool | None]) -> None:
    """The label sees (snapshot, snapshot + horizon], is null where that is not over, and leavers have no later row."""
    assert column(club, define(MODULE), "leaves", {"people": [person("ann")], "leavers": leavers}) == expected


@pytest.mark.parametrize(
    ("joined", "snapshots"),
    [("2023-12-31", 2), ("2024-01-01", 1), ("2025-01-01", 0), (None, 0)],
)
def test_membership_begins_on_its_first_day(
    club: "Company", define: Define, joined: str | None, snapshots: int
) -> None:
    """Who joins on the snapshot's day is in it; who joins later, or at no known time, is not."""
    people = [person("ann", joined or "2020-01-01", updated="2020-01-01")]
    if joined is None:
        people[0]["joined"] = None
    assert len(column(club, define(MODULE), "visits", {"people": people})) == snapshots


@pytest.mark.parametrize(
    ("people", "parcels", "expected"),
    [
        pytest.param(
            [person("ann")], [parcel("p", "ann@", "2022-05-01")], {"ann": [1.0, 1.0, 1.0]}, id="by the address"
        ),
        pytest.param(
            [person("ann")], [parcel("p", "eve@", "2022-05-01")], {"ann": [0.0, 0.0, 0.0]}, id="an unknown address"
        ),
        pytest.param([person("ann")], [parcel("p", None, "2022-05-01")], {"ann": [0.0, 0.0, 0.0]}, id="no address"),
        pytest.param(
            [person("ann"), person("ann", updated="2023-05-01", email="new@")],
            [parcel("p", "ann@", "2022-05-01"), parcel("q", "new@", "2023-06-01"), parcel("r", "ann@", "2024-05-01")],
            {"ann": [1.0, 2.0, 3.0]},
            id="old and new address of one person",
        ),
        pytest.param(
            [person("ann"), person("ann", updated="2023-05-01", email="new@")],
            [parcel("p", "new@", "2022-05-01")],
            {"ann": [0.0, 1.0, 1.0]},
            id="known no earlier than the link",
        ),
        pytest.param(
            [person("ann"), person("bob", "2023-05-01", email="ann@")],
            [parcel("p", "ann@", "2022-05-01"), parcel("q", "ann@", "2023-06-01")],
            {"ann": [1.0, 1.0, 1.0], "bob": [1.0, 1.0]},
            id="an address that passes to another person",
        ),
        pytest.param(
            [person("ann"), person("bob", email="ann@")],
            [parcel("p", "ann@", "2022-05-01")],
            {"ann": [0.0, 0.0, 0.0], "bob": [0.0, 0.0, 0.0]},
            id="an address of two persons at once is nobody's",
        ),
    ],
)
def test_links(
    club: "Company", define: Define, people: list[Row], parcels: list[Row], expected: dict[str, list[float]]
) -> None:
    """A linked row belongs to whom its address named when the row became known, and multiplies nothing."""
    frame = club.assemble(define(MODULE), {"people": people, "parcels": parcels}, AS_OF).frame
    found: dict[str, list[float]] = {}
    for row in sorted(frame.select("person_pseudonym", "snapshot_date", "weight").collect()):
        found.setdefault(row.person_pseudonym, []).append(row.weight)
    assert found == expected


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
        ('events.expr("now()")', "current_timestamp()"),
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


def test_a_source_without_times_is_refused(club: "Company", define: Define) -> None:
    """A feature over a source whose contract says no knowledge time is refused: it could see too much."""
    contracts = club.dataset.contracts
    contracts["visits"] = type(contracts["visits"])(**{**vars(contracts["visits"]), "knowledge_time": None})
    with pytest.raises(FeatureError, match="needs the times of visits"):
        club.assemble(define(MODULE), {}, AS_OF)


def exchanges(club: "Company", module: FeatureModule, as_of: date) -> int:
    """Shuffles and broadcasts in the plan."""
    frame = club.assemble(module, {"people": [person("ann")]}, as_of).frame
    return len(re.findall(r"\bExchange\b|\bBroadcastExchange\b", frame._jdf.queryExecution().executedPlan().toString()))


def test_shuffles_do_not_grow(club: "Company", define: Define) -> None:
    """Ten times the features over the same sources, and three times the snapshots, take the same shuffles."""
    some = exchanges(club, define(MODULE), date(2022, 12, 31))
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
    many = exchanges(club, define(MODULE + more), date(2025, 6, 30))
    without_links = (
        MODULE[: MODULE.index('@feature(entity="person", source="parcels"')] + MODULE[MODULE.index("@label") :]
    )
    assert many == some
    assert exchanges(club, define(without_links), AS_OF) <= some
