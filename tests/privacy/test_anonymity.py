"""Levels and suppression against brute force over people."""

from collections import defaultdict
from itertools import product
from random import Random

import pyarrow as pa
import pytest

from pipeline.errors import PrivacyError
from pipeline.privacy import anonymity
from pipeline.privacy.anonymity import Generalisation, choose_levels
from pipeline.privacy.lattice import Policy, QuasiLevels

Row = tuple[str, str | None, str, str]
"""snapshot, age, city, sensitive value"""
AGES = (lambda age: age, lambda age: None if age is None else age[0], lambda age: "*")
CITIES = (lambda city: city, lambda city: "*")
QUASI = [QuasiLevels("age", ("age0", "age1", "age2")), QuasiLevels("city", ("city0", "city1"))]


def histogram(rows: list[Row]) -> pa.Table:
    """The finest histogram; each row is another entity of its snapshot."""
    cells: dict[tuple[str | None, ...], list[str]] = defaultdict(list)
    for snapshot, age, city, value in rows:
        cells[(snapshot, *(up(age) for up in AGES), *(up(city) for up in CITIES))].append(value)
    names = ("snapshot", "age0", "age1", "age2", "city0", "city1")
    columns = {name: pa.array([cell[index] for cell in cells], pa.string()) for index, name in enumerate(names)}
    columns["entities"] = columns["rows"] = pa.array([len(values) for values in cells.values()], pa.int64())
    columns["value"] = pa.array([sorted(set(values)) for values in cells.values()], pa.list_(pa.string()))
    return pa.table(columns)


def people(random: Random, count: int) -> list[Row]:
    return [
        (random.choice("AB"), random.choice(["20", "21", "30", None]), random.choice("xyz"), random.choice("pqr"))
        for _ in range(count)
    ]


def published(rows: list[Row], levels: tuple[int, ...]) -> list[tuple[str | None, ...]]:
    return [(snapshot, AGES[levels[0]](age), CITIES[levels[1]](city)) for snapshot, age, city, _ in rows]


def failing(rows: list[Row], levels: tuple[int, ...], policy: Policy) -> set[tuple[str | None, ...]]:
    """Classes that are too small or too alike, by counting people one by one."""
    members = defaultdict(list)
    for key, row in zip(published(rows, levels), rows, strict=True):
        members[key].append(row[3])
    return {key for key, values in members.items() if len(values) < policy.k or len(set(values)) < policy.l}


def check(rows: list[Row], policy: Policy, chosen: Generalisation) -> None:
    """Every claim of a result, recounted from the people."""
    bad = failing(rows, chosen.levels, policy)
    keys = published(rows, chosen.levels)
    kept = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in bad]
    groups = defaultdict(list)
    for key, row in kept:
        groups[key].append(row[3])
    assert chosen.suppressed == bad
    assert chosen.rows == len(rows)
    assert chosen.published_rows == len(kept)
    assert (len(rows) - len(kept)) / len(rows) <= policy.most_suppressed
    assert chosen.k == min(map(len, groups.values())) >= policy.k
    assert chosen.l == min(len(set(values)) for values in groups.values()) >= policy.l


