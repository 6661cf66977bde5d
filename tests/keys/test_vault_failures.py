"""Vault sealed, slow, gone, standing by, not itself: each fails closed with words that say which."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import KeySourceError
from pipeline.extract.sidecar import free_port
from pipeline.keys.vault import VaultKeys
from pipeline.keys.vault_login import TokenFile
from pipeline.keys.vault_session import VaultServer
from tests.services.answers import answering
from tests.services.proxy import proxy_of
from tests.services.vault import VaultService

#: Seconds within which a refusal has come where Vault answers at all, or its port is closed.
QUICK = 6.0


def refused(ask: Callable[[], object], words: str, within: float = QUICK) -> str:
    """The message of the refusal, which came in time."""
    began = time.monotonic()
    with pytest.raises(KeySourceError, match=words) as caught:
        ask()
    assert time.monotonic() - began < within
    assert caught.value.hint
    assert "127.0.0.1" not in str(caught.value)
    return str(caught.value)


def test_sealed(vault: VaultService, owner: VaultKeys, dataset: str) -> None:
    """Nothing is answered or changed; the message says what is wrong, at what, and what to do. Unsealed it goes on."""
    owner.create(dataset)
    with vault.sealed():
        told = refused(lambda: owner.data_key(dataset), "Vault is sealed")
        refused(lambda: owner.rotate(dataset), "Vault is sealed")
    assert told == (
        "Vault is sealed\n"
        f"  given:   reading the data key of {dataset}\n"
        "  hint:    vault operator unseal, then start again"
    )
    assert len(owner.epochs(dataset)) == 1


def test_sealed_before_the_login(vault: VaultService, run_login: TokenFile, dataset: str) -> None:
    """A process that has not logged in yet is told the same."""
    with vault.sealed(), proxy_of(vault.address) as proxy:
        refused(lambda: vault.keys(run_login, address=proxy.address).epochs(dataset), "Vault is sealed")


def test_gone(run_login: TokenFile, dataset: str) -> None:
    """Nothing listens there."""
    nowhere = VaultKeys(VaultServer(f"http://127.0.0.1:{free_port()}", run_login))
    refused(lambda: nowhere.data_key(dataset), "Vault can't be reached")


def test_gone_midway(vault: VaultService, owner: VaultKeys, run_login: TokenFile, dataset: str) -> None:
    """Gone after the epochs were read: what was not opened yet can't be."""
    owner.create(dataset)
    with proxy_of(vault.address) as proxy:
        run = vault.keys(run_login, address=proxy.address)
        (epoch,) = run.epochs(dataset)
        proxy.vanish()
        refused(lambda: run.data_key(dataset, epoch), "Vault can't be reached")


@pytest.mark.parametrize(
    ("delay", "piece"), [(30.0, 1 << 16), (0.05, 1)], ids=["each answer waits", "answers drip, byte by byte"]
)
def test_slow(
    vault: VaultService, owner: VaultKeys, run_login: TokenFile, dataset: str, delay: float, piece: int
) -> None:
    """However it is slow, nobody waits longer than the patience."""
    owner.create(dataset)
    with proxy_of(vault.address) as proxy:
        proxy.delay, proxy.piece = delay, piece
        run = vault.keys(run_login, address=proxy.address, patience=1.5)
        told = refused(lambda: run.data_key(dataset), "the key source is too slow", within=2.5)
    assert "an answer within 1.5 s" in told


def test_patience_is_bounded() -> None:
    """As it comes, an operation takes no longer than 20 seconds with all its retries."""
    assert VaultKeys(VaultServer("", TokenFile(Path("none")))).patience == 20.0


def test_a_short_failure_is_passed_over(
    vault: VaultService, owner: VaultKeys, run_login: TokenFile, dataset: str
) -> None:
    """Two connections that break are tried again, and nobody notices."""
    owner.create(dataset)
    with proxy_of(vault.address) as proxy:
        proxy.refuse_first = 2
        assert vault.keys(run_login, address=proxy.address).data_key(dataset) == owner.data_key(dataset)
        assert proxy.connections == 3


