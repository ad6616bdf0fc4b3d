"""What making, updating and deleting a pool would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cognito_identity_mcp.assessment.difference import difference, only_adds
from cognito_identity_mcp.assessment.effects import effect_of
from cognito_identity_mcp.assessment.hazards.hazard import listed, warned
from cognito_identity_mcp.assessment.hazards.pools import POOL, POOL_LOSS, PROVIDERS, PoolChange
from cognito_identity_mcp.assessment.hazards.roles import roles_in
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_mcp.assessment.wording import PAGE, counted, top_members
from cognito_identity_mcp.secrets.redaction import WITHHELD
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.identities import ListIdentitiesResponse
from cognito_identity_tools.operations.identity_pools import (
    CreateIdentityPoolInput,
    DeleteIdentityPoolInput,
    IdentityPool,
)
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles


async def create(request: CreateIdentityPoolInput, live: Live) -> Findings:  # noqa: ARG001 - there is nothing to read
    """A new pool stays a `write`, whatever it opens.

    It has no roles, so nobody gets anything from it, and it can be deleted. Attaching a role is the moment that opens
    it to somebody: `roles.set_roles` raises the effect then for guest access and for classic flow.
    """
    return Findings(
        Effect.WRITE,
        f'Makes another identity pool, "{request.identity_pool_name}"; without roles it gives nobody credentials yet.',
        changes=_changes({}, _state(request)),
        warnings=warned(POOL, PoolChange(None, request)).sentences,
    )


async def update(request: IdentityPool, live: Live) -> Findings:
    before: IdentityPool = await live.read("describe_identity_pool", identity_pool_id=request.identity_pool_id)
    roles: PoolRoles = await live.read("get_identity_pool_roles", identity_pool_id=request.identity_pool_id)
    after = _updated(before, request)
    changes = _changes(_state(before), _state(after))
    said = warned(POOL, PoolChange(before, after, roles))
    effect = effect_of(changes, raised=said.raises)
    return Findings(
        effect,
        _what_changes(before.identity_pool_name, changes),
        changes=changes,
        warnings=said.sentences,
        way_back=_way_back(before, after) if effect is Effect.OVERWRITE else "",
    )


def _updated(before: IdentityPool, request: IdentityPool) -> IdentityPool:
    """The pool afterwards: all else is replaced, but these two survive when they are left out (§6.3)."""
    name, tags = before.developer_provider_name, before.identity_pool_tags
    kept = {
        "developer_provider_name": request.developer_provider_name or name,
        "identity_pool_tags": tags if request.identity_pool_tags is None else request.identity_pool_tags,
    }
    return request.model_copy(update=kept)


def _what_changes(name: str, changes: tuple[Change, ...]) -> str:
    if not changes:
        return f'Changes nothing: identity pool "{name}" has these settings already.'
    verb = "Adds to" if only_adds(changes) else "Replaces"
    return f'{verb} the settings of identity pool "{name}": {listed(top_members(changes), 5)}.'


def _way_back(before: IdentityPool, after: IdentityPool) -> str:
    stays = "" if before.developer_provider_name else " The developer provider name stays."
    return "undo_change puts the former settings back." + (stays if after.developer_provider_name else "")


async def delete(request: DeleteIdentityPoolInput, live: Live) -> Findings:
    pool: IdentityPool = await live.read("describe_identity_pool", identity_pool_id=request.identity_pool_id)
    roles: PoolRoles = await live.read("get_identity_pool_roles", identity_pool_id=request.identity_pool_id)
    page: ListIdentitiesResponse = await live.read(
        "list_identities", identity_pool_id=request.identity_pool_id, max_results=PAGE
    )
    return Findings(
        Effect.DESTROY,
        f'Deletes identity pool "{pool.identity_pool_name}" and every identity in it for good; its users lose access '
        "at once.",
        counts=_counts(pool, roles, page),
        warnings=warned(POOL_LOSS, roles).sentences,
        way_back="Nothing comes back: neither the pool's id nor the ids of its identities.",
        typed=pool.identity_pool_name,
    )


def _counts(pool: IdentityPool, roles: PoolRoles, page: ListIdentitiesResponse) -> tuple[str, ...]:
    providers = sum(len(getattr(pool, member) or ()) for member in PROVIDERS)
    more = {
        counted(providers, "login provider"): providers,
        counted(len(roles_in(roles)), "attached role"): len(roles_in(roles)),
        counted(len(pool.identity_pool_tags or {}), "tag"): len(pool.identity_pool_tags or {}),
    }
    identities = counted(len(page.identities or ()), "identity", "identities", more=page.next_token is not None)
    return (identities, *(text for text, number in more.items() if number))


def _state(pool: CreateIdentityPoolInput) -> dict[str, Any]:
    """As JSON data; a token check that is not mentioned is off."""
    state = pool.model_dump(mode="json", exclude_none=True)
    for provider in state.get("cognito_identity_providers", ()):
        provider.setdefault("server_side_token_check", False)
    return state


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    return tuple(_shown(change) for change in difference(before, after))


def _shown(change: Change) -> Change:
    """Without the secrets of the apps of Twitter and Digits, which stand behind the app's key (§2)."""
    if not change.path.startswith("supported_login_providers."):
        return change
    before, after = _key_alone(change.before), _key_alone(change.after)
    return replace(change, before=before, after=f"{after} (another one)" if before == after else after)


def _key_alone(app_id: str | None) -> str | None:
    key, found, _ = (app_id or "").partition(";")
    return f"{key};{WITHHELD}" if found else app_id


ASSESSORS = {
    "create_identity_pool": create,
    "delete_identity_pool": delete,
    "update_identity_pool": update,
}
