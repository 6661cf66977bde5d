"""Where keys and credentials come from: development files on a laptop; the platform's vault in the cloud."""

from pipeline.keys.development import DevelopmentKeyFile, open_key_source
from pipeline.keys.source import KEY_BYTES, DataKey, KeySource

__all__ = ["KEY_BYTES", "DataKey", "DevelopmentKeyFile", "KeySource", "open_key_source"]
