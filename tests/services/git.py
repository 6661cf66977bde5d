"""A git work tree for a test, by the real git."""

import os
import subprocess
from pathlib import Path

_WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "tests"), ("EMAIL", "tests@example.com"))
}


def git(folder: Path, *words: str) -> str:
    """Run git in `folder`; what it said."""
    command = ["git", "-C", str(folder), "-c", "core.hooksPath=/dev/null", *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **_WHO})
    return done.stdout


def work_tree(folder: Path) -> Path:
    """A new one."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    return folder


def commit(folder: Path, message: str = "state") -> None:
    """All that lies there, as one commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
