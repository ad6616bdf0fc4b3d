"""The seam: whoever can answer the 23 operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape


@dataclass(frozen=True)
class Answer:
    """What came back: an instance of the operation's output model, and the service's id for the request."""

    output: Shape
    request_id: str | None = None


class CognitoIdentity(Protocol):
    """Cognito Identity in one region: real AWS, the local service, a recorder or a fake."""

    async def call(self, operation: Operation, request: Shape) -> Answer:
        """Runs one operation once.

        `request` is an instance of `operation.input`.

        Raises:
            CognitoIdentityError: the service refused the call or failed.
        """
        ...
