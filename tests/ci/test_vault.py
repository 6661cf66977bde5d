"""Vault for tests: the pinned version, from PATH or built, mended only where its source is the expected one."""

from pathlib import Path

import pytest

from ci.steps import SetupError
from ci.vault import VAULT, built_folder, find_vault, mend

#: The lines that are mended, as they stand in the source, and as they stand afterwards.
SOURCE = {
    "vault/identity_store_util.go": "func activateDeduplication(ctx context.Context, req *logical.Request) error {",
    "vault/logical_system_activation_flags.go": "err := idStoreBackend.ActivationFunc(ctx, nil)",
    "builtin/logical/transit/path_restore.go": "restoredKeyName, err := b.lm.RestorePolicy(ctx)",
}
MENDED = {
    "vault/identity_store_util.go": SOURCE["vault/identity_store_util.go"].replace("Request)", "Request, _ string)"),
    "vault/logical_system_activation_flags.go": 'err := idStoreBackend.ActivationFunc(ctx, nil, "")',
    "builtin/logical/transit/path_restore.go": "restoredKeyName, err := keyName, b.lm.RestorePolicy(ctx)",
}


def put(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def program(folder: Path, says: str) -> None:
    """A `vault` that says its version."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vault").write_text(f"#!/bin/sh\n{says}\n")
    (folder / "vault").chmod(0o755)


def test_three_lines_are_mended(tmp_path: Path) -> None:
    """Nothing else of the source changes."""
    mend(put(tmp_path, SOURCE))
    assert {name: (tmp_path / name).read_text() for name in SOURCE} == MENDED


@pytest.mark.parametrize("name", SOURCE)
def test_another_source_is_refused(tmp_path: Path, name: str) -> None:
    """A line that is not there, or is there twice, is no source that we know."""
    for text in ("", SOURCE[name] * 2):
        with pytest.raises(SetupError, match=f"{Path(name).name} of Vault {VAULT} is not as expected"):
            mend(put(tmp_path, {**SOURCE, name: text}))


@pytest.mark.parametrize(
    ("says", "taken"),
    [
        (f"echo 'Vault v{VAULT} (0abc), built 2026-01-01'", True),
        (f"echo 'Vault v{VAULT}0 (0abc)'", False),
        ("echo 'Vault v1.20.0 (0abc)'", False),
        ("exit 1", False),
    ],
)
def test_a_vault_of_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, taken: bool) -> None:
    """The pinned version is taken; another one, or one that does not run, is passed over."""
    program(tmp_path / "bin", says)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert find_vault() == (tmp_path / "bin" / "vault" if taken else None)
    program(built_folder(), "exit 1")
    assert find_vault() == (tmp_path / "bin" if taken else built_folder()) / "vault"
