"""Levels and suppression against brute force over people."""

from collections import defaultdict
from itertools import product
from random import Random

import pyarrow as pa
import pytest

from pipeline.errors import PrivacyError
from pipeline.privacy.release_policy.anonymity import Generalisation, choose_levels
from pipeline.privacy.release_policy.histogram import Histogram, QuasiLevels, histogram_of
from pipeline.privacy.release_policy.lattice import WHOLE_LATTICE, Policy

Row = tuple[str, str | None, str, str]
"""snapshot, age, city, sensitive value"""
AGES = (lambda age: age, lambda age: None if age is None else age[0], lambda age: "*")
CITIES = (lambda city: city, lambda city: "*")
QUASI = [QuasiLevels("age", ("age0", "age1", "age2")), QuasiLevels("city", ("city0", "city1"))]


def histogram(rows: list[Row], sensitive: tuple[str, ...] = ("value",)) -> Histogram:
    """The finest histogram; each row is another entity of its snapshot."""
    cells: dict[tuple[str | None, ...], list[str]] = defaultdict(list)
    for snapshot, age, city, value in rows:
        cells[(snapshot, *(up(age) for up in AGES), *(up(city) for up in CITIES))].append(value)
    names = ("snapshot", "age0", "age1", "age2", "city0", "city1")
    columns = {name: pa.array([cell[index] for cell in cells], pa.string()) for index, name in enumerate(names)}
    columns["entities"] = columns["rows"] = pa.array([len(values) for values in cells.values()], pa.int64())
    columns["value"] = pa.array([sorted(set(values)) for values in cells.values()], pa.list_(pa.string()))
    return histogram_of(pa.table(columns), QUASI, sensitive)


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


def withheld(table: Histogram, chosen: Generalisation) -> set[tuple[str | None, ...]]:
    """The classes that are withheld, as texts."""
    classes = table.classes(chosen.levels, chosen.cells)
    return set(zip(*(column.to_pylist() for column in classes.columns), strict=True))


def check(rows: list[Row], policy: Policy, chosen: Generalisation) -> None:
    """Every claim of a result, recounted from the people."""
    bad = failing(rows, chosen.levels, policy)
    keys = published(rows, chosen.levels)
    kept = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in bad]
    groups = defaultdict(list)
    for key, row in kept:
        groups[key].append(row[3])
    assert withheld(histogram(rows), chosen) == bad
    assert chosen.classes.withheld == len(bad)
    assert chosen.classes.sizes.tolist() == sorted(map(len, groups.values()))
    assert chosen.rows == len(rows)
    assert chosen.published_rows == len(kept)
    assert (len(rows) - len(kept)) / len(rows) <= policy.most_suppressed
    assert chosen.k == min(map(len, groups.values())) >= policy.k
    assert chosen.l == min(len(set(values)) for values in groups.values()) >= policy.l


@pytest.mark.parametrize("whole", [True, False], ids=["whole lattice", "greedy"])
@pytest.mark.parametrize("seed", range(40))
def test_result_against_brute_force(seed: int, whole: bool) -> None:
    """Whatever is chosen keeps the policy when people are recounted; a refusal means that no node does."""
    limit = WHOLE_LATTICE if whole else 0
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
            choose_levels(histogram(rows), policy, limit)
        return
    chosen = choose_levels(histogram(rows), policy, limit)
    assert chosen.whole_lattice is whole
    assert chosen.levels in possible
    check(rows, policy, chosen)


@pytest.mark.parametrize("seed", range(10))
def test_whole_lattice_is_never_worse_than_greedy(seed: int) -> None:
    """The whole search loses at most as much information as the greedy one."""
    table, policy = histogram(people(Random(seed), 300)), Policy(5, 1, 0.05)
    assert choose_levels(table, policy).loss <= choose_levels(table, policy, whole_lattice=0).loss


@pytest.mark.parametrize(("limit", "whole"), [(71, False), (72, True)])
def test_the_whole_lattice_is_searched_by_combinations_times_cells(limit: int, whole: bool) -> None:
    """Six combinations of levels over six cells and their six sensitive values: 72."""
    rows: list[Row] = [("A", age, city, "p") for age in ("20", "21", "30") for city in "xy" for _ in range(5)]
    assert choose_levels(histogram(rows), Policy(5, 1, 0.05), limit).whole_lattice is whole


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
    chosen = choose_levels(histogram(crowd(*cells), ()), Policy(5, 1, limit))
    assert chosen.levels == levels
    assert chosen.rows - chosen.published_rows == withheld
    assert chosen.l is None


def test_missing_value_is_a_class_of_its_own() -> None:
    """Rows without a value are not hidden among others."""
    rows: list[Row] = [("A", None, "x", "p")] * 2 + [("A", "20", "x", "p")] * 98
    chosen = choose_levels(histogram(rows), Policy(3, 1, 0.02))
    assert withheld(histogram(rows), chosen) == {("A", None, "x")}


def test_snapshots_are_apart() -> None:
    """Five entities over two snapshots are not five at one."""
    rows: list[Row] = [("A", "20", "x", "p")] * 3 + [("B", "20", "x", "p")] * 2
    with pytest.raises(PrivacyError, match="no level of generalisation"):
        choose_levels(histogram(rows), Policy(5, 1, 0.0))


def test_alike_class_is_withheld() -> None:
    """A class of k people who share one sensitive value fails l = 2."""
    rows: list[Row] = [("A", "20", "x", "p")] * 5 + [("A", "30", "x", value) for value in "pq" * 50]
    chosen = choose_levels(histogram(rows), Policy(5, 2, 0.05))
    assert withheld(histogram(rows), chosen) == {("A", "20", "x")}
    assert chosen.classes.diversity == {"value": 2}


def test_everything_withheld_is_refused() -> None:
    """A limit of 100 % does not allow an empty version; fewer entities than k are told as such, with the choices."""
    with pytest.raises(PrivacyError) as caught:
        choose_levels(histogram(crowd(("20", "x", 4))), Policy(5, 1, 1.0, least_k=3))
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
        choose_levels(histogram([]), Policy(5, 1, 0.0))


def test_order_of_the_histogram_does_not_count() -> None:
    """Shuffled people give the same choice."""
    rows = people(Random(5), 400)
    other = Random(1).sample(rows, len(rows))
    policy = Policy(6, 2, 0.05)
    one, two = choose_levels(histogram(rows), policy), choose_levels(histogram(other), policy)
    assert (one.levels, one.loss, one.k, one.l) == (two.levels, two.loss, two.k, two.l)
    assert withheld(histogram(rows), one) == withheld(histogram(other), two)


def test_no_quasi_identifiers() -> None:
    """Without quasi-identifiers a snapshot is one class."""
    chosen = choose_levels(histogram(crowd(("20", "x", 5))).over([]), Policy(5, 1, 0.0))
    assert (chosen.levels, chosen.k, chosen.loss) == ((), 5, 0.0)
