"""A whole company on disk: its HR system, its old CSV dumps, and the truth of all that was planted in them."""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from pipeline.errors import SettingsError
from pipeline.synthetic.crew import Crew
from pipeline.synthetic.defects import deliver
from pipeline.synthetic.draws import stream_of
from pipeline.synthetic.life import live
from pipeline.synthetic.person import draw_person
from pipeline.synthetic.records import Clerk
from pipeline.synthetic.writers import CompanyFiles

MOST_EMPLOYEES = 8_999_999
"""Numbers from E9000000 on stay free: defects name employees who never existed by them."""
MOST_YEARS = 40
_MARK = "company.json"

_CONNECTIONS = """\
hrms:
  url: "http://127.0.0.1:{port}"
  token_file: hrms/token
  sidecar: ["{python}", "-m", "pipeline.synthetic.hrms_server", "--data", "hrms", "--port", "{port}"]
legacy:
  folder: legacy
"""


@dataclass(frozen=True)
class Summary:
    """What was generated; `records` and `planted` are counts by source and by kind of truth."""

    employees: int
    years: int
    seed: int
    records: dict[str, int]
    planted: dict[str, int]
    generator: str
    """sha256 over the code and the lists that made it."""


def generate_company(
    out: Path, employees: int, years: int, seed: int, progress: Callable[[int], None] | None = None
) -> Summary:
    """Write a company of `employees` persons ever employed over the `years` calendar years that end with 2025.

    The same arguments give the same bytes. A company that is there already is left alone; a killed run leaves none.

    Args:
        out: its folder; made, or replaced if it holds another company.
        employees: persons ever employed, 1 to 8,999,999.
        years: calendar years, 1 to 40.
        seed: any whole number; another seed gives other people.
        progress: called with the number of employees done.

    Raises:
        SettingsError: a number is out of its range, or `out` holds something other than a company.
    """
    _check(out, employees, years)
    digest = _generator_digest()
    found = _read_mark(out)
    if found and (found.employees, found.years, found.seed, found.generator) == (employees, years, seed, digest):
        return found
    writing = out.with_name(f".{out.name}.writing")
    shutil.rmtree(writing, ignore_errors=True)
    with CompanyFiles(writing, years) as files:
        _populate(files, employees, years, seed, progress)
    summary = Summary(employees, years, seed, dict(files.records), dict(files.planted), digest)
    _write_settings(writing, seed)
    (writing / _MARK).write_bytes(orjson.dumps(asdict(summary), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    _replace(writing, out)
    return summary


def _populate(
    files: CompanyFiles, employees: int, years: int, seed: int, progress: Callable[[int], None] | None
) -> None:
    """One employee after another; nothing is kept but the crew's window."""
    crew, clerk = Crew(), Clerk(seed)
    for index in range(employees):
        person = draw_person(seed, index, years)
        life = live(seed, person, crew)
        rng = stream_of(seed, "defects", index)
        for record in clerk.records(person, life, crew):
            files.write(deliver(rng, record, person.hired))
        if life.exit:
            leaving = {"exit_date": life.exit.on.isoformat(), "exit_type": life.exit.kind}
            files.note("exits", {"employee_id": person.employee_id, **leaving})
        crew.add(person, life)
        if progress:
            progress(index + 1)


def _check(out: Path, employees: int, years: int) -> None:
    for name, given, most in (("employees", employees, MOST_EMPLOYEES), ("years", years, MOST_YEARS)):
        if not 1 <= given <= most:
            raise SettingsError(f"a company can't have that many {name}", given=given, allowed=f"1 to {most}")
    if out.exists() and not (out / _MARK).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise SettingsError(
            "the output folder holds something other than a company", given=out.name, hint="name a new folder"
        )


def _read_mark(out: Path) -> Summary | None:
    """The summary of the company that is there; none where there is none or another version of this code wrote it."""
    mark = out / _MARK
    try:
        return Summary(**orjson.loads(mark.read_bytes())) if mark.is_file() else None
    except (TypeError, ValueError):
        return None


def _generator_digest() -> str:
    folder, total = Path(__file__).parent, hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".yaml")):
        total.update(f"{path.relative_to(folder).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _write_settings(folder: Path, seed: int) -> None:
    """How to reach the two systems, and the token that the HR system asks for."""
    (folder / "connections.yaml").write_text(_CONNECTIONS, encoding="utf-8")
    token = folder / "hrms" / "token"
    token.touch(mode=0o600)
    token.write_text(hashlib.sha256(f"token/{seed}".encode()).hexdigest(), encoding="ascii")


def _replace(writing: Path, out: Path) -> None:
    """Put the new company in the place of the old one, if any."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        os.rename(out, old)
    os.rename(writing, out)
    shutil.rmtree(old, ignore_errors=True)
