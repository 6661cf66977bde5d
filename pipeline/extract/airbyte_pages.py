"""Airbyte's engine with one change: each page of the wanted stream is read within bounds, checked, landed as it came.

Imported by the worker process only: importing airbyte_cdk takes the root logger over.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
import requests
from airbyte_cdk.models import (
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateType,
    AirbyteStreamState,
    FailureType,
    StreamDescriptor,
)
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource
from airbyte_cdk.sources.declarative.parsers.model_to_component_factory import ModelToComponentFactory
from airbyte_cdk.sources.message import NoopMessageRepository
from airbyte_cdk.sources.streams.http.error_handlers import ErrorHandler, ErrorResolution, ResponseAction

from pipeline.extract.airbyte_records import PageRecords
from pipeline.parsing.json_pages import Envelope, envelope, frame_page, with_records

_CHUNK = 64 << 10
#: Seconds, where the manifest says nothing: without them a silent server would hold a pull for ever.
_CONNECT_TIMEOUT, _READ_TIMEOUT = 30.0, 120.0


class PageError(Exception):
    """A page that ends the pull at once; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PageGuard(ErrorHandler):  # type: ignore[misc]
    """The manifest's error handler, asked after each body was read within bounds; lands what it lets pass.

    A response that the handler takes for a success but whose page can't be read is retried like a server's error.

    Attributes:
        path: keys that lead to a page's array of records.
        pages: pages landed in this slice.
        problem: (code, HTTP status) of the last response that was no page, None after one that was.
    """

    def __init__(self, records_at: str, most_bytes: int, land: Callable[[bytes], None]) -> None:
        self._inner: Any = None
        self._records_at = records_at
        self.path = records_at.split(".") if records_at else []
        self._most_bytes = most_bytes
        self._land = land
        self._asked: set[tuple[object, ...]] = set()
        self.pages = 0
        self.problem: tuple[str, int | None] | None = None

    def around(self, inner: ErrorHandler) -> "PageGuard":
        """Ask `inner` from now on."""
        self._inner = inner
        return self

    def begin_slice(self) -> None:
        """Within one slice a request that was answered is never sent again."""
        self._asked.clear()
        self.pages = 0

    @property
    def max_retries(self) -> Any:
        return self._inner.max_retries

    @property
    def max_time(self) -> Any:
        return self._inner.max_time

    @property
    def backoff_strategies(self) -> Any:
        return getattr(self._inner, "backoff_strategies", None)

    def interpret_response(self, response: requests.Response | Exception | None) -> ErrorResolution:
        """Read, judge and, if it is a page, land the response."""
        if isinstance(response, requests.Response):
            try:
                self._read(response)
            except requests.RequestException as error:
                response = error
        resolution = self._inner.interpret_response(response)
        if resolution.response_action == ResponseAction.SUCCESS and isinstance(response, requests.Response):
            if not response.ok:
                return resolution
            if self._take(response):
                self.problem = None
                return resolution
            self.problem = ("page", response.status_code)
            return ErrorResolution(ResponseAction.RETRY, FailureType.transient_error, "the page can't be read")
        status = response.status_code if isinstance(response, requests.Response) else None
        self.problem = ("status" if status else "unreachable", status)
        return resolution

    def _read(self, response: requests.Response) -> None:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._most_bytes:
                response.close()
                raise PageError("too_large")
        # requests has no public way to hand a body back that was read in pieces.
        response._content = bytes(body)

    def _take(self, response: requests.Response) -> bool:
        body = response.content
        rest = envelope(body, self._records_at)
        if rest is None:
            return False
        asked = (response.request.method, response.request.url, response.request.body)
        if asked in self._asked:
            raise PageError("repeated")
        self._asked.add(asked)
        self._land(body)
        self.pages += 1
        response._content = self._readable(body, rest)
        return True

    def _readable(self, body: bytes, rest: Envelope) -> bytes:
        """The body, or a page that Airbyte can read, with as many records, where some records are broken."""
        try:
            orjson.loads(body)
        except orjson.JSONDecodeError:
            frames = frame_page(body, self._records_at)
            texts = [body[frame.offset : frame.offset + frame.length] for frame in frames]
            return orjson.dumps(with_records(rest, self._records_at, [_record(text) for text in texts]))
        return body


def _record(text: bytes) -> dict[str, Any]:
    """A record, or something in its stead: paginators count records."""
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError:
        record = None
    return record if isinstance(record, dict) else {"broken": True}


class LandingFactory(ModelToComponentFactory):  # type: ignore[misc]
    """Builds a manifest's components as ever, but for one stream the requester's error handler and the selector."""

    def __init__(self, stream: str, guard: PageGuard, **options: Any) -> None:
        super().__init__(**options)
        self._stream = stream
        self._guard = guard

    def create_record_selector(self, model: Any, config: Mapping[str, Any], *, name: str, **options: Any) -> Any:
        """A selector that shows the records as they landed; the manifest's own is built to find what is wrong in it."""
        selector = super().create_record_selector(model, config, name=name, **options)
        return selector if name != self._stream else PageRecords(self._guard.path, name)

    def create_http_requester(self, model: Any, config: Mapping[str, Any], *, name: str, **options: Any) -> Any:
        """A requester that hands bodies over unread, so that the guard can read them within bounds."""
        requester = super().create_http_requester(model, config, name=name, **options)
        if name != self._stream:
            return requester
        return replace(
            requester,
            parameters=model.parameters or {},
            error_handler=self._guard.around(requester.error_handler),
            stream_response=True,
            connect_timeout_in_seconds=requester.connect_timeout_in_seconds or _CONNECT_TIMEOUT,
            read_timeout_in_seconds=requester.read_timeout_in_seconds or _READ_TIMEOUT,
        )


class LandingSource(ConcurrentDeclarativeSource):  # type: ignore[misc]
    """A low-code source of which one stream is pulled, from `state` on."""

    def __init__(
        self,
        manifest: Mapping[str, Any],
        config: Mapping[str, Any],
        stream: str,
        state: Mapping[str, Any],
        guard: PageGuard,
    ) -> None:
        message = AirbyteStateMessage(
            type=AirbyteStateType.STREAM,
            stream=AirbyteStreamState(
                stream_descriptor=StreamDescriptor(name=stream), stream_state=AirbyteStateBlob(dict(state))
            ),
        )
        super().__init__(config=config, state=[message] if state else [], source_config=manifest)
        self._constructor = LandingFactory(
            stream,
            guard,
            message_repository=NoopMessageRepository(),
            connector_state_manager=self._connector_state_manager,
        )
        self._stream = stream
        self._config = config

    def stream(self) -> Any:
        """The wanted stream.

        Raises:
            PageError: the manifest has no such stream.
        """
        found = [item for item in self.streams(self._config) if item.name == self._stream]
        if not found:
            raise PageError("no_stream")
        return found[0]
