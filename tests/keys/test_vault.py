"""Keys from a real Vault: what it keeps, who may do what, and what its audit log holds."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import KeySourceError
from pipeline.keys.source import numbered_key
from pipeline.keys.vault import VaultKeys
from pipeline.keys.vault_login import TokenFile
from tests.services.proxy import proxy_of
from tests.services.vault import VaultService


def kept(vault: VaultService, dataset: str) -> dict[str, Any]:
    """The dataset's document."""
    document: dict[str, Any] = vault.call("GET", f"kv/data/clearwell/{dataset}/data-key")["data"]["data"]
    return document


def keep(vault: VaultService, dataset: str, document: dict[str, Any]) -> None:
    vault.call("POST", f"kv/data/clearwell/{dataset}/data-key", {"data": document})


def test_vault_keeps_the_key_wrapped(vault: VaultService, owner: VaultKeys, dataset: str) -> None:
    """One document with all epochs, each key wrapped by the dataset's transit key, which can't be exported."""
    keys = [owner.create(dataset) or owner.data_key(dataset), owner.rotate(dataset)]
    epochs = kept(vault, dataset)["epochs"]
    assert [(item["number"], item["epoch"]) for item in epochs] == [(1, keys[0].epoch), (2, keys[1].epoch)]
    assert all(item.keys() == {"number", "epoch", "wrapped", "created"} for item in epochs)
    assert all(item["wrapped"].startswith("vault:v1:") for item in epochs)
    assert not vault.call("GET", f"transit/keys/clearwell-{dataset}")["data"]["exportable"]


def test_no_key_is_in_the_audit_log(vault: VaultService, owner: VaultKeys, dataset: str) -> None:
    """All requests are audited, and none of them shows a key in any writing of it, nor the token."""
    owner.create(dataset)
    keys = [owner.data_key(dataset), owner.rotate(dataset)]
    text = vault.audit.read_text(encoding="utf-8")
    paths = {entry["request"]["path"] for entry in vault.audited() if entry["type"] == "response"}
    assert {
        f"kv/data/clearwell/{dataset}/data-key",
        f"transit/decrypt/clearwell-{dataset}",
        f"transit/datakey/plaintext/clearwell-{dataset}",
    } <= paths
    assert isinstance(owner.server.login, TokenFile)
    secrets = [owner.server.login.path.read_text()]
    for item in keys:
        secrets += [item.key.hex(), base64.b64encode(item.key).decode(), base64.urlsafe_b64encode(item.key).decode()]
    assert not [number for number, secret in enumerate(secrets) if secret in text]


def test_a_run_may_open_and_nothing_else(
    vault: VaultService, owner: VaultKeys, run_login: TokenFile, dataset: str
) -> None:
    """With the policy `dataset_key` a login opens all epochs, finds the key already made, and can't rotate it."""
    run = vault.keys(run_login)
    with pytest.raises(KeySourceError, match="Vault denies it"):
        run.create(dataset)
    owner.create(dataset)
    run.create(dataset)
    opened = [run.data_key(dataset, epoch) for epoch in run.epochs(dataset)]
    assert opened == [owner.data_key(dataset)]
    with pytest.raises(KeySourceError, match="Vault denies it"):
        run.rotate(dataset)
    assert run.epochs(dataset) == owner.epochs(dataset)


@pytest.mark.parametrize("policy", ["dataset_key", "dataset_key_owner"])
def test_another_dataset_is_out_of_reach(
    vault: VaultService, owner: VaultKeys, tmp_path: Path, dataset: str, policy: str
) -> None:
    """A login for another dataset is denied the key, its epochs, and a rotation; its paths can't be bent."""
    owner.create(dataset)
    stranger = vault.keys(vault.token_file(tmp_path / "stranger", f"{dataset}_other", policy))
    for ask in (stranger.data_key, stranger.epochs, stranger.rotate, stranger.create):
        with pytest.raises(KeySourceError, match="Vault denies it"):
            ask(dataset)
        with pytest.raises(KeySourceError, match="no data key can be kept under that name"):
            ask(f"{dataset}_other/../{dataset}")


def test_a_login_for_no_dataset_opens_no_key(
    vault: VaultService, owner: VaultKeys, tmp_path: Path, dataset: str
) -> None:
    """The policy alone is not enough."""
    owner.create(dataset)
    nobody = vault.keys(vault.token_file(tmp_path / "nobody", "", "dataset_key"))
    with pytest.raises(KeySourceError, match="Vault denies it"):
        nobody.data_key(dataset)


def test_credentials(vault: VaultService, owner: VaultKeys, run_login: TokenFile, tmp_path: Path) -> None:
    """Who pulls reads them, anew each time, and no data key; runs and owners of keys don't."""
    reader = vault.keys(vault.token_file(tmp_path / "reader", "", "credentials"))
    for value in ("p4ss wörd", "a renewed one"):
        vault.call("POST", "kv/data/clearwell/credentials/lms", {"data": {"value": value}})
        assert reader.credential("lms") == value
    for keys in (owner, vault.keys(run_login)):
        with pytest.raises(KeySourceError, match="Vault denies it"):
            keys.credential("lms")
    with pytest.raises(KeySourceError, match="no data key can be kept under that name"):
        reader.data_key("credentials")


