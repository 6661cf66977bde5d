"""What an HTTP API answers: pages of generated data, refusals, and the faults that real servers have."""

import hmac
import json
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.synthetic.api_faults import Fault, Faults
from pipeline.synthetic.api_records import ApiRecords, BadRequestError
from pipeline.synthetic.api_requests import PageRequest, parse_request
from pipeline.synthetic.api_system import Api


class Server(ThreadingHTTPServer):
    """Holds what all requests share."""

    daemon_threads = True

    def __init__(self, api: Api, folder: Path, port: int, faults: Faults) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.api = api
        self.records = ApiRecords(folder, api.streams)
        self.token = (folder / "token").read_text(encoding="ascii").strip()
        self.faults = faults
        self.stopping = threading.Event()
        self._requests = 0
        self._lock = threading.Lock()

    def next_fault(self) -> Fault | None:
        """What goes wrong with the request that is answered now."""
        with self._lock:
            self._requests += 1
            return self.faults.of(self._requests)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    server: Server

    def do_GET(self) -> None:
        if self.server.stopping.is_set():
            self.close_connection = True
            return
        url = urlsplit(self.path)
        if url.path == "/health":
            self._answer(HTTPStatus.OK, b'{"status":"up"}')
            return
        api = self.server.api
        given = self.headers.get(api.header, "").encode()
        if not hmac.compare_digest(given, f"{api.scheme}{self.server.token}".encode()):
            self._refuse(HTTPStatus.UNAUTHORIZED, f"a secret in {api.header} is needed")
            return
        stream = url.path.removeprefix(api.root)
        if not url.path.startswith(api.root) or stream not in api.streams:
            self._refuse(HTTPStatus.NOT_FOUND, f"no such path; streams are {', '.join(api.streams)} under {api.root}")
            return
        try:
            self._serve(parse_request(stream, url.query, api.parameters))
        except BadRequestError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))

    def _serve(self, request: PageRequest) -> None:
        records, following = self.server.records.page(request.window, request.limit, request.cursor)
        fault = self.server.next_fault()
        if fault is Fault.LOOP:
            following = request.cursor or self.server.records.cursor(request.window, request.window.start.year, 0)
        if fault is Fault.MALFORMED and records:
            middle = len(records) // 2
            records = [*records[:middle], records[middle].replace(b":", b"", 1), *records[middle + 1 :]]
        body = self.server.api.page(records, following)
        match fault:
            case Fault.TOO_MANY:
                self._refuse(HTTPStatus.TOO_MANY_REQUESTS, "too many requests", {"Retry-After": "1"})
            case Fault.SERVER_ERROR:
                self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong")
            case Fault.CUT:
                self._send(HTTPStatus.OK, {"Content-Length": str(len(body))}, body[: len(body) // 2])
                self.close_connection = True
            case Fault.TRUNCATED:
                self._answer(HTTPStatus.OK, body[: len(body) // 2])
            case Fault.ENDLESS:
                self._flood(records)
            case _:
                self._answer(HTTPStatus.OK, body)

    def _flood(self, records: list[bytes]) -> None:
        """A page that never ends: no Content-Length, and the records again and again."""
        self.close_connection = True
        head, _ = self.server.api.envelope(None)
        again = b",".join(records) or b"{}"
        self._send(HTTPStatus.OK, {"Connection": "close"}, head + again)
        while not self.server.stopping.is_set():
            self.wfile.write(b"," + again)

    def _refuse(self, status: HTTPStatus, reason: str, headers: Mapping[str, str] | None = None) -> None:
        self._answer(status, json.dumps({"error": reason}).encode(), headers)

    def _answer(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self._send(status, {"Content-Length": str(len(body)), **(headers or {})}, body)

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        """A client that hangs up is no error."""
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server uses
        """Log nothing: a request line holds a cursor."""
