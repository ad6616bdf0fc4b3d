"""An identity provider with keys of its own, and a server that publishes them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.clocks import NOW

AUDIENCE = "google-app"


@cache
def rsa(number: int) -> RSAKey:
    """The same key for the same number: making one takes a while."""
    assert number
    return RSAKey.generate_key(2048)


def claims(subject: str, issuer: str = "accounts.google.com", **changed: object) -> dict[str, object]:
    return {"iss": f"https://{issuer}", "aud": AUDIENCE, "sub": subject, "exp": NOW + 3600, **changed}


def signed(
    content: Mapping[str, object], key: RSAKey | ECKey | OctKey, *, alg: str = "RS256", kid: object = "1"
) -> str:
    header: dict[str, Any] = {"alg": alg, "typ": "JWT"} | ({} if kid is None else {"kid": kid})
    return jws.serialize_compact(header, json.dumps(content), key, algorithms=[alg])


def jwks(**keys: RSAKey) -> bytes:
    """A document with these keys, by their ids without the leading `k`, beside one of another kind."""
    entries = [{**key.as_dict(private=False), "kid": name.removeprefix("k")} for name, key in keys.items()]
    return json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "odd"}, *entries]}).encode()


Script = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class KeyServer:
    """Publishes `document`, or does what `script` says; counts the requests."""

    url: str
    document: bytes = b""
    script: Script | None = None
    paths: list[str] = field(default_factory=list[str])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        with self.lock:
            self.paths.append(handler.path)
        if self.script is not None:
            self.script(handler)
            return
        send(handler, 200, self.document)


def send(
    handler: BaseHTTPRequestHandler,
    status: int,
    body: bytes,
    *,
    length: int | Literal["none"] | None = None,
    **headers: str,
) -> None:
    handler.send_response(status)
    if length != "none":
        handler.send_header("Content-Length", str(len(body) if length is None else length))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def key_server() -> Generator[KeyServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            published.answer(self)

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        published = KeyServer(f"http://127.0.0.1:{server.server_port}/jwks")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield published
        finally:
            server.shutdown()
            thread.join()
