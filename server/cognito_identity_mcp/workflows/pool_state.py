"""All that Cognito Identity tells of one pool, read at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import anyio

from cognito_identity_mcp.assessment.hazards.identities import DISABLED
from cognito_identity_mcp.errors import RequestFailed, ToolError
from cognito_identity_mcp.workflows.reading import NotRead, Reader
from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operations.identities import IdentityDescription
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.operations.principal_tags import PrincipalTagAttributeMap
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles
from cognito_identity_tools.shapes import Shape

READS = (
    "describe_identity_pool",
    "get_identity_pool_roles",
    "get_principal_tag_attribute_map",
    "list_identities",
)
"""The operations that are called here."""


class IdentityCounts(Shape):
    """`at_least`: the pool has more identities than were counted."""

    total: int
    guests: int
    linked: int
    disabled: int
    at_least: bool


@dataclass(frozen=True)
class PoolState:
    """None stands for what was not read."""

    identity_pool_id: str
    pool: IdentityPool | None = None
    roles: PoolRoles | None = None
    principal_tags: tuple[PrincipalTagAttributeMap, ...] | None = None
    identities: IdentityCounts | None = None


async def pool_state(reader: Reader, identity_pool_id: str, max_identities: int) -> PoolState:
    """The state of one pool; no identities are counted where `max_identities` is 0.

    Raises:
        ServiceFailed: there is no such pool.
        RequestFailed: AWS cannot be reached, or not with these credentials.
    """
    pool = await _pool(reader, identity_pool_id)
    found: dict[str, Any] = {}

    async def keep(member: str, read: Callable[[], Awaitable[Any]]) -> None:
        found[member] = await read()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep, "roles", lambda: _roles(reader, identity_pool_id))
        tasks.start_soon(keep, "identities", lambda: _counts(reader, identity_pool_id, max_identities))
    roles = found["roles"]
    tags = await _principal_tags(reader, identity_pool_id, pool, roles)
    return PoolState(identity_pool_id, pool, principal_tags=tags, **found)


async def _pool(reader: Reader, identity_pool_id: str) -> IdentityPool | None:
    try:
        pool: IdentityPool = await reader.read("describe_identity_pool", identity_pool_id=identity_pool_id)
    except ToolError as error:
        if isinstance(error, RequestFailed) or error.failure.code == ErrorCode.RESOURCE_NOT_FOUND:
            raise
        reader.miss("identity_pool", error, identity_pool_id)
        return None
    return pool


async def _roles(reader: Reader, identity_pool_id: str) -> PoolRoles | None:
    roles: PoolRoles | None = await reader.attempt(
        "roles", "get_identity_pool_roles", identity_pool_id=identity_pool_id
    )
    return roles


async def _principal_tags(
    reader: Reader, identity_pool_id: str, pool: IdentityPool | None, roles: PoolRoles | None
) -> tuple[PrincipalTagAttributeMap, ...] | None:
    """The maps of the pool's providers, and of those that only a role mapping still names."""
    if pool is None:
        reader.not_read.append(
            NotRead(what="principal_tags", reason=_UNKNOWN_PROVIDERS, identity_pool_id=identity_pool_id)
        )
        return None
    found: dict[str, PrincipalTagAttributeMap | None] = {}

    async def read(provider: str) -> None:
        found[provider] = await reader.attempt(
            f"principal_tags of {provider}",
            "get_principal_tag_attribute_map",
            absent=ErrorCode.RESOURCE_NOT_FOUND,
            identity_pool_id=identity_pool_id,
            identity_provider_name=provider,
        )

    names = dict.fromkeys([*tag_keys(pool), *(map(provider_of_mapping, (roles and roles.role_mappings) or {}))])
    async with anyio.create_task_group() as tasks:
        for name in names:
            tasks.start_soon(read, name)
    return tuple(each for name in names if (each := found[name]) is not None)


_UNKNOWN_PROVIDERS = "They are kept by provider, and the pool's providers could not be read."


def tag_keys(pool: IdentityPool) -> tuple[str, ...]:
    """The names that a pool's providers have in principal tag maps (§6.20)."""
    user_pools = [str(each.provider_name) for each in pool.cognito_identity_providers or ()]
    return tuple(dict.fromkeys([*user_pools, *_by_one_name(pool)]))


def mapping_keys(pool: IdentityPool) -> tuple[str, ...]:
    """The names that a pool's providers have in role mappings (§6.7)."""
    clients = [f"{each.provider_name}:{each.client_id}" for each in pool.cognito_identity_providers or ()]
    return tuple(dict.fromkeys([*clients, *_by_one_name(pool)]))


def _by_one_name(pool: IdentityPool) -> list[str]:
    """Providers that have the same name everywhere."""
    arns = [*(pool.open_id_connect_provider_arns or ()), *(pool.saml_provider_arns or ())]
    return [*(pool.supported_login_providers or ()), *arns]


def provider_of_mapping(key: str) -> str:
    """The name in principal tag maps for one in role mappings: a user pool without its client."""
    return key.rpartition(":")[0] if key.startswith("cognito-idp.") else key


async def _counts(reader: Reader, identity_pool_id: str, most: int) -> IdentityCounts | None:
    if not most:
        return None
    try:
        return await _counted(reader, identity_pool_id, most)
    except ToolError as error:
        reader.miss("identities", error, identity_pool_id)
        return None


async def _counted(reader: Reader, identity_pool_id: str, most: int) -> IdentityCounts:
    """Which identities are disabled is told by listing again without them (§7); their mark stands in for that where
    not all of them are listed.
    """
    listed, more = await _listed(reader, identity_pool_id, most)
    disabled = {name for name, each in listed.items() if DISABLED in (each.logins or ())}
    if listed and not more:
        active, _ = await _listed(reader, identity_pool_id, most, hide_disabled=True)
        disabled = listed.keys() - active.keys()
    guests = sum(not each.logins for name, each in listed.items() if name not in disabled)
    linked = len(listed) - len(disabled) - guests
    return IdentityCounts(total=len(listed), guests=guests, linked=linked, disabled=len(disabled), at_least=more)


async def _listed(
    reader: Reader, identity_pool_id: str, most: int, **members: Any
) -> tuple[dict[str, IdentityDescription], bool]:
    """The first identities, and whether there are more."""
    found: dict[str, IdentityDescription] = {}
    async for page in reader.pages("list_identities", identity_pool_id=identity_pool_id, **members):
        found |= {str(each.identity_id): each for each in page.identities or ()}
        if len(found) >= most and page.next_token:
            return found, True
    return found, False
