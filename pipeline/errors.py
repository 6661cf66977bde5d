"""One tree of errors. A message says what, what was given, what is allowed, and a hint; it never holds a data value."""


class ClearwellError(Exception):
    """A failure that a person can act on.

    Args:
        what: one sentence that says what is wrong.
        given: what was given (names and counts only, never a value from data).
        allowed: what would have been accepted.
        hint: what to do next, preferably a command.
    """

    def __init__(self, what: str, *, given: object = None, allowed: object = None, hint: str | None = None) -> None:
        self.what = what
        self.given = given
        self.allowed = allowed
        self.hint = hint
        super().__init__(what)

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling between Spark's processes, keyword arguments included."""
        return _rebuild, (type(self), self.what, self.given, self.allowed, self.hint)

    def __str__(self) -> str:
        parts = [self.what]
        if self.given is not None:
            parts.append(f"  given:   {self.given}")
        if self.allowed is not None:
            parts.append(f"  allowed: {self.allowed}")
        if self.hint is not None:
            parts.append(f"  hint:    {self.hint}")
        return "\n".join(parts)


def _rebuild(kind: type[ClearwellError], what: str, given: object, allowed: object, hint: str | None) -> ClearwellError:
    return kind(what, given=given, allowed=allowed, hint=hint)


class SettingsError(ClearwellError):
    """A setting, a connection or a command line is wrong."""


class ContractError(ClearwellError):
    """A contract or a dataset.yaml is wrong."""


class SourceError(ClearwellError):
    """A source can't be pulled."""


class LandingError(ClearwellError):
    """A landing is missing, unsealed or damaged."""


class KeySourceError(ClearwellError):
    """No key can be had; nothing is written without one."""


class GateError(ClearwellError):
    """A threshold was passed; the run stops here."""


class FeatureError(ClearwellError):
    """A feature or label is defined wrongly, or would look past its snapshot."""


class AccountsError(ClearwellError):
    """Counts of two independent writers differ."""


class PrivacyError(ClearwellError):
    """The data can't leave: a leak, too small a group, too low a recall."""


class PublishError(ClearwellError):
    """A version can't be published or read."""
