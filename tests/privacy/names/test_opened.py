"""References of name models: what they open, and what they say when they can't."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import PrivacyError, SettingsError
from pipeline.privacy.names import files, packed
from pipeline.privacy.names.digests import folder_digest
from pipeline.privacy.names.opened import open_names
from pipeline.settings import Settings, load_settings


def test_shipped_model_is_what_its_card_says() -> None:
    """Digest and size agree, and it is small."""
    weights = (files.SHIPPED / files.WEIGHTS).read_bytes()
    card = files.read_card()
    assert (card["sha256"], card["bytes"]) == (files.digest(weights), len(weights))
    assert len(weights) <= 4_000_000


def test_shipped_model_is_the_default() -> None:
    """Without a setting our own model finds names, and its digest is that of the weights."""
    finder = open_names(Settings.model_fields["name_model"].default)
    assert finder is not None
    assert finder.digest == files.read_card()["sha256"]
    assert finder.entity_types == {"PERSON"}
    (found,) = finder.find_many(["Spoke to Priya Sharma about the budget."])
    assert [(span.start, span.end, span.entity_type) for span in found] == [(9, 21, "PERSON")]


def test_a_reference_is_opened_once() -> None:
    """Equal references give the same finder."""
    assert open_names("shipped") is open_names("shipped")


def test_none_finds_nothing() -> None:
    """`none` has no finder."""
    assert open_names("none") is None


@pytest.mark.parametrize("reference", ["", "spacy", "spacy:", "transformers:", "shippd", "flair:x"])
def test_unknown_reference_is_refused(reference: str) -> None:
    """The message says which forms there are."""
    with pytest.raises(PrivacyError, match="no such name model") as caught:
        open_names(reference)
    assert "spacy:<package or folder>" in str(caught.value)


@pytest.mark.parametrize("value", ["", "spacy:", "other", "Shipped"])
def test_setting_allows_the_four_forms_alone(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong setting is refused at the edge, by name."""
    monkeypatch.setenv("CLEARWELL_NAME_MODEL", value)
    with pytest.raises(SettingsError, match="CLEARWELL_NAME_MODEL can't be used"):
        load_settings()


def test_missing_spacy_model_is_named() -> None:
    """The error says which model and what to do, and nothing is fetched."""
    with pytest.raises(PrivacyError, match="a spaCy name model can't be loaded") as caught:
        open_names("spacy:en_no_such_model")
    assert "en_no_such_model (OSError)" in str(caught.value)


def test_folder_of_a_spacy_pipeline_is_opened(tmp_path: Path) -> None:
    """Any folder that spaCy can load; its digest is that of its files."""
    packed.read_model()[0].to_disk(tmp_path / "model")
    finder = open_names(f"spacy:{tmp_path / 'model'}")
    shipped = open_names("shipped")
    assert finder is not None
    assert shipped is not None
    texts = ["Spoke to Priya Sharma about the budget.", "Der Bericht von Jürgen Weber fehlt."]
    assert finder.find_many(texts) == shipped.find_many(texts)
    assert finder.digest == folder_digest(tmp_path / "model")


def test_pipeline_without_entities_is_refused(tmp_path: Path) -> None:
    """A pipeline that can find nobody is no name model."""
    nlp = packed.unpack((files.SHIPPED / files.WEIGHTS).read_bytes())
    nlp.remove_pipe("ner")
    nlp.to_disk(tmp_path)
    with pytest.raises(PrivacyError, match="finds no entities"):
        open_names(f"spacy:{tmp_path}")


@pytest.mark.parametrize("change", ["a byte", "a name", "a file more"])
def test_digest_of_a_folder_depends_on_all_of_it(tmp_path: Path, change: str) -> None:
    """Content, names and number of files."""
    (tmp_path / "a").write_bytes(b"one")
    before = folder_digest(tmp_path)
    assert folder_digest(tmp_path) == before
    if change == "a byte":
        (tmp_path / "a").write_bytes(b"two")
    elif change == "a name":
        (tmp_path / "a").rename(tmp_path / "b")
    else:
        (tmp_path / "c").touch()
    assert folder_digest(tmp_path) != before


@pytest.mark.parametrize(("file", "said"), [(files.WEIGHTS, "not what its card says"), (files.CARD, "can't be read")])
def test_damaged_model_is_refused(tmp_path: Path, file: str, said: str) -> None:
    """Other weights than the card's, or a broken card."""
    shutil.copytree(files.SHIPPED, tmp_path / "model")
    (tmp_path / "model" / file).write_bytes(b"{")
    with pytest.raises(PrivacyError, match=said):
        packed.read_model(tmp_path / "model")


def test_card_holds_figures_of_every_language() -> None:
    """Recall and precision on unseen templates, with unseen names and with those of training."""
    figures = json.loads((files.SHIPPED / files.CARD).read_text(encoding="utf-8"))["figures"]
    assert len(figures) == 2
    for languages in figures.values():
        assert set(languages) == {"en", "de", "fr", "hi", "hinglish", "all"}
        assert languages["all"]["planted"] >= 1000


@pytest.mark.skipif(importlib.util.find_spec("transformers") is not None, reason="the library is here")
def test_missing_transformers_says_what_to_do(tmp_path: Path) -> None:
    """Without the library the error has a hint, in place of a run without names."""
    with pytest.raises(PrivacyError, match="a transformers name model can't be loaded") as caught:
        open_names(f"transformers:{tmp_path}")
    assert "install transformers and torch" in str(caught.value)


def test_no_network_and_quick_to_open() -> None:
    """A fresh process that may open no socket loads the shipped model in under half a second beyond spaCy itself."""
    code = (
        "import socket, time\n"
        "def refuse(*a, **k): raise RuntimeError('network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse; socket.create_connection = refuse\n"
        "from pipeline.privacy.names.opened import open_names\n"
        "import spacy; spacy.blank('en')\n"
        "began = time.process_time(); finder = open_names('shipped'); taken = time.process_time() - began\n"
        "print(taken, len(finder.find_many(['Spoke to Priya Sharma.'])[0]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    taken, found = done.stdout.split()
    assert float(taken) < 0.5
    assert found == "1"
