"""Spark's jars, fetched once by Spark's own resolver into the cache folder. Runs in the project's environment."""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ci.places import whole_or_not
from ci.steps import SetupError, run
from pipeline.spark import PACKAGES, jars_folder

#: Jars that PySpark has already.
EXCLUDED = ("org.slf4j:slf4j-api",)


def ensure_jars(folder: Path, packages: Sequence[str] = PACKAGES) -> None:
    """Fill `folder` with the jars of `packages`, without what they depend on.

    Raises:
        SetupError: the resolver fails, or leaves one out.
    """
    if folder.exists():
        return
    with tempfile.TemporaryDirectory() as ivy, whole_or_not(folder) as draft:
        nothing = Path(ivy) / "nothing.py"
        nothing.touch()
        run(
            [
                Path(sys.executable).with_name("spark-submit"),
                *("--packages", ",".join(packages)),
                *("--exclude-packages", ",".join(EXCLUDED)),
                *("--conf", f"spark.jars.ivy={ivy}"),
                nothing,
            ],
            env={"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
        )
        for package in packages:
            group, artifact, version = package.split(":")
            fetched = Path(ivy) / "jars" / f"{group}_{artifact}-{version}.jar"
            if not fetched.exists():
                raise SetupError(f"Spark's resolver did not fetch {package}")
            shutil.move(fetched, draft / f"{artifact}-{version}.jar")


if __name__ == "__main__":
    try:
        ensure_jars(jars_folder())
    except SetupError as error:
        sys.exit(str(error))
