"""The people that `clearwell scan` knows: of a file of the user's, or of a dataset's newest run."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.cli.scanning.readers import read_table
from pipeline.errors import ClearwellError, SettingsError

if TYPE_CHECKING:
    from pipeline.privacy.rosters.roster import Roster

KINDS = ("given_name", "family_name", "email", "phone", "national_id", "identifier", "address")


class Known(NamedTuple):
    """A roster, and where it comes from, in words; `note` says why there is none."""

    roster: "Roster"
    source: str
    note: str = ""


def nobody(note: str) -> Known:
    from pipeline.privacy.search import NOBODY

    return Known(NOBODY, "", note)


def roster_of_file(file: Path) -> Known:
    """The people of a CSV file whose columns are called as `KINDS`; other columns are not read.

    Raises:
        SettingsError: there is no such file, or none of its columns is called so.
        SourceError: it is no CSV.
    """
    from pipeline.privacy.rosters.roster import Roster

    try:
        stream = file.open("rb")
    except OSError as error:
        raise SettingsError("a file can't be opened", given=str(file), allowed=error.strerror) from None
    with stream:
        rows = read_table(stream, str(file), list(KINDS))
        header = next(rows, [])
        places = {kind: header.index(kind) for kind in KINDS if kind in header}
        if not places:
            raise SettingsError(
                f"{file.name} names nobody", given=f"{len(header)} other columns", allowed=", ".join(KINDS)
            )
        roster = Roster.build({kind: row[place] for kind, place in places.items()} for row in rows)
    return Known(roster, file.name)


def roster_of_dataset(dataset: str) -> Known:
    """The roster of a dataset's newest run. Opening it leaves an audit entry, since it names people in clear."""
    from pipeline.evidence.audit import leave_entry
    from pipeline.jobs.look import look_at, newest_run
    from pipeline.jobs.rosters import roster_key
    from pipeline.privacy.rosters.roster import Roster

    zones, name = look_at(dataset)
    try:
        run = newest_run(zones, name)
        key = roster_key(name, run)
        if not zones.landing.exists(key):
            return nobody(f"run {run} has no roster: refine is not done, or it has expired")
        leave_entry(zones.evidence, "scan.roster", dataset=name, run=run)
        return Known(Roster.from_bytes(zones.landing.read(key)), f"run {run}")
    except PermissionError:
        return nobody("you may not read landing")
    except ClearwellError as error:
        return nobody(error.what)
