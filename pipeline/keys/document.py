"""The document in which a key store keeps all epochs of a dataset's key, and where it lies."""

import re
from datetime import UTC, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import KeySourceError
from pipeline.keys.credentials import NAME
from pipeline.keys.source import DataKey

_FOLDER = "clearwell"
_CREDENTIALS = "credentials"
_DATASET = r"[a-z][a-z0-9_]{0,40}"  # as dataset.yaml allows it


class Epoch(BaseModel):
    """One key, wrapped.

    Attributes:
        number: from 1.
        epoch: of the key.
        wrapped: the key as the store keeps it.
        created: when, in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: int
    epoch: str
    wrapped: str = Field(repr=False)
    created: str


class KeyDocument(BaseModel):
    """All epochs of one dataset, oldest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: tuple[Epoch, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _numbered(self) -> Self:
        if [item.number for item in self.epochs] != list(range(1, len(self.epochs) + 1)):
            raise ValueError("epochs are not numbered from 1")
        return self

    @classmethod
    def read(cls, content: object, dataset: str) -> Self:
        """The document out of a store's answer.

        Raises:
            KeySourceError: it is none; the message shows nothing of it.
        """
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise KeySourceError(
                f"what the key source keeps as the data key of {dataset} is no such document",
                given=f"{error.error_count()} faults",
                allowed="epochs numbered from 1, each with number, epoch, wrapped, created",
                hint="somebody wrote over it: restore an older version of it",
            ) from None

    def dump(self) -> dict[str, object]:
        """As JSON has it."""
        return self.model_dump(mode="json")


def with_key(document: KeyDocument | None, key: DataKey, wrapped: str) -> KeyDocument:
    """The document with one key more, which is then the current one."""
    before = document.epochs if document else ()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return KeyDocument(epochs=(*before, Epoch(number=len(before) + 1, epoch=key.epoch, wrapped=wrapped, created=now)))


def key_path(dataset: str) -> str:
    """Where the document of a dataset lies.

    Raises:
        KeySourceError: the name could lead to another's key or to a credential.
    """
    if not re.fullmatch(_DATASET, dataset) or dataset == _CREDENTIALS:
        raise KeySourceError(
            "no data key can be kept under that name",
            given=dataset,
            allowed=f"lowercase letters, digits and _, not {_CREDENTIALS!r}",
        )
    return f"{_FOLDER}/{dataset}/data-key"


def credential_path(name: str) -> str:
    """Where a credential lies.

    Raises:
        KeySourceError: that is no name of a credential.
    """
    if not re.fullmatch(NAME, name):
        raise KeySourceError("that is no name of a credential", allowed="letters, digits, and _ . - after the first")
    return f"{_FOLDER}/{_CREDENTIALS}/{name}"
