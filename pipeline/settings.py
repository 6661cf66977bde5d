"""All settings, parsed once at the edge from `CLEARWELL_*`. No other module reads the environment."""

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pipeline.errors import SettingsError

SHIPPED_DATASETS = Path(__file__).parent / "datasets"


def cache_folder() -> Path:
    """Where what is fetched or built once is kept, outside the tree, keyed by version by each writer."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "clearwell"


class Settings(BaseSettings):
    """Settings of one process; every field is also the environment variable `CLEARWELL_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CLEARWELL_", extra="ignore", frozen=True)

    home: Path = Field(Path(".clearwell"), description="Folder of all zones on a laptop")
    datasets: Annotated[tuple[Path, ...], NoDecode] = Field(
        (),
        description="Folders of dataset folders, joined as in PATH; looked into before <home>/datasets and the shipped",
    )
    connections: Path | None = Field(None, description="connections.yaml; by default <home>/connections.yaml")
    cores: int = Field(2, ge=1, description="Spark's local cores")
    driver_memory: str = Field("2g", pattern=r"^\d+[mg]$", description="Heap of Spark's driver")
    partitions: int = Field(4, ge=1, description="Spark's shuffle partitions")
    spark_log_level: str = Field("OFF", description="Spark's log; its exceptions may quote data, so it is off")
    spark_ui: bool = Field(False, description="Spark's page on its jobs, at http://127.0.0.1:4040")
    spark_events: Path | None = Field(None, description="Folder for Spark's event log; none is written by default")
    name_model: str = Field(
        "shipped",
        pattern=r"^(shipped|none|spacy:.+|transformers:.+)$",
        description="Finds names that no roster knows: shipped (our small model), none, spacy:<package or folder>, "
        "transformers:<folder or name>; nothing is downloaded",
    )
    planted: int = Field(
        1_000, ge=400, description="Values of each type planted to measure redaction; fewer can't show a recall of 0.99"
    )
    canaries: Path | None = Field(
        None,
        description="File of values that no version may hold, one a line; by default <home>/canaries.txt if there",
    )
    production: bool = Field(False, description="Refuses what only a laptop may use, such as the development key file")
    keys: Literal["development", "vault", "secrets-manager"] = Field(
        "development", description="Where keys and credentials come from: development is a file in <home>"
    )
    vault_address: str = Field("", pattern=r"^(https?://[^/?#@]+/?)?$", description="Vault's URL, of its active node")
    vault_auth: str = Field(
        "",
        pattern=r"^((kubernetes|aws|token-file):.+)?$",
        description="How we log in to Vault: kubernetes:<role>, aws:<role>, or token-file:<file of mode 0600>",
    )
    vault_auth_mount: str = Field("", description="Where that method is mounted; by default under its own name")
    vault_namespace: str = Field("", description="Of Vault Enterprise; by default the root")
    vault_ca: Path | None = Field(None, description="File of the certificates that Vault's is checked against")
    vault_kv: str = Field("kv", description="Where Vault's KV version 2 is mounted")
    vault_transit: str = Field("transit", description="Where Vault's transit is mounted")
    vault_jwt: Path = Field(
        Path("/var/run/secrets/kubernetes.io/serviceaccount/token"), description="File of the service account's token"
    )
    vault_server_id: str = Field("", description="What Vault's AWS method demands as X-Vault-AWS-IAM-Server-ID")
    aws_region: str = Field("", description="Of STS and Secrets Manager; by default boto3's own")
    secrets_endpoint: str = Field("", description="URL of Secrets Manager in a VPC; by default the region's")

    @field_validator("datasets", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        """One folder, or text that joins several."""
        if isinstance(value, str):
            return tuple(Path(part) for part in value.split(os.pathsep) if part)
        return (value,) if isinstance(value, Path) else value

    @cached_property
    def root(self) -> Path:
        return self.home.expanduser().absolute()

    @cached_property
    def dataset_roots(self) -> tuple[Path, ...]:
        """Folders of dataset folders, in the order in which they are looked into; a new dataset goes to the first."""
        folders = (*self.datasets, self.root / "datasets", SHIPPED_DATASETS)
        return tuple({folder.expanduser().resolve(): None for folder in folders})

    @property
    def connections_file(self) -> Path:
        return self.connections or self.root / "connections.yaml"


def load_settings() -> Settings:
    """Settings from the environment.

    Raises:
        SettingsError: a variable has a value that is not allowed; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "CLEARWELL_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} can't be used", given=first.get("input"), allowed=first["msg"]) from None
