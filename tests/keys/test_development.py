"""The development key file: made once, closed to others, never shown."""

import pickle
import stat
from pathlib import Path

import pytest

from pipeline.errors import KeySourceError
from pipeline.keys import DevelopmentKeyFile, open_key_source
from pipeline.keys.source import KEY_BYTES, DataKey, derive_data_key
from pipeline.settings import Settings

HEX = "0123456789abcdef" * 4


@pytest.fixture
def source(tmp_path: Path) -> DevelopmentKeyFile:
    source = DevelopmentKeyFile(tmp_path / "keys" / "development.key")
    source.create("attrition")
    return source


def write_key(path: Path, text: str, mode: int = 0o600) -> DevelopmentKeyFile:
    path.write_text(text)
    path.chmod(mode)
    return DevelopmentKeyFile(path)


def test_created_file_is_closed_to_others(source: DevelopmentKeyFile) -> None:
    """`create` makes a file of mode 0600 that yields a 32-byte key, and leaves nothing beside it."""
    assert stat.S_IMODE(source.path.stat().st_mode) == 0o600
    assert len(source.data_key("attrition").key) == KEY_BYTES
    assert [path.name for path in source.path.parent.iterdir()] == ["development.key"]


def test_create_never_replaces_a_key(source: DevelopmentKeyFile) -> None:
    """A second `create` leaves the key as it was."""
    before = source.data_key("attrition").key
    source.create("attrition")
    assert source.data_key("attrition").key == before


def test_two_files_hold_different_keys(source: DevelopmentKeyFile, tmp_path: Path) -> None:
    """Keys are random, so no two files agree."""
    other = DevelopmentKeyFile(tmp_path / "other.key")
    other.create("attrition")
    assert other.data_key("attrition").key != source.data_key("attrition").key


def test_datasets_have_their_own_keys(source: DevelopmentKeyFile) -> None:
    """Two datasets get different keys and epochs; one dataset always the same."""
    attrition, fraud = source.data_key("attrition"), source.data_key("fraud")
    assert attrition.key != fraud.key
    assert attrition.epoch != fraud.epoch
    assert source.data_key("attrition") == attrition


def test_epoch_identifies_and_reveals_nothing() -> None:
    """The epoch is `1-` and 12 hex digits, none of them taken from the key."""
    data_key = derive_data_key(b"k" * 32, "attrition")
    prefix, digits = data_key.epoch.split("-")
    assert prefix == "1"
    assert len(bytes.fromhex(digits)) == 6
    assert digits not in data_key.key.hex()


@pytest.mark.parametrize(
    "text",
    ["", "\n", HEX[:-1], HEX + "0", HEX.upper(), HEX[:-1] + "g", f" {HEX}", HEX + "\n\n"],
    ids=["empty", "blank", "short", "long", "upper case", "not hex", "leading space", "two line ends"],
)
def test_malformed_key_fails_closed(tmp_path: Path, text: str) -> None:
    """A malformed file yields no key, and the message shows nothing of its content."""
    source = write_key(tmp_path / "bad.key", text)
    with pytest.raises(KeySourceError, match=r"bad\.key is not a key") as caught:
        source.data_key("attrition")
    assert HEX[:16].casefold() not in str(caught.value).casefold()


@pytest.mark.parametrize("text", [HEX, HEX + "\n"], ids=["no line end", "line end"])
def test_well_formed_key_is_read(tmp_path: Path, text: str) -> None:
    """Exactly 64 lowercase hex digits are a key, with or without a line end."""
    source = write_key(tmp_path / "good.key", text)
    assert source.data_key("attrition") == derive_data_key(bytes.fromhex(HEX), "attrition")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o610])
def test_key_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    """A file with any permission for group or others yields no key."""
    source = write_key(tmp_path / "open.key", HEX, mode)
    with pytest.raises(KeySourceError, match=r"others may read open\.key"):
        source.data_key("attrition")


def test_key_opened_to_others_later_is_refused(source: DevelopmentKeyFile) -> None:
    """Permissions are looked at on every use, not only on the first."""
    source.data_key("attrition")
    source.path.chmod(0o644)
    with pytest.raises(KeySourceError, match="others may read"):
        source.data_key("attrition")


def test_missing_file_fails_closed(tmp_path: Path) -> None:
    """Without a file there is no key, and none is made by reading."""
    source = DevelopmentKeyFile(tmp_path / "none.key")
    with pytest.raises(KeySourceError, match="there is no development key"):
        source.data_key("attrition")
    assert not source.path.exists()


def test_production_refuses_the_file(tmp_path: Path) -> None:
    """Production can't even name a development key file; a laptop can."""
    with pytest.raises(KeySourceError, match="refused in production"):
        open_key_source(Settings(home=tmp_path, production=True))
    assert open_key_source(Settings(home=tmp_path)).path == tmp_path / "keys" / "development.key"


def test_repr_hides_the_key(source: DevelopmentKeyFile) -> None:
    """Neither repr nor str of key or source shows the key."""
    data_key = source.data_key("attrition")
    for shown in (repr(data_key), str(data_key), f"{data_key}", repr(source)):
        assert data_key.key.hex() not in shown
        assert repr(data_key.key) not in shown
    assert data_key.epoch in repr(data_key)


def test_source_is_picklable_without_the_key(source: DevelopmentKeyFile) -> None:
    """A pickled source holds no key and opens the same one where it arrives."""
    data_key = source.data_key("attrition")
    pickled = pickle.dumps(source)
    master = source.path.read_text().strip()
    assert master.encode() not in pickled
    assert bytes.fromhex(master) not in pickled
    assert pickle.loads(pickled).data_key("attrition") == data_key


def test_key_refuses_to_be_pickled() -> None:
    """A key can't slip into a Spark closure."""
    with pytest.raises(KeySourceError, match="can't be pickled"):
        pickle.dumps(DataKey(b"k" * 32, "1-0"))
