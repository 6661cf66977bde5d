"""The key source that the settings name."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SettingsError
from pipeline.keys.development import DevelopmentKeyFile
from pipeline.keys.source import KeySource
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.keys.vault_session import Login


def open_key_source(settings: Settings) -> KeySource:
    """Where this process's keys and credentials come from; nothing is read yet.

    Raises:
        SettingsError: a setting that the source needs is missing.
        KeySourceError: production is set, and the source is one for laptops.
    """
    return {"development": _development, "vault": _vault, "secrets-manager": _secrets_manager}[settings.keys](settings)


def _development(settings: Settings) -> KeySource:
    """`<home>/keys/development.key`, and `credentials/` beside connections.yaml."""
    credentials = settings.connections_file.resolve().parent / "credentials"
    return DevelopmentKeyFile(settings.root / "keys" / "development.key", settings.production, credentials)


def _vault(settings: Settings) -> KeySource:
    from pipeline.keys.vault import VaultKeys  # noqa: PLC0415 - 0.2 s to import, for who uses it
    from pipeline.keys.vault_session import VaultServer  # noqa: PLC0415

    for name in ("vault_address", "vault_auth"):
        if not getattr(settings, name):
            raise SettingsError(f"keys from Vault need CLEARWELL_{name.upper()}", hint="see clearwell keys --help")
    server = VaultServer(
        settings.vault_address.rstrip("/"),
        _login(settings),
        settings.vault_namespace,
        settings.vault_ca,
        settings.production,
    )
    return VaultKeys(server, settings.vault_kv, settings.vault_transit)


def _secrets_manager(settings: Settings) -> KeySource:
    from pipeline.keys.secrets_manager import SecretsManagerKeys  # noqa: PLC0415 - 0.2 s to import

    return SecretsManagerKeys(settings.aws_region, settings.secrets_endpoint)


def _login(settings: Settings) -> "Login":
    from pipeline.keys.vault_login import KubernetesLogin, TokenFile  # noqa: PLC0415

    method, _, rest = settings.vault_auth.partition(":")
    if method == "token-file":
        return TokenFile(Path(rest).expanduser().absolute(), settings.production)
    mount = settings.vault_auth_mount or method
    if method == "kubernetes":
        return KubernetesLogin(rest, mount, settings.vault_jwt)
    from pipeline.keys.vault_aws import AwsLogin  # noqa: PLC0415

    return AwsLogin(rest, mount, settings.vault_server_id, settings.aws_region)
