"""Pulls one stream of an HTTP API: a worker process runs Airbyte's engine, we land what it reads."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

import pipeline
from pipeline.errors import SourceError
from pipeline.extract.airbyte_messages import Message, Request
from pipeline.extract.writer import LandingWriter

#: The longest response body that is taken.
BODY_BYTES = 64 << 20
_FAILURES = {
    "unreachable": ("can't be reached", "is the connection's url right, and the system up?"),
    "page": ("answered with a page that can't be read, again and again", "what landed before is kept; pull again"),
    "too_large": ("sent a body that is too long or never ends", "ask for smaller pages in the source's manifest"),
    "repeated": ("was asked for the same page twice: its pages never end", "look at the manifest's paginator"),
    "no_stream": ("is not in the manifest", "compare dataset.yaml with the manifest's streams"),
    "records_at": ("has its records elsewhere than dataset.yaml says", "compare records_at with the extractor"),
    "manifest": ("has a manifest that Airbyte refuses", "compare it with Airbyte's low-code reference"),
    "unsupported": ("is not read page by page as JSON", "use a SimpleRetriever with JSON responses"),
}


def pull_stream(
    request: Request, source: str, writer: LandingWriter, tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Land every page of the stream, committing slice by slice.

    Returns:
        The slices of this pull, earlier attempts' included, each with `slice` and `range`.

    Raises:
        SourceError: the source failed after the manifest's retries, or its cursor went backwards; what was committed
            stays, and the next call goes on from there.
    """
    with _worker(request) as answers:
        for message, body in _messages(answers):
            if message.kind == "body":
                writer.append(body)
            elif message.kind == "slice":
                _check_forward(writer.done, message, source)
                writer.commit({"slice": message.slice, "range": message.range})
                tell(f"{source}: {writer.records:,} records so far")
            elif message.kind == "error":
                raise _failure(message, source)
            else:
                return list(writer.done)
    raise SourceError(
        f"the pull of {source} was cut short: its worker ended", hint="pull again: it goes on from the last commit"
    )


def state_after(earlier: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The state from which a later pull goes on, in Airbyte's form; empty where it must start over.

    Airbyte's own state after a pull is the newest record's time, from which on records would be read again. The ends of
    the slices say more: up to there everything was read.
    """
    if any(item["range"] is None for item in done):
        return {}
    ranges = [(part["start"], part["end"]) for part in earlier.get("slices", [])]
    merged: list[tuple[Any, Any]] = []
    for first, last in [*ranges, *(tuple(item["range"]) for item in done)]:
        if merged and merged[-1][1] == first:
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    if not merged:
        return {}
    return {"state_type": "date-range", "slices": [{"start": first, "end": last} for first, last in merged]}


@contextmanager
def _worker(request: Request) -> Iterator[BinaryIO]:
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.extract.airbyte_worker"],
        cwd=Path(pipeline.__path__[0]).parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(BrokenPipeError):  # it ended at once: there will be no answer either
            process.stdin.write(msgspec.json.encode(request) + b"\n")
            process.stdin.flush()
        yield process.stdout  # type: ignore[misc]
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def _messages(answers: BinaryIO) -> Iterator[tuple[Message, bytes]]:
    while line := answers.readline():
        message = msgspec.json.decode(line, type=Message)
        body = answers.read(message.size)
        if len(body) < message.size:
            return
        yield message, body


def _check_forward(done: Sequence[Mapping[str, Any]], message: Message, source: str) -> None:
    if not done or message.range is None or done[-1]["range"] is None:
        return
    before, after = done[-1]["range"][1], message.range[1]
    if type(before) is type(after) and after < before:
        raise SourceError(
            f"the cursor of {source} went backwards", given=f"slice {len(done) + 1}", allowed="later slices"
        )


def _failure(message: Message, source: str) -> SourceError:
    if message.code == "status":
        if message.status in (401, 403):
            return SourceError(
                f"{source} refuses our token", given=f"HTTP {message.status}", hint="renew its credential"
            )
        return SourceError(
            f"{source} failed after its retries", given=f"HTTP {message.status}", hint="pull again later"
        )
    what, hint = _FAILURES.get(message.code, ("stopped with an error", "pull again: it goes on from the last commit"))
    return SourceError(f"{source} {what}", given=message.name or None, hint=hint)
