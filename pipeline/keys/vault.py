"""Keys and credentials from HashiCorp Vault: transit wraps the data keys, KV keeps them wrapped."""

import base64
from dataclasses import dataclass
from typing import Any

from hvac.exceptions import InvalidPath, InvalidRequest

from pipeline.errors import KeySourceError
from pipeline.keys.document import KeyDocument, credential_path, key_path
from pipeline.keys.documented import PATIENCE, DocumentedKeys
from pipeline.keys.source import KEY_BYTES
from pipeline.keys.vault_session import VaultServer, ask, explained


@dataclass(frozen=True)
class VaultKeys(DocumentedKeys):
    """A dataset's document is `clearwell/<dataset>/data-key` in KV version 2; transit key `clearwell-<dataset>` wraps.

    Attributes:
        server: Vault.
        kv: where KV version 2 is mounted.
        transit: where transit is.
        patience: seconds for an operation with all its retries.
    """

    server: VaultServer
    kv: str = "kv"
    transit: str = "transit"
    patience: float = PATIENCE

    def place(self, dataset: str) -> str:
        """The paths of the document and of the key that wraps."""
        return f"Vault, {self.kv}/{key_path(dataset)}, wrapped by {self.transit}/keys/{_transit_key(dataset)}"

    def credential(self, name: str) -> str:
        """The field `value` at `clearwell/credentials/<name>`; read anew each time.

        Raises:
            KeySourceError: it is missing or empty, or can't be had.
        """
        path = credential_path(name)
        found = self._in_time(f"reading the credential {name}", lambda: self._secret(path, f"the credential {name}"))
        value = found["data"].get("value") if found else None
        if not isinstance(value, str) or not value:
            raise KeySourceError(
                f"the credential {name!r} is missing or empty",
                allowed=f"the field value at {path}",
                hint=f"vault kv put -mount={self.kv} {path} value=-",
            )
        return value

    def _read(self, dataset: str) -> tuple[KeyDocument, str] | None:
        found = self._secret(key_path(dataset), f"the data key of {dataset}")
        return (KeyDocument.read(found["data"], dataset), str(found["metadata"]["version"])) if found else None

    def _write(self, dataset: str, document: KeyDocument, version: str | None) -> bool:
        what = f"keeping the data key of {dataset}"
        path, kept, before = key_path(dataset), document.dump(), int(version or 0)
        try:
            ask(
                self.server,
                what,
                lambda vault: vault.secrets.kv.v2.create_or_update_secret(path, kept, before, self.kv),
                expected=InvalidRequest,
            )
        except InvalidRequest as error:
            if "check-and-set" in str(error.errors):
                return False
            raise explained(error, what) from None
        return True

    def _new_key(self, dataset: str) -> tuple[bytes, str]:
        name = _transit_key(dataset)
        ask(
            self.server,
            f"making the transit key {name}",
            lambda vault: vault.secrets.transit.create_key(name, mount_point=self.transit),
        )
        made = ask(
            self.server,
            f"making the data key of {dataset}",
            lambda vault: vault.secrets.transit.generate_data_key(
                name, "plaintext", bits=8 * KEY_BYTES, mount_point=self.transit
            ),
        )["data"]
        return base64.b64decode(made["plaintext"]), made["ciphertext"]

    def _unwrap(self, dataset: str, wrapped: str) -> bytes:
        found = ask(
            self.server,
            f"unwrapping the data key of {dataset}",
            lambda vault: vault.secrets.transit.decrypt_data(_transit_key(dataset), wrapped, mount_point=self.transit),
        )["data"]
        return base64.b64decode(found["plaintext"])

    def _secret(self, path: str, what: str) -> dict[str, Any] | None:
        """Data and metadata of a secret; None where there never was one.

        Raises:
            KeySourceError: its newest version was deleted, or it can't be had.
        """
        try:
            found: dict[str, Any] = ask(
                self.server,
                f"reading {what}",
                lambda vault: vault.secrets.kv.v2.read_secret_version(
                    path, mount_point=self.kv, raise_on_deleted_version=True
                ),
                expected=InvalidPath,
            )["data"]
        except InvalidPath as error:
            if error.json and error.json.get("data"):
                raise KeySourceError(
                    f"{what} was deleted in Vault", hint=f"vault kv undelete, or vault kv rollback, of {path}"
                ) from None
            return None
        if "metadata" not in found:
            raise KeySourceError("the mount is no KV of version 2", given=self.kv, hint="look at CLEARWELL_VAULT_KV")
        return found


def _transit_key(dataset: str) -> str:
    return f"clearwell-{dataset}"
