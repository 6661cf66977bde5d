"""A TCP proxy on loopback that can be slow, break connections, or vanish."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_MOST = 1 << 16


@dataclass
class Proxy:
    """Passes bytes on to a server.

    Attributes:
        address: its own URL.
        connections: how many were made.
        delay: seconds before each piece of an answer.
        piece: bytes of a piece.
        refuse_first: so many connections are closed at once.
        refuse_after: after so many all are.
    """

    address: str
    connections: int = 0
    delay: float = 0.0
    piece: int = _MOST
    refuse_first: int = 0
    refuse_after: int = 1 << 30
    _open: list[socket.socket] = field(default_factory=list)

    def vanish(self) -> None:
        """Break what is open, and take nothing more."""
        self.refuse_after = 0
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve(self, listening: socket.socket, target: tuple[str, int]) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            if not self.refuse_first < self.connections <= self.refuse_after:
                client.close()
                continue
            try:
                server = socket.create_connection(target)
            except OSError:
                client.close()
                continue
            self._open += [client, server]
            threading.Thread(target=self._pass_on, args=(client, server, 0.0, _MOST), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(server, client, self.delay, self.piece), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, delay: float, piece: int) -> None:
        with suppress(OSError):
            while data := source.recv(piece):
                time.sleep(delay)
                target.sendall(data)
        for end in (source, target):
            end.close()


@contextmanager
def proxy_of(url: str) -> Iterator[Proxy]:
    """A proxy of the server at `url`."""
    parts = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        proxy = Proxy(f"{parts.scheme}://127.0.0.1:{listening.getsockname()[1]}")
        target = (parts.hostname or "", parts.port or 0)
        threading.Thread(target=proxy.serve, args=(listening, target), daemon=True).start()
        try:
            yield proxy
        finally:
            listening.shutdown(socket.SHUT_RDWR)  # wakes who waits for a connection
