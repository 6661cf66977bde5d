"""What Spark writes to local disks while it works can't be read there."""

import os
import subprocess
import sys
from pathlib import Path

from tests.secrecy.canaries import PERSON
from tests.secrecy.search import Search, forms_of_text

#: Several spills of each task, and nothing packed that would hide a name.
_SPARK = """\
spark.shuffle.spill.numElementsForceSpillThreshold 300
spark.shuffle.compress false
spark.shuffle.spill.compress false
spark.broadcast.compress false
"""


def spill(tmp_path: Path, whose: str) -> tuple[dict[str, list[str]], set[str]]:
    """Where the canary stands in the files that a sort left, and of what kinds those are."""
    for name in ("conf", "local", "home"):
        (tmp_path / name).mkdir()
    (tmp_path / "conf" / "spark-defaults.conf").write_text(_SPARK)
    environment = {
        **os.environ,
        "CLEARWELL_HOME": str(tmp_path / "home"),
        "SPARK_CONF_DIR": str(tmp_path / "conf"),
        "SPARK_LOCAL_DIRS": str(tmp_path / "local"),
    }
    words = [whose, str(tmp_path / "local"), str(tmp_path / "kept")]
    subprocess.run([sys.executable, "-m", "tests.secrecy.spilled", *words], env=environment, check=True, timeout=300)
    found = Search({"canary": forms_of_text(PERSON["given_name"])}).in_folder(tmp_path / "kept")
    kinds = {kind for path in (tmp_path / "kept").iterdir() for kind in ("temp_local", "shuffle") if kind in path.name}
    return found, kinds


def test_a_spill_of_ours_holds_no_canary(tmp_path: Path) -> None:
    """Spills and shuffles are there, and encrypted."""
    assert spill(tmp_path, "ours") == ({}, {"temp_local", "shuffle"})


def test_a_spill_of_sparks_own_holds_it(tmp_path: Path) -> None:
    """Without encryption the same search finds it in both: it was written."""
    found, kinds = spill(tmp_path, "plain")
    assert kinds == {"temp_local", "shuffle"}
    assert all(any(kind in path for path in found["canary"]) for kind in kinds)
