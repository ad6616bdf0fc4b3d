"""The steps of a call up to its decision, and no further: parse → resolve target → assess → decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognito_identity_mcp import arguments, targets
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Assessment, Step
from cognito_identity_mcp.assessment.table import assess
from cognito_identity_mcp.callers import AwsIdentity, Caller
from cognito_identity_mcp.confirmation.matter import Matter, new_pool
from cognito_identity_mcp.errors import ServiceFailed
from cognito_identity_mcp.policy.conditions import steers
from cognito_identity_mcp.policy.decision import Facts, Policy
from cognito_identity_mcp.policy.explanation import Explanation, explain
from cognito_identity_mcp.policy.overview import needs_pool
from cognito_identity_mcp.services import ServicesContext
from cognito_identity_tools.errors import CognitoIdentityError
from cognito_identity_tools.operation import Operation


@dataclass(frozen=True)
class Inquiry:
    """What is known about a call that is not made, and what the policy would decide about it."""

    matter: Matter
    facts: Facts
    explanation: Explanation

    @property
    def assessment(self) -> Assessment:
        return self.matter.assessment


async def inquire(
    where: ServicesContext, policy: Policy, operation: Operation, given: Mapping[str, Any], scopes: frozenset[str]
) -> Inquiry:
    """Looks into one call of an operation by a caller with these scopes. Only `read` operations go out.

    Raises:
        InvalidInput: the arguments are wrong.
        ServiceFailed: Cognito Identity refused a read, as it would refuse the call.
        RequestFailed: no answer came.
    """
    async with where:
        request = arguments.parse(operation, given)
        default = None if targets.regions_named(request) else await where.default_region()
        target = targets.resolve(operation, request, where.place, default)
        step = Step(operation, request)
        try:
            live = Live(where.in_region(target.region))
            assessment = await assess([step], live, pool_wanted=needs_pool(policy, operation))
        except CognitoIdentityError as error:
            raise ServiceFailed.from_error(error) from error
        known = await where.identity(target.region) if operation.signed else AwsIdentity()
    facts = Facts(
        tool=operation.name,
        operation=operation.name,
        effect=assessment.effect,
        region=target.region,
        account=known.account,
        pool=assessment.pool or new_pool([step]),
        scopes=scopes,
        steers=steers([step], assessment.pool),
    )
    why = explain(policy, facts)
    caller = Caller(known.arn, known.account, scopes=scopes)
    return Inquiry(Matter(operation, (step,), target, caller, assessment, why.decision.rule), facts, why)
