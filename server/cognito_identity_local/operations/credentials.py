"""GetCredentialsForIdentity and GetOpenIdToken (fact sheet §6.9, §6.10)."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cognito_identity_local import errors, lifecycle, roles
from cognito_identity_local.amr import authentication_methods
from cognito_identity_local.answers import json_bytes
from cognito_identity_local.arns import role_account
from cognito_identity_local.context import Call
from cognito_identity_local.errors import invalid_parameter, invalid_pool_configuration, not_authorized
from cognito_identity_local.identifiers import new_access_key_id, new_secret_key
from cognito_identity_local.logins import Login, Presented, verify
from cognito_identity_local.lookups import find_identity
from cognito_identity_local.operations.handler import handler
from cognito_identity_local.session_tags import refuse_packed_too_large, session_tags
from cognito_identity_local.sign_outs import refuse_signed_out
from cognito_identity_local.store import IdentityRow, PoolRow
from cognito_identity_local.tokens import UNAUTHENTICATED, issue
from cognito_identity_tools.operations.credentials import (
    Credentials,
    GetCredentialsForIdentityInput,
    GetCredentialsForIdentityResponse,
    GetOpenIdTokenInput,
    GetOpenIdTokenResponse,
)

SESSION_SECONDS = 3600
SESSION_NAME = "CognitoIdentityCredentials"


def get_credentials_for_identity(
    call: Call, request: GetCredentialsForIdentityInput
) -> GetCredentialsForIdentityResponse:
    """The enhanced flow. The answer's identity may be another one: the owner of the logins."""
    identity, pool = find_identity(call, request.identity_id)
    if not request.logins:
        lifecycle.admit_guest(pool, identity)
        role = roles.guest_role(pool.roles, request.custom_role_arn)
        return _credentials(call, identity, role, {})
    presented = verify(call, pool, request.logins, cognito_tokens=True)
    refuse_signed_out(call, pool, presented.logins)
    survivor = _settled(call, pool, identity, presented)
    role = roles.authenticated_role(pool.roles, _deciding(presented), request.custom_role_arn)
    _refuse_foreign(pool, role)
    tags = {**session_tags(call, pool, presented.logins), **presented.tags}
    return _credentials(call, survivor, role, tags)


def get_open_id_token(call: Call, request: GetOpenIdTokenInput) -> GetOpenIdTokenResponse:
    """The classic flow, which a pool may have closed; that is looked at before the logins."""
    identity, pool = find_identity(call, request.identity_id)
    _admit_classic_flow(pool)
    if not request.logins:
        lifecycle.admit_guest(pool, identity)
        return _token(call, pool, identity, ())
    presented = verify(call, pool, request.logins)
    refuse_signed_out(call, pool, presented.logins)
    return _token(call, pool, lifecycle.settle(call, pool, presented.logins, identity), presented.logins)


def _admit_classic_flow(pool: PoolRow) -> None:
    """Left unset, classic flow is open."""
    if pool.settings.allow_classic_flow is False:
        raise invalid_parameter(errors.CLASSIC_FLOW_OFF)
    if pool.roles.role_mappings:
        raise invalid_parameter(errors.CLASSIC_FLOW_MAPPED)


def _token(call: Call, pool: PoolRow, identity: IdentityRow, logins: Sequence[Login]) -> GetOpenIdTokenResponse:
    amr = authentication_methods(call, pool, identity, logins) if logins else [UNAUTHENTICATED]
    token = issue(call, pool, identity.identity_id, amr, session_tags(call, pool, logins))
    return GetOpenIdTokenResponse(identity_id=identity.identity_id, token=token)


def _settled(call: Call, pool: PoolRow, identity: IdentityRow, presented: Presented) -> IdentityRow:
    """A token of this service has to be one for the identity that is named."""
    if presented.identity_id not in (None, identity.identity_id):
        raise not_authorized(errors.LOGINS_DO_NOT_MATCH)
    proven = presented.identity_id is not None
    return lifecycle.settle(call, pool, presented.logins, identity, proven=proven)


def _deciding(presented: Presented) -> Sequence[Login]:
    """The logins that choose the role: none beside a developer identity's token (fact sheet §12)."""
    return () if presented.identity_id is not None else presented.logins


def _refuse_foreign(pool: PoolRow, role: str) -> None:
    """The enhanced flow assumes roles of the pool's account only; a token may offer others (fact sheet §6.9).

    That STS's generic text answers is inferred.
    """
    if role_account(role) != pool.account:
        raise invalid_pool_configuration()


def _credentials(
    call: Call, identity: IdentityRow, role: str, tags: Mapping[str, str]
) -> GetCredentialsForIdentityResponse:
    refuse_packed_too_large(tags)
    return GetCredentialsForIdentityResponse(
        identity_id=identity.identity_id,
        credentials=Credentials(
            access_key_id=new_access_key_id(call),
            secret_key=new_secret_key(call),
            session_token=_session_token(call, identity, role, tags),
            expiration=_expiration(call.now),
        ),
    )


def _expiration(now: float) -> datetime:
    """A whole second (§20 no. 24)."""
    return datetime.fromtimestamp(math.floor(now) + SESSION_SECONDS, UTC)


def _session_token(call: Call, identity: IdentityRow, role: str, tags: Mapping[str, str]) -> str:
    """Opaque to AWS's clients. Here it is base64 of a JSON object that tells a test which session it was given."""
    session = {
        "role": role,
        "session": SESSION_NAME,
        "identity": identity.identity_id,
        "tags": tags,
        "nonce": call.entropy(12).hex(),
    }
    return base64.b64encode(json_bytes(session)).decode()


HANDLERS = {
    "get_credentials_for_identity": handler(GetCredentialsForIdentityInput, get_credentials_for_identity),
    "get_open_id_token": handler(GetOpenIdTokenInput, get_open_id_token),
}
