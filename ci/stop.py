"""Asks the demo or Airflow that runs on this home to end, and waits until it has."""

import os
import signal
import sys
import time
from importlib.metadata import version

from pipeline.dags.airflow_home import AirflowHome
from pipeline.settings import load_settings

SECONDS = 30.0


def main() -> int:
    """Exit status 1 where it does not end."""
    home = AirflowHome(load_settings().root / "airflow", version("apache-airflow-core"))
    owner = home.owner()
    if owner is None:
        print("nothing runs here")
        return 0
    os.kill(owner, signal.SIGTERM)
    deadline = time.monotonic() + SECONDS
    while home.owner() is not None:
        if time.monotonic() > deadline:
            print(f"error: process {owner} does not end", file=sys.stderr)
            return 1
        time.sleep(0.2)
    print("✓ stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