@pytest.mark.parametrize("whole", [True, False], ids=["whole lattice", "greedy"])
@pytest.mark.parametrize("seed", range(40))
def test_result_against_brute_force(seed: int, whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is chosen keeps the policy when people are recounted; a refusal means that no node does."""
    if not whole:
        monkeypatch.setattr(anonymity, "WHOLE_LATTICE", 0)
    random = Random(seed)
    rows = people(random, random.randrange(1, 120))
    policy = Policy(random.randrange(2, 7), random.randrange(1, 4), random.choice([0.0, 0.05, 0.3]))
    nodes = list(product(range(3), range(2)))
    possible = [
        node
        for node in nodes
        if (lost := sum(key in failing(rows, node, policy) for key in published(rows, node))) < len(rows)
        and lost / len(rows) <= policy.most_suppressed
    ]
    if not possible:
        with pytest.raises(PrivacyError, match="no level of generalisation"):
            choose_levels(histogram(rows), QUASI, ["value"], policy)
        return
    chosen = choose_levels(histogram(rows), QUASI, ["value"], policy)
    assert chosen.whole_lattice is whole
    assert chosen.levels in possible
    check(rows, policy, chosen)


@pytest.mark.parametrize("seed", range(10))
def test_whole_lattice_is_never_worse_than_greedy(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole search loses at most as much information as the greedy one."""
    table, policy = histogram(people(Random(seed), 300)), Policy(5, 1, 0.05)
    whole = choose_levels(table, QUASI, [], policy)
    monkeypatch.setattr(anonymity, "WHOLE_LATTICE", 0)
    assert whole.loss <= choose_levels(table, QUASI, [], policy).loss


def crowd(*cells: tuple[str, str, int]) -> list[Row]:
    return [("A", age, city, f"v{index}") for age, city, count in cells for index in range(count)]


@pytest.mark.parametrize(
    ("cells", "limit", "levels", "withheld"),
    [
        ([("20", "x", 5), ("21", "x", 5)], 0.0, (0, 0), 0),
        ([("20", "x", 5), ("21", "x", 4)], 0.0, (1, 0), 0),
        ([("20", "x", 96), ("21", "x", 4)], 0.04, (0, 0), 4),
        ([("20", "x", 96), ("21", "x", 4)], 0.0399, (1, 0), 0),
        ([("20", "x", 3), ("30", "x", 3)], 0.0, (2, 0), 0),
        ([("20", "x", 3), ("20", "y", 3)], 0.0, (0, 1), 0),
    ],
    ids=["exactly k", "one below k", "share exactly at the limit", "share above it", "other column", "other city"],
)
def test_boundaries(cells: list[tuple[str, str, int]], limit: float, levels: tuple[int, ...], withheld: int) -> None:
    """K is reached at k, the share may equal its limit, and only the column that must is generalised."""
    chosen = choose_levels(histogram(crowd(*cells)), QUASI, [], Policy(5, 1, limit))
    assert chosen.levels == levels
    assert chosen.rows - chosen.published_rows == withheld
    assert chosen.l is None


def test_missing_value_is_a_class_of_its_own() -> None:
    """Rows without a value are not hidden among others."""
    rows: list[Row] = [("A", None, "x", "p")] * 2 + [("A", "20", "x", "p")] * 98
    chosen = choose_levels(histogram(rows), QUASI, [], Policy(3, 1, 0.02))
    assert chosen.suppressed == {("A", None, "x")}


def test_snapshots_are_apart() -> None:
    """Five entities over two snapshots are not five at one."""
    rows: list[Row] = [("A", "20", "x", "p")] * 3 + [("B", "20", "x", "p")] * 2
    with pytest.raises(PrivacyError, match="no level of generalisation"):
        choose_levels(histogram(rows), QUASI, [], Policy(5, 1, 0.0))


def test_alike_class_is_withheld() -> None:
    """A class of k people who share one sensitive value fails l = 2."""
    rows: list[Row] = [("A", "20", "x", "p")] * 5 + [("A", "30", "x", value) for value in "pq" * 50]
    chosen = choose_levels(histogram(rows), QUASI, ["value"], Policy(5, 2, 0.05))
    assert chosen.suppressed == {("A", "20", "x")}
    assert chosen.l == 2


def test_everything_withheld_is_refused() -> None:
    """A limit of 100 % does not allow an empty version; fewer entities than k are told as such, with the choices."""
    with pytest.raises(PrivacyError) as caught:
        choose_levels(histogram(crowd(("20", "x", 4))), QUASI, [], Policy(5, 1, 1.0))
    assert str(caught.value) == (
        "no level of generalisation meets the release policy\n"
        "  given:   4 entities\n"
        "  allowed: at least 5\n"
        "  hint:    in dataset.yaml, the choice is yours: "
        "k 3: 0.0% of the entities withheld, 0% of the information lost"
    )


def test_no_rows_are_refused() -> None:
    """An empty table can't be published."""
    with pytest.raises(PrivacyError, match="there are no rows"):
        choose_levels(histogram([]), QUASI, [], Policy(5, 1, 0.0))


def test_order_of_the_histogram_does_not_count() -> None:
    """Shuffled rows give the same choice."""
    table = histogram(people(Random(5), 400))
    order = list(range(table.num_rows))
    Random(1).shuffle(order)
    policy = Policy(6, 2, 0.05)
    shuffled = choose_levels(table.take(order), QUASI, ["value"], policy)
    assert shuffled == choose_levels(table, QUASI, ["value"], policy)


def test_no_quasi_identifiers() -> None:
    """Without quasi-identifiers a snapshot is one class."""
    chosen = choose_levels(histogram(crowd(("20", "x", 5))), [], [], Policy(5, 1, 0.0))
    assert (chosen.levels, chosen.k, chosen.loss) == ((), 5, 0.0)
