"""The seam over the wire: one region of Cognito Identity behind an aioboto3 client."""

from __future__ import annotations

from typing import Any

import anyio
from pydantic import ValidationError

from cognito_identity_mcp.aws.connections import Connections, Sending
from cognito_identity_mcp.secrets import in_flight
from cognito_identity_tools.constraints import TRUSTED
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.service import Answer
from cognito_identity_tools.shapes import Shape


class AwsCognitoIdentity:
    """`CognitoIdentity` for one region. Cancelling a call cancels its HTTP request."""

    def __init__(self, connections: Connections, region: str, places: anyio.Semaphore) -> None:
        self._connections = connections
        self._region = region
        self._places = places

    async def call(self, operation: Operation, request: Shape) -> Answer:
        """See `CognitoIdentity.call`.

        Raises:
            CognitoIdentityError: the service answered with an error.
            RequestFailed: the request did not get through, or its answer did not come back.
        """
        failures = await self._connections.failures()
        members = request.model_dump(by_alias=True, exclude_none=True)
        try:
            async with self._places:
                client = await self._connections.client(self._region, Sending.of(operation))
                response = await getattr(client, operation.name)(**members)
        except failures.EXPECTED as error:
            failure = failures.failure_of(operation, error)
            if failure is None:
                raise
            raise failure from error
        if not _is_json(response):
            raise failures.unreadable(operation)
        try:
            output = operation.output.model_validate(response, by_name=False, extra="ignore", context=TRUSTED)
        except ValidationError as error:
            raise failures.unreadable(operation) from error
        in_flight.saw(output)
        return Answer(output, response["ResponseMetadata"].get("RequestId"))


def _is_json(response: dict[str, Any]) -> bool:
    """botocore reads any body with status 200; a proxy's page would pass for an empty answer."""
    headers: dict[str, str] = response["ResponseMetadata"].get("HTTPHeaders", {})
    return "json" in headers.get("content-type", "json")
