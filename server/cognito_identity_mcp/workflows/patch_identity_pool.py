"""`patch_identity_pool`: an update that changes what is named and keeps the rest, as AWS's own does not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, cast

from pydantic import Field

from cognito_identity_mcp.assessment.difference import difference
from cognito_identity_mcp.assessment.model import Assessment, Step
from cognito_identity_mcp.assessment.table import assess
from cognito_identity_mcp.confirmation import refusals
from cognito_identity_mcp.workflows import patching
from cognito_identity_mcp.workflows.workflow import Workflow
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.constraints import Text
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.shapes import (
    ARNString,
    CognitoIdentityProvider,
    DeveloperProviderName,
    IdentityPoolId,
    IdentityPoolName,
    IdentityPoolTagsType,
    IdentityProviders,
    Shape,
    TagKeysType,
)

if TYPE_CHECKING:
    from cognito_identity_mcp.assessment.live import Live
    from cognito_identity_mcp.conduct import Conduct

_UPDATE = OPERATIONS["update_identity_pool"]

_MOST_STARTS = 3
"""How often a call begins anew because the pool was changed by somebody else meanwhile."""


class PatchIdentityPoolInput(Shape):
    """Lists and maps name what is added or changed; what goes is named in `remove_…` and `clear`."""

    identity_pool_id: IdentityPoolId
    identity_pool_name: IdentityPoolName | None = Field(None, description="New name.")
    allow_unauthenticated_identities: bool | None = Field(None, description="Let guests in.")
    allow_classic_flow: bool | None = Field(None, description="Stays as it is if left out.")
    developer_provider_name: DeveloperProviderName | None = Field(None, description="Only if there is none; for good.")
    supported_login_providers: IdentityProviders | None = Field(None, description="Add or change: provider to app id.")
    open_id_connect_provider_arns: list[ARNString] | None = Field(None, description="Add.")
    cognito_identity_providers: list[CognitoIdentityProvider] | None = Field(
        None, description="Add, or change that of the same provider_name and client_id."
    )
    saml_provider_arns: list[ARNString] | None = Field(None, description="Add.")
    identity_pool_tags: IdentityPoolTagsType | None = Field(None, description="Add or change.")
    remove_providers: list[Annotated[str, Text(1, 2048)]] | None = Field(
        None, description="As graph.facebook.com, an ARN, <user pool> (all its clients) or <user pool>:<client id>."
    )
    remove_tags: list[TagKeysType] | None = Field(None, description="Keys.")
    clear: list[Annotated[str, Text(1, 64)]] | None = Field(
        None, description="Members to unset whole: lists, maps, allow_classic_flow (then open)."
    )


class PatchIdentityPoolOutput(Shape):
    """`changed` names what differs from before, by path; nothing was sent where it is empty."""

    changed: list[str]
    identity_pool: IdentityPool


class _Moved(Exception):
    """The pool is no longer the one that the request was made from."""


async def _run(request: PatchIdentityPoolInput, conduct: Conduct) -> PatchIdentityPoolOutput:
    """
    Raises:
        InvalidInput: the patch contradicts itself or the pool.
    """
    starts = 0
    while True:
        before: IdentityPool = await conduct.read("describe_identity_pool", identity_pool_id=request.identity_pool_id)
        wanted = patching.patched(conduct.tool, before, request)
        if not _changed(before, wanted):
            return PatchIdentityPoolOutput(changed=[], identity_pool=before)
        try:
            after = await _updated(conduct, before, Step(_UPDATE, wanted))
        except _Moved:
            starts += 1
            if starts == _MOST_STARTS:
                raise await conduct.refuse(refusals.unsettled(conduct.tool), [Step(_UPDATE, wanted)]) from None
            continue
        return PatchIdentityPoolOutput(changed=_changed(before, after), identity_pool=after)


async def _updated(conduct: Conduct, before: IdentityPool, step: Step) -> IdentityPool:
    """The pool afterwards.

    Raises:
        _Moved: the pool was changed by somebody else since `before` was read; nothing was sent.
    """
    agreement = await conduct.agree([step], partial(_assessed, before, step))
    answer = await conduct.execute(step, agreement)
    return cast("IdentityPool", answer.output)


async def _assessed(before: IdentityPool, step: Step, live: Live) -> Assessment:
    if await live.read("describe_identity_pool", identity_pool_id=before.identity_pool_id) != before:
        raise _Moved
    return await assess([step], live)


def _changed(before: IdentityPool, after: IdentityPool) -> list[str]:
    """A request that leaves the tags out keeps them."""
    kept = {} if after.identity_pool_tags is not None else {"identity_pool_tags": before.identity_pool_tags}
    states = (each.model_dump(mode="json", exclude_none=True) for each in (before, after.model_copy(update=kept)))
    return [change.path for change in difference(*states)]


TOOL = Workflow(
    name="patch_identity_pool",
    title="Patch identity pool",
    description=(
        "The safe way to update a pool: changes what is named, keeps everything else. Lists and maps add; nothing is "
        "removed but by remove_providers, remove_tags and clear."
    ),
    input=PatchIdentityPoolInput,
    output=PatchIdentityPoolOutput,
    effect=Effect.OVERWRITE,
    run=_run,
    runs=("describe_identity_pool", "get_identity_pool_roles", "update_identity_pool"),
)
