"""What a run was defined by: the files of its dataset's folder as they were, so that a later run can be compared."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.storage.objects import ObjectStore


def keep_definition(store: ObjectStore, dataset: str, run: str, folder: Path, files: list[Path]) -> None:
    """Keep files of a dataset's folder beside a run's evidence; they say what is to be done and hold no data.

    Args:
        store: the evidence zone.
        dataset: its name.
        run: the run's id.
        folder: of the dataset.
        files: those below it that its digest covers.
    """
    for path in files:
        store.write(f"{_prefix(dataset, run)}/{path.relative_to(folder).as_posix()}", path.read_bytes())


@contextmanager
def opened_definition(store: ObjectStore, dataset: str, run: str) -> Iterator[Path]:
    """The dataset's folder as it was when the run began, as a temporary copy."""
    prefix = _prefix(dataset, run)
    with tempfile.TemporaryDirectory(prefix="clearwell-") as scratch:
        folder = Path(scratch) / dataset
        for key in store.keys(prefix):
            path = folder / key.removeprefix(f"{prefix}/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(store.read(key))
        yield folder


def _prefix(dataset: str, run: str) -> str:
    return f"{dataset}/{run}/definition"
