"""Users who were signed out of their user pool, or deleted: what ServerSideTokenCheck looks for (fact sheet §7.9).

AWS asks the user pool, which is not here: somebody tells the service by `POST /signed-out`. Nothing of it is kept with
the data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from cognito_identity_local import errors
from cognito_identity_local.context import Call, Clock
from cognito_identity_local.errors import not_authorized
from cognito_identity_local.jwt import Claims, claims_of
from cognito_identity_local.store import PoolRow
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode

if TYPE_CHECKING:
    from cognito_identity_local.logins import Login

PATH = "/signed-out"


class SignOuts:
    """When each user, by user pool and `sub`, was signed out last."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moments: dict[tuple[str, str], float] = {}

    @property
    def are_none(self) -> bool:
        return not self._moments

    def add(self, users: Mapping[str, str]) -> None:
        self._moments |= dict.fromkeys(users.items(), self._clock())

    def forget(self) -> None:
        self._moments.clear()

    def among(self, logins: Mapping[str, str]) -> frozenset[str]:
        """The keys whose tokens were issued until the second in which their user was signed out."""
        return frozenset(key for key, token in logins.items() if self._is_over(key, claims_of(token) or {}))

    def _is_over(self, key: str, claims: Claims) -> bool:
        moment, issued = self._moments.get((key, str(claims.get("sub")))), claims.get("iat", 0)
        return moment is not None and not (isinstance(issued, int | float) and issued > moment)


def parse_users(body: object) -> Mapping[str, str]:
    """From `{"<user pool>": "<sub>"}`, as the keys of `Logins` name the user pool.

    Raises:
        CognitoIdentityError: it has another form (SerializationException).
    """
    users = cast("dict[str, object]", body) if isinstance(body, dict) else {"": None}
    if not all(isinstance(subject, str) for subject in users.values()):
        raise CognitoIdentityError(ErrorCode.SERIALIZATION, errors.LOCAL_NO_USERS)
    return {key: str(subject) for key, subject in users.items()}


def refuse_signed_out(call: Call, pool: PoolRow, logins: Sequence[Login]) -> None:
    """Before a token or credentials are given, where the pool's entry of the user pool's client has the check on.

    Raises:
        CognitoIdentityError: a user is signed out (NotAuthorizedException).
    """
    if not call.signatures.signed_out:
        return
    entries = pool.settings.cognito_identity_providers or []
    checked = {(each.provider_name, each.client_id) for each in entries if each.server_side_token_check}
    for login in logins:
        if login.provider.key in call.signatures.signed_out and (login.provider.key, login.client) in checked:
            raise not_authorized(errors.LOCAL_SIGNED_OUT)
