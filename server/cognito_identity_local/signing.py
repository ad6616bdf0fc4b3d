"""RSA-2048 and RS512: making keys, signing, verifying, publishing. Knows nothing of where keys are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

_ALGORITHM = "RS512"
_BITS = 2048


def new_private_key() -> str:
    """In PEM. Takes a moment."""
    return RSAKey.generate_key(_BITS).as_pem(private=True).decode()


@dataclass(frozen=True, slots=True)
class SigningKey:
    kid: str
    key: RSAKey

    @classmethod
    def load(cls, kid: str, private_key: str) -> SigningKey:
        return cls(kid, RSAKey.import_key(private_key))

    def sign(self, claims: Mapping[str, object]) -> str:
        """A compact JWT; header and claims in the order of the real ones."""
        header = {"kid": self.kid, "typ": "JWS", "alg": _ALGORITHM}
        payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False)
        return jws.serialize_compact(header, payload, self.key, algorithms=[_ALGORITHM])

    def verify(self, token: str) -> Mapping[str, object] | None:
        """The claims of a token that this key has signed, else None."""
        try:
            verified = jws.deserialize_compact(token, self.key, algorithms=[_ALGORITHM])
        except (JoseError, ValueError):
            return None
        return cast("Mapping[str, object]", json.loads(verified.payload or b"{}"))

    @property
    def public(self) -> Mapping[str, object]:
        """The public half as a JWK.

        `n` is base64url without padding as RFC 7518 wants it; AWS's own document holds plain base64 with a leading
        zero, which strict readers refuse.
        """
        return {**self.key.as_dict(private=False), "kid": self.kid, "use": "sig", "alg": _ALGORITHM}
