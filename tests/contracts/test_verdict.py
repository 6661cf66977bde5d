"""Which changes of a folder may pass: with a new major version, with an acknowledgement, or not at all."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.contracts.acknowledgements import Acknowledgement, read_acknowledgements
from pipeline.contracts.dataset import Dataset, load_dataset_folder
from pipeline.contracts.verdict import Comparison, compare
from pipeline.errors import ContractError
from tests.services.folders import SPEC, contract, properties, write_folder

WORD = {"change": "amount.privacy", "from": "rank", "to": "keep", "reason": "r", "by": "b", "on": "2026-11-21"}


def read(root: Path, pay: dict[str, Any] | None = None, **spec: Any) -> Dataset:
    return load_dataset_folder(write_folder(root, pay, **spec))


def edited(**words: Any) -> dict[str, Any]:
    """The contract with other words of `amount`, and of itself under `_document`."""
    document = contract()
    document.update(words.pop("_document", {}))
    properties(document)[2].update(words)
    return document


def kept(*words: dict[str, Any], **document: Any) -> dict[str, Any]:
    """The contract that publishes the amount, with these acknowledgements."""
    made = edited(customProperties=[{"property": "privacy", "value": {"action": "keep"}}], _document=document)
    if words:
        made["schema"][0]["customProperties"].append({"property": "acknowledgements", "value": list(words)})
    return made


def verdicts(found: Comparison) -> list[tuple[str, str]]:
    return [(finding.where, finding.verdict) for finding in found.findings]


def test_what_breaks_needs_a_new_major_version(tmp_path: Path) -> None:
    """A required column breaks readers until the contract's first number rises; a minor one does not do."""
    old = read(tmp_path / "old")
    for version, verdict in (("1.0.0", "refused"), ("1.9.0", "refused"), ("2.0.0", "allowed"), ("v2", "allowed")):
        new = read(tmp_path / version, edited(required=True, _document={"version": version}))
        assert verdicts(compare(old, new)) == [("amount.required", verdict)]


def test_a_weakened_protection_needs_a_word(tmp_path: Path) -> None:
    """A new major version does not excuse it; an acknowledgement of this very change does."""
    old = read(tmp_path / "old")
    major = compare(old, read(tmp_path / "major", kept(version="2.0.0")))
    assert [(item.verdict, item.effect) for item in major.findings] == [("refused", "weakens"), ("allowed", "means")]
    wanted = '{property: acknowledgements, value: [{change: "amount.privacy", from: "rank", to: "keep", reason: '
    assert major.refused[0].why.startswith(wanted)
    meant = compare(old, read(tmp_path / "meant", kept(WORD, version="2.0.0")))
    assert not meant.refused
    assert meant.findings[0].why in ("b, 2026-11-21: r", "version 2.0.0")


@pytest.mark.parametrize("other", [{"change": "grade.privacy"}, {"from": "drop"}, {"to": "round"}])
def test_a_word_for_another_change_is_only_told(tmp_path: Path, other: dict[str, str]) -> None:
    """It excuses nothing, and is listed as matching nothing."""
    found = compare(read(tmp_path / "old"), read(tmp_path / "new", kept({**WORD, **other}, version="2.0.0")))
    assert [finding.effect for finding in found.refused] == ["weakens"]
    assert [item.by for item in found.unmatched] == ["b"]


def test_a_word_that_was_there_before_excuses_nothing(tmp_path: Path) -> None:
    """What was acknowledged once and taken back must be acknowledged again."""
    once = contract()
    once["schema"][0]["customProperties"].append({"property": "acknowledgements", "value": [WORD]})
    found = compare(read(tmp_path / "old", once), read(tmp_path / "new", kept(WORD, version="2.0.0")))
    assert [finding.effect for finding in found.refused] == ["weakens"]
    assert found.unmatched == ()


def test_dataset_yaml_may_acknowledge_for_a_source(tmp_path: Path) -> None:
    """There the change is named with its source."""
    spec = {"acknowledgements": [{**WORD, "change": "pay.amount.privacy"}]}
    assert not compare(read(tmp_path / "old"), read(tmp_path / "new", kept(version="2.0.0"), **spec)).refused


def release(**words: Any) -> dict[str, Any]:
    return {**SPEC["release"], **words}


def town(**words: Any) -> dict[str, Any]:
    """Two quasi-identifiers, of which one is a postcode."""
    grade = SPEC["release"]["quasi_identifiers"][0]
    return {"quasi_identifiers": [grade, {"column": "town", "kind": "postcode", **words}]}


