"""A proposal as a dataset folder: written beside its place, read back by the same reader as any, then moved there."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.contracts.dataset import Dataset, load_dataset_folder
from pipeline.errors import ContractError, SettingsError
from pipeline.onboarding.contract_text import contract_text
from pipeline.onboarding.dataset_text import dataset_text
from pipeline.onboarding.features_text import features_text
from pipeline.onboarding.proposal import Proposal

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
#: What `clearwell new` writes; a folder that holds more is not replaced.
_OURS = re.compile(r"dataset\.yaml|features\.py|contracts(/[^/]+\.odcs\.yaml)?|__pycache__(/.*)?")


def check_name(name: str) -> None:
    """Refuse a name that a dataset can't have.

    Raises:
        SettingsError: it is none.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(
            "a dataset can't have that name", given=name, allowed="a small letter, then small letters, digits and _"
        )


def check_place(folder: Path, force: bool) -> None:
    """Refuse to write where something stands.

    Raises:
        SettingsError: a dataset is there and `force` is not set, or the folder holds what we did not write.
    """
    if not folder.exists():
        return
    if not force:
        raise SettingsError(
            f"{folder.name} is there already", given=folder.name, hint="another name, or --force to write it anew"
        )
    others = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if not _OURS.fullmatch(path.relative_to(folder).as_posix())
    ]
    if others or not folder.is_dir():
        raise SettingsError(
            f"{folder.name} holds what clearwell new did not write", given=", ".join(others[:5]), hint="move it away"
        )


def write_folder(
    folder: Path, proposal: Proposal, sources: Mapping[str, Mapping[str, Any]], title: str, today: date
) -> Dataset:
    """Write the folder, all or nothing, and read it back.

    Raises:
        ContractError: what was written can't be read: a mistake of ours, told as one.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as made:
        written = Path(made) / folder.name
        (written / "contracts").mkdir(parents=True)
        (written / "dataset.yaml").write_text(dataset_text(proposal, sources, title, today), encoding="utf-8")
        (written / "features.py").write_text(features_text(proposal), encoding="utf-8")
        for source in proposal.sources:
            path = written / "contracts" / f"{source.name}.odcs.yaml"
            path.write_text(contract_text(proposal, source), encoding="utf-8")
        _read_back(written)
        if folder.exists():
            shutil.rmtree(folder)
        written.rename(folder)
    return load_dataset_folder(folder)


def _read_back(folder: Path) -> None:
    try:
        load_dataset_folder(folder)
    except ContractError as error:
        raise ContractError(
            "clearwell proposed what it can't read itself",
            given=error.what,
            hint="nothing was written; please tell us the message and the file's header",
        ) from error
