"""Settings of one stack, parsed once from Pulumi's configuration before any resource is made."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from infra.errors import SettingsError, refusal

#: Nobody shortens a COMPLIANCE lock, so a stack that is to be removed again may not choose a long one.
MOST_LOCK_DAYS = 30


class Settings(BaseModel):
    """The object `clearwell:settings` of `Pulumi.<stack>.yaml`, and the stack's name as `environment`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: Literal["dev", "staging", "prod"] = Field(description="The stack's name")
    owner: str = Field(pattern=r"^[a-z][a-z0-9-]{1,62}$", description="Team that answers for the stack")
    cost_centre: str = Field(pattern=r"^[a-z0-9-]{1,32}$", description="Who pays for it")
    lock_days: int | None = Field(
        None, ge=1, le=MOST_LOCK_DAYS, description="Object Lock outside production; None: the zone's retention"
    )

    @model_validator(mode="after")
    def _production_locks_in_full(self) -> "Settings":
        if self.production and self.lock_days is not None:
            raise ValueError("no lock_days in prod, where evidence is locked for the zone's retention")
        return self

    @property
    def production(self) -> bool:
        return self.environment == "prod"

    @property
    def tags(self) -> dict[str, str]:
        """Tags that every resource has."""
        return {
            "project": "clearwell",
            "environment": self.environment,
            "owner": self.owner,
            "cost-centre": self.cost_centre,
            "managed-by": "pulumi",
        }


def load_settings(stack: str, values: object) -> Settings:
    """Settings of the stack `stack` from the object `clearwell:settings`.

    Raises:
        SettingsError: the object is missing or says what is not allowed.
    """
    file = f"Pulumi.{stack}.yaml"
    if not isinstance(values, dict):
        allowed = "an object with owner and cost_centre"
        raise SettingsError(f"{file} has no clearwell:settings", allowed=allowed, hint="see Pulumi.dev.yaml")
    if "environment" in values:
        raise SettingsError(f"{file}: environment is not allowed", hint="the stack's name is the environment")
    try:
        return Settings.model_validate({**values, "environment": stack})
    except ValidationError as error:
        raise refusal(file, error) from None
