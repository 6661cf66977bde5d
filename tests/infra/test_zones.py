"""platform.yaml is refused where its promises contradict each other."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.components.buckets import ZoneBucketConfig
from infra.components.data_lake import DataLakeConfig
from infra.errors import SettingsError
from infra.zones import PLATFORM_FILE, Zone, load_zones

LOGS = {"purpose": "logs", "clear_personal_data": False, "retention_days": 365, "object_lock": False}
NO_LOGS = "platform.yaml is not allowed\n  allowed: {}"


def write(folder: Path, zones: dict[str, Any]) -> Path:
    file = folder / "platform.yaml"
    file.write_text(yaml.safe_dump({"zones": zones}), encoding="utf-8")
    return file


def test_stages_name_known_zones_only() -> None:
    """What a stage of the shipped file reads or writes is a zone that infra makes."""
    stages = yaml.safe_load(PLATFORM_FILE.read_text(encoding="utf-8"))["stages"]
    named = {zone for stage in stages.values() for zone in [*stage["reads"], *stage["writes"]]}
    assert named == set(load_zones())


def test_logs_are_kept_for_a_year_at_least(tmp_path: Path) -> None:
    """365 days of logs are enough."""
    assert load_zones(write(tmp_path, {"logs": LOGS}))["logs"].retention_days == 365


@pytest.mark.parametrize(
    ("zones", "message"),
    [
        ({}, NO_LOGS.format("a zone named logs")),
        (
            {"logs": {**LOGS, "retention_days": 364}},
            NO_LOGS.format("a zone logs without a lock that is kept for 365 days or more"),
        ),
        (
            {"logs": {**LOGS, "object_lock": True}},
            NO_LOGS.format("a zone logs without a lock that is kept for 365 days or more"),
        ),
        (
            {"logs": {**LOGS, "retention_days": 0}},
            "platform.yaml: zones.logs.retention_days is not allowed\n"
            "  given:   0\n"
            "  allowed: Input should be greater than or equal to 1",
        ),
        (
            {"logs": LOGS, "raw": {**LOGS, "clear_personal_data": True, "retention_days": None}},
            "platform.yaml: zones.raw is not allowed\n"
            "  allowed: a zone with a lock or clear personal data needs retention_days",
        ),
        (
            {"logs": LOGS, "audit": {**LOGS, "object_lock": True, "retention_days": None}},
            "platform.yaml: zones.audit is not allowed\n"
            "  allowed: a zone with a lock or clear personal data needs retention_days",
        ),
        (
            {"logs": LOGS, "raw": {**LOGS, "clear_personal_data": True, "object_lock": True}},
            "platform.yaml: zones.raw is not allowed\n"
            "  allowed: no lock on clear personal data, which could then not be erased",
        ),
        (
            {"logs": LOGS, "x" * 21: LOGS},
            f"platform.yaml: zones.{'x' * 21}.[key] is not allowed\n"
            f"  given:   {'x' * 21}\n"
            "  allowed: String should match pattern '^[a-z][a-z0-9-]{1,19}$'",
        ),
        (
            {"logs": {**LOGS, "public": True}},
            "platform.yaml: zones.logs.public is not allowed\n"
            "  given:   True\n"
            "  allowed: Extra inputs are not permitted",
        ),
    ],
)
def test_a_contradiction_is_refused_with_its_whole_message(zones: dict[str, Any], message: str, tmp_path: Path) -> None:
    """No zone is made of a file that promises what can't be kept."""
    with pytest.raises(SettingsError) as refused:
        load_zones(write(tmp_path, zones))
    assert str(refused.value) == message


def test_a_lake_without_logs_is_refused() -> None:
    """The lake's configuration names the zones it was given."""
    with pytest.raises(SettingsError) as refused:
        DataLakeConfig(zones={"raw": Zone(**LOGS)}, account="1", tags={}, lock_days=None, protect=False)
    assert str(refused.value) == "no zone takes the access logs\n  given:   ['raw']\n  allowed: a zone logs"


@pytest.mark.parametrize(("logs_from", "logs_to"), [(None, None), ("111122223333", ("logs", "raw"))])
def test_a_bucket_takes_access_logs_or_has_them_taken(logs_from: str | None, logs_to: tuple[str, str] | None) -> None:
    """A bucket that nobody watches, or that watches itself, is refused."""
    with pytest.raises(SettingsError, match="a bucket takes access logs or has its own taken"):
        ZoneBucketConfig(
            zone=Zone(**LOGS), key_arn="k", lock_days=None, logs_from=logs_from, logs_to=logs_to, tags={}, protect=False
        )
