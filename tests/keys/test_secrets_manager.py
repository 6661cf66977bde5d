"""AWS Secrets Manager, for which moto stands in: what is kept, and what is said when it can't be had."""

import base64
import json
from typing import Any

import pytest

from pipeline.errors import KeySourceError
from pipeline.extract.sidecar import free_port
from pipeline.keys.secrets_manager import SecretsManagerKeys
from tests.services.answers import answering
from tests.services.aws import REGION, ROOT, AwsService
from tests.services.proxy import proxy_of


@pytest.fixture
def keys(aws: AwsService) -> SecretsManagerKeys:
    return SecretsManagerKeys(REGION, aws.address)


def test_one_secret_holds_all_epochs(aws: AwsService, keys: SecretsManagerKeys, dataset: str) -> None:
    """The same document as in Vault, its keys in base64; the version before is AWSPREVIOUS, and no draft stays."""
    keys.create(dataset)
    opened = [keys.data_key(dataset), keys.rotate(dataset), keys.rotate(dataset)]
    client, name = aws.client("secretsmanager"), f"clearwell/{dataset}/data-key"
    document = json.loads(client.get_secret_value(SecretId=name, VersionStage="AWSCURRENT")["SecretString"])
    assert [base64.b64decode(item["wrapped"]) for item in document["epochs"]] == [key.key for key in opened]
    before = json.loads(client.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"])
    assert before["epochs"] == document["epochs"][:2]
    stages = client.describe_secret(SecretId=name)["VersionIdsToStages"].values()
    assert sorted(stage for held in stages for stage in held) == ["AWSCURRENT", "AWSPREVIOUS"]


def test_credentials(aws: AwsService, keys: SecretsManagerKeys) -> None:
    """A secret each; a renewed one holds at once."""
    client = aws.client("secretsmanager")
    client.create_secret(Name="clearwell/credentials/lms", SecretString="p4ss wörd")
    assert keys.credential("lms") == "p4ss wörd"
    client.put_secret_value(SecretId="clearwell/credentials/lms", SecretString="a renewed one")
    assert keys.credential("lms") == "a renewed one"


@pytest.mark.parametrize("text", ["secret-value", "[]", '{"epochs": []}', '{"epochs": "secret-value"}'])
def test_a_wrong_secret_fails_closed(aws: AwsService, keys: SecretsManagerKeys, dataset: str, text: str) -> None:
    """What is no document of ours yields no key, is never written over, and is not shown."""
    client, name = aws.client("secretsmanager"), f"clearwell/{dataset}/data-key"
    client.create_secret(Name=name, SecretString=text)
    for ask in (keys.create, keys.data_key, keys.rotate):
        with pytest.raises(KeySourceError, match="is no such document") as caught:
            ask(dataset)
        assert "secret-value" not in str(caught.value)
    assert client.get_secret_value(SecretId=name)["SecretString"] == text


@pytest.mark.parametrize("wrapped", ["", "AAAA", "no base64!", base64.b64encode(bytes(32)).decode()])
def test_another_key_under_an_epoch_is_noticed(
    aws: AwsService, keys: SecretsManagerKeys, dataset: str, wrapped: str
) -> None:
    """A key that is not the one that its epoch names is refused."""
    epoch: dict[str, Any] = {"number": 1, "epoch": "1-000000000000", "wrapped": wrapped, "created": "now"}
    text = json.dumps({"epochs": [epoch]})
    aws.client("secretsmanager").create_secret(Name=f"clearwell/{dataset}/data-key", SecretString=text)
    with pytest.raises(KeySourceError, match="is not the one that its epoch names"):
        keys.data_key(dataset)


def test_a_secret_marked_for_deletion_is_not_replaced(aws: AwsService, keys: SecretsManagerKeys, dataset: str) -> None:
    """It is told how it can be had again; no new key is made in its place."""
    keys.create(dataset)
    aws.client("secretsmanager").delete_secret(SecretId=f"clearwell/{dataset}/data-key")
    for ask in (keys.epochs, keys.create, keys.rotate):
        with pytest.raises(KeySourceError, match=r"marked for deletion(.|\n)*restore-secret"):
            ask(dataset)


REFUSALS = {
    "AccessDeniedException": "Secrets Manager denies it",
    "DecryptionFailure": "Secrets Manager can't decrypt it",
    "ThrottlingException": "Secrets Manager has too many requests",
    "UnrecognizedClientException": "AWS does not know the credentials",
    "ExpiredTokenException": "the credentials of AWS have expired",
    "InternalServiceError": "Secrets Manager failed",
}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("code", "words"), REFUSALS.items())
def test_refusals_in_our_words(dataset: str, code: str, words: str) -> None:
    """What AWS documents as refusals, which moto does not make, fail closed; nothing else of an answer is shown."""
    body = json.dumps({"__type": code, "Message": "secret-value"})
    with answering(400, body) as (address, _), pytest.raises(KeySourceError, match=words) as caught:
        SecretsManagerKeys(REGION, address).data_key(dataset)
    assert caught.value.hint
    assert "secret-value" not in str(caught.value)


def test_slow(aws: AwsService, dataset: str) -> None:
    """Nobody waits longer than the patience."""
    with proxy_of(aws.address) as proxy:
        proxy.delay = 30.0
        with pytest.raises(KeySourceError, match="the key source is too slow"):
            SecretsManagerKeys(REGION, proxy.address, patience=1.0).data_key(dataset)


def test_gone(aws: AwsService, dataset: str) -> None:
    """Nothing listens there; the message names no address."""
    keys = SecretsManagerKeys(REGION, f"http://127.0.0.1:{free_port()}")
    with pytest.raises(KeySourceError, match="Secrets Manager can't be reached") as caught:
        keys.data_key(dataset)
    assert "127.0.0.1" not in str(caught.value)


def test_no_credentials(aws: AwsService, dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without credentials of AWS is told so."""
    for name in ROOT:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
    with proxy_of(aws.address) as proxy, pytest.raises(KeySourceError, match="NoCredentialsError: look at the role"):
        SecretsManagerKeys(REGION, proxy.address).data_key(dataset)


def test_no_region(dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a region there is no endpoint either."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")
    with pytest.raises(KeySourceError, match="NoRegionError: look at the role, CLEARWELL_AWS_REGION"):
        SecretsManagerKeys().data_key(dataset)
