"""A source as it is proposed: its columns, each with its reasons."""

from dataclasses import dataclass

from pipeline.onboarding.keys import Key
from pipeline.onboarding.limits import Limits
from pipeline.onboarding.meaning import Meaning
from pipeline.onboarding.profile import Profile
from pipeline.onboarding.sampled import Sampled
from pipeline.onboarding.treatment import Treatment

#: Name of the column that takes a record's number, where nothing else tells records apart.
RECORD_NUMBER = "record_number"


@dataclass(frozen=True)
class ProposedColumn:
    """A column of a source's contract."""

    profile: Profile
    meaning: Meaning
    treatment: Treatment
    limits: Limits

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def published(self) -> bool:
        """Whether its values can be a feature."""
        return self.treatment.action not in ("drop", "pseudonymise")


@dataclass(frozen=True)
class ProposedSource:
    """A source; `one_each`: an entity has one record in it."""

    name: str
    sampled: Sampled
    columns: tuple[ProposedColumn, ...]
    key: Key
    one_each: bool

    def column(self, name: str) -> ProposedColumn:
        return next(item for item in self.columns if item.name == name)
