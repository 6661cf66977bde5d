"""The payroll system's HTTP API over generated data.

`python -m pipeline.synthetic.payroll_server --data DIR --port P` prints `listening` once it is ready and ends on
SIGTERM.
"""

import json
from pathlib import Path

from pipeline.synthetic.api_faults import Faults
from pipeline.synthetic.api_records import Stream
from pipeline.synthetic.api_requests import Parameters
from pipeline.synthetic.api_server import RunningServer, serve, start_server
from pipeline.synthetic.api_system import Api


def _envelope(following: str | None) -> tuple[bytes, bytes]:
    return b'{"data":{"items":[', f']}},"paging":{{"next":{json.dumps(following)}}}}}'.encode()


PAYROLL = Api(
    name="payroll system",
    program="payroll_server",
    root="/api/2/",
    streams={"pay-records": Stream("pay_records", "id", "changed_at")},
    header="X-Api-Key",
    scheme="",
    parameters=Parameters("changed_since", "changed_until", "page_size", "starting_after", usual_limit=100),
    envelope=_envelope,
)


def start_payroll_server(folder: Path, port: int = 0, faults: Faults | None = None) -> RunningServer:
    """Serve the `payroll` folder of a company in the background; port 0 takes any free one."""
    return start_server(PAYROLL, folder, port, faults)


if __name__ == "__main__":
    serve(PAYROLL)
