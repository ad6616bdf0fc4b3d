"""The keys that sign OpenID tokens: RSA-2048 and RS512, one key a region, kept with the data (fact sheet §10)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from cognito_identity_local.store import KeyRow, SigningKeys

_ALGORITHM = "RS512"
_FIRST = 1


@dataclass(frozen=True, slots=True)
class SigningKey:
    kid: str
    key: RSAKey


class Keys:
    """Keys by region, made when one is needed first: making one takes a moment, and starting must not."""

    def __init__(self, rows: SigningKeys) -> None:
        self._rows = rows
        self._loaded: dict[str, SigningKey] = {}

    def sign(self, region: str, claims: Mapping[str, object]) -> str:
        """A compact JWT; header and claims in the order of the real ones."""
        signer = self._signer(region)
        header = {"kid": signer.kid, "typ": "JWS", "alg": _ALGORITHM}
        payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False)
        return jws.serialize_compact(header, payload, signer.key, algorithms=[_ALGORITHM])

    def verify(self, region: str, token: str) -> Mapping[str, object] | None:
        """The claims of a token which the region's key has signed, else None."""
        try:
            verified = jws.deserialize_compact(token, self._signer(region).key, algorithms=[_ALGORITHM])
        except (JoseError, ValueError):
            return None
        return json.loads(verified.payload or b"{}")  # type: ignore[no-any-return]

    def document(self, region: str) -> Mapping[str, object]:
        """The JWKS document: the keys of all regions that have signed, and that of `region`.

        `n` is base64url without padding as RFC 7518 wants it; AWS's own document holds plain base64 with a leading
        zero, which strict readers refuse.
        """
        self._signer(region)
        return {"keys": [_public(_loaded(row)) for row in self._rows.all()]}

    def _signer(self, region: str) -> SigningKey:
        """Kept in memory only once read back, so that no key outlives a transaction that was rolled back."""
        if region in self._loaded:
            return self._loaded[region]
        row = self._rows.find(region)
        if row is None:
            return _loaded(self._make(region))
        self._loaded[region] = _loaded(row)
        return self._loaded[region]

    def _make(self, region: str) -> KeyRow:
        key = RSAKey.generate_key(2048)
        row = KeyRow(region, _FIRST, key.as_pem(private=True).decode())
        self._rows.add(row)
        return row


def _loaded(row: KeyRow) -> SigningKey:
    return SigningKey(f"{row.region}-{row.number}", RSAKey.import_key(row.private_key))


def _public(signer: SigningKey) -> Mapping[str, object]:
    return {**signer.key.as_dict(private=False), "kid": signer.kid, "use": "sig", "alg": _ALGORITHM}
