"""A real Airflow and the command line do the same work."""

import shutil
import time
from pathlib import Path

from pipeline.dags.standalone import running_airflow
from pipeline.jobs.context import RunContext
from pipeline.release.versions import list_versions
from pipeline.settings import Settings
from pipeline.storage.objects import FolderStore

SECONDS = 400


def test_airflow_publishes_the_bytes_of_the_command_line(done: RunContext, tmp_path: Path) -> None:
    """Same sources and key: the DAG's version has the name and the sha256 of the one that one session made."""
    home = tmp_path / "home"
    shutil.copytree(done.at.settings.root / "keys", home / "keys")
    same = done.at.settings
    settings = Settings(home=home, connections=same.connections_file, name_model=same.name_model, planted=same.planted)
    with running_airflow(settings) as airflow:
        airflow.wait_until_ready()
        airflow.wait_for_dag("attrition")
        run = airflow.client.trigger("attrition", {"fresh": False})
        deadline = time.monotonic() + SECONDS
        while (state := airflow.client.run_state("attrition", run)) not in ("success", "failed"):
            assert time.monotonic() < deadline
            time.sleep(1)
    assert state == "success"
    [version] = list_versions(FolderStore(home / "published"), "attrition")
    [same] = [item for item in list_versions(done.at.zones.published, "attrition") if item.version == version.version]
    assert version.sha256 == same.sha256
