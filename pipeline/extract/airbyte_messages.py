"""What a pull and its worker process say to each other."""

from typing import Any

import msgspec


class Request(msgspec.Struct, frozen=True):
    """What to pull.

    Attributes:
        manifest: text of the low-code manifest.
        config: what the manifest calls config; holds the token.
        state: where an earlier pull stopped, empty for a pull from the start.
        done: slices that need not be read again, as canonical JSON.
        most_bytes: the longest body that is taken.
    """

    manifest: str
    stream: str
    records_at: str
    config: dict[str, Any]
    state: dict[str, Any]
    done: list[str]
    most_bytes: int


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened.

    Attributes:
        kind: `body`, `slice` (all its bodies were sent), `end`, or `error`.
        size: bytes that follow (`body`).
        slice: the slice as canonical JSON.
        range: first and last cursor value of the slice, where its stream has a plain cursor.
        code: what is wrong (`error`).
        status: HTTP status, where there was one.
        name: class of the error.
    """

    kind: str
    size: int = 0
    slice: str = ""
    range: list[Any] | None = None
    code: str = ""
    status: int | None = None
    name: str = ""
