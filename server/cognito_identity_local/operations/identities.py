"""GetId, ListIdentities, DescribeIdentity, DeleteIdentities, UnlinkIdentity (fact sheet §6.8, §6.15–6.18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cognito_identity_local import errors, lifecycle
from cognito_identity_local.answers import Kept, published
from cognito_identity_local.context import Call
from cognito_identity_local.errors import invalid_parameter, not_authorized, pool_not_found
from cognito_identity_local.logins import Login, verify
from cognito_identity_local.lookups import find_identity, find_pool
from cognito_identity_local.operations.handler import handler
from cognito_identity_local.paging import Page, read_page
from cognito_identity_local.store import DescriptionRow, IdentityRow, LoginRow, PoolRow
from cognito_identity_tools.operation import Empty
from cognito_identity_tools.operations.identities import (
    DeleteIdentitiesInput,
    DeleteIdentitiesResponse,
    DescribeIdentityInput,
    GetIdInput,
    GetIdResponse,
    ListIdentitiesInput,
    ListIdentitiesResponse,
    UnlinkIdentityInput,
    UnprocessedIdentityId,
)

_NOBODY = '"Identities":[]'


def get_id(call: Call, request: GetIdInput) -> GetIdResponse:
    """Without logins a new guest every time; with logins the identity that has them, made at need."""
    pool = find_pool(call, request.identity_pool_id)
    _check_account(pool, request.account_id)
    if not request.logins:
        lifecycle.admit_guest(pool)
        return GetIdResponse(identity_id=lifecycle.create_identity(call, pool).identity_id)
    presented = verify(call, pool, request.logins)
    return GetIdResponse(identity_id=lifecycle.settle(call, pool, presented.logins).identity_id)


def _check_account(pool: PoolRow, account_id: str | None) -> None:
    """Optional; with another account's id the pool does not exist (§20 no. 17)."""
    if account_id not in (None, pool.account):
        raise pool_not_found(pool.identity_pool_id)


def list_identities(call: Call, request: ListIdentitiesInput) -> Kept:
    pool = find_pool(call, request.identity_pool_id)

    def fetch(after: int, limit: int) -> list[DescriptionRow]:
        return call.store.identities.described(pool.seq, after, limit, hide_disabled=bool(request.hide_disabled))

    page = read_page(f"identities {pool.identity_pool_id}", request.next_token, request.max_results, fetch)
    return _listed(pool.identity_pool_id, page)


def _listed(identity_pool_id: str, page: Page[DescriptionRow]) -> Kept:
    """The kept descriptions in the model of an answer without any."""
    empty = ListIdentitiesResponse(identity_pool_id=identity_pool_id, identities=[], next_token=page.next_token)
    rows = ",".join([row.text for row in page.rows])
    return Kept(published(empty).decode().replace(_NOBODY, f'"Identities":[{rows}]', 1))


def describe_identity(call: Call, request: DescribeIdentityInput) -> Kept:
    identity, _ = find_identity(call, request.identity_id)
    return Kept(call.store.identities.description(identity.seq))


def delete_identities(call: Call, request: DeleteIdentitiesInput) -> DeleteIdentitiesResponse:
    """Unknown ids of this region count as deleted; those of elsewhere are refused one by one (§20 no. 5)."""
    refused = [each for each in dict.fromkeys(request.identity_ids_to_delete) if not _delete(call, each)]
    return DeleteIdentitiesResponse(
        unprocessed_identity_ids=[
            UnprocessedIdentityId(identity_id=identity_id, error_code="AccessDenied") for identity_id in refused
        ]
    )


def unlink_identity(call: Call, request: UnlinkIdentityInput) -> Empty:
    """Each login to remove has to be proven by its token."""
    identity, pool = find_identity(call, request.identity_id)
    if not request.logins:
        lifecycle.admit_guest(pool, identity)
    if pool.settings.developer_provider_name in request.logins_to_remove:
        raise invalid_parameter(errors.PUBLIC_PROVIDER_EXPECTED)
    proven = _proven(call, pool, identity, verify(call, pool, request.logins).logins if request.logins else ())
    if not proven or not proven.keys() >= set(request.logins_to_remove):
        raise not_authorized(errors.LOGINS_DO_NOT_MATCH)
    lifecycle.unlink(call, identity, [proven[provider] for provider in dict.fromkeys(request.logins_to_remove)])
    return Empty()


def _proven(call: Call, pool: PoolRow, identity: IdentityRow, logins: Sequence[Login]) -> Mapping[str, LoginRow]:
    """The identity's own among the logins, by provider."""
    rows = [lifecycle.owner_of(call, pool, login) for login in logins]
    return {row.provider: row for row in rows if row is not None and row.identity == identity.seq}


def _delete(call: Call, identity_id: str) -> bool:
    if identity_id.partition(":")[0] != call.caller.region:
        return False
    identity = call.store.identities.find(identity_id)
    pool = call.store.pools.get(identity.pool) if identity else None
    if identity is None or pool is None:
        return True
    if not call.caller.reaches(pool.account, pool.region):
        return False
    call.store.identities.remove(identity.seq)
    return True


HANDLERS = {
    "get_id": handler(GetIdInput, get_id),
    "list_identities": handler(ListIdentitiesInput, list_identities),
    "describe_identity": handler(DescribeIdentityInput, describe_identity),
    "delete_identities": handler(DeleteIdentitiesInput, delete_identities),
    "unlink_identity": handler(UnlinkIdentityInput, unlink_identity),
}
