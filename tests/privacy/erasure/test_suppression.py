"""Who is suppressed is known again however the value is written and whichever epoch the key is of, and nobody else."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import KeySourceError
from pipeline.keys import DevelopmentKeyFile
from pipeline.privacy.erasure.suppression import SuppressionList, allow, opened, read_suppressed, suppress
from pipeline.storage.objects import FolderStore, StaleObjectError

EMAIL = {"email": ["Ada@example.com"]}


@pytest.fixture
def warehouse(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "warehouse")


@pytest.fixture
def keys(tmp_path: Path) -> DevelopmentKeyFile:
    made = DevelopmentKeyFile(tmp_path / "development.key")
    made.create("staff")
    return made


def mask(suppressed: SuppressionList, keys: DevelopmentKeyFile, values: list[str | None], domain: str) -> list[bool]:
    match = suppressed.matcher(opened(suppressed, "staff", keys))
    return match(pa.array(values, pa.string()), domain).tolist()


@pytest.mark.parametrize(
    ("domain", "values", "expected"),
    [
        (
            "email",
            ["ADA@example.com ", "eve@example.com", None, "", "Ada@example.com"],
            [True, False, False, False, True],
        ),
        ("employee_id", ["Ada@example.com", "E1", " E1"], [False, True, True]),
        ("other", ["E1"], [False]),
        ("email", [], []),
    ],
)
def test_a_value_is_known_in_its_domain(warehouse, keys, domain: str, values: list, expected: list[bool]) -> None:
    """Normalised as its domain says; blanks and nulls are nobody, and another domain does not know it."""
    suppressed = suppress(warehouse, "staff", {**EMAIL, "employee_id": ["E1"]}, keys)
    assert mask(suppressed, keys, values, domain) == expected


def test_it_holds_after_a_rotation(warehouse, keys) -> None:
    """Entries of two epochs are each matched under their own key."""
    suppress(warehouse, "staff", EMAIL, keys)
    keys.rotate("staff")
    suppressed = suppress(warehouse, "staff", {"email": ["eve@example.com"]}, keys)
    assert len({entry.epoch for entry in suppressed.entries}) == 2
    assert mask(suppressed, keys, ["ada@example.com", "eve@example.com", "x@y.z"], "email") == [True, True, False]


def test_without_an_epochs_key_it_fails(warehouse, keys) -> None:
    """Nobody passes because a key is gone."""
    suppressed = suppress(warehouse, "staff", EMAIL, keys)
    with pytest.raises(KeySourceError, match="keys that are gone"):
        suppressed.matcher({})


def test_it_holds_no_value_and_is_read_back(warehouse, keys) -> None:
    """What lies in the warehouse are digests, equal to what was returned."""
    suppressed = suppress(warehouse, "staff", EMAIL, keys)
    assert b"ada" not in warehouse.read("_suppressed/staff.json").lower()
    assert read_suppressed(warehouse, "staff") == suppressed
    assert read_suppressed(warehouse, "other") == SuppressionList()


def test_its_digest_says_whether_it_changed(warehouse, keys) -> None:
    """None while empty; the same after the same again; None once everybody may come back."""
    assert SuppressionList().digest() is None
    once = suppress(warehouse, "staff", EMAIL, keys).digest()
    assert once is not None
    assert suppress(warehouse, "staff", EMAIL, keys).digest() == once
    assert suppress(warehouse, "staff", {"email": ["eve@example.com"]}, keys).digest() != once
    assert allow(warehouse, "staff", {"email": ["ada@example.com", "eve@example.com"]}, keys).digest() is None


def test_who_comes_back_rightfully_is_let_in_whatever_the_epoch(warehouse, keys) -> None:
    """An entry of an earlier epoch is removed after a rotation, the others stay."""
    suppress(warehouse, "staff", {"email": ["ada@example.com", "eve@example.com"]}, keys)
    keys.rotate("staff")
    suppressed = allow(warehouse, "staff", EMAIL, keys)
    assert mask(suppressed, keys, ["ada@example.com", "eve@example.com"], "email") == [False, True]


def test_two_datasets_do_not_share_digests(warehouse, keys) -> None:
    """One person suppressed in two datasets can't be linked by the lists."""
    lists = [suppress(warehouse, dataset, EMAIL, keys) for dataset in ("staff", "other")]
    assert len({entry.digest for found in lists for entry in found.entries}) == 2


def test_of_two_writers_one_is_told(warehouse, keys) -> None:
    """A list that moved between reading and writing is not overwritten."""

    class Racing(FolderStore):
        def write_if(self, key: str, data: bytes, expected: str | None) -> None:
            if not self.exists(key):
                suppress(warehouse, "staff", {"email": ["eve@example.com"]}, keys)
            super().write_if(key, data, expected)

    with pytest.raises(StaleObjectError):
        suppress(Racing(warehouse.root), "staff", EMAIL, keys)
    assert mask(read_suppressed(warehouse, "staff"), keys, ["eve@example.com"], "email") == [True]
