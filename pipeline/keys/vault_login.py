"""How we log in to Vault: as a Kubernetes service account, or with a token in a file."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hvac

from pipeline.errors import KeySourceError
from pipeline.keys.credentials import refuse_open_to_others
from pipeline.keys.vault_session import document

#: Seconds after which a token's file is read again.
_REREAD = 60.0


@dataclass(frozen=True)
class KubernetesLogin:
    """As the pod's service account.

    Attributes:
        role: of Vault's Kubernetes method.
        mount: where that method is.
        jwt: file of the service account's token; read anew for each login, since Kubernetes replaces it.
    """

    role: str
    mount: str
    jwt: Path

    def token(self, client: hvac.Client) -> tuple[str, float]:
        """Log in.

        Raises:
            KeySourceError: there is no such token, or Vault does not take it.
        """
        try:
            jwt = self.jwt.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise KeySourceError(
                "the service account's token can't be read",
                given=self.jwt.name,
                hint="the pod mounts it; CLEARWELL_VAULT_JWT names another file",
            ) from None
        return log_in(client, self.mount, {"role": self.role, "jwt": jwt})


@dataclass(frozen=True)
class TokenFile:
    """With a token that lies in a file only its owner may read. Production refuses it.

    Raises:
        KeySourceError: `production` is set.
    """

    path: Path
    production: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.production:
            raise KeySourceError(
                "a Vault token in a file is refused in production",
                given="CLEARWELL_PRODUCTION is set",
                allowed="CLEARWELL_VAULT_AUTH of kubernetes:<role> or aws:<role>",
            )

    def token(self, client: hvac.Client) -> tuple[str, float]:
        """The file's token.

        Raises:
            KeySourceError: the file is missing, empty, or open to others.
        """
        del client
        try:
            with self.path.open("rb") as file:
                refuse_open_to_others(self.path.name, self.path, os.fstat(file.fileno()).st_mode)
                token = file.read().decode("ascii").strip()
        except (OSError, UnicodeDecodeError):
            token = ""
        if not token:
            raise KeySourceError(
                "the file of the Vault token is missing or empty", given=self.path.name, hint="log in to Vault first"
            )
        return token, _REREAD


def log_in(client: hvac.Client, mount: str, words: dict[str, Any]) -> tuple[str, float]:
    """A token of the method at `mount`, and its seconds.

    Raises:
        KeySourceError: Vault does not take the login.
    """
    try:
        auth = document(client.login(f"/v1/auth/{mount}/login", use_token=False, json=words))["auth"]
        return auth["client_token"], float(auth["lease_duration"])
    except (hvac.exceptions.Forbidden, hvac.exceptions.InvalidRequest, hvac.exceptions.InvalidPath):
        raise KeySourceError(
            "Vault does not take the login",
            given=f"auth/{mount}",
            hint="look at the role in CLEARWELL_VAULT_AUTH and what it is bound to",
        ) from None
