"""State that cannot be read never makes a call look milder."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cognito_identity_mcp.advice import Advice
from cognito_identity_mcp.assessment.model import Findings, Pool
from cognito_identity_mcp.errors import RequestFailed
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.service import Answer
from cognito_identity_tools.shapes import Shape
from tests.interaction.examples import ARGUMENTS, IDENTITY, POOL_ID

from .world import ARN, Call, World, pool

DENIED = CognitoIdentityError(ErrorCode.ACCESS_DENIED, "User: somebody is not authorized to perform: something")
NO_CREDENTIALS = RequestFailed.of("NoCredentials", "The server has no AWS credentials.", Advice("Log in."))
UNSIGNED = [name for name, row in OPERATIONS.items() if not row.signed]

FIRST_READS = {
    "delete_identity_pool": ("describe_identity_pool", "DescribeIdentityPool"),
    "update_identity_pool": ("describe_identity_pool", "DescribeIdentityPool"),
    "delete_identities": ("describe_identity", "DescribeIdentity"),
    "unlink_identity": ("describe_identity", "DescribeIdentity"),
    "get_credentials_for_identity": ("describe_identity", "DescribeIdentity"),
    "get_open_id_token": ("describe_identity", "DescribeIdentity"),
    "get_open_id_token_for_developer_identity": ("describe_identity_pool", "DescribeIdentityPool"),
    "merge_developer_identities": ("lookup_developer_identity", "LookupDeveloperIdentity"),
    "unlink_developer_identity": ("lookup_developer_identity", "LookupDeveloperIdentity"),
    "set_identity_pool_roles": ("describe_identity_pool", "DescribeIdentityPool"),
    "set_principal_tag_attribute_map": ("describe_identity_pool", "DescribeIdentityPool"),
    "tag_resource": ("list_tags_for_resource", "ListTagsForResource"),
    "untag_resource": ("list_tags_for_resource", "ListTagsForResource"),
}
"""What the other thirteen read first; create_identity_pool and get_id read nothing."""

TYPED = {
    "delete_identity_pool": POOL_ID,
    "delete_identities": IDENTITY,
    "unlink_identity": IDENTITY,
    "merge_developer_identities": "carol",
    "unlink_developer_identity": IDENTITY,
}


class Scripted:
    """Fails every call with its error, or those of some operations only; the rest goes to the world's service."""

    def __init__(self, error: Exception, behind: World | None = None, *operations: str) -> None:
        self._error = error
        self._behind = behind
        self._operations = operations

    async def call(self, operation: Operation, request: Shape) -> Answer:
        if self._behind is None or operation.name in self._operations:
            raise self._error
        return await self._behind.service.call(operation, request)


def call_of(tool: str) -> Call:
    return Call(tool, ARGUMENTS[tool])


def unknown(tool: str, reason: str) -> Findings:
    row = OPERATIONS[tool]
    return Findings(
        Effect.OVERWRITE if row.effect is Effect.WRITE else row.effect,
        row.description,
        warnings=(f"The present state could not be read, so what is lost or opened is not known: {reason}.",),
        way_back="Whether anything can be put back is not known.",
        typed=TYPED.get(tool),
    )


@pytest.mark.parametrize(("tool", "read"), FIRST_READS.items())
async def test_a_denied_read_leaves_the_highest_effect_and_says_what_is_missing(
    tool: str, read: tuple[str, str]
) -> None:
    operation, action = read
    reason = f"{operation} failed with AccessDeniedException; it needs cognito-identity:{action}"
    assert await World(Scripted(DENIED)).findings(call_of(tool)) == unknown(tool, reason)


@pytest.mark.parametrize("denied", ["get_identity_pool_roles", "list_identities"])
async def test_part_of_the_state_is_not_enough(world: World, denied: str) -> None:
    await world.set_up(pool())
    partial = World(Scripted(DENIED, world, denied), world.names)
    found = await partial.findings(Call("delete_identity_pool", {"identity_pool_id": "<pool>"}))
    assert (found.effect, found.typed) == (Effect.DESTROY, world.names["pool"])
    assert f"{denied} failed with AccessDeniedException" in found.warnings[0]


async def test_a_step_that_is_known_does_not_hide_one_that_is_not(world: World) -> None:
    await world.set_up(pool())
    partial = World(Scripted(DENIED, world, "list_tags_for_resource"), world.names)
    tagging = Call("tag_resource", {"resource_arn": ARN, "tags": {"owner": "me"}})
    found = await partial.findings(pool(), tagging)
    assert found.effect is Effect.OVERWRITE
    assert any("list_tags_for_resource failed" in warning for warning in found.warnings)


@pytest.mark.parametrize("tool", ["create_identity_pool", "get_id"])
async def test_operations_that_need_no_state_need_no_permission(tool: str) -> None:
    found = await World(Scripted(DENIED)).findings(call_of(tool))
    assert found.effect is Effect.WRITE


@pytest.mark.parametrize("tool", [name for name in UNSIGNED if name != "get_id"])
async def test_an_unsigned_operation_can_be_assessed_without_credentials(tool: str) -> None:
    reason = "NoCredentials: The server has no AWS credentials"
    assert await World(Scripted(NO_CREDENTIALS)).findings(call_of(tool)) == unknown(tool, reason)


async def test_the_pool_of_an_unsigned_call_stays_unknown_without_credentials() -> None:
    found = await World(Scripted(NO_CREDENTIALS)).assess(call_of("get_id"), pool_wanted=True)
    assert (found.effect, found.pool) == (Effect.WRITE, Pool(POOL_ID))


async def test_a_pool_that_may_not_be_read_stays_unknown_to_the_policy() -> None:
    found = await World(Scripted(DENIED)).assess(call_of("describe_identity_pool"), pool_wanted=True)
    assert (found.effect, found.pool) == (Effect.READ, Pool(POOL_ID))


@pytest.mark.parametrize("tool", [name for name in FIRST_READS if name not in UNSIGNED])
async def test_a_signed_operation_fails_for_want_of_credentials(tool: str) -> None:
    with pytest.raises(RequestFailed) as failed:
        await World(Scripted(NO_CREDENTIALS)).findings(call_of(tool))
    assert failed.value is NO_CREDENTIALS


OTHERS: Mapping[str, Exception] = {
    "not there": CognitoIdentityError(ErrorCode.RESOURCE_NOT_FOUND, "IdentityPool 'x' not found."),
    "throttled": CognitoIdentityError(ErrorCode.TOO_MANY_REQUESTS, "Rate exceeded"),
    "unreachable": RequestFailed.of("Unreachable", "No connection to AWS.", Advice("Check the network.")),
}


@pytest.mark.parametrize("error", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("tool", [name for name in FIRST_READS if name != "delete_identities"])
async def test_every_other_failure_is_the_calls_own(tool: str, error: Exception) -> None:
    with pytest.raises(type(error)) as failed:
        await World(Scripted(error)).findings(call_of(tool))
    assert failed.value is error
