"""Logins to a real Vault: as a service account, as an AWS role, with a token's file.

Vault's own methods decide. What they ask is a stand-in: for Kubernetes a reviewer of ours, which checks signatures, for
STS moto, which does not.
"""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pipeline.errors import KeySourceError
from pipeline.keys.vault import VaultKeys
from pipeline.keys.vault_aws import AwsLogin
from pipeline.keys.vault_login import KubernetesLogin, TokenFile
from tests.services.aws import REGION, AwsService
from tests.services.token_review import AUDIENCE, REVIEWER, TokenReviewer, uid_of
from tests.services.vault import VaultService

SERVER_ID = "vault.clearwell.example"


@pytest.fixture
def kubernetes(
    vault: VaultService, reviewer: TokenReviewer, owner: VaultKeys, dataset: str, tmp_path: Path
) -> KubernetesLogin:
    """The login of the pods of `dataset`, which run as the account of its name."""
    config = {
        "kubernetes_host": reviewer.address,
        "kubernetes_ca_cert": reviewer.ca.read_text(),
        "token_reviewer_jwt": REVIEWER,
    }
    vault.call("POST", "auth/kubernetes/config", config)
    bound = {
        "bound_service_account_names": [dataset],
        "bound_service_account_namespaces": ["clearwell"],
        "audience": AUDIENCE,
        "token_policies": ["dataset_key"],
        "token_ttl": "10m",
    }
    vault.call("POST", f"auth/kubernetes/role/{dataset}", bound)
    vault.identity(dataset, "kubernetes", uid_of("clearwell", dataset))
    owner.create(dataset)
    return KubernetesLogin(dataset, "kubernetes", tmp_path / "jwt")


def test_a_service_account_opens_its_dataset(
    vault: VaultService, reviewer: TokenReviewer, kubernetes: KubernetesLogin, owner: VaultKeys, dataset: str
) -> None:
    """The pod's token is enough, and its file is read anew for each login."""
    kubernetes.jwt.write_text(reviewer.jwt("clearwell", dataset) + "\n")
    run = vault.keys(kubernetes)
    assert run.data_key(dataset) == owner.data_key(dataset)
    with pytest.raises(KeySourceError, match="Vault denies it"):
        run.epochs(f"{dataset}_other")


def test_what_no_service_account_may(
    vault: VaultService, reviewer: TokenReviewer, kubernetes: KubernetesLogin, dataset: str
) -> None:
    """A token of another account or namespace, for somebody else, expired or forged is refused, and never shown."""
    forger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for token in (
        reviewer.jwt("clearwell", "another"),
        reviewer.jwt("default", dataset),
        reviewer.jwt("clearwell", dataset, lives=-600),
        reviewer.jwt("clearwell", dataset, audience="another"),
        reviewer.jwt("clearwell", dataset, key=forger),
        "no.jwt.atall",
        "",
    ):
        kubernetes.jwt.write_text(token)
        with pytest.raises(KeySourceError, match="Vault does not take the login") as caught:
            vault.keys(kubernetes).epochs(dataset)
        assert not token or token not in str(caught.value)


def test_no_token_is_mounted(vault: VaultService, kubernetes: KubernetesLogin, dataset: str) -> None:
    """A process that is no pod is told so."""
    with pytest.raises(KeySourceError, match="the service account's token can't be read"):
        vault.keys(kubernetes).epochs(dataset)


@pytest.fixture
def role(
    vault: VaultService, aws: AwsService, owner: VaultKeys, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> AwsLogin:
    """The login of jobs whose AWS role is bound to `dataset`; this process has a session of that role."""
    session = aws.assumed("refine")
    arn = session.pop("role_arn")
    for name, value in session.items():
        monkeypatch.setenv(name, value)
    client = {"sts_endpoint": aws.address, "sts_region": REGION, "iam_server_id_header_value": SERVER_ID}
    vault.call("POST", "auth/aws/config/client", {**client, "access_key": "unused", "secret_key": "unused"})
    vault.call("POST", "auth/aws/config/identity", {"iam_alias": "canonical_arn"})
    bound = {"bound_iam_principal_arn": [arn], "resolve_aws_unique_ids": False, "auth_type": "iam"}
    vault.call("POST", f"auth/aws/role/{dataset}", {**bound, "token_policies": ["dataset_key"], "token_ttl": "10m"})
    vault.identity(dataset, "aws", arn)
    owner.create(dataset)
    return AwsLogin(dataset, "aws", SERVER_ID, REGION)


def test_a_role_opens_its_dataset(vault: VaultService, role: AwsLogin, owner: VaultKeys, dataset: str) -> None:
    """A request that the role's session signed is enough."""
    run = vault.keys(role)
    assert run.data_key(dataset) == owner.data_key(dataset)
    with pytest.raises(KeySourceError, match="Vault denies it"):
        run.epochs(f"{dataset}_other")


def test_another_role_does_not_log_in(
    vault: VaultService, role: AwsLogin, aws: AwsService, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session of a role that is not bound is refused."""
    for name, value in aws.assumed("another").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(KeySourceError, match="Vault does not take the login"):
        vault.keys(role).epochs(dataset)


@pytest.mark.parametrize("server_id", ["", "another.vault.example"])
def test_a_request_for_another_vault_is_refused(
    vault: VaultService, role: AwsLogin, dataset: str, server_id: str
) -> None:
    """A login that was signed for another server can't be replayed here."""
    with pytest.raises(KeySourceError, match="Vault does not take the login"):
        vault.keys(AwsLogin(role.role, role.mount, server_id, role.region)).epochs(dataset)


def test_no_session_of_aws(vault: VaultService, role: AwsLogin, dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without credentials of AWS is told so."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
    with pytest.raises(KeySourceError, match="there are no credentials of AWS"):
        vault.keys(role).epochs(dataset)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o602])
def test_a_token_open_to_others_is_refused(vault: VaultService, run_login: TokenFile, dataset: str, mode: int) -> None:
    """Only its owner may read a token's file; nothing of it is shown."""
    run_login.path.chmod(mode)
    with pytest.raises(KeySourceError, match="others may read run") as caught:
        vault.keys(run_login).epochs(dataset)
    assert run_login.path.read_text() not in str(caught.value)


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_a_token_that_is_not_there(vault: VaultService, tmp_path: Path, dataset: str, text: str | None) -> None:
    """A missing or blank file is told."""
    path = tmp_path / "token"
    if text is not None:
        path.touch(0o600)
        path.write_text(text)
    with pytest.raises(KeySourceError, match="the Vault token is missing or empty"):
        vault.keys(TokenFile(path)).epochs(dataset)
