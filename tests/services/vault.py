"""A real Vault for tests: one server a session, on files, so that it can be sealed; audited."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import requests

from ci.vault import find_vault
from pipeline.extract.sidecar import free_port
from pipeline.keys.vault import VaultKeys
from pipeline.keys.vault_login import TokenFile
from pipeline.keys.vault_session import Login, VaultServer
from tests.services.certificates import make_certificate

POLICIES = Path(__file__).parents[2] / "secrets" / "policies"
_PASSWORD = "only-the-test-knows"
_START_WITHIN = 30.0
_numbers = count(1)


@dataclass
class VaultService:
    """The test server, unsealed.

    Attributes:
        address: without TLS.
        safe_address: with TLS, under a certificate of its own.
        ca: the file of that certificate.
        audit: its audit log, a JSON document a line.
    """

    address: str
    safe_address: str
    ca: Path
    audit: Path
    unseal_key: str = field(repr=False)
    root: str = field(repr=False)

    def call(self, method: str, path: str, words: Any = None, token: str | None = None) -> Any:
        """What the server says to a request, as root if no token is given."""
        headers = {"X-Vault-Token": self.root if token is None else token}
        return _call(self.address, method, path, words, headers)

    @contextmanager
    def sealed(self) -> Iterator[None]:
        """Sealed in the block."""
        self.call("PUT", "sys/seal")
        try:
            yield
        finally:
            self.call("PUT", "sys/unseal", {"key": self.unseal_key})
            _wait_until_active(self.address)

    def identity(self, dataset: str, mount: str, alias: str) -> None:
        """Who logs in at `mount` as `alias` is for `dataset`."""
        entity = self.call("POST", "identity/entity", {"name": f"e{next(_numbers)}", "metadata": {"dataset": dataset}})
        accessor = self.call("GET", "sys/auth")[f"{mount}/"]["accessor"]
        words = {"name": alias, "canonical_id": entity["data"]["id"], "mount_accessor": accessor}
        self.call("POST", "identity/entity-alias", words)

    def user_token(self, dataset: str, *policies: str) -> str:
        """A token of somebody new who is for `dataset` and has these of our policies."""
        name = f"user{next(_numbers)}"
        self.call("POST", f"auth/userpass/users/{name}", {"password": _PASSWORD, "token_policies": policies})
        self.identity(dataset, "userpass", name)
        token: str = self.call("POST", f"auth/userpass/login/{name}", {"password": _PASSWORD}, "")["auth"][
            "client_token"
        ]
        return token

    def token_file(self, path: Path, dataset: str, *policies: str) -> TokenFile:
        """A login with such a token."""
        return kept_token(path, self.user_token(dataset, *policies))

    def keys(self, login: Login, **more: Any) -> VaultKeys:
        """The key source with a login; less patient than in earnest."""
        return VaultKeys(VaultServer(more.pop("address", self.address), login), **{"patience": 10.0, **more})

    def audited(self) -> list[dict[str, Any]]:
        """All entries of the audit log."""
        return [json.loads(line) for line in self.audit.read_text(encoding="utf-8").splitlines()]


def kept_token(path: Path, token: str) -> TokenFile:
    """The login with a token that is put into a file."""
    path.touch(0o600)
    path.write_text(token)
    return TokenFile(path)


@contextmanager
def running_vault(folder: Path) -> Iterator[VaultService]:
    """A server with KV, transit, audit, our policies, and the logins userpass, kubernetes and aws; gone afterwards."""
    program = find_vault()
    assert program is not None, "make test-tools builds Vault"
    ca, private = make_certificate(folder / "tls")
    ports = free_port(), free_port()
    listeners = [
        {"address": f"127.0.0.1:{ports[0]}", "tls_disable": True},
        {"address": f"127.0.0.1:{ports[1]}", "tls_cert_file": str(ca), "tls_key_file": str(private)},
    ]
    address, safe_address = f"http://127.0.0.1:{ports[0]}", f"https://127.0.0.1:{ports[1]}"
    config = {
        "storage": {"file": {"path": str(folder / "data")}},
        "listener": [{"tcp": item} for item in listeners],
        "disable_mlock": True,
        "api_addr": address,
    }
    (folder / "vault.json").write_text(json.dumps(config))
    server = subprocess.Popen(
        [program, "server", f"-config={folder / 'vault.json'}"],
        env={**os.environ, "HOME": str(folder)},
        stdout=(folder / "vault.log").open("w"),
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until_up(server, address)
        made = _call(address, "PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1}, {})
        service = VaultService(
            address, safe_address, ca, folder / "audit.jsonl", made["keys_base64"][0], made["root_token"]
        )
        service.call("PUT", "sys/unseal", {"key": service.unseal_key})
        _wait_until_active(address)
        _set_up(service)
        yield service
    finally:
        server.terminate()
        server.wait()


def _set_up(service: VaultService) -> None:
    service.call("PUT", "sys/audit/file", {"type": "file", "options": {"file_path": str(service.audit)}})
    service.call("POST", "sys/mounts/kv", {"type": "kv", "options": {"version": "2"}})
    service.call("POST", "sys/mounts/transit", {"type": "transit"})
    for method in ("userpass", "kubernetes", "aws"):
        service.call("POST", f"sys/auth/{method}", {"type": method})
    for policy in POLICIES.glob("*.hcl"):
        service.call("PUT", f"sys/policies/acl/{policy.stem}", {"policy": policy.read_text(encoding="utf-8")})


def _call(address: str, method: str, path: str, words: Any, headers: dict[str, str]) -> Any:
    answer = requests.request(method, f"{address}/v1/{path}", json=words, headers=headers, timeout=20)
    assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


def _wait_until_up(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(f"{address}/v1/sys/seal-status", timeout=2)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("Vault did not start")


def _wait_until_active(address: str) -> None:
    """After it is unsealed it takes a moment until it answers, and KV upgrades itself."""
    deadline = time.monotonic() + _START_WITHIN
    while requests.get(f"{address}/v1/sys/health", timeout=5).status_code != requests.codes.ok:
        assert time.monotonic() < deadline, "Vault stays sealed"
        time.sleep(0.05)
