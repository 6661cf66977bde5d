"""The HR system's HTTP API over generated data.

`python -m pipeline.synthetic.hrms_server --data DIR --port P` prints `listening` once it is ready and ends on SIGTERM.
"""

import json
from pathlib import Path

from pipeline.synthetic.api_faults import Faults
from pipeline.synthetic.api_records import Stream
from pipeline.synthetic.api_requests import Parameters
from pipeline.synthetic.api_server import RunningServer, serve, start_server
from pipeline.synthetic.api_system import Api
from pipeline.synthetic.draws import END


def _envelope(following: str | None) -> tuple[bytes, bytes]:
    tail = f'],"next_cursor":{json.dumps(following)},"as_of":"{END.isoformat()}T23:59:59Z"}}'
    return b'{"records":[', tail.encode()


HRMS = Api(
    name="HR system",
    program="hrms_server",
    root="/v1/",
    streams={
        "employees": Stream("employees", "employee_id"),
        "job_events": Stream("job_events", "event_id"),
        "manager_notes": Stream("manager_notes", "note_id"),
        "exits": Stream("exits", "exit_id"),
    },
    header="Authorization",
    scheme="Bearer ",
    parameters=Parameters("updated_from", "updated_to", "limit", "cursor", usual_limit=500),
    envelope=_envelope,
)


def start_hrms_server(folder: Path, port: int = 0, faults: Faults | None = None) -> RunningServer:
    """Serve the `hrms` folder of a company in the background; port 0 takes any free one."""
    return start_server(HRMS, folder, port, faults)


if __name__ == "__main__":
    serve(HRMS)
