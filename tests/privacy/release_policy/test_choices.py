"""What would withhold less, in numbers."""

import pyarrow as pa
import pytest

from pipeline.errors import PrivacyError
from pipeline.privacy.release_policy.anonymity import choose_levels
from pipeline.privacy.release_policy.choices import DECLARED, Choice, choices
from pipeline.privacy.release_policy.histogram import Histogram, QuasiLevels, histogram_of
from pipeline.privacy.release_policy.lattice import Policy

QUASI = [QuasiLevels("age", ("age0", "age1", "age2")), QuasiLevels("city", ("city0", "city1"))]


def crowd(*cells: tuple[str, str, int], snapshot: str = "A") -> Histogram:
    """A histogram of (age, city, entities); an age's coarser level is its first digit."""
    ages, cities, counts = zip(*cells, strict=True)
    text = {
        "snapshot": [snapshot] * len(cells),
        "age0": ages,
        "age1": [age[0] for age in ages],
        "age2": ["*"] * len(cells),
        "city0": cities,
        "city1": ["*"] * len(cells),
    }
    columns = {name: pa.array(values, pa.string()) for name, values in text.items()}
    counted = pa.array(counts, pa.int64())
    return histogram_of(pa.table({**columns, "entities": counted, "rows": counted}), QUASI)


def by_change(found: list[Choice]) -> dict[str, Choice]:
    return {choice.change: choice for choice in found}


def test_the_first_is_what_is_declared() -> None:
    """The finest levels at the declared k, with the share of entities that they would withhold."""
    found = choices(crowd(("20", "x", 6), ("21", "x", 4)), Policy(5, 1, 0.05, least_k=3))
    assert found[0] == Choice(DECLARED, {"age": 0, "city": 0}, 5, 0.4, pytest.approx(0.4))


def test_each_choice_withholds_less_and_says_what_it_costs() -> None:
    """One step of one column, as coarse as needed, smaller k's, and a column left out, each in its own numbers."""
    table = crowd(("20", "x", 6), ("21", "x", 4), ("30", "y", 6))
    found = by_change(choices(table, Policy(5, 1, 0.05, least_k=3), most=99))
    assert set(found) == {DECLARED, "as coarse as needed", "k 3", "without age", "without city"}
    assert found["as coarse as needed"].levels == {"age": 1, "city": 0}
    assert (found["k 3"].levels, found["k 3"].k, found["k 3"].loss) == ({"age": 0, "city": 0}, 3, 0.0)
    assert found["without age"].levels == {"city": 0}
    assert found["without age"].loss == pytest.approx(0.5)
    assert all(choice.withheld == 0 for name, choice in found.items() if name != DECLARED)


def test_what_is_needed_is_what_the_release_does() -> None:
    """The choice 'as coarse as needed' has the levels and the loss that a run would choose."""
    table, policy = crowd(("20", "x", 3), ("21", "x", 3), ("30", "y", 9), ("31", "z", 1)), Policy(5, 1, 0.0, least_k=3)
    chosen = choose_levels(table, policy)
    needed = by_change(choices(table, policy, most=99))["as coarse as needed"]
    assert (tuple(needed.levels.values()), needed.loss) == (chosen.levels, chosen.loss)


def test_those_that_keep_the_limit_come_first_and_few_are_told() -> None:
    """Order: what keeps the policy by loss, then the rest by what they withhold; never more than asked for."""
    table = crowd(("20", "x", 40), ("21", "x", 2), ("30", "x", 2), ("31", "y", 1))
    found = choices(table, Policy(5, 1, 0.05, least_k=3), most=4)
    assert len(found) == 4
    kept = [choice.withheld <= 0.05 for choice in found[1:]]
    assert kept == sorted(kept, reverse=True)
    losses = [choice.loss for choice in found[1:] if choice.withheld <= 0.05]
    assert losses == sorted(losses)


def test_nothing_to_choose() -> None:
    """A table that meets the policy as declared, or that nothing helps, has the declaration alone."""
    assert len(choices(crowd(("20", "x", 5)), Policy(5, 1, 0.05, least_k=3))) == 1
    assert [choice.withheld for choice in choices(crowd(("20", "x", 1)), Policy(5, 1, 0.05, least_k=3))] == [1.0]


def test_no_quasi_identifiers() -> None:
    """Without quasi-identifiers only a smaller k can help."""
    assert list(by_change(choices(crowd(("20", "x", 3)).over([]), Policy(5, 1, 0.05, least_k=3)))) == [DECLARED, "k 3"]


@pytest.mark.parametrize(
    ("cells", "given", "hint"),
    [
        ([("20", "x", 1)], "1 entity", "gather more entities"),
        ([("20", "x", 2)], "2 entities", "gather more entities"),
        ([("20", "x", 2), ("30", "y", 2)], "4 entities", "k 3: 0.0% of the entities withheld"),
    ],
)
def test_too_few_entities_are_told_in_numbers(cells: list[tuple[str, str, int]], given: str, hint: str) -> None:
    """Fewer entities than k: how many there are, how many there must be, and what each choice would withhold."""
    with pytest.raises(PrivacyError) as refusal:
        choose_levels(crowd(*cells), Policy(5, 1, 0.05, least_k=3))
    assert (refusal.value.given, refusal.value.allowed) == (given, "at least 5")
    assert hint in str(refusal.value.hint)
