"""Somebody's word, in writing and in the contract itself, that a change which needs it was meant."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import Field, ValidationError

from pipeline.contracts.strict import Strict
from pipeline.errors import ContractError


class Acknowledgement(Strict):
    """One change that was meant: what changed, from what to what, why, who says so, and since when."""

    change: str = Field(min_length=1, description="Such as salary.privacy")
    before: str = Field(alias="from", min_length=1)
    after: str = Field(alias="to", min_length=1)
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)
    on: date

    def covers(self, change: str, before: str, after: str) -> bool:
        """Whether it is about this change; one of the same column to or from something else is another."""
        return (self.change, self.before, self.after) == (change, before, after)


def read_acknowledgements(values: object, place: str) -> tuple[Acknowledgement, ...]:
    """The custom property `acknowledgements` of a contract.

    Raises:
        ContractError: it is no list of acknowledgements.
    """
    if values is None:
        return ()
    listed: Sequence[Any] = values if isinstance(values, list) else [values]
    try:
        return tuple(Acknowledgement.model_validate(value) for value in listed)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContractError(
            f"{place}: an acknowledgement can't be read",
            given=f"{where}: {first['msg']}",
            allowed="change, from, to, reason, by, on",
            hint="{change: salary.privacy, from: rank, to: keep, reason: ..., by: ..., on: 2026-11-21}",
        ) from None


def example(change: str, before: str, after: str, *, in_contract: bool) -> str:
    """The line that would acknowledge a change, to be completed by whoever means it.

    In a contract it is one of the schema's customProperties, in dataset.yaml a word of its own.
    """
    word = f'[{{change: "{change}", from: "{before}", to: "{after}", reason: "...", by: "...", on: YYYY-MM-DD}}]'
    return f"{{property: acknowledgements, value: {word}}}" if in_contract else f"acknowledgements: {word}"
