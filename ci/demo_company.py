"""The demo's company: made once, connected once, and remembered, so that another company is pulled anew."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.engines.local import run_job
from pipeline.errors import ClearwellError

#: Earlier versions wrote a file that begins so.
MARK = "# Written by make demo: the systems of the generated company.\n"


@dataclass(frozen=True)
class Company:
    """What to generate, and where: `<home>/company`."""

    home: Path
    employees: int
    years: int
    seed: int

    @property
    def folder(self) -> Path:
        return self.home / "company"

    def generate(self, clearwell: Path) -> None:
        """Generate it; where the same one is there already, nothing happens.

        Raises:
            ClearwellError: the generator failed.
        """
        arguments = {"employees": self.employees, "years": self.years, "seed": self.seed, "out": self.folder}
        words = [word for name, value in arguments.items() for word in (f"--{name}", str(value))]
        done = run_job([str(clearwell), "generate", *words], on_line=lambda _: None)
        if done.status != 0:
            raise ClearwellError("the company can't be generated", given="\n".join(done.tail[-5:]))

    def connect(self) -> Path:
        """Let `<home>/connections.yaml` lead to the company's, unless it is somebody else's.

        Returns:
            The connections to use.
        """
        ours = self.folder / "connections.yaml"
        target = self.home / "connections.yaml"
        if target.is_symlink() or (target.exists() and target.read_text(encoding="utf-8").startswith(MARK)):
            target.unlink()
        if target.exists():
            return ours
        target.symlink_to(ours.relative_to(self.home))
        return target

    def must_be_pulled_anew(self, *, asked: bool) -> bool:
        """Whether what is landed is another company's, or that was asked for; true until `was_pulled`."""
        noted = json.loads(self._note.read_text(encoding="utf-8")) if self._note.exists() else None
        anew = asked or (noted is not None and (noted["company"] != self._digest() or noted["pull_anew"]))
        self._write_note(pull_anew=anew)
        return anew

    def was_pulled(self) -> None:
        """What is landed is this company's."""
        self._write_note(pull_anew=False)

    @property
    def _note(self) -> Path:
        return self.home / "demo.json"

    def _write_note(self, *, pull_anew: bool) -> None:
        draft = self._note.with_suffix(".new")
        draft.write_text(json.dumps({"company": self._digest(), "pull_anew": pull_anew}), encoding="utf-8")
        draft.replace(self._note)

    def _digest(self) -> str:
        return hashlib.sha256((self.folder / "company.json").read_bytes()).hexdigest()
