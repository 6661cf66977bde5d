"""Airflow makes its home when it is imported: give it one that goes away, and no settings of this machine's user."""

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="clearwell-airflow-")
os.environ["AIRFLOW_HOME"] = _HOME.name
for _name in [name for name in os.environ if name.startswith("AIRFLOW__")]:
    del os.environ[_name]
