"""The keys that sign OpenID tokens: one a region, kept with the data, made when first needed (fact sheet §10)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from cognito_identity_local.store import KeyRow, SigningKeys

if TYPE_CHECKING:
    from cognito_identity_local.signing import SigningKey

_FIRST = 1


class Keys:
    """Keys by region. `signing` is imported with the first one: most runs sign nothing, and starting must be quick."""

    def __init__(self, rows: SigningKeys) -> None:
        self._rows = rows

    def sign(self, region: str, claims: Mapping[str, object]) -> str:
        """A compact JWT."""
        return self._signer(region).sign(claims)

    def verify(self, region: str, token: str) -> Mapping[str, object] | None:
        """The claims of a token which the region's key has signed, else None."""
        return self._signer(region).verify(token)

    def document(self, region: str) -> Mapping[str, object]:
        """The JWKS document: the keys of all regions that have signed, and that of `region`."""
        self._signer(region)
        return {"keys": [_load(row).public for row in self._rows.all()]}

    def _signer(self, region: str) -> SigningKey:
        """Always of the row, so that no key outlives a transaction that was rolled back."""
        return _load(self._rows.find(region) or self._make(region))

    def _make(self, region: str) -> KeyRow:
        from cognito_identity_local.signing import new_private_key

        row = KeyRow(region, _FIRST, new_private_key())
        self._rows.add(row)
        return row


@lru_cache(maxsize=256)
def _load(row: KeyRow) -> SigningKey:
    from cognito_identity_local.signing import SigningKey

    return SigningKey.load(f"{row.region}-{row.number}", row.private_key)
