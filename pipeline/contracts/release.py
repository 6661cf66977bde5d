"""The release policy of `dataset.yaml`: how many persons hide each other, by which columns, and under which names."""

from typing import Literal, NamedTuple, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from pipeline.contracts.strict import Strict

PolicyName = Literal["internal", "release"]
Pseudonyms = Literal["stable", "per_snapshot"]
Kind = Literal["age", "postcode", "place"]

#: Entities that an area must have, or its postcode is told as 000: HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(B).
SMALL_AREA = 20_000


class Least(NamedTuple):
    """What a policy asks at least."""

    k: int
    l: int  # noqa: E741 - the literature's name


#: `release`: EMA's Policy 0070 and Health Canada accept a risk of 0.09, one in eleven; the CMS tells no count below 11.
#: `internal`: five, the smallest cell that many statistical offices tell.
LEAST = {"internal": Least(5, 1), "release": Least(11, 2)}


class QuasiIdentifier(Strict):
    """A published column that others may know, and ever coarser ways to publish it: said, or those of a kind."""

    column: str
    levels: tuple[str, ...] = Field(
        (), description="SQL expressions over the feature table, finest first; the last should be a constant"
    )
    kind: Kind | None = Field(None, description="Instead of levels: those of an age in years, a postcode, a place")
    fold_below: int | None = Field(
        None,
        ge=2,
        description="Areas of a postcode (20,000), or places (k), with fewer entities are told as one; default",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.levels) == (self.kind is not None):
            raise ValueError("levels, or a kind (age, postcode, place) that has its own")
        if self.fold_below is not None and self.kind not in ("postcode", "place"):
            raise ValueError("fold_below with kind postcode or place alone")
        return self


class Release(Strict):
    """The policy that a version must meet."""

    policy: PolicyName
    k: int = Field(ge=2)
    l: int = Field(1, ge=1, validate_default=True)  # noqa: E741
    sensitive: tuple[str, ...] = Field((), validate_default=True)
    pseudonyms: Pseudonyms = Field(
        default_factory=lambda said: "per_snapshot" if said.get("policy") == "release" else "stable",
        description="per_snapshot: rows of one entity can't be joined across snapshots by its pseudonym",
    )
    quasi_identifiers: tuple[QuasiIdentifier, ...]
    most_suppressed: float = Field(0.05, ge=0, le=1, description="Share of rows that may be withheld")
    least_recall: float = Field(
        0.99, ge=0, le=1, description="Least recall of what patterns find in text; 0: nothing is asked of redaction"
    )
    least_name_recall: float = Field(0.95, ge=0, le=1, description="Least recall of people's names in text")
    least_precision: float = Field(0.85, ge=0, le=1, description="Least share of masked stretches that named somebody")

    @field_validator("k", "l")
    @classmethod
    def _enough(cls, value: int, info: ValidationInfo) -> int:
        policy = info.data.get("policy")
        least = getattr(LEAST[policy], str(info.field_name)) if policy else value
        if value < least:
            raise ValueError(f"{info.field_name} of at least {least} under policy {policy}")
        return value

    @field_validator("sensitive")
    @classmethod
    def _named(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not value and info.data.get("policy") == "release":
            raise ValueError("at least one sensitive column under policy release")
        if not value and info.data.get("l", 1) > 1:
            raise ValueError("at least one sensitive column where l is above 1")
        return value

    def fold_below(self, item: QuasiIdentifier) -> int:
        """Entities that a place of this quasi-identifier must have to be told; 0 where none is folded."""
        defaults = {"postcode": SMALL_AREA, "place": self.k}
        return item.fold_below or defaults.get(item.kind or "", 0)

    @property
    def by_history(self) -> bool:
        """Whether a class is of entities with one whole history: rows that leave can be joined to it."""
        return self.policy == "release" and self.pseudonyms == "stable"
