"""Reads the slices of one stream one after another, so that the order of bodies depends on the source alone.

Imported by the worker process only.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import yaml
from airbyte_cdk.sources.streams.concurrent.cursor import ConcurrentCursor

from pipeline.extract.airbyte_messages import Message, Request
from pipeline.extract.airbyte_pages import LandingSource, PageError, PageGuard

Send = Callable[[Message, bytes], None]


def pull(request: Request, send: Send) -> Message | None:
    """Read every slice that is not done, sending bodies as they come; returns what went wrong, if anything did."""
    guard = PageGuard(request.records_at, request.most_bytes, lambda body: send(Message("body", size=len(body)), body))
    try:
        _read_slices(_open_stream(request, guard), request, guard, send)
    except PageError as error:
        return Message("error", code=error.code, name=_cause(error))
    except Exception as error:
        code, status = guard.problem or ("other", None)
        return Message("error", code=code, status=status, name=type(error).__name__)
    return None


def _open_stream(request: Request, guard: PageGuard) -> Any:
    try:
        manifest = yaml.safe_load(request.manifest)
        source = LandingSource(manifest, request.config, request.stream, request.state, guard)
        stream = source.stream()
    except PageError:
        raise
    except Exception as error:
        raise PageError("manifest") from error
    _check_extractor(source.resolved_manifest, request.stream, guard.path)
    return stream


def _cause(error: PageError) -> str:
    """Class of what made Airbyte refuse a manifest, and where in it, if it says so; nothing for other errors."""
    if error.__cause__ is None:
        return ""
    where = getattr(error.__cause__.__cause__, "json_path", None)
    name = type(error.__cause__).__name__
    return f"{name} at {where}" if where else name


def _check_extractor(manifest: Mapping[str, Any], stream: str, path: Sequence[str]) -> None:
    """Airbyte must find records where we frame them, or it would page by others than those that land."""
    definition: Mapping[str, Any] = next((item for item in manifest["streams"] if item.get("name") == stream), {})
    retriever = definition.get("retriever", {})
    if retriever.get("decoder", {}).get("type", "JsonDecoder") != "JsonDecoder":
        raise PageError("unsupported")
    extractor = retriever.get("record_selector", {}).get("extractor", {})
    if extractor.get("type") != "DpathExtractor" or "record_expander" in extractor:
        raise PageError("unsupported")
    if extractor["field_path"] != path:
        raise PageError("records_at")


def _read_slices(stream: Any, request: Request, guard: PageGuard, send: Send) -> None:
    done = set(request.done)
    # All first: closing a slice moves the cursor that slices are made from.
    for partition in list(stream.generate_partitions()):
        window = partition.to_slice() or {}
        name = msgspec.json.encode(dict(window), order="sorted").decode()
        if name in done:
            stream.cursor.close_partition(partition)
            continue
        guard.begin_slice()
        records = sum(1 for _ in partition.read())
        if records and not guard.pages:
            raise PageError("unsupported")
        stream.cursor.close_partition(partition)
        send(Message("slice", slice=name, range=_range(stream, window)), b"")


def _range(stream: Any, window: Any) -> list[Any] | None:
    """First and last cursor value of a slice whose stream has one plain cursor: from there a later pull may go on."""
    if not isinstance(stream.cursor, ConcurrentCursor) or len(window.cursor_slice) != 2:
        return None
    return list(window.cursor_slice.values())
