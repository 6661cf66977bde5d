"""Keys and credentials from AWS Secrets Manager, which encrypts them under a key of KMS."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.errors import KeySourceError
from pipeline.keys.document import KeyDocument, credential_path, key_path
from pipeline.keys.documented import PATIENCE, DocumentedKeys
from pipeline.keys.source import KEY_BYTES

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 4, "mode": "standard"})
_CURRENT = "AWSCURRENT"
#: What an error of AWS means, and what to do.
_MEANINGS = {
    "AccessDeniedException": ("Secrets Manager denies it", "look at the role's policy and at the key's of KMS"),
    "DecryptionFailure": ("Secrets Manager can't decrypt it", "look at the key of KMS: disabled, or not for this role"),
    "InvalidRequestException": ("the secret is marked for deletion", "aws secretsmanager restore-secret"),
    "ThrottlingException": ("Secrets Manager has too many requests", "start again later"),
    "UnrecognizedClientException": ("AWS does not know the credentials", "the job runs under a role, or log in anew"),
    "ExpiredTokenException": ("the credentials of AWS have expired", "log in anew"),
}


@dataclass(frozen=True)
class SecretsManagerKeys(DocumentedKeys):
    """A dataset's document is the secret `clearwell/<dataset>/data-key`, its keys in base64.

    Attributes:
        region: of AWS; empty: boto3's own.
        endpoint: of a VPC; empty: the region's.
        patience: seconds for an operation with all its retries.
    """

    region: str = ""
    endpoint: str = ""
    patience: float = PATIENCE

    def place(self, dataset: str) -> str:
        """The secret's name."""
        return f"AWS Secrets Manager, {key_path(dataset)}"

    def credential(self, name: str) -> str:
        """The secret `clearwell/credentials/<name>`; read anew each time.

        Raises:
            KeySourceError: it is missing or empty, or can't be had.
        """
        path, what = credential_path(name), f"reading the credential {name}"
        found = self._in_time(what, lambda: self._secret(path, what))
        if not found or not found.get("SecretString"):
            raise KeySourceError(f"the credential {name!r} is missing or empty", allowed=f"the secret {path}")
        return str(found["SecretString"])

    def _read(self, dataset: str) -> tuple[KeyDocument, str] | None:
        found = self._secret(key_path(dataset), f"reading the data key of {dataset}")
        return (KeyDocument.read(_parsed(found.get("SecretString")), dataset), found["VersionId"]) if found else None

    def _write(self, dataset: str, document: KeyDocument, version: str | None) -> bool:
        name, text = key_path(dataset), json.dumps(document.dump())
        what = f"keeping the data key of {dataset}"
        if version is not None:
            return self._replace(name, text, version, what)
        client = _client(self.region, self.endpoint)
        made = _asked(what, lambda: client.create_secret(Name=name, SecretString=text), "ResourceExistsException")
        return made is not None

    def _replace(self, name: str, text: str, version: str, what: str) -> bool:
        """Put a version under a stage of its own, then move AWSCURRENT to it from `version`, which only one can do."""
        client, stage = _client(self.region, self.endpoint), f"clearwell-{secrets.token_hex(8)}"
        ours = secrets.token_hex(16)  # as the version's id: a retry puts no second one
        _asked(
            what,
            lambda: client.put_secret_value(
                SecretId=name, SecretString=text, VersionStages=[stage], ClientRequestToken=ours
            ),
        )
        move = client.update_secret_version_stage
        moved = _asked(
            what,
            lambda: move(SecretId=name, VersionStage=_CURRENT, MoveToVersionId=ours, RemoveFromVersionId=version),
            "InvalidParameterException",
        )
        _asked(what, lambda: move(SecretId=name, VersionStage=stage, RemoveFromVersionId=ours))
        return moved is not None

    def _new_key(self, dataset: str) -> tuple[bytes, str]:
        del dataset
        key = secrets.token_bytes(KEY_BYTES)
        return key, base64.b64encode(key).decode()

    def _unwrap(self, dataset: str, wrapped: str) -> bytes:
        del dataset
        try:
            return base64.b64decode(wrapped, validate=True)
        except ValueError:
            return b""

    def _secret(self, path: str, what: str) -> dict[str, Any] | None:
        client = _client(self.region, self.endpoint)
        return _asked(
            what, lambda: client.get_secret_value(SecretId=path, VersionStage=_CURRENT), "ResourceNotFoundException"
        )


@lru_cache(maxsize=4)
def _client(region: str, endpoint: str) -> Any:
    """One a process: it holds credentials, which it renews."""
    session = boto3.Session(region_name=region or None)
    try:
        return session.client("secretsmanager", endpoint_url=endpoint or None, config=_CONFIG)
    except (BotoCoreError, ValueError) as error:
        raise _unreachable(error, "opening Secrets Manager") from None


def _asked(what: str, request: Callable[[], dict[str, Any]], expected: str | None = None) -> dict[str, Any] | None:
    """AWS's answer; None where it is the error `expected`.

    Raises:
        KeySourceError: any other; nothing that AWS said is in it but the error's name.
    """
    try:
        return request()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code == expected:
            return None
        words, hint = _MEANINGS.get(code, ("Secrets Manager failed", f"it says {code}"))
        raise KeySourceError(words, given=what, hint=hint) from None
    except BotoCoreError as error:
        raise _unreachable(error, what) from None


def _unreachable(error: Exception, what: str) -> KeySourceError:
    return KeySourceError(
        "Secrets Manager can't be reached",
        given=what,
        hint=f"{type(error).__name__}: look at the role, CLEARWELL_AWS_REGION and CLEARWELL_SECRETS_ENDPOINT",
    )


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None
