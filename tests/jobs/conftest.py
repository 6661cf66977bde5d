"""What tests of jobs share."""

import shutil
from pathlib import Path

import pytest

from pipeline.jobs.context import Workplace


@pytest.fixture
def copied_dataset(workplace: Workplace, tmp_path: Path) -> Path:
    """A copy of the shipped dataset that a test may change; returns its folder."""
    folder = tmp_path / "datasets" / "attrition"
    shutil.copytree(workplace.dataset.folder, folder)
    return folder
