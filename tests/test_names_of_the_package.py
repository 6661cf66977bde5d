"""`pipeline` names what a data scientist needs, and imports it on first use."""

import subprocess
import sys

import pytest

import pipeline


@pytest.mark.parametrize("name", pipeline.__all__)
def test_every_name_is_there(name: str) -> None:
    """Each listed name can be had, and has that name."""
    assert getattr(pipeline, name).__name__ == name


def test_unknown_names_are_refused() -> None:
    """A name that is not listed is no attribute."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        pipeline.nothing  # noqa: B018


def test_import_costs_nothing() -> None:
    """To import the package imports neither Spark nor Presidio."""
    code = "import sys, pipeline; print(sorted({'pyspark', 'presidio_analyzer', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
