"""Airflow's page on the state that demo and `clearwell run` work on, until Ctrl-C."""

import argparse
import sys
import time

from ci.signals import AskedToEndError, raise_when_asked_to_end
from pipeline.dags.standalone import running_airflow
from pipeline.errors import ClearwellError
from pipeline.settings import load_settings


def main() -> int:
    """Serve until asked to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, help="port of the page; a free one by default")
    port = parser.parse_args().port
    raise_when_asked_to_end()
    try:
        with running_airflow(load_settings(), port=port) as airflow:
            print("Airflow starts …", flush=True)
            airflow.wait_until_ready()
            print(f"✓ {airflow.url}  (no password, this machine only; Ctrl-C ends it)", flush=True)
            while True:
                airflow.check()
                time.sleep(1)
    except ClearwellError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, AskedToEndError):
        print("Airflow has ended")
        return 0


if __name__ == "__main__":
    sys.exit(main())
