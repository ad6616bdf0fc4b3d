"""What setting a pool's roles would do."""

from __future__ import annotations

from cognito_identity_mcp.assessment.difference import difference, only_adds
from cognito_identity_mcp.assessment.effects import effect_of
from cognito_identity_mcp.assessment.hazards.hazard import listed, warned
from cognito_identity_mcp.assessment.hazards.roles import ROLES, RolesChange
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_mcp.assessment.wording import top_members
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.operations.roles import (
    GetIdentityPoolRolesResponse as PoolRoles,
    SetIdentityPoolRolesInput,
)


async def set_roles(request: SetIdentityPoolRolesInput, live: Live) -> Findings:
    """Roles and mappings are replaced whole (§6.7).

    Attaching a role is what opens a pool to somebody, so that is at least an `overwrite`, the first time too. A `write`
    adds rules for roles that the pool's users can have already, or changes nothing.
    """
    pool: IdentityPool = await live.read("describe_identity_pool", identity_pool_id=request.identity_pool_id)
    before: PoolRoles = await live.read("get_identity_pool_roles", identity_pool_id=request.identity_pool_id)
    after = PoolRoles(roles=request.roles, role_mappings=request.role_mappings)
    changes = difference(_state(before), _state(after))
    said = warned(ROLES, RolesChange(pool, before, after))
    effect = effect_of(changes, raised=said.raises)
    return Findings(
        effect,
        _what_changes(pool.identity_pool_name, changes),
        changes=changes,
        warnings=said.sentences,
        way_back="undo_change puts the former roles and mappings back." if effect is Effect.OVERWRITE else "",
    )


def _state(roles: PoolRoles) -> dict[str, object]:
    return roles.model_dump(mode="json", exclude_none=True, exclude={"identity_pool_id"})


def _what_changes(name: str, changes: tuple[Change, ...]) -> str:
    if not changes:
        return f'Changes nothing: identity pool "{name}" has these roles and mappings already.'
    verb = "Adds to" if only_adds(changes) else "Replaces"
    return f'{verb} who gets which IAM role in identity pool "{name}": {listed(top_members(changes))}.'


ASSESSORS = {"set_identity_pool_roles": set_roles}