@pytest.mark.parametrize("document", [{"value": ""}, {"value": 7}, {"password": "p4ss"}, {}])
def test_a_credential_without_value(vault: VaultService, tmp_path: Path, document: dict[str, Any]) -> None:
    """The message says where it belongs, and shows nothing of what is there."""
    reader = vault.keys(vault.token_file(tmp_path / "reader", "", "credentials"))
    vault.call("POST", "kv/data/clearwell/credentials/odd", {"data": document})
    with pytest.raises(KeySourceError, match="'odd' is missing or empty") as caught:
        reader.credential("odd")
    assert "p4ss" not in str(caught.value)


def test_an_opened_key_is_asked_for_once(
    owner: VaultKeys, run_login: TokenFile, vault: VaultService, dataset: str
) -> None:
    """A process that has opened an epoch needs Vault no more for it, but for what is current it does."""
    owner.create(dataset)
    with proxy_of(vault.address) as proxy:
        run = vault.keys(run_login, address=proxy.address, patience=5.0)
        key = run.data_key(dataset)
        with vault.sealed():
            assert run.data_key(dataset, key.epoch) == key
            with pytest.raises(KeySourceError, match="Vault is sealed"):
                run.data_key(dataset)


WRONG: dict[str, Any] = {
    "no epochs": {"epochs": []},
    "another document": {"value": "secret-value"},
    "no list": {"epochs": "secret-value"},
    "not wrapped": {"epochs": [{"number": 1, "epoch": "1-000000000000", "created": "now"}]},
    "not from 1": {"epochs": [{"number": 2, "epoch": "2-0", "wrapped": "secret-value", "created": "now"}]},
    "one more field": {
        "epochs": [{"number": 1, "epoch": "1-0", "wrapped": "w", "created": "now", "key": "secret-value"}]
    },
}


@pytest.mark.parametrize("document", WRONG.values(), ids=WRONG)
def test_a_wrong_document_fails_closed(
    vault: VaultService, owner: VaultKeys, dataset: str, document: dict[str, Any]
) -> None:
    """What is no document of ours yields no key, is never written over, and is not shown."""
    keep(vault, dataset, document)
    for ask in (owner.create, owner.data_key, owner.rotate):
        with pytest.raises(KeySourceError, match="is no such document") as caught:
            ask(dataset)
        assert "secret-value" not in str(caught.value)
    assert kept(vault, dataset) == document


def test_another_key_under_an_epoch_is_noticed(vault: VaultService, owner: VaultKeys, dataset: str) -> None:
    """A document whose wrapped key is not the one that its epoch names yields no key."""
    owner.create(dataset)
    document = kept(vault, dataset)
    plain = base64.b64encode(bytes(32)).decode()
    wrapped = vault.call("POST", f"transit/encrypt/clearwell-{dataset}", {"plaintext": plain})["data"]["ciphertext"]
    document["epochs"][0]["wrapped"] = wrapped
    keep(vault, dataset, document)
    with pytest.raises(KeySourceError, match="is not the one that its epoch names"):
        owner.data_key(dataset)
    document["epochs"][0]["epoch"] = numbered_key(bytes(32), 1).epoch
    keep(vault, dataset, document)
    assert owner.data_key(dataset).key == bytes(32)


def test_a_deleted_key_is_not_replaced(vault: VaultService, owner: VaultKeys, dataset: str) -> None:
    """A document that somebody deleted is told, not made anew: pseudonyms under it would be lost."""
    owner.create(dataset)
    vault.call("DELETE", f"kv/data/clearwell/{dataset}/data-key")
    for ask in (owner.create, owner.epochs, owner.rotate):
        with pytest.raises(KeySourceError, match="was deleted in Vault"):
            ask(dataset)


def test_transit_may_rotate_its_own_key(vault: VaultService, owner: VaultKeys, dataset: str) -> None:
    """Vault's rotation of what wraps is none of the data key: it stays the same, of the same epoch."""
    owner.create(dataset)
    key = owner.data_key(dataset)
    vault.call("POST", f"transit/keys/clearwell-{dataset}/rotate")
    assert owner.rotate(dataset).epoch.startswith("2-")
    assert [item["wrapped"][:9] for item in kept(vault, dataset)["epochs"]] == ["vault:v1:", "vault:v2:"]
    assert owner.data_key(dataset, key.epoch) == key


def test_nothing_of_the_login_is_in_a_source(owner: VaultKeys) -> None:
    """Its repr names files and paths, never a token."""
    assert isinstance(owner.server.login, TokenFile)
    assert owner.server.login.path.read_text() not in json.dumps(repr(owner))
