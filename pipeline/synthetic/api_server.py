"""An HTTP API over generated data, while it runs: in threads of this process, or as a process of its own."""

import argparse
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.synthetic.api_faults import Faults
from pipeline.synthetic.api_handler import Server
from pipeline.synthetic.api_system import Api


@dataclass(frozen=True)
class RunningServer:
    """A server that runs in threads of this process."""

    port: int
    token: str
    _server: Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End it; open connections are closed with their threads."""
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()


def start_server(api: Api, folder: Path, port: int = 0, faults: Faults | None = None) -> RunningServer:
    """Serve a folder of a company in the background; port 0 takes any free one.

    Raises:
        SettingsError: the folder is not that of a company, or the port is taken.
    """
    if not (folder / "token").is_file():
        raise SettingsError(f"no {api.name}'s data there", given=folder.name, hint="clearwell generate")
    try:
        server = Server(api, folder, port, faults or Faults())
    except OSError as error:
        raise SettingsError(
            "the port can't be opened", given=port, allowed="a free port", hint=error.strerror
        ) from None
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return RunningServer(server.server_address[1], server.token, server)


def serve(api: Api) -> None:
    """Serve by the command line's words until SIGTERM or Ctrl-C; prints `listening` once it is ready."""
    parser = argparse.ArgumentParser(prog=api.program, description=f"{api.name} over generated data")
    parser.add_argument("--data", type=Path, required=True, help="the system's folder of a generated company")
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 for any free one")
    parser.add_argument("--faults", choices=("none", "some", "hostile"), default="none")
    parser.add_argument("--seed", type=int, default=0, help="moves the requests that meet a fault")
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        running = start_server(api, arguments.data, arguments.port, Faults(arguments.faults, arguments.seed))
    except SettingsError as error:
        parser.exit(1, f"{error}\n")
    print("listening", flush=True)
    stop.wait()
    running.stop()
