"""Files out of a table of texts, and datasets made of them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.onboarding.asked import Asked
from pipeline.onboarding.made import Made, Wanted, make_dataset
from pipeline.settings import Settings

Make = Callable[..., Made]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def make(tmp_path: Path, settings: Settings) -> Make:
    """Write files by name and make a dataset of them."""

    def made(
        files: Mapping[str, str | bytes], name: str = "mine", *, record: str | None = None, force: bool = False,
        **asked: str,
    ) -> Made:  # fmt: skip
        paths = []
        for file, content in files.items():
            path = tmp_path / "files" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(str(path))
        return make_dataset(settings, Wanted(name, tuple(paths), Asked(**asked), record, force))

    return made
