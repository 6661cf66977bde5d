"""HashiCorp Vault for tests: built once from its published Go module into the cache folder, where PATH has none.

Its licence (BUSL-1.1) lets us build and use it here, never pass it on: neither the binary nor the patched source leaves
the machine. No release of its SDK fits its source exactly, so that three lines of a copy are mended to compile with the
one that its go.mod names: it is Vault, and not HashiCorp's own build of it.
"""

import fcntl
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from ci.places import cache_folder, whole_or_not
from ci.steps import Console, SetupError, run

VAULT = "1.21.4"
_MODULE = f"github.com/hashicorp/vault@v{VAULT}"
#: Lines that don't compile with the published SDK: file, text, what stands there instead.
_MENDED = (
    (
        "vault/identity_store_util.go",
        "activateDeduplication(ctx context.Context, req *logical.Request) error",
        "activateDeduplication(ctx context.Context, req *logical.Request, _ string) error",
    ),
    (
        "vault/logical_system_activation_flags.go",
        "idStoreBackend.ActivationFunc(ctx, nil)",
        'idStoreBackend.ActivationFunc(ctx, nil, "")',
    ),
    (
        "builtin/logical/transit/path_restore.go",
        "restoredKeyName, err := b.lm.RestorePolicy(",
        "restoredKeyName, err := keyName, b.lm.RestorePolicy(",
    ),
)


def main(arguments: list[str]) -> int:
    """Make what is missing; exit status 1 where it can't be made."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    try:
        with Console(plain="--plain" in arguments).step(f"Vault {VAULT} for tests") as found:
            found.append(_ensure_vault(cache))
    except SetupError:
        return 1
    return 0


def find_vault() -> Path | None:
    """The program: PATH's where its version is the pinned one, else the built one."""
    there = shutil.which("vault")
    if there and _fits(Path(there)):
        return Path(there)
    built = built_folder() / "vault"
    return built if built.exists() else None


def built_folder() -> Path:
    """Where the built program is kept."""
    return cache_folder() / f"vault-{VAULT}"


def build(folder: Path) -> None:
    """Build Vault into `folder`: up to 15 minutes where Go has built none of it before.

    Raises:
        SetupError: there is no Go, the module can't be had, or it does not compile.
    """
    with tempfile.TemporaryDirectory() as temporary, whole_or_not(folder) as draft:
        source = Path(temporary) / "vault"
        module = json.loads(run(["go", "mod", "download", "-json", _MODULE]))
        shutil.copytree(module["Dir"], source, copy_function=shutil.copyfile)
        run(["chmod", "-R", "u+w", source])  # Go keeps modules read-only
        mend(source)
        in_source = ["go", "-C", source]
        for old in _folders_beside(json.loads(run([*in_source, "mod", "edit", "-json"]))):
            run([*in_source, "mod", "edit", f"-dropreplace={old}"])
        run(
            [*in_source, "build", "-mod=mod", "-trimpath", "-ldflags=-s -w", "-o", draft / "vault", "."],
            env={"CGO_ENABLED": "0"},
        )


def mend(source: Path) -> None:
    """Change the lines that don't compile.

    Raises:
        SetupError: one is not there: this is another source.
    """
    for file, text, instead in _MENDED:
        path = source / file
        found = path.read_text(encoding="utf-8")
        if found.count(text) != 1:
            raise SetupError(f"{path.name} of Vault {VAULT} is not as expected")
        path.write_text(found.replace(text, instead), encoding="utf-8")


def _ensure_vault(cache: Path) -> str:
    with (cache / ".vault.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        found = find_vault()
        if found is None:
            if shutil.which("go") is None:
                raise SetupError(f"install Go, which builds it, or Vault {VAULT}")
            build(built_folder())
            return "built now"
        return "from the cache folder" if found.parent == built_folder() else "the system's"


def _folders_beside(module: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    """Modules that go.mod replaces by folders of Vault's repository, which its published module leaves out."""
    return [item["Old"]["Path"] for item in module.get("Replace") or () if item["New"]["Path"].startswith(".")]


def _fits(program: Path) -> bool:
    try:
        said = run([program, "version"])
    except SetupError:
        return False
    return re.match(rf"Vault v{re.escape(VAULT)}\b", said) is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