def test_a_revoked_token_is_replaced(vault: VaultService, owner: VaultKeys, tmp_path: Path, dataset: str) -> None:
    """A login whose token was revoked logs in anew; where that fails as well it is denied."""
    owner.create(dataset)
    login = vault.token_file(tmp_path / "token", dataset, "dataset_key")
    run = vault.keys(login)
    run.epochs(dataset)
    vault.call("POST", "auth/token/revoke", {"token": login.path.read_text()})
    refused(lambda: run.epochs(dataset), "Vault denies it")
    login.path.write_text(vault.user_token(dataset, "dataset_key"))
    assert run.epochs(dataset) == owner.epochs(dataset)


@pytest.mark.parametrize("mount", ["kv", "transit"])
def test_a_mount_that_is_not_there(vault: VaultService, root: TokenFile, dataset: str, mount: str) -> None:
    """No key is made up where a mount is wrong."""
    keys = vault.keys(root, **{mount: "elsewhere"})
    refused(lambda: keys.create(dataset), "Vault has nothing there")


def test_kv_of_version_1(vault: VaultService, root: TokenFile, dataset: str) -> None:
    """The older kind of KV has no check-and-set, and so is refused."""
    vault.call("POST", "sys/mounts/old", {"type": "kv", "options": {"version": "1"}})
    vault.call("POST", f"old/data/clearwell/{dataset}/data-key", {"epochs": "x"})
    keys = vault.keys(root, kv="old")
    refused(lambda: keys.create(dataset), "the mount is no KV of version 2")


def test_tls(vault: VaultService, owner: VaultKeys, dataset: str) -> None:
    """Its certificate is checked against the CA of our settings; one that nobody vouches for is refused."""
    owner.create(dataset)
    login = owner.server.login
    trusted = VaultKeys(VaultServer(vault.safe_address, login, ca=vault.ca))
    assert trusted.data_key(dataset) == owner.data_key(dataset)
    refused(lambda: VaultKeys(VaultServer(vault.safe_address, login)).epochs(dataset), "is not trusted")


def test_no_proxy_of_the_environment_is_asked(
    vault: VaultService, owner: VaultKeys, run_login: TokenFile, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a proxy nor a token of the environment is used, only what the settings say."""
    owner.create(dataset)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("VAULT_TOKEN", "another")
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:1")
    with proxy_of(vault.address) as fresh:
        assert vault.keys(run_login, address=fresh.address).data_key(dataset) == owner.data_key(dataset)


#: What a stand-in answers: status, headers, body; and what we then say.
ANSWERS = {
    "standby": (307, {"Location": "{other}/v1/x"}, "", "Vault answers from a standby node"),
    "no active node": (500, {}, '{"errors": ["local node not active"]}', "Vault failed"),
    "too many": (429, {}, '{"errors": ["request path quota exceeded: secret-value"]}', "has too many requests"),
    "not initialised": (501, {}, '{"errors": []}', "Vault is not initialised"),
    "a page": (200, {}, "<html>secret-value</html>", "what answers is no Vault"),
    "other JSON": (200, {}, '{"secret-value": 1}', "what answers is no Vault"),
    "a gateway": (502, {}, "secret-value", "Vault failed"),
    "a teapot": (418, {}, "secret-value", "Vault failed"),
}


@pytest.mark.parametrize(("status", "headers", "body", "words"), ANSWERS.values(), ids=ANSWERS)
def test_answers_of_no_use(
    run_login: TokenFile, dataset: str, status: int, headers: dict[str, str], body: str, words: str
) -> None:
    """Nothing of such an answer is shown, and a token is never sent on to where one points."""
    with answering(200, "{}") as (other, sent_on):
        pointing = {name: value.format(other=other) for name, value in headers.items()}
        with answering(status, body, pointing) as (address, asked):
            told = refused(lambda: VaultKeys(VaultServer(address, run_login)).epochs(dataset), words)
    assert "secret-value" not in told
    assert {headers["X-Vault-Token"] for headers in asked} == {run_login.path.read_text()}
    assert not sent_on


def test_the_namespace_is_told(run_login: TokenFile, dataset: str) -> None:
    """Every request names it; a stand-in hears it, since only Vault Enterprise has namespaces."""
    with answering(403, "{}") as (address, asked):
        keys = VaultKeys(VaultServer(address, run_login, namespace="hr/people"))
        refused(lambda: keys.epochs(dataset), "Vault denies it")
    assert {headers["X-Vault-Namespace"] for headers in asked} == {"hr/people"}
