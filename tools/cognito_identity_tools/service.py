"""The seam: whoever can answer the 23 operations."""

from __future__ import annotations

from typing import Protocol

from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape


class CognitoIdentity(Protocol):
    """Cognito Identity in one region: real AWS, the local service, a recorder or a fake."""

    async def call(self, operation: Operation, request: Shape) -> Shape:
        """Runs one operation once.

        `request` is an instance of `operation.input`; the answer is one of `operation.output`.

        Raises:
            CognitoIdentityError: the service refused the call or failed.
        """
        ...
