"""A stand-in for Kubernetes' API server: it reviews tokens of service accounts, and does nothing else.

It really checks signature, issuer, audience and expiry of a token, and who asks.
"""

import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.services.certificates import make_certificate

_ISSUER = "https://kubernetes.default.svc"
#: Whom tokens are for.
AUDIENCE = "vault"
_PATH = "/apis/authentication.k8s.io/v1/tokenreviews"
#: Who may ask for reviews.
REVIEWER = "the-reviewer"


@dataclass(frozen=True)
class TokenReviewer:
    """The stand-in.

    Attributes:
        address: HTTPS.
        ca: the file of its certificate.
        key: that signs tokens.
    """

    address: str
    ca: Path
    key: rsa.RSAPrivateKey

    def jwt(
        self,
        namespace: str,
        account: str,
        *,
        lives: float = 600,
        audience: str = AUDIENCE,
        key: rsa.RSAPrivateKey | None = None,
    ) -> str:
        """A token of a service account, as a pod is given it; signed with another key it is a forgery."""
        now = int(time.time())
        claims = {
            "iss": _ISSUER,
            "sub": f"system:serviceaccount:{namespace}:{account}",
            "aud": [audience],
            "iat": now - 10,
            "nbf": now - 10,
            "exp": now + int(lives),
            "kubernetes.io": {
                "namespace": namespace,
                "serviceaccount": {"name": account, "uid": uid_of(namespace, account)},
            },
        }
        return jwt.encode(claims, key or self.key, algorithm="RS256")


def uid_of(namespace: str, account: str) -> str:
    return f"uid-{namespace}-{account}"


@contextmanager
def running_reviewer(folder: Path) -> Iterator[TokenReviewer]:
    """The stand-in, gone after the block."""
    certificate = make_certificate(folder)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    class Handler(_Handler):
        public = key.public_key()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.public, certificate.private)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield TokenReviewer(f"https://127.0.0.1:{server.server_port}", certificate.public, key)
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    public: rsa.RSAPublicKey

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {REVIEWER}" or self.path != _PATH:
            self.send_error(403)
            return
        spec = asked["spec"]
        kind = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
        body = json.dumps({**asked, **kind, "status": self._status(spec["token"], spec["audiences"])}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _status(self, token: str, audiences: list[str]) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, self.public, algorithms=["RS256"], audience=audiences, issuer=_ISSUER)
        except jwt.InvalidTokenError as error:
            return {"authenticated": False, "error": type(error).__name__}
        account = claims["kubernetes.io"]["serviceaccount"]
        user = {"username": claims["sub"], "uid": account["uid"]}
        return {"authenticated": True, "user": user, "audiences": sorted({*claims["aud"]} & {*audiences})}

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""
