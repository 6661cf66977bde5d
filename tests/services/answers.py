"""A stand-in for any HTTP service that gives every request one answer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

#: Headers of the requests that came.
Asked = list[Mapping[str, str]]


@contextmanager
def answering(status: int, body: str, headers: Mapping[str, str] | None = None) -> Iterator[tuple[str, Asked]]:
    """Its address and, while it is asked, what came."""
    asked: Asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            words = {**(headers or {}), "Content-Type": "application/json", "Content-Length": str(len(body.encode()))}
            for name, value in words.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET  # noqa: N815 - a name of the standard library's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
