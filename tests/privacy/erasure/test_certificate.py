"""A certificate can be checked by anybody, and not be changed by anybody."""

import copy
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts.dataset import Elsewhere
from pipeline.errors import KeySourceError, PrivacyError
from pipeline.keys import DataKey
from pipeline.privacy.erasure.certificate import (
    Certificate,
    certify,
    kept_elsewhere,
    pin_key,
    pinned_key,
    state,
    verify_certificate,
)
from pipeline.storage.objects import FolderStore

KEY, OTHER = DataKey(b"k" * 32, "1-aa"), DataKey(b"o" * 32, "1-bb")
EXECUTED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def certificate(**changed: Any) -> Certificate:
    fields: dict[str, Any] = {
        "erasure": "0123456789abcdef",
        "dataset": "staff",
        "reason": "erasure",
        "subjects": 2,
        "requested": "2026-02-27T12:00:00+00:00",
        "executed": EXECUTED.isoformat(),
        "code": "c0de" * 16,
        "key_epochs": ("1-aa", "2-bb"),
        "zones": {"landing": {"objects": 3, "own_records": 40}, "warehouse": {"tables": 5}},
        "final_scan": {"files": 91, "bytes": 12_345, "hits": 0},
        "versions": ({"version": "v1", "replaced_by": "v1.e1"},),
        "suppressed": "ab" * 32,
        "elsewhere": kept_elsewhere((Elsewhere(what="backups of the HR system", days=30),), EXECUTED),
    }
    return Certificate(**{**fields, **changed})


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """As it is read from a file."""
    found: dict[str, Any] = json.loads(json.dumps(certify(certificate(), KEY)))
    return found


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every leaf."""
    if isinstance(part, dict | list):
        inner = part.items() if isinstance(part, dict) else enumerate(part)
        return [place for name, value in inner for place in places(value, (*path, name))]
    return [path]


def test_untouched_it_is_valid(document: dict[str, Any]) -> None:
    """With the pinned key, and without one."""
    assert verify_certificate(document, None) == []
    assert verify_certificate(document, document["public_key"]) == []


def test_any_change_is_noticed(document: dict[str, Any]) -> None:
    """Each leaf changed, one after another, makes it invalid; so does one more field or one less."""
    for path in places(document):
        forged = copy.deepcopy(document)
        part = forged
        for name in path[:-1]:
            part = part[name]
        part[path[-1]] = part[path[-1]] + (1 if isinstance(part[path[-1]], int) else "0")
        assert verify_certificate(forged, None), path
    assert verify_certificate({**document, "remark": ""}, None)
    for name in document:
        assert verify_certificate({key: value for key, value in document.items() if key != name}, None), name


def test_another_key_is_said(document: dict[str, Any]) -> None:
    """A whole certificate that somebody else signed is valid in itself and is not ours."""
    forged = certify(certificate(subjects=3), OTHER)
    assert verify_certificate(forged, None) == []
    assert verify_certificate(forged, document["public_key"]) == ["it names another key than the pinned one"]


def test_our_key_named_by_another_signer_does_not_help(document: dict[str, Any]) -> None:
    """The pinned key put into a certificate of another's makes its signature not fit."""
    forged = {**certify(certificate(subjects=3), OTHER), "public_key": document["public_key"]}
    assert verify_certificate(forged, document["public_key"]) == [
        "its signature does not fit: it was changed, or signed with another key"
    ]


@pytest.mark.parametrize("content", [{}, {"kind": "x"}, {"kind": "clearwell certificate of erasure", "format": 2}])
def test_what_is_no_certificate_is_said(content: dict[str, Any]) -> None:
    """Another document, or a later format, is not guessed at."""
    assert verify_certificate(content, None) == ["it is no clearwell certificate of erasure of format 1"]


def test_there_is_none_while_something_is_left() -> None:
    """One hit in the final scan, and nothing is signed."""
    with pytest.raises(PrivacyError, match="not gone"):
        certify(certificate(final_scan={"files": 9, "bytes": 9, "hits": 1}), KEY)


@pytest.mark.parametrize("wrong", ["E17", 1.5, True, None])
def test_a_zone_says_counts_alone(wrong: Any) -> None:
    """Whatever is no whole number can't come in."""
    with pytest.raises(PrivacyError, match="counts alone"):
        certify(certificate(zones={"landing": {"objects": wrong}}), KEY)


@pytest.mark.parametrize(
    ("days", "today", "expected"),
    [
        ((), date(2026, 3, 1), "final"),
        ((0,), date(2026, 3, 1), "final"),
        ((30, 7), date(2026, 3, 1), "pending until 2026-03-31"),
        ((30, 7), date(2026, 3, 30), "pending until 2026-03-31"),
        ((30, 7), date(2026, 3, 31), "final"),
    ],
)
def test_it_is_pending_until_the_last_copy_elsewhere_is_gone(days: tuple[int, ...], today: date, expected: str) -> None:
    """The longest retention decides, and what was pending becomes final by itself."""
    copies = kept_elsewhere(tuple(Elsewhere(what="backups", days=number) for number in days), EXECUTED)
    assert state(certify(certificate(elsewhere=copies), KEY), today) == expected


def test_the_first_key_is_pinned(tmp_path: Path) -> None:
    """The same again is fine, another is refused, and the pinned one stays."""
    store = FolderStore(tmp_path)
    assert pinned_key(store, "staff") is None
    pin_key(store, "staff", "aa" * 32)
    pin_key(store, "staff", "aa" * 32)
    with pytest.raises(KeySourceError, match="another key than before"):
        pin_key(store, "staff", "bb" * 32)
    assert pinned_key(store, "staff") == "aa" * 32


@pytest.fixture
def verify(tmp_path: Path, document: dict[str, Any]):
    """Runs the command on a certificate, in a home where the key is pinned or not."""

    def run(content: dict[str, Any], *words: str, pinned: bool = True) -> subprocess.CompletedProcess[str]:
        if pinned:
            pin_key(FolderStore(tmp_path / "evidence"), "staff", document["public_key"])
        (tmp_path / "certificate.json").write_text(json.dumps(content))
        command = [sys.executable, "-m", "pipeline.cli", "verify", str(tmp_path / "certificate.json"), *words]
        environment = {**os.environ, "CLEARWELL_HOME": str(tmp_path), "COLUMNS": "160"}
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)

    return run


def test_the_command_says_what_was_certified(verify, document: dict[str, Any]) -> None:
    """In short: who was erased by number, where, and until when it is pending."""
    done = verify(document)
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("unchanged since", "0123456789abcdef from staff", "own records 40", "v1 withdrawn, v1.e1", "0 hits"):
        assert words in done.stdout
    assert "is not known here" not in done.stdout


def test_the_command_refuses_a_forged_one(verify, document: dict[str, Any]) -> None:
    """Exit status 1, and why."""
    done = verify({**document, "subjects": 1})
    assert done.returncode == 1
    assert "certificate.json is not what was signed" in done.stderr
    assert "its signature does not fit" in done.stderr


def test_the_command_says_when_it_knows_no_key(verify, document: dict[str, Any], tmp_path: Path) -> None:
    """Unpinned, a sound signature proves no origin; a key that the auditor has decides."""
    assert "is not known here" in verify(document, pinned=False).stdout
    (tmp_path / "auditor.pub").write_text("aa" * 32 + "\n")
    done = verify(document, "--key", str(tmp_path / "auditor.pub"), pinned=False)
    assert (done.returncode, "another key than the pinned one" in done.stderr) == (1, True)
