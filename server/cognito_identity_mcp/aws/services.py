"""Where calls go: AWS, or another endpoint, region by region."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import anyio

from cognito_identity_mcp.aws.client import AwsCognitoIdentity
from cognito_identity_mcp.aws.connections import Connections, ConnectionSettings


class AwsServices:
    """The regions behind one set of connections; closes them at the end. See `dispatch.Services`."""

    def __init__(self, settings: ConnectionSettings, place: str) -> None:
        self.place = place
        self._connections = Connections(settings)
        self._limiter = anyio.CapacityLimiter(settings.max_concurrency)
        self._regions: dict[str, AwsCognitoIdentity] = {}

    async def default_region(self) -> str | None:
        """The configured region, else that of the profile or the environment.

        Raises:
            RequestFailed: the AWS configuration of this machine is wrong.
        """
        failures = await self._connections.failures()
        try:
            return await self._connections.default_region()
        except failures.EXPECTED as error:
            raise failures.configuration_failure(error) from error

    def in_region(self, region: str) -> AwsCognitoIdentity:
        if region not in self._regions:
            self._regions[region] = AwsCognitoIdentity(self._connections, region, self._limiter)
        return self._regions[region]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._connections.aclose()
