"""What a file of ours says is read into these: an unknown name is refused, and nothing changes afterwards."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Frozen, and nothing beyond what it declares."""

    model_config = ConfigDict(extra="forbid", frozen=True)
