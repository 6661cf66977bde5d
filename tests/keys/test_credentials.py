"""Credentials as files: read by name, closed to others, never shown."""

import pickle
from pathlib import Path

import pytest

from pipeline.errors import KeySourceError
from pipeline.keys import DevelopmentKeyFile, open_key_source
from pipeline.settings import Settings

SECRET = "p4ss wörd"


def source(tmp_path: Path, text: str | bytes | None = SECRET, mode: int = 0o600) -> DevelopmentKeyFile:
    folder = tmp_path / "credentials"
    folder.mkdir()
    if text is not None:
        path = folder / "lms"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
    return DevelopmentKeyFile(tmp_path / "development.key", credentials=folder)


@pytest.mark.parametrize("text", [SECRET, f"{SECRET}\n", f"{SECRET}\r\n"])
def test_read_by_name(tmp_path: Path, text: str) -> None:
    """The file's content without its line end; no master key is needed for it."""
    assert source(tmp_path, text).credential("lms") == SECRET


@pytest.mark.parametrize("text", [None, "", " \n", b"\xff\xfe"], ids=["missing", "empty", "blank", "not text"])
def test_no_secret_is_an_error(tmp_path: Path, text: str | bytes | None) -> None:
    """Nothing is sent without a secret where one is named; the message says where it belongs."""
    with pytest.raises(KeySourceError, match=r"'lms' is missing or empty(.|\n)*beside connections\.yaml"):
        source(tmp_path, text).credential("lms")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602])
def test_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    """A file that group or others may touch is no secret; its content is not shown."""
    with pytest.raises(KeySourceError, match="others may read credentials/lms") as caught:
        source(tmp_path, mode=mode).credential("lms")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ["../development.key", "a/b", "", ".hidden", "a\n"])
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    """Nothing outside the folder can be named."""
    (tmp_path / "development.key").write_text(SECRET)
    with pytest.raises(KeySourceError, match="that is no name of a credential"):
        source(tmp_path).credential(name)


def test_a_renewed_secret_holds_at_once(tmp_path: Path) -> None:
    """Nothing is remembered, so nothing of it is pickled or shown either."""
    keys = source(tmp_path)
    assert keys.credential("lms") == SECRET
    (tmp_path / "credentials" / "lms").write_text("n3w-0ne")
    assert pickle.loads(pickle.dumps(keys)).credential("lms") == "n3w-0ne"
    assert "n3w-0ne" not in repr(keys)
    assert b"n3w-0ne" not in pickle.dumps(keys)


def test_they_lie_beside_the_connections(tmp_path: Path) -> None:
    """The folder is that of connections.yaml, where a link to it leads; production refuses such files."""
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "connections.yaml").touch()
    (tmp_path / "connections.yaml").symlink_to("company/connections.yaml")
    settings = Settings(home=tmp_path)
    assert open_key_source(settings).credentials == tmp_path / "company" / "credentials"
    with pytest.raises(KeySourceError, match="refused in production"):
        open_key_source(Settings(home=tmp_path, production=True))
