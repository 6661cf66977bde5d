"""What this version is made of, and how to check it without trusting us."""

from dataclasses import dataclass

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, have, need


@dataclass(frozen=True)
class Item:
    """A named part with its hash."""

    name: str
    amount: str
    sha256: str


@dataclass(frozen=True)
class Identity:
    """The run, its inputs and the files that came out."""

    dataset: str
    version: str
    facts: tuple[tuple[str, str], ...]
    inputs: tuple[Item, ...]
    files: tuple[Item, ...]


_FACTS = (
    ("run", "run"),
    ("as_of", "as of"),
    ("code", "code"),
    ("commit", "commit"),
    ("key_epoch", "key epoch"),
    ("created", "begun"),
)


def identity(evidence: Evidence) -> Identity:
    """Run, inputs, outputs.

    Raises:
        NotMeasuredError: the run left no document of itself.
    """
    run = need(evidence, "run")
    files, replaces = have(evidence, "publish", "files") or (), have(evidence, "publish", "replaces")
    return Identity(
        str(run["dataset"]),
        str(have(evidence, "publish", "version") or ""),
        tuple((words, str(run[name])) for name, words in _FACTS if run.get(name) is not None)
        + ((("in place of", f"{replaces}, withdrawn for an erasure"),) if replaces else ()),
        tuple(
            Item(name, figures.plural(int(source["records"]), "record"), str(source["records_digest"]))
            for name, source in run.get("inputs", {}).items()
        ),
        tuple(Item(str(file["name"]), figures.size(file["bytes"]), str(file["sha256"])) for file in files),
    )
