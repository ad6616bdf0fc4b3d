"""Finding what a request names, as far as its caller reaches: other accounts and regions do not exist."""

from __future__ import annotations

from cognito_identity_local.context import Call
from cognito_identity_local.errors import identity_not_found, pool_not_found
from cognito_identity_local.store import IdentityRow, PoolRow


def find_pool(call: Call, identity_pool_id: str) -> PoolRow:
    """
    Raises:
        CognitoIdentityError: there is no such pool here (ResourceNotFoundException).
    """
    pool = call.store.pools.find(identity_pool_id)
    if pool is None or not call.caller.reaches(pool.account, pool.region):
        raise pool_not_found(identity_pool_id)
    return pool


def find_identity(call: Call, identity_id: str) -> tuple[IdentityRow, PoolRow]:
    """The identity and its pool.

    Raises:
        CognitoIdentityError: there is no such identity here (ResourceNotFoundException).
    """
    identity = call.store.identities.find(identity_id)
    pool = call.store.pools.get(identity.pool) if identity else None
    if identity is None or pool is None or not call.caller.reaches(pool.account, pool.region):
        raise identity_not_found(identity_id)
    return identity, pool


def find_identity_in(call: Call, pool: PoolRow, identity_id: str) -> IdentityRow:
    """
    Raises:
        CognitoIdentityError: the pool has no such identity (ResourceNotFoundException).
    """
    identity = call.store.identities.find(identity_id)
    if identity is None or identity.pool != pool.seq:
        raise identity_not_found(identity_id)
    return identity
