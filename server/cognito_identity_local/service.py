"""`LocalCognitoIdentity`: the 23 operations, each in one transaction."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from cognito_identity_local.answers import Kept
from cognito_identity_local.context import Call, Caller, Clock, Entropy
from cognito_identity_local.keys import Keys
from cognito_identity_local.operations import handler_of
from cognito_identity_local.quotas import DEFAULT, Quotas
from cognito_identity_local.signatures import UNCHECKED, Signatures
from cognito_identity_local.store import Store
from cognito_identity_tools.issuers import issuer
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape


class LocalCognitoIdentity:
    """Answers requests from a store. Use it from one thread."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock = time.time,
        entropy: Entropy = os.urandom,
        quotas: Quotas = DEFAULT,
    ) -> None:
        self.entropy = entropy
        self.transaction = store.transaction
        self._store = store
        self._clock = clock
        self._quotas = quotas
        self._keys = Keys(store.signing_keys)

    def call(
        self, operation: Operation, request: Shape, caller: Caller, signatures: Signatures = UNCHECKED
    ) -> Shape | Kept:
        """Runs one operation; on any error nothing is changed. `signatures` are those under its login tokens.

        Raises:
            CognitoIdentityError: the call is refused.
        """
        call = Call(caller, self._store, self._keys, self._clock(), self.entropy, signatures, self._quotas)
        with self._store.transaction():
            return handler_of(operation)(call, request)

    def jwks(self, region: str) -> Mapping[str, object]:
        """The public keys of all regions that have signed tokens, and of this one."""
        with self._store.transaction():
            return self._keys.document(region)

    def discovery(self, region: str, base: str) -> Mapping[str, object]:
        """The OpenID discovery document; the issuer is AWS's, the keys are at `base`."""
        return {
            "issuer": f"https://{issuer(region)}",
            "jwks_uri": f"{base}/.well-known/jwks_uri",
            "response_types_supported": ["token id_token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS512"],
        }
