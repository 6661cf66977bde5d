"""The zones of `platform.yaml`, the file that infra and pipeline both read."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from infra.errors import refusal

PLATFORM_FILE = Path(__file__).parents[1] / "platform.yaml"
LOGS = "logs"
#: Rule 6 of the DPDP Rules 2025: logs are kept for a year at least.
LEAST_LOG_DAYS = 365

#: At most 20 characters, so that a bucket's name with stack and suffix stays below S3's 63.
ZoneName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,19}$")]


class Zone(BaseModel):
    """What one zone holds, and for how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: str = Field(min_length=1)
    clear_personal_data: bool = Field(description="Unmasked values of persons may lie here")
    retention_days: int | None = Field(ge=1, description="Objects expire after so many days; None: never by age")
    object_lock: bool = Field(description="Nobody, root included, deletes or overwrites within the retention")

    @model_validator(mode="after")
    def _promises_fit_together(self) -> "Zone":
        if self.retention_days is None and (self.object_lock or self.clear_personal_data):
            raise ValueError("a zone with a lock or clear personal data needs retention_days")
        if self.object_lock and self.clear_personal_data:
            raise ValueError("no lock on clear personal data, which could then not be erased")
        return self


class Platform(BaseModel):
    """The part of `platform.yaml` that infra reads."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    zones: dict[ZoneName, Zone]

    @model_validator(mode="after")
    def _one_zone_takes_the_logs(self) -> "Platform":
        logs = self.zones.get(LOGS)
        if logs is None:
            raise ValueError(f"a zone named {LOGS}")
        if logs.object_lock or (logs.retention_days is not None and logs.retention_days < LEAST_LOG_DAYS):
            # S3 delivers no access logs to a bucket with a default lock.
            raise ValueError(f"a zone {LOGS} without a lock that is kept for {LEAST_LOG_DAYS} days or more")
        return self


def load_zones(file: Path = PLATFORM_FILE) -> dict[str, Zone]:
    """The zones by name.

    Raises:
        SettingsError: the file says what is not allowed.
    """
    try:
        return Platform.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))).zones
    except ValidationError as error:
        raise refusal(file.name, error) from None
