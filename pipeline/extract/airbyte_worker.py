"""The process that pulls one stream with Airbyte's engine: a request on standard input, messages on standard output.

Each message is one line of JSON; a `body` is followed by as many bytes as it says. Standard input stays open for as
long as we may work.
"""

import logging
import os
import sys
import threading
from typing import BinaryIO

import msgspec

from pipeline.extract.airbyte_messages import Message, Request


def main() -> int:
    """Pull as asked; 0 if all slices were read."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # Airbyte prints to standard output.
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=Request)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        from pipeline.extract.airbyte_pull import pull  # noqa: PLC0415 - takes seconds, and may fail as well

        logging.disable(logging.CRITICAL)
        failure = pull(request, lambda message, body: _send(pipe, message, body))
    except Exception as error:
        failure = Message("error", code="other", name=type(error).__name__)
    _send(pipe, failure or Message("end"), b"")
    return 1 if failure else 0


def _send(pipe: BinaryIO, message: Message, body: bytes) -> None:
    pipe.write(msgspec.json.encode(message) + b"\n" + body)
    pipe.flush()


def _end_with_parent() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
