"""Where keys and credentials come from: development files on a laptop, Vault or AWS Secrets Manager in the cloud."""

from pipeline.keys.choice import open_key_source
from pipeline.keys.development import DevelopmentKeyFile
from pipeline.keys.source import KEY_BYTES, DataKey, KeySource, NoKeyError

__all__ = ["KEY_BYTES", "DataKey", "DevelopmentKeyFile", "KeySource", "NoKeyError", "open_key_source"]
