"""A key source whose store keeps one document a dataset and can replace it only as it was read."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from pipeline.errors import KeySourceError
from pipeline.keys.deadline import within
from pipeline.keys.document import KeyDocument, with_key
from pipeline.keys.source import KEY_BYTES, DataKey, NoKeyError, numbered_key, of_epoch

#: Seconds that an operation may take with all its retries.
PATIENCE = 20.0
T = TypeVar("T")
#: Keys that this process has opened, by source, dataset and epoch.
_opened: "dict[tuple[DocumentedKeys, str, str], DataKey]" = {}


class DocumentedKeys(ABC):
    """What sources have in common; hashable and picklable, since they hold references only.

    Every operation reads the document anew. Keys that were opened stay in this process's memory: a worker asks once.
    """

    patience: float

    def create(self, dataset: str) -> None:
        """Make the dataset's first key where it has none; of two that do so at once one makes it.

        Raises:
            KeySourceError: the store can't be used, or its login may not make keys.
        """
        self._in_time(f"making the data key of {dataset}", lambda: self._create(dataset))

    def data_key(self, dataset: str, epoch: str | None = None) -> DataKey:
        """The dataset's key of an epoch; by default of the current one, whichever that is now.

        Raises:
            NoKeyError: it has none yet.
            KeySourceError: the key can't be had, or is another than its epoch says.
        """
        known = _opened.get((self, dataset, epoch)) if epoch else None
        return known or self._in_time(f"opening the data key of {dataset}", lambda: self._open(dataset, epoch))

    def epochs(self, dataset: str) -> tuple[str, ...]:
        """The dataset's epochs, oldest first.

        Raises:
            NoKeyError: it has none yet.
            KeySourceError: they can't be had.
        """
        document = self._in_time(f"reading the epochs of {dataset}", lambda: self._known(dataset)[0])
        return tuple(item.epoch for item in document.epochs)

    def rotate(self, dataset: str) -> DataKey:
        """Begin a new epoch; of two that do so at once one begins it, and both return its key.

        Raises:
            NoKeyError: it has none yet.
            KeySourceError: the store can't be used, or its login may not make keys.
        """
        return self._in_time(f"rotating the data key of {dataset}", lambda: self._rotate(dataset))

    @abstractmethod
    def _read(self, dataset: str) -> tuple[KeyDocument, str] | None:
        """The document and its version in the store; None where there is none."""

    @abstractmethod
    def _write(self, dataset: str, document: KeyDocument, version: str | None) -> bool:
        """Keep the document in place of `version`, None for a first one; False where another was quicker."""

    @abstractmethod
    def _new_key(self, dataset: str) -> tuple[bytes, str]:
        """32 random bytes, and what they are wrapped in."""

    @abstractmethod
    def _unwrap(self, dataset: str, wrapped: str) -> bytes:
        """The key in clear."""

    def _create(self, dataset: str) -> None:
        if self._read(dataset) is None:
            key, wrapped = self._new_key(dataset)
            self._write(dataset, with_key(None, numbered_key(key, 1), wrapped), None)
        self._known(dataset)

    def _rotate(self, dataset: str) -> DataKey:
        document, version = self._known(dataset)
        key, wrapped = self._new_key(dataset)
        self._write(dataset, with_key(document, numbered_key(key, len(document.epochs) + 1), wrapped), version)
        opened = self._open(dataset, None)
        if opened.epoch == document.epochs[-1].epoch:
            raise KeySourceError(f"the data key of {dataset} was not rotated", hint=f"clearwell keys rotate {dataset}")
        return opened

    def _open(self, dataset: str, epoch: str | None) -> DataKey:
        found = of_epoch(self._known(dataset)[0].epochs, epoch)
        key = self._unwrap(dataset, found.wrapped)
        opened = numbered_key(key, found.number)
        if len(key) != KEY_BYTES or opened.epoch != found.epoch:
            raise KeySourceError(
                f"the data key of {dataset} is not the one that its epoch names",
                given=found.epoch,
                hint="restore an older version of the document",
            )
        _opened[self, dataset, opened.epoch] = opened
        return opened

    def _known(self, dataset: str) -> tuple[KeyDocument, str]:
        found = self._read(dataset)
        if found is None:
            raise NoKeyError(
                f"the key source has no data key of {dataset}",
                hint=f"whoever owns its keys makes one: clearwell keys create {dataset}",
            )
        return found

    def _in_time(self, what: str, work: Callable[[], T]) -> T:
        return within(self.patience, what, work)
