"""Where calls go: AWS, or another endpoint, region by region."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import anyio

from cognito_identity_mcp.advice import Advice
from cognito_identity_mcp.aws.client import AwsCognitoIdentity
from cognito_identity_mcp.aws.connections import Connections, ConnectionSettings
from cognito_identity_mcp.callers import AwsIdentity
from cognito_identity_mcp.errors import RequestFailed
from cognito_identity_mcp.logs import EventLog

log = EventLog()

_MOST_REGIONS = 64
"""AWS has about forty. The clients of a region are kept and take some megabytes, and ids may name any."""

_TOO_MANY = "This server has worked in {} regions already, more than AWS has: {} is not one of them."
_CHECK_REGION = Advice("Check the region in the id. If it is right, the server has to be started again.")


class AwsServices:
    """The regions behind one set of connections; closes them at the end. See `services.Services`."""

    def __init__(self, settings: ConnectionSettings, place: str) -> None:
        self.place = place
        self._connections = Connections(settings)
        # Whoever finds a free place goes on at once, without a turn of the event loop.
        self._places = anyio.Semaphore(settings.max_concurrency, fast_acquire=True)
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

    async def identity(self, region: str) -> AwsIdentity:
        """Whose credentials calls go out with; nobody's where STS cannot say. A call without any will tell itself."""
        failures = await self._connections.failures()
        try:
            return await self._connections.identity(region)
        except failures.EXPECTED:
            log.warning("caller_unknown", region=region)
            return AwsIdentity()

    def in_region(self, region: str) -> AwsCognitoIdentity:
        """The service in one region.

        Raises:
            RequestFailed: it is one more than there can be, so that somebody makes them up.
        """
        if region not in self._regions:
            if len(self._regions) == _MOST_REGIONS:
                raise RequestFailed.of("TooManyRegions", _TOO_MANY.format(_MOST_REGIONS, region), _CHECK_REGION)
            self._regions[region] = AwsCognitoIdentity(self._connections, region, self._places)
        return self._regions[region]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._connections.aclose()
