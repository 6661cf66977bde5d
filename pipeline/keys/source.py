"""Where keys and credentials come from. They stay in the memory of the process that opened them."""

import hmac
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from pipeline.errors import KeySourceError

KEY_BYTES = 32


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

    def create(self) -> None:
        """Make the master key where there is none yet; a key that is there is never touched."""

    def data_key(self, dataset: str) -> DataKey:
        """The key of one dataset, or KeySourceError."""

    def credential(self, name: str) -> str:
        """A password or token by the name that connections.yaml has for it, or KeySourceError.

        It goes from here into a request or a connection's handshake, and nowhere else.
        """


def derive_data_key(master: bytes, dataset: str) -> DataKey:
    """The dataset's own key under a master key, so that pseudonyms of two datasets never join.

    The key is HMAC-SHA-256(master, "data key:" + dataset); the epoch is "1-" and the first 12 hex digits of
    HMAC-SHA-256(key, "epoch").
    """
    key = hmac.digest(master, b"data key:" + dataset.encode(), "sha256")
    return DataKey(key, "1-" + hmac.digest(key, b"epoch", "sha256").hex()[:12])
