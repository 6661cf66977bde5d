"""What a DAG needs to know of datasets and stages, read from YAML alone: a DAG file is imported every few seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import yaml

from pipeline.errors import ContractError

PLATFORM_FILE = Path(__file__).parents[2] / "platform.yaml"
#: Pool of the Spark stages; size 1 on a laptop, where two sessions side by side are slower than one after the other.
SPARK_POOL = "spark"


@dataclass(frozen=True)
class StageOutline:
    """One stage of platform.yaml."""

    name: str
    runs: Literal["pod", "emr"]
    timeout_minutes: int


@dataclass(frozen=True)
class DatasetOutline:
    """What of dataset.yaml is drawn; the jobs check the file wholly.

    Attributes:
        syncs: source to the connection on an Airbyte server that must be synced before the source is pulled.
    """

    name: str
    title: str
    owner: str
    as_of: date
    sources: tuple[str, ...]
    syncs: Mapping[str, str]


def read_stages(path: Path = PLATFORM_FILE) -> tuple[StageOutline, ...]:
    """The stages in the order in which they run."""
    stages = yaml.safe_load(path.read_text(encoding="utf-8"))["stages"]
    return tuple(StageOutline(name, stage["runs"], stage["timeout_minutes"]) for name, stage in stages.items())


def read_outline(folder: Path) -> DatasetOutline:
    """The outline of a dataset folder.

    Raises:
        ContractError: dataset.yaml is not YAML, or lacks what a DAG is drawn from.
    """
    try:
        spec = yaml.safe_load((folder / "dataset.yaml").read_text(encoding="utf-8"))
        syncs = {name: source["sync"]["airbyte"] for name, source in spec["sources"].items() if source.get("sync")}
        outline = DatasetOutline(
            spec["name"], spec["title"], spec["owner"], spec["as_of"], tuple(spec["sources"]), syncs
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ContractError(
            f"{folder.name}/dataset.yaml can't be drawn as a DAG",
            given=f"{type(error).__name__}: {error}".splitlines()[0],
            allowed="YAML with name, title, owner, as_of and sources",
            hint=f"clearwell check {folder.name}",
        ) from None
    if outline.name != folder.name or not isinstance(outline.as_of, date) or not outline.sources:
        raise ContractError(
            f"{folder.name}/dataset.yaml can't be drawn as a DAG",
            given=f"name {outline.name!r}, {len(outline.sources)} sources, as_of {type(outline.as_of).__name__}",
            allowed="the folder's name, one source or more, as_of as a date",
            hint=f"clearwell check {folder.name}",
        )
    return outline
