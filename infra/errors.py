"""A refused setting: what, what was given, what is allowed, and a hint."""

import pulumi
from pydantic import ValidationError


class SettingsError(pulumi.RunError):
    """The stack can't be built from what it was given; Pulumi prints the message without a traceback."""

    def __init__(self, what: str, *, given: object = None, allowed: object = None, hint: str | None = None) -> None:
        parts = {"given:   ": given, "allowed: ": allowed, "hint:    ": hint}
        super().__init__("\n".join([what, *(f"  {label}{part}" for label, part in parts.items() if part is not None)]))


def refusal(file: str, error: ValidationError) -> SettingsError:
    """The first mistake of a file in the words of `SettingsError`."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    given = None if isinstance(first["input"], dict) else first["input"]  # a whole block says nothing
    allowed = first["msg"].removeprefix("Value error, ")  # pydantic's words before those of our own validators
    return SettingsError(f"{file}{where and ': '}{where} is not allowed", given=given, allowed=allowed)
