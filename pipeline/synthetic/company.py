"""A whole company on disk: the data of all its systems, and the truth of all that was planted in them."""

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
from pipeline.synthetic.systems.record import Volume
from pipeline.synthetic.volume import Budget
from pipeline.synthetic.writers import CompanyFiles

MOST_EMPLOYEES = 8_999_999
"""Numbers from E9000000 on stay free: defects name employees who never existed by them."""
MOST_YEARS = 40
_MARK = "company.json"

_SYSTEMS = ("hrms", "payroll", "lms")
"""Systems that ask for a secret."""

_CONNECTIONS = """\
hrms:
  url: "http://127.0.0.1:{port}"
  credential: hrms
  sidecar: ["{python}", "-m", "pipeline.synthetic.hrms_server", "--data", "hrms", "--port", "{port}"]
payroll:
  url: "http://127.0.0.1:{port}"
  credential: payroll
  sidecar: ["{python}", "-m", "pipeline.synthetic.payroll_server", "--data", "payroll", "--port", "{port}"]
lms:
  postgres: {host: 127.0.0.1, port: "{port}", database: lms, user: clearwell_reader}
  credential: lms
  sidecar: ["{python}", "-m", "pipeline.synthetic.lms_server", "--data", "lms", "--port", "{port}"]
legacy:
  folder: legacy
reviews:
  folder: reviews
letters:
  folder: letters
"""


@dataclass(frozen=True)
class Summary:
    """What was generated.

    Attributes:
        size: bytes asked for, if any.
        records: by source.
        bytes: on disk, by source; those of the truth under `truth`.
        texts: characters of free text, by source.
        planted: rows of the truth, by kind.
        generator: sha256 over the code and the lists that made it.
    """

    employees: int
    years: int
    seed: int
    size: int | None
    records: dict[str, int]
    bytes: dict[str, int]
    texts: dict[str, int]
    planted: dict[str, int]
    generator: str


def generate_company(
    out: Path,
    employees: int,
    years: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
    size: int | None = None,
) -> Summary:
    """Write a company of `employees` persons ever employed over the `years` calendar years that end with 2025.

    The same arguments give the same bytes. A company that is there already is left alone; a killed run leaves none.

    Args:
        out: its folder; made, or replaced if it holds another company.
        employees: persons ever employed, 1 to 8,999,999.
        years: calendar years, 1 to 40.
        seed: any whole number; another seed gives other people.
        progress: called with the number of employees done.
        size: bytes that all files together should come to, by more and longer free text; none for the least.

    Raises:
        SettingsError: a number is out of its range, or `out` holds something other than a company.
    """
    _check(out, employees, years)
    digest = _generator_digest()
    found = _read_mark(out)
    asked = (employees, years, seed, size, digest)
    if found and (found.employees, found.years, found.seed, found.size, found.generator) == asked:
        return found
    budget = None if size is None else Budget(size, employees, years, seed)
    writing = out.with_name(f".{out.name}.writing")
    shutil.rmtree(writing, ignore_errors=True)
    with CompanyFiles(writing, years) as files:
        _populate(files, (employees, years, seed), budget, progress)
    records, sizes, texts, planted = map(dict, (files.records, files.sizes, files.texts, files.planted))
    summary = Summary(employees, years, seed, size, records, sizes, texts, planted, digest)
    _write_settings(writing, seed)
    (writing / _MARK).write_bytes(orjson.dumps(asdict(summary), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    _replace(writing, out)
    return summary


def _populate(
    files: CompanyFiles,
    arguments: tuple[int, int, int],
    budget: Budget | None,
    progress: Callable[[int], None] | None,
) -> None:
    """One employee after another; nothing is kept but the crew's window."""
    employees, years, seed = arguments
    crew, clerk, volume = Crew(), Clerk(seed, years), Volume()
    for index in range(employees):
        person = draw_person(seed, index, years)
        life = live(seed, person, crew)
        rng = stream_of(seed, "defects", index)
        if budget:
            volume = budget.volume(index, files.written)
        for record in clerk.records(person, life, crew, volume):
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
    """How to reach the systems, and their secrets; the server of an API has its own beside the data."""
    (folder / "connections.yaml").write_text(_CONNECTIONS, encoding="utf-8")
    for system in _SYSTEMS:
        secret = hashlib.sha256(f"{system}/{seed}".encode()).hexdigest()
        _write_secret(folder / "credentials" / system, secret)
        if system != "lms":
            _write_secret(folder / system / "token", secret)


def _write_secret(path: Path, secret: str) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(secret, encoding="ascii")


def _replace(writing: Path, out: Path) -> None:
    """Put the new company in the place of the old one, if any."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        os.rename(out, old)
    os.rename(writing, out)
    shutil.rmtree(old, ignore_errors=True)
