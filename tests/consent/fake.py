"""A Cognito Identity with one pool, whose state the test turns and whose every gated request it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cognito_identity_mcp.callers import AwsIdentity
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.service import Answer
from cognito_identity_tools.shapes import Shape

POOL = "us-east-1:00000000-0000-4000-8000-000000000001"
NAMES = ("pool one", "pool two")
CALLER = AwsIdentity("arn:aws:sts::123456789012:assumed-role/operator/bot", "123456789012")


@dataclass
class FakeServices:
    """See `dispatch.Services`. `name` is the pool's state; `sent` are the requests that change something."""

    place: str = "a fake"
    name: str = NAMES[0]
    caller: AwsIdentity = CALLER
    throttles: bool = False
    sent: list[tuple[str, Shape]] = field(default_factory=list[tuple[str, Shape]])

    async def default_region(self) -> str:
        return "us-east-1"

    async def identity(self, region: str) -> AwsIdentity:  # noqa: ARG002 - the same everywhere
        return self.caller

    def in_region(self, region: str) -> FakeServices:  # noqa: ARG002 - the same everywhere
        return self

    async def call(self, operation: Operation, request: Shape) -> Answer:
        if operation.effect is not Effect.READ:
            self.sent.append((operation.name, request))
            if self.throttles:
                raise CognitoIdentityError(ErrorCode.TOO_MANY_REQUESTS, "Rate exceeded", "r-1")
        answers: dict[str, dict[str, Any]] = {
            "describe_identity_pool": self._pool(),
            "update_identity_pool": self._pool(),
            "list_identities": {"identity_pool_id": POOL, "identities": []},
            "get_identity_pool_roles": {"identity_pool_id": POOL},
        }
        return Answer(operation.output.model_validate(answers.get(operation.name, {})), "r-1")

    def _pool(self) -> dict[str, Any]:
        return {
            "identity_pool_id": POOL,
            "identity_pool_name": self.name,
            "allow_unauthenticated_identities": True,
            "identity_pool_tags": {},
        }
