"""References between sources: what they come to, and circles."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.contracts.load import load_contracts
from pipeline.contracts.model import Reference
from pipeline.errors import ContractError
from tests.contracts.club import PAY, load_club
from tests.contracts.test_load import column, document, load


def chain(folder: Path, references: dict[str, list[str]]) -> None:
    """A contract for each source, whose columns `to_<other>` refer to `id` of others."""
    for source, others in references.items():
        columns = [column("id", primaryKey=True)]
        columns += [column(f"to_{other}", relationships=[{"to": f"{other}.id"}]) for other in others]
        content = document(*columns)
        content["schema"][0]["name"] = source
        (folder / f"{source}.odcs.yaml").write_text(yaml.safe_dump(content))


CIRCLES: list[tuple[dict[str, list[str]], str]] = [
    ({"a": ["b"], "b": ["a"]}, "a -> b -> a"),
    ({"a": ["b"], "b": ["c"], "c": ["a"]}, "a -> b -> c -> a"),
    ({"a": ["b", "c"], "b": [], "c": ["d"], "d": ["c"]}, "c -> d -> c"),
    ({"a": ["a", "b"], "b": ["b", "a"]}, "a -> b -> a"),
]


@pytest.mark.parametrize(("references", "path"), CIRCLES)
def test_sources_that_refer_in_a_circle_are_refused(
    tmp_path: Path, references: dict[str, list[str]], path: str
) -> None:
    """With the way around it, and the line of its last step."""
    chain(tmp_path, references)
    with pytest.raises(ContractError, match="sources refer in a circle") as caught:
        load_contracts(tmp_path, references)
    assert caught.value.given == path
    assert caught.value.what.startswith(f"{path[-6]}.odcs.yaml:")


def test_a_source_may_refer_to_itself_and_by_many_ways_to_others(tmp_path: Path) -> None:
    """Two ways to one source are no circle, however many there are."""
    wide = {f"s{n}": [f"s{later}" for later in range(n, 24)] for n in range(24)}
    chain(tmp_path, wide)
    assert len(load_contracts(tmp_path, wide)["s0"].references) == 24


SAID: list[tuple[dict[str, Any], Reference]] = [
    ({"from": "member_id", "to": "people.member_id"}, Reference(("member_id",), "people", ("member_id",))),
    (
        {"from": ["pay.member_id", "kind"], "to": ["people.member_id", "people.kind"], "type": "foreignKey"},
        Reference(("member_id", "kind"), "people", ("member_id", "kind")),
    ),
    (
        {"from": "schema/pay/properties/kind", "to": "/schema/people/properties/kind", "id": "r1", "description": "d"},
        Reference(("kind",), "people", ("kind",)),
    ),
]


@pytest.mark.parametrize(("said", "expected"), SAID)
def test_a_reference_is_read_in_both_notations(tmp_path: Path, said: dict[str, Any], expected: Reference) -> None:
    """Short and long, of one column or of several together."""
    pay = yaml.safe_load(PAY)
    pay["schema"][0]["relationships"] = [said]
    contract = load_club(tmp_path, yaml.safe_dump(pay))["pay"]
    first = Reference(("member_id",), "people", ("member_id",), "paid_on >= parent.joined_on")
    assert contract.references == (first, expected)


DOMAINS = [
    ("member_id", {}, "member_id", {}, True),
    ("member_id", {}, "id", {"domain": "member_id"}, True),
    ("member_id", {}, "id", {}, False),
    ("member_id", {"domain": "x"}, "member_id", {}, False),
]


@pytest.mark.parametrize(("own", "own_words", "other", "other_words", "joins"), DOMAINS)
def test_pseudonyms_join_within_their_domain(
    tmp_path: Path, own: str, own_words: dict[str, str], other: str, other_words: dict[str, str], joins: bool
) -> None:
    """Which is the column's name where the contract says none."""
    ends = [("a", own, own_words, {"relationships": [{"to": f"b.{other}"}]}), ("b", other, other_words, {})]
    for source, name, privacy, more in ends:
        content = document(column(name, "pseudonymise", privacy=privacy, primaryKey=True, **more))
        content["schema"][0]["name"] = source
        (tmp_path / f"{source}.odcs.yaml").write_text(yaml.safe_dump(content))
    if joins:
        assert load_contracts(tmp_path, ["a", "b"])["a"].references
    else:
        with pytest.raises(ContractError, match=f"{own} and b.{other} can never be equal"):
            load_contracts(tmp_path, ["a", "b"])


def test_a_contract_alone_does_not_ask_for_others(tmp_path: Path) -> None:
    """What a reference leads to is known only once all contracts of a dataset are there."""
    x = column("x", relationships=[{"to": "nobody.id"}])
    assert load(tmp_path, document(column("id", primaryKey=True), x)).references[0].source == "nobody"