@pytest.mark.parametrize(
    ("words", "where", "weaker"),
    [
        ({"k": 11}, "release.k", True),
        ({"k": 13}, "release.k", False),
        ({"l": 2}, "release.l", True),
        ({"policy": "internal"}, "release.policy", True),
        ({"pseudonyms": "stable"}, "release.pseudonyms", True),
        ({"most_suppressed": 0.06}, "release.most_suppressed", True),
        ({"most_suppressed": 0.04}, "release.most_suppressed", False),
        ({"least_recall": 0.8}, "release.least_recall", True),
        ({"least_recall": 0.995}, "release.least_recall", False),
        ({"least_name_recall": 0.9}, "release.least_name_recall", True),
        ({"least_precision": 0.8}, "release.least_precision", True),
        ({"least_precision": 0.9}, "release.least_precision", False),
        ({"sensitive": ["grade"]}, "release.sensitive.amount", True),
        ({"quasi_identifiers": []}, "release.quasi_identifiers.grade", True),
        (town(fold_below=19_999), "release.quasi_identifiers.town.fold_below", True),
        (town(), "release.quasi_identifiers.town.fold_below", False),
        (town(fold_below=20_001), "release.quasi_identifiers.town.fold_below", False),
    ],
)
def test_a_weaker_release_policy_needs_a_word(tmp_path: Path, words: dict[str, Any], where: str, weaker: bool) -> None:
    """Smaller groups, other readers, more withheld or fewer columns watched; the other way is fine."""
    base = {"policy": "release", "k": 12, "l": 3, "sensitive": ["amount"], **town()}
    old = read(tmp_path / "old", release=release(**base))
    new = read(tmp_path / "new", release=release(**{**base, **words}))
    assert (where in [finding.where for finding in compare(old, new).refused]) is weaker


def test_a_source_that_goes_needs_a_word_in_dataset_yaml(tmp_path: Path) -> None:
    """Its contract is gone, so that no version can speak for it."""
    more = {"sources": {**SPEC["sources"], "bonus": SPEC["sources"]["pay"]}}
    folder = write_folder(tmp_path / "old", **more)
    text = (folder / "contracts" / "pay.odcs.yaml").read_text().replace("name: pay\n", "name: bonus\n")
    (folder / "contracts" / "bonus.odcs.yaml").write_text(text)
    old, new = load_dataset_folder(folder), read(tmp_path / "new")
    assert verdicts(compare(old, new)) == [("sources.bonus", "refused")]
    word = {**WORD, "change": "sources.bonus", "from": "there", "to": "gone"}
    meant = read(tmp_path / "meant", acknowledgements=[word])
    assert verdicts(compare(old, meant)) == [("sources.bonus", "allowed")]
    assert verdicts(compare(new, old)) == [("sources.bonus", "fine")]


def test_the_same_records_under_another_source_need_a_word(tmp_path: Path) -> None:
    """A second source that reads the same files can't publish what the first hides."""
    old = read(tmp_path / "old")
    folder = write_folder(tmp_path / "new", sources=dict.fromkeys(("pay", "wage"), SPEC["sources"]["pay"]))
    text = yaml.safe_dump(kept()).replace("name: pay\n", "name: wage\n")
    (folder / "contracts" / "wage.odcs.yaml").write_text(text)
    found = compare(old, load_dataset_folder(folder)).refused
    assert [(item.source, item.where) for item in found] == [("wage", "amount.privacy")]


def test_an_acknowledgement_is_read() -> None:
    """All six words are there, with their types."""
    (word,) = read_acknowledgements([WORD], "pay")
    assert word == Acknowledgement.model_validate(WORD)
    assert (word.before, word.on) == ("rank", date(2026, 11, 21))


@pytest.mark.parametrize(
    ("value", "given"),
    [
        ([{**WORD, "by": ""}], "by: String should have at least 1 character"),
        ([{**WORD, "on": "soon"}], "on: Input should be a valid date or datetime, input is too short"),
        ([{key: WORD[key] for key in WORD if key != "reason"}], "reason: Field required"),
        ([{**WORD, "because": "x"}], "because: Extra inputs are not permitted"),
        ("salary", ": Input should be a valid dictionary or instance of Acknowledgement"),
    ],
)
def test_half_an_acknowledgement_is_refused(value: object, given: str) -> None:
    """Who, why and when must all be said."""
    with pytest.raises(ContractError) as error:
        read_acknowledgements(value, "pay")
    assert error.value.given == given


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "b", []),
        ("a", "a", []),
        ("a", "b", [("recognizers.yaml", "refused")]),
        ("a", None, [("recognizers.yaml", "refused")]),
    ],
)
def test_a_changed_recognizer_needs_a_word(
    tmp_path: Path, before: str | None, after: str | None, expected: list[tuple[str, str]]
) -> None:
    """A new file of recognizers protects more; a changed or removed one may protect less."""
    found = []
    for name, content in (("old", before), ("new", after)):
        folder = write_folder(tmp_path / name, None)
        if content:
            (folder / "recognizers.yaml").write_text(f"# {content}\n")
        found.append(load_dataset_folder(folder))
    assert verdicts(compare(*found)) == expected
