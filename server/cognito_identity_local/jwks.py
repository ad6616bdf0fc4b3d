"""An issuer's public keys, and whether one of them has signed a token. RSA only, as fact sheet §8 has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic_core import from_json

from cognito_identity_local.jwt import header_of

ALGORITHMS = ("RS256", "RS384", "RS512")
_LONGEST = 50_000
"""Characters of a login token in the service model."""

_REGISTRY = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
_REGISTRY.max_header_length = _REGISTRY.max_payload_length = _REGISTRY.max_signature_length = _LONGEST


class KeysUnavailable(Exception):
    """An issuer's keys cannot be had; the message says why."""


@dataclass(frozen=True)
class Jwks:
    """RSA keys with their ids; a key may have none."""

    keys: tuple[tuple[object, RSAKey], ...]

    def knows(self, token: str) -> bool:
        """Whether a key of the token's id is here. What is no JWT, no newer keys can help."""
        header = header_of(token)
        return header is None or bool(self._candidates(header))

    def has_signed(self, token: str) -> bool:
        header = header_of(token)
        if header is None or header.get("alg") not in ALGORITHMS:
            return False
        return any(_verifies(token, key) for key in self._candidates(header))

    def _candidates(self, header: Mapping[str, object]) -> list[RSAKey]:
        """The keys of the token's id; for a token without one, all."""
        kid = header.get("kid")
        return [key for name, key in self.keys if kid is None or name == kid]


def parse_jwks(document: bytes) -> Jwks:
    """The RSA keys for signatures in a JWKS document; other keys are passed over.

    Raises:
        KeysUnavailable: it is no such document, or an RSA key in it is broken.
    """
    try:
        entries = [cast("dict[str, Any]", each) for each in from_json(document)["keys"]]
        return Jwks(tuple((each.get("kid"), RSAKey.import_key(each)) for each in entries if _is_for_signatures(each)))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise KeysUnavailable(f"not a JWKS document ({error})") from error


def _is_for_signatures(entry: Mapping[str, object]) -> bool:
    return entry.get("kty") == "RSA" and entry.get("use", "sig") == "sig"


def _verifies(token: str, key: RSAKey) -> bool:
    try:
        jws.deserialize_compact(token, key, registry=_REGISTRY)
    except (JoseError, ValueError):
        return False
    return True
