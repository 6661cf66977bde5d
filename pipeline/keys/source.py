"""Where keys and credentials come from. They stay in the memory of the process that opened them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Protocol, TypeVar

from pipeline.errors import KeySourceError

KEY_BYTES = 32


class NoKeyError(KeySourceError):
    """The dataset has no key yet."""


@dataclass(frozen=True)
class DataKey:
    """The key of one dataset.

    Attributes:
        key: 32 bytes; hidden from `repr`, refused by `pickle`.
        epoch: identifies the key and reveals nothing of it; a run's id depends on it.
    """

    key: bytes = field(repr=False)
    epoch: str

    def __reduce__(self) -> NoReturn:
        """A key never travels between processes: executors open the key source themselves."""
        raise KeySourceError(
            "a data key can't be pickled", hint="send the key source; it opens the key where it is used"
        )


class KeySource(Protocol):
    """Opens data keys and credentials. Implementations are picklable and hold none."""

    def create(self, dataset: str) -> None:
        """Make the dataset's first epoch where it has none yet; a key that is there is never touched."""

    def data_key(self, dataset: str, epoch: str | None = None) -> DataKey:
        """The dataset's key of an epoch, by default of the current one, or KeySourceError."""

    def epochs(self, dataset: str) -> tuple[str, ...]:
        """The dataset's epochs, oldest first; the last is the current one. NoKeyError where it has none."""

    def rotate(self, dataset: str) -> DataKey:
        """Begin a new epoch and return its key; older ones can be opened still."""

    def place(self, dataset: str) -> str:
        """Where the dataset's keys lie, in words without an address."""

    def credential(self, name: str) -> str:
        """A password or token by the name that connections.yaml has for it, or KeySourceError.

        It goes from here into a request or a connection's handshake, and nowhere else.
        """


def derive_data_key(master: bytes, dataset: str, number: int = 1) -> DataKey:
    """The dataset's own key under a master key, so that pseudonyms of two datasets never join.

    The key is HMAC-SHA-256(master, "data key:" + dataset).
    """
    return numbered_key(hmac.digest(master, b"data key:" + dataset.encode(), "sha256"), number)


def numbered_key(key: bytes, number: int) -> DataKey:
    """A key and its epoch: its number from 1, "-", and the first 12 hex digits of HMAC-SHA-256(key, "epoch")."""
    return DataKey(key, f"{number}-" + hmac.digest(key, b"epoch", "sha256").hex()[:12])


class OfEpoch(Protocol):
    """A key, or what it is wrapped in."""

    @property
    def epoch(self) -> str: ...


K = TypeVar("K", bound=OfEpoch)


def of_epoch(keys: Sequence[K], epoch: str | None) -> K:
    """The key of an epoch among all of a dataset, oldest first; without one the current.

    Raises:
        KeySourceError: there is no such epoch.
    """
    found = keys[-1:] if epoch is None else [key for key in keys if key.epoch == epoch]
    if not found:
        raise KeySourceError(
            "the key source has no such epoch",
            given=epoch,
            allowed=[key.epoch for key in keys],
            hint="the run was done under a key that is gone, or of another home",
        )
    return found[0]
