"""The servers that keep keys: a real Vault, and stand-ins for AWS and for Kubernetes' token review."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from pipeline.keys.vault import VaultKeys
from pipeline.keys.vault_login import TokenFile
from tests.services.aws import REGION, ROOT, AwsService, running_aws
from tests.services.token_review import TokenReviewer, running_reviewer
from tests.services.vault import VaultService, kept_token, running_vault


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VaultService]:
    with running_vault(tmp_path_factory.mktemp("vault")) as service:
        yield service


@pytest.fixture(scope="session")
def reviewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokenReviewer]:
    with running_reviewer(tmp_path_factory.mktemp("reviewer")) as service:
        yield service


@pytest.fixture(scope="session")
def aws_server() -> Iterator[AwsService]:
    with running_aws() as service:
        yield service


@pytest.fixture
def aws(aws_server: AwsService, monkeypatch: pytest.MonkeyPatch) -> AwsService:
    """The stand-in, and its credentials as boto3 finds them."""
    for name, value in {**ROOT, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    return aws_server


_numbers = count(1)


@pytest.fixture
def dataset() -> str:
    """A dataset of which no key source has heard."""
    return f"dataset_{next(_numbers)}"


@pytest.fixture
def owner(vault: VaultService, tmp_path: Path, dataset: str) -> VaultKeys:
    """Vault for who owns the dataset's keys."""
    return vault.keys(vault.token_file(tmp_path / "owner", dataset, "dataset_key_owner"))


@pytest.fixture
def run_login(vault: VaultService, tmp_path: Path, dataset: str) -> TokenFile:
    """The login of the dataset's runs."""
    return vault.token_file(tmp_path / "run", dataset, "dataset_key")


@pytest.fixture
def root(vault: VaultService, tmp_path: Path) -> TokenFile:
    """The login that may do everything."""
    return kept_token(tmp_path / "root", vault.root)
