"""What every key source promises: a real Vault, AWS Secrets Manager (moto stands in), the development file."""

import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from pipeline.errors import KeySourceError
from pipeline.keys import KEY_BYTES, DataKey, DevelopmentKeyFile, KeySource, NoKeyError
from pipeline.keys.secrets_manager import SecretsManagerKeys
from pipeline.privacy.pseudonyms import Pseudonymiser
from tests.services.aws import AwsService
from tests.services.vault import VaultService

AT_ONCE = 6


@pytest.fixture(params=["vault", "secrets-manager", "development"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> KeySource:
    """A source without a key, whose login may do everything with `dataset` and `other`."""
    if request.param == "development":
        return DevelopmentKeyFile(tmp_path / "development.key", credentials=tmp_path)
    if request.param == "secrets-manager":
        aws: AwsService = request.getfixturevalue("aws")
        return SecretsManagerKeys(endpoint=aws.address)
    vault: VaultService = request.getfixturevalue("vault")
    return vault.keys(request.getfixturevalue("root"))


@pytest.fixture
def made(keys: KeySource, dataset: str) -> KeySource:
    """The same with a key of `dataset`."""
    keys.create(dataset)
    return keys


def at_once(work: object) -> list[DataKey]:
    """What as many threads return that begin together."""
    barrier = Barrier(AT_ONCE)

    def begun(_: int) -> DataKey:
        barrier.wait()
        return work()  # type: ignore[operator]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(begun, range(AT_ONCE)))


def test_no_key_is_made_by_asking(keys: KeySource, dataset: str) -> None:
    """A dataset without a key has none after each question for it either."""
    for ask in (keys.data_key, keys.epochs, keys.rotate, keys.data_key):
        with pytest.raises(NoKeyError):
            ask(dataset)


def test_a_key_is_made_once(made: KeySource, dataset: str) -> None:
    """Its epoch is the first; making it again changes nothing."""
    key = made.data_key(dataset)
    assert len(key.key) == KEY_BYTES
    assert re.fullmatch(r"1-[0-9a-f]{12}", key.epoch)
    made.create(dataset)
    assert made.data_key(dataset) == key
    assert made.epochs(dataset) == (key.epoch,)


def test_rotation_keeps_old_epochs(made: KeySource, dataset: str) -> None:
    """The new epoch is current; every older key can still be opened, by its epoch."""
    known = [made.data_key(dataset), made.rotate(dataset), made.rotate(dataset)]
    assert [key.epoch[:2] for key in known] == ["1-", "2-", "3-"]
    assert made.epochs(dataset) == tuple(key.epoch for key in known)
    assert made.data_key(dataset) == known[-1]
    assert [made.data_key(dataset, key.epoch) for key in known] == known


def test_pseudonyms_are_separated(made: KeySource, dataset: str) -> None:
    """Equal under one key, whoever opens it; different for another dataset or epoch."""
    other = f"{dataset}_too"
    made.create(other)
    first = made.data_key(dataset)
    opened = [first, made.data_key(other), made.rotate(dataset)]
    found = [Pseudonymiser(key.key).pseudonym("E0000001", "employee") for key in opened]
    assert len(set(found)) == len(found)
    again = pickle.loads(pickle.dumps(made)).data_key(dataset, first.epoch)
    assert Pseudonymiser(again.key).pseudonym("E0000001", "employee") == found[0]


@pytest.mark.parametrize("epoch", ["2-000000000000", "1-000000000000", "1"])
def test_an_unknown_epoch_is_refused(made: KeySource, dataset: str, epoch: str) -> None:
    """The message lists the known ones."""
    with pytest.raises(KeySourceError, match="no such epoch") as caught:
        made.data_key(dataset, epoch)
    assert made.epochs(dataset)[0] in str(caught.value)


def test_nothing_that_travels_holds_a_key(made: KeySource, dataset: str) -> None:
    """A source that has opened a key shows it neither pickled nor printed."""
    key = made.data_key(dataset).key
    shown = pickle.dumps(made) + repr(made).encode() + made.place(dataset).encode()
    assert key not in shown
    assert key.hex().encode() not in shown


def test_one_of_many_makes_the_key(keys: KeySource, dataset: str) -> None:
    """All that create at once open the same key."""

    def create_and_open() -> DataKey:
        keys.create(dataset)
        return keys.data_key(dataset)

    assert len(set(at_once(create_and_open))) == 1
    assert len(keys.epochs(dataset)) == 1


def test_no_epoch_is_lost_by_rotating_at_once(made: KeySource, dataset: str) -> None:
    """Whatever a rotation returned can be opened afterwards, and stands in the list of epochs."""
    first = made.epochs(dataset)
    begun = at_once(lambda: made.rotate(dataset))
    epochs = made.epochs(dataset)
    assert epochs[:1] == first
    assert {key.epoch for key in begun} == set(epochs[1:])
    assert all(made.data_key(dataset, key.epoch) == key for key in begun)


@pytest.mark.parametrize("name", ["../escape", "a/b", "", ".hidden", "a\n"])
def test_a_credential_is_no_path(keys: KeySource, name: str) -> None:
    """Nothing else can be named."""
    with pytest.raises(KeySourceError, match="that is no name of a credential"):
        keys.credential(name)


def test_a_missing_credential_is_an_error(keys: KeySource) -> None:
    """It is named; nothing is sent without a secret where one is named."""
    with pytest.raises(KeySourceError, match="the credential 'none' is missing or empty"):
        keys.credential("none")
