"""The data lake: a bucket and a key for each zone of platform.yaml; all buckets log to the zone `logs`."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from infra.components.buckets import ZoneBucket, ZoneBucketConfig
from infra.components.keys import ZoneKey, ZoneKeyConfig
from infra.errors import SettingsError
from infra.zones import LOGS, Zone


@dataclass(frozen=True, kw_only=True)
class DataLakeConfig:
    """What the lake holds.

    Attributes:
        zones: the zones by name; one is `logs`.
        account: id of the account that owns the lake.
        tags: tags that every resource has.
        lock_days: days of Object Lock in zones that have one; None: the zone's retention.
        protect: Pulumi refuses to delete buckets and keys.

    Raises:
        SettingsError: no zone takes the access logs.
    """

    zones: Mapping[str, Zone]
    account: pulumi.Input[str]
    tags: Mapping[str, str]
    lock_days: int | None
    protect: bool

    def __post_init__(self) -> None:
        if LOGS not in self.zones:
            raise SettingsError("no zone takes the access logs", given=sorted(self.zones), allowed=f"a zone {LOGS}")


@dataclass(frozen=True, kw_only=True)
class DataLakeResources:
    """What the component made, by zone."""

    buckets: Mapping[str, ZoneBucket]
    keys: Mapping[str, ZoneKey]


class DataLake(pulumi.ComponentResource):
    """Buckets and keys of all zones."""

    def __init__(self, name: str, config: DataLakeConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("clearwell:infra:DataLake", name, None, opts)
        self._name = name
        self._config = config
        keys = {zone: self._key(zone) for zone in config.zones}
        logs = self._bucket(LOGS, keys[LOGS], None)
        others = {zone: self._bucket(zone, keys[zone], logs) for zone in config.zones if zone != LOGS}
        self.resources = DataLakeResources(buckets={**others, LOGS: logs}, keys=keys)
        self.register_outputs({})

    def _tags(self, zone: str) -> dict[str, str]:
        clear = self._config.zones[zone].clear_personal_data
        return {**self._config.tags, "zone": zone, "data": "clear-personal" if clear else "de-identified"}

    def _key(self, zone: str) -> ZoneKey:
        config = ZoneKeyConfig(
            purpose=f"clearwell {zone}: {self._config.zones[zone].purpose}",
            account=self._config.account,
            takes_access_logs=zone == LOGS,
            tags=self._tags(zone),
            protect=self._config.protect,
        )
        return ZoneKey(f"{self._name}-{zone}", config, pulumi.ResourceOptions(parent=self))

    def _bucket(self, name: str, key: ZoneKey, logs: ZoneBucket | None) -> ZoneBucket:
        zone = self._config.zones[name]
        config = ZoneBucketConfig(
            zone=zone,
            key_arn=key.resources.key.arn,
            lock_days=(self._config.lock_days or zone.retention_days) if zone.object_lock else None,
            logs_from=self._config.account if logs is None else None,
            logs_to=(logs.resources.bucket.id, name) if logs is not None else None,
            tags=self._tags(name),
            protect=self._config.protect,
        )
        return ZoneBucket(f"{self._name}-{name}", config, pulumi.ResourceOptions(parent=self))
