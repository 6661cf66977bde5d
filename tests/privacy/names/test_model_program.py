"""`make model`: trains, measures, writes, compares."""

from pathlib import Path

import pytest

from pipeline.privacy.names import files, packed
from pipeline.privacy.names.training import fit
from pipeline.privacy.names.training.__main__ import main


def test_training_is_reproducible_to_the_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A model trained anew is the same file; the program keeps it in the cache and says that it is not the shipped."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shipped = files.read_card()["sha256"]
    main(["--notes", "96"])
    (written,) = (tmp_path / "clearwell" / "names").iterdir()
    assert (written / files.WEIGHTS).read_bytes() == packed.pack(fit.fit(96))
    card = files.read_card(written)
    assert (card["notes"], card["seed"], card["sha256"][:12]) == (96, fit.SEED, written.name)
    assert files.read_card()["sha256"] == shipped
    said = capsys.readouterr().out
    assert "it is not the shipped model" in said
    assert f"sha256: {card['sha256']}" in said


def test_another_seed_gives_another_model() -> None:
    """The seed sets the notes and the first weights."""
    assert packed.pack(fit.fit(48, seed=1)) != packed.pack(fit.fit(48, seed=2))
