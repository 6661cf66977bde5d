"""Requests to Vault: logged in, with timeouts and bounded retries, each failure in words of ours."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import hvac
import requests
from hvac import exceptions as refusals
from tenacity import (
    Retrying,
    retry_if_exception_type,
    retry_if_not_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from pipeline.errors import KeySourceError

#: Seconds to connect, and between two bytes of an answer.
_TIMEOUTS = (2.0, 5.0)
_TRIES = 4
_HERE = ("127.0.0.1", "::1", "localhost")
#: Part of a token's life after which we log in anew.
_USED = 0.8


class Login(Protocol):
    """A way to log in: frozen, picklable, holding references only."""

    def token(self, client: hvac.Client) -> tuple[str, float]:
        """A token, and for how many seconds it may be used."""


@dataclass(frozen=True)
class VaultServer:
    """Where Vault is and how we log in.

    Attributes:
        address: its URL.
        login: how.
        namespace: of Vault Enterprise; empty: the root.
        ca: file of the certificates that we trust; None: those that `requests` brings.
        production: whether only TLS, or a Vault agent on this machine, will do.

    Raises:
        KeySourceError: `production` is set, and keys would travel in clear.
    """

    address: str
    login: Login
    namespace: str = ""
    ca: Path | None = None
    production: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if self.production and parts.scheme != "https" and parts.hostname not in _HERE:
            raise KeySourceError(
                "Vault without TLS is refused in production",
                allowed="https, or an agent on 127.0.0.1, ::1 or localhost",
            )


class _StandbyError(Exception):
    """It sends us to another node: followed, the token would go wherever the answer says."""


class _StrangeError(Exception):
    """It answers, and not as Vault does."""


_PASSING = (
    requests.ConnectionError,
    requests.Timeout,
    refusals.RateLimitExceeded,
    refusals.InternalServerError,
    refusals.BadGateway,
    refusals.VaultDown,
    _StandbyError,
)
#: What each failure means, and what to do; the first that fits.
_MEANINGS: tuple[tuple[type[Exception], str, str], ...] = (
    (refusals.VaultDown, "Vault is sealed", "vault operator unseal, then start again"),
    (refusals.VaultNotInitialized, "Vault is not initialised", "vault operator init"),
    (
        _StandbyError,
        "Vault answers from a standby node",
        "CLEARWELL_VAULT_ADDRESS must be the active node's or a proxy's",
    ),
    (refusals.RateLimitExceeded, "Vault has too many requests", "start again later, or raise its rate limit"),
    (requests.exceptions.SSLError, "Vault's certificate is not trusted", "CLEARWELL_VAULT_CA names the file of its CA"),
    (requests.Timeout, "Vault is too slow", "look whether it is overloaded, then start again"),
    (requests.ConnectionError, "Vault can't be reached", "look whether it runs, and at CLEARWELL_VAULT_ADDRESS"),
    (refusals.Forbidden, "Vault denies it", "the policies for logins lie in secrets/policies"),
    (refusals.Unauthorized, "Vault denies it", "the policies for logins lie in secrets/policies"),
    (refusals.InvalidPath, "Vault has nothing there", "look at its mounts: CLEARWELL_VAULT_KV, _TRANSIT, _AUTH_MOUNT"),
    (_StrangeError, "what answers is no Vault", "look at CLEARWELL_VAULT_ADDRESS"),
    (refusals.InvalidRequest, "Vault refuses the request", "look at its mounts and the login's role"),
)


def ask(
    server: VaultServer,
    what: str,
    request: Callable[[hvac.Client], Any],
    expected: type[refusals.VaultError] | None = None,
) -> dict[str, Any]:
    """Vault's answer to a request.

    Args:
        server: that is asked.
        what: is asked for, for the message.
        request: given a client that is logged in.
        expected: a refusal that the caller knows the meaning of, and wants raised as it is.

    Raises:
        KeySourceError: it can't be had; no address, token or answer is in the message.
    """
    tries = Retrying(
        retry=retry_if_exception_type(_PASSING) & retry_if_not_exception_type(requests.exceptions.SSLError),
        stop=stop_after_attempt(_TRIES),
        wait=wait_exponential_jitter(initial=0.2, max=1.0, jitter=0.2),
        reraise=True,
    )
    try:
        return tries(_session(server).ask, request)
    except (refusals.VaultError, requests.RequestException, _StandbyError, _StrangeError) as error:
        if expected and isinstance(error, expected):
            raise
        raise explained(error, what) from None


def explained(error: Exception, what: str) -> KeySourceError:
    """A failure in words of ours."""
    said = ((words, hint) for kind, words, hint in _MEANINGS if isinstance(error, kind))
    words, hint = next(said, ("Vault failed", f"{type(error).__name__}: its log says more"))
    return KeySourceError(words, given=what, hint=hint)


@lru_cache(maxsize=8)
def _session(server: VaultServer) -> "_Session":
    return _Session(server)


class _Session:
    """One a process: it holds a token, and so is never part of a source."""

    def __init__(self, server: VaultServer) -> None:
        self._login = server.login
        self._entrance, self._client = _client(server), _client(server)
        self._ends = 0.0

    def ask(self, request: Callable[[hvac.Client], Any]) -> dict[str, Any]:
        """One try; a token that was revoked meanwhile is replaced once."""
        had_token = time.monotonic() < self._ends
        if not had_token:
            self._log_in()
        try:
            return document(request(self._client))
        except refusals.Forbidden:
            if not had_token:
                raise
            self._log_in()
            return document(request(self._client))

    def _log_in(self) -> None:
        """Through a client of its own: another thread may be asking with the token that is replaced."""
        self._client.token, seconds = self._login.token(self._entrance)
        self._ends = time.monotonic() + _USED * seconds


def _client(server: VaultServer) -> hvac.Client:
    """A client without a token; nothing of it comes from the environment."""
    transport = requests.Session()
    transport.trust_env = False
    transport.verify = str(server.ca) if server.ca else True
    return hvac.Client(
        url=server.address,
        token="",
        verify=transport.verify,
        timeout=_TIMEOUTS,
        session=transport,
        namespace=server.namespace or None,
        allow_redirects=False,
    )


def document(answer: Any) -> dict[str, Any]:
    """The document of an answer; empty where Vault says nothing but that it did as told."""
    if isinstance(answer, dict) and "request_id" in answer:
        return answer
    if isinstance(answer, requests.Response) and answer.is_redirect:
        raise _StandbyError
    if isinstance(answer, requests.Response) and answer.status_code == requests.codes.no_content:
        return {}
    raise _StrangeError
