"""One Spark session for all tests of a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pipeline.settings import Settings
from pipeline.spark import make_session


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clearwell-home")


@pytest.fixture(scope="session")
def spark(home: Path) -> Iterator[SparkSession]:
    session = make_session(Settings(home=home))
    yield session
    session.stop()
