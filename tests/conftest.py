"""One Spark session and one whole run of a small company for all tests."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipeline.evidence.record import read_evidence
from pipeline.jobs.context import RunContext, Workplace, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import STAGES, run_stage
from pipeline.settings import Settings
from pipeline.spark import make_session
from pipeline.synthetic.company import generate_company
from tests.services.company import Company

# Runs are many: as few values as can show a recall of 0.99, and no name model but in the whole run.
os.environ.setdefault("CLEARWELL_NAME_MODEL", "none")
os.environ.setdefault("CLEARWELL_PLANTED", "400")

#: Years enough for both layouts of dumps and reviews; employees enough for groups of five.
EMPLOYEES, YEARS, SEED = 400, 16, 11


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clearwell-home")


@pytest.fixture(scope="session")
def spark(home: Path) -> Iterator[SparkSession]:
    logging.getLogger("py4j").setLevel(logging.ERROR)  # it tells of its end after pytest has closed its streams
    session = make_session(Settings(home=home))
    yield session
    session.stop()


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("company") / "company"
    return Company(folder, generate_company(folder, EMPLOYEES, YEARS, SEED))


@pytest.fixture(scope="session")
def workplace(company: Company, home: Path, spark: SparkSession) -> Workplace:
    """The shipped dataset at the home of the shared Spark session."""
    settings = Settings(home=home, connections=company.folder / "connections.yaml", name_model="shipped")
    return open_workplace(settings, "attrition")


@pytest.fixture(scope="session")
def done(workplace: Workplace) -> RunContext:
    """One whole run."""
    day = workplace.dataset.spec.as_of
    extract_sources(workplace, day, tuple(workplace.dataset.spec.sources))
    context = begin_run(workplace, day)
    for stage in STAGES:
        assert run_stage(context, stage)
    return context


@pytest.fixture(scope="session")
def evidence(done: RunContext) -> dict[str, Any]:
    return read_evidence(done.at.zones.evidence, "attrition", done.run)
