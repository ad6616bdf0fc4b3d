"""`inspect_identity_pool`: all that there is to see of one pool, in one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from cognito_identity_mcp.workflows.pool_state import READS, IdentityCounts, pool_state
from cognito_identity_mcp.workflows.reading import NotRead, reader
from cognito_identity_mcp.workflows.workflow import Workflow
from cognito_identity_tools.constraints import ToolDefault, Whole
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.operations.principal_tags import PrincipalTagAttributeMap
from cognito_identity_tools.shapes import IdentityPoolId, RoleMappingMap, RolesMap, Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.conduct import Conduct


class InspectIdentityPoolInput(Shape):
    identity_pool_id: IdentityPoolId
    max_identities: Annotated[int, Whole(0, 6000), ToolDefault(600)] = Field(description="Count so many, by pages.")


class PrincipalTagMap(Shape):
    identity_provider_name: str | None = None
    use_defaults: bool | None = None
    principal_tags: dict[str, str] | None = None


class InspectIdentityPoolOutput(Shape):
    """What is missing was not read, as `not_read` says; or there is none of it."""

    identity_pool: IdentityPool | None = None
    roles: RolesMap | None = None
    role_mappings: RoleMappingMap | None = None
    principal_tags: list[PrincipalTagMap] | None = None
    identities: IdentityCounts | None = None
    not_read: list[NotRead] | None = None


async def _run(request: InspectIdentityPoolInput, conduct: Conduct) -> InspectIdentityPoolOutput:
    pool_id = request.identity_pool_id
    reads = await reader(
        conduct,
        f"Reads settings, roles, principal tags, tags and identities of {pool_id}.",
        "describe_identity_pool",
        identity_pool_id=pool_id,
    )
    state = await pool_state(reads, pool_id, request.max_identities)
    return InspectIdentityPoolOutput(
        identity_pool=state.pool,
        roles=state.roles.roles if state.roles else None,
        role_mappings=state.roles.role_mappings if state.roles else None,
        principal_tags=[_shown(each) for each in state.principal_tags or ()] or None,
        identities=state.identities,
        not_read=[each.model_copy(update={"identity_pool_id": None}) for each in reads.not_read] or None,
    )


def _shown(tags: PrincipalTagAttributeMap) -> PrincipalTagMap:
    return PrincipalTagMap(
        identity_provider_name=tags.identity_provider_name,
        use_defaults=tags.use_defaults,
        principal_tags=tags.principal_tags,
    )


TOOL = Workflow(
    name="inspect_identity_pool",
    title="Inspect identity pool",
    description="A pool with its roles, role mappings, principal tags, tags and identity counts, in one answer.",
    input=InspectIdentityPoolInput,
    output=InspectIdentityPoolOutput,
    effect=Effect.READ,
    run=_run,
    runs=READS,
)
