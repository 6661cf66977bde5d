"""Which key source the settings name, and what production refuses."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import KeySourceError, SettingsError
from pipeline.keys import DevelopmentKeyFile, open_key_source
from pipeline.keys.secrets_manager import SecretsManagerKeys
from pipeline.keys.vault import VaultKeys
from pipeline.keys.vault_aws import AwsLogin
from pipeline.keys.vault_login import KubernetesLogin, TokenFile
from pipeline.keys.vault_session import VaultServer
from pipeline.settings import Settings, load_settings

ADDRESS = "https://vault.clearwell.example:8200"
VAULT: dict[str, Any] = {"keys": "vault", "vault_address": ADDRESS}
JWT = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
CASES: list[tuple[dict[str, Any], object]] = [
    ({"keys": "secrets-manager"}, SecretsManagerKeys()),
    (
        {"keys": "secrets-manager", "aws_region": "eu-west-1", "secrets_endpoint": "https://vpce.example"},
        SecretsManagerKeys("eu-west-1", "https://vpce.example"),
    ),
    (
        {**VAULT, "vault_auth": "kubernetes:refine"},
        VaultKeys(VaultServer(ADDRESS, KubernetesLogin("refine", "kubernetes", JWT))),
    ),
    (
        {**VAULT, "vault_auth": "kubernetes:refine", "vault_auth_mount": "eks", "vault_jwt": "jwt"},
        VaultKeys(VaultServer(ADDRESS, KubernetesLogin("refine", "eks", Path("jwt")))),
    ),
    (
        {**VAULT, "vault_auth": "aws:refine", "vault_server_id": "vault", "aws_region": "eu-west-1"},
        VaultKeys(VaultServer(ADDRESS, AwsLogin("refine", "aws", "vault", "eu-west-1"))),
    ),
    (
        {**VAULT, "vault_auth": "token-file:/run/token", "vault_namespace": "hr", "vault_ca": "ca.pem"},
        VaultKeys(VaultServer(ADDRESS, TokenFile(Path("/run/token")), "hr", Path("ca.pem"))),
    ),
    (
        {**VAULT, "vault_address": f"{ADDRESS}/", "vault_auth": "aws:r", "vault_kv": "k", "vault_transit": "t"},
        VaultKeys(VaultServer(ADDRESS, AwsLogin("r")), "k", "t"),
    ),
]


@pytest.mark.parametrize(("words", "expected"), CASES)
def test_the_source_that_is_named(words: dict[str, Any], expected: object) -> None:
    """Every setting goes where it belongs; nothing is connected to."""
    assert open_key_source(Settings(**words)) == expected


def test_a_laptop_has_its_file(tmp_path: Path) -> None:
    """Without a setting keys come from the home's development file."""
    assert isinstance(open_key_source(Settings(home=tmp_path)), DevelopmentKeyFile)


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ({}, "a development key file is refused in production"),
        ({"keys": "development", **{name: VAULT[name] for name in VAULT if name != "keys"}}, "key file is refused"),
        ({**VAULT, "vault_auth": "token-file:/run/token"}, "a Vault token in a file is refused in production"),
        ({**VAULT, "vault_address": "http://vault.example:8200", "vault_auth": "aws:r"}, "without TLS is refused"),
    ],
)
def test_production_refuses(words: dict[str, Any], refused: str) -> None:
    """What only a laptop may use is refused, whatever else is set; without production it is not."""
    with pytest.raises(KeySourceError, match=refused):
        open_key_source(Settings(production=True, **words))
    open_key_source(Settings(**words))


@pytest.mark.parametrize("words", [CASES[0][0], CASES[2][0], CASES[4][0]])
def test_production_takes_the_platform(words: dict[str, Any]) -> None:
    """Secrets Manager, and Vault as a service account or an AWS role."""
    assert open_key_source(Settings(production=True, **words)) == open_key_source(Settings(**words))


def test_production_takes_an_agent_beside_it() -> None:
    """A Vault agent or proxy in the same pod speaks no TLS, and no byte leaves the pod on the way to it."""
    open_key_source(Settings(production=True, keys="vault", vault_address="http://127.0.0.1:8200", vault_auth="aws:r"))


@pytest.mark.parametrize("missing", ["vault_address", "vault_auth"])
def test_vault_needs_to_be_found(missing: str) -> None:
    """The variable that is missing is named."""
    words = {**VAULT, "vault_auth": "aws:r", missing: ""}
    with pytest.raises(SettingsError, match=f"keys from Vault need CLEARWELL_{missing.upper()}"):
        open_key_source(Settings(**words))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KEYS", "hsm"),
        ("VAULT_ADDRESS", "vault.example"),
        ("VAULT_ADDRESS", "https://me:pw@vault.example"),
        ("VAULT_ADDRESS", "https://vault.example/v1"),
        ("VAULT_AUTH", "kubernetes"),
        ("VAULT_AUTH", "userpass:me"),
        ("VAULT_AUTH", "token:hvs.abc"),
    ],
)
def test_settings_are_checked_at_the_edge(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that is not allowed is refused by its variable's name."""
    monkeypatch.setenv(f"CLEARWELL_{name}", value)
    with pytest.raises(SettingsError, match=f"CLEARWELL_{name} can't be used"):
        load_settings()
