"""Create-, Delete-, Describe- and UpdateIdentityPool, ListIdentityPools (fact sheet §6.1–6.5)."""

from __future__ import annotations

import re
from typing import Any

from cognito_identity_local import errors
from cognito_identity_local.answers import Kept
from cognito_identity_local.building import built
from cognito_identity_local.context import Call
from cognito_identity_local.errors import invalid_parameter, limit_exceeded
from cognito_identity_local.identifiers import new_pool_id
from cognito_identity_local.lookups import find_pool
from cognito_identity_local.operations.handler import handler
from cognito_identity_local.operations.tags import check_tags, in_order
from cognito_identity_local.paging import read_page
from cognito_identity_local.store import PoolRow
from cognito_identity_tools.operation import Empty
from cognito_identity_tools.operations.identity_pools import (
    CreateIdentityPoolInput,
    DeleteIdentityPoolInput,
    DescribeIdentityPoolInput,
    IdentityPool,
    IdentityPoolShortDescription,
    ListIdentityPoolsInput,
    ListIdentityPoolsResponse,
)
from cognito_identity_tools.shapes import CognitoIdentityProvider

_USER_POOL = re.compile(r"cognito-idp\.[\w-]+\.amazonaws\.com(\.cn)?/[\w-]+")


def create_identity_pool(call: Call, request: CreateIdentityPoolInput) -> Kept:
    """Every call makes another pool: names are not unique."""
    check_settings(call, request)
    account, region = call.caller.account, call.caller.region
    if call.store.pools.count(account, region) >= call.quotas.pools:
        raise limit_exceeded(errors.LOCAL_TOO_MANY_POOLS.format(call.quotas.pools))
    pool = as_pool(request, identity_pool_id=new_pool_id(call), identity_pool_tags=request.identity_pool_tags or {})
    return Kept(call.store.pools.add(account, region, pool))


def delete_identity_pool(call: Call, request: DeleteIdentityPoolInput) -> Empty:
    call.store.pools.remove(find_pool(call, request.identity_pool_id).seq)
    return Empty()


def describe_identity_pool(call: Call, request: DescribeIdentityPoolInput) -> Kept:
    return Kept(find_pool(call, request.identity_pool_id).settings_json)


def list_identity_pools(call: Call, request: ListIdentityPoolsInput) -> ListIdentityPoolsResponse:
    account, region = call.caller.account, call.caller.region

    def fetch(after: int, limit: int) -> list[PoolRow]:
        return call.store.pools.page(account, region, after, limit)

    page = read_page(f"pools {account} {region}", request.next_token, request.max_results, fetch)
    return ListIdentityPoolsResponse(identity_pools=[_short(row) for row in page.rows], next_token=page.next_token)


def update_identity_pool(call: Call, request: IdentityPool) -> Kept:
    """Replaces all settings; what is left out is unset, but for the developer provider name and the tags."""
    found = find_pool(call, request.identity_pool_id)
    check_settings(call, request)
    pool = as_pool(
        request,
        developer_provider_name=_developer_name(found.settings, request),
        identity_pool_tags=_updated_tags(found.settings, request),
    )
    return Kept(call.store.pools.set_settings(found.seq, pool))


def _developer_name(old: IdentityPool, request: IdentityPool) -> str | None:
    """Kept when left out, set once, never changed (§20 no. 10)."""
    if old.developer_provider_name not in (None, request.developer_provider_name or old.developer_provider_name):
        raise invalid_parameter(errors.LOCAL_DEVELOPER_NAME_FIXED)
    return request.developer_provider_name or old.developer_provider_name


def _updated_tags(old: IdentityPool, request: IdentityPool) -> dict[str, str]:
    """Kept when left out, else replaced (§20 no. 8)."""
    tags = old.identity_pool_tags if request.identity_pool_tags is None else request.identity_pool_tags
    return tags or {}


def as_pool(request: CreateIdentityPoolInput, **changed: Any) -> IdentityPool:
    """The request as a pool. An empty collection counts as left out (§20 no. 11), but tags are always there."""
    given = {name: None if value in ([], {}) else value for name, value in request} | changed
    given["identity_pool_tags"] = in_order(given["identity_pool_tags"] or {})
    return built(IdentityPool, **{name: given[name] for name in IdentityPool.model_fields})


def check_settings(call: Call, request: CreateIdentityPoolInput) -> None:
    """
    Raises:
        CognitoIdentityError: a user pool's name has the wrong shape, there are too many, or a tag is wrong.
    """
    entries = request.cognito_identity_providers or []
    if not all(_is_user_pool(entry) for entry in entries):
        raise invalid_parameter(errors.INVALID_USER_POOL_NAME)
    if len(entries) > call.quotas.user_pool_clients:
        raise limit_exceeded(errors.LOCAL_TOO_MANY_USER_POOLS.format(call.quotas.user_pool_clients))
    check_tags(call, request.identity_pool_tags or {})


def _is_user_pool(entry: CognitoIdentityProvider) -> bool:
    """Only the shape: AWS does not look whether the user pool is there."""
    return bool(entry.client_id and _USER_POOL.fullmatch(entry.provider_name or ""))


def _short(row: PoolRow) -> IdentityPoolShortDescription:
    return IdentityPoolShortDescription(
        identity_pool_id=row.identity_pool_id, identity_pool_name=row.settings.identity_pool_name
    )


HANDLERS = {
    "create_identity_pool": handler(CreateIdentityPoolInput, create_identity_pool),
    "delete_identity_pool": handler(DeleteIdentityPoolInput, delete_identity_pool),
    "describe_identity_pool": handler(DescribeIdentityPoolInput, describe_identity_pool),
    "list_identity_pools": handler(ListIdentityPoolsInput, list_identity_pools),
    "update_identity_pool": handler(IdentityPool, update_identity_pool),
}
