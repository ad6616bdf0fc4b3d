"""The local service as the place where calls go, followed to its next address when the process that runs it ends."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

import anyio
import anyio.to_thread

from cognito_identity_mcp.advice import Advice
from cognito_identity_mcp.aws.services import AwsServices
from cognito_identity_mcp.callers import AwsIdentity
from cognito_identity_mcp.errors import UNREACHABLE, RequestFailed
from cognito_identity_mcp.settings import SettingsError
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.service import Answer
from cognito_identity_tools.shapes import Shape

_MEND = Advice("Tell the user what is wrong with the local service's data; then call again.", retryable=True)


class Host(Protocol):
    """Blocking; see `local_host.LocalHost`."""

    def connect(self) -> str: ...

    def close(self) -> None: ...


class LocalServices:
    """See `services.Services`. `host` finds or starts the service, `at` reaches an address."""

    def __init__(self, host: Host, at: Callable[[str], AwsServices]) -> None:
        self._host = host
        self._at = at
        self._url = host.connect()
        self._current = at(self._url)
        self._moving = anyio.Lock()

    @property
    def place(self) -> str:
        return self._current.place

    async def default_region(self) -> str | None:
        return await self._current.default_region()

    async def identity(self, region: str) -> AwsIdentity:
        """Nobody's: the local service takes every signature for its own account's."""
        return await self._current.identity(region)

    def in_region(self, region: str) -> _Followed:
        return _Followed(self, region)

    async def call(self, region: str, operation: Operation, request: Shape) -> Answer:
        """Once; when nobody listens at the address any more, and so nothing was sent, once more at the next one."""
        tried = self._current
        try:
            return await tried.in_region(region).call(operation, request)
        except RequestFailed as failed:
            if failed.failure.code != UNREACHABLE or not await self._moved_from(tried):
                raise
        return await self._current.in_region(region).call(operation, request)

    async def _moved_from(self, gone: AwsServices) -> bool:
        """Whether there is another address now; the first call to notice looks for it."""
        async with self._moving:
            if self._current is gone:
                url = await self._found()
                if url != self._url:
                    self._url, self._current = url, self._at(url)
                    await gone.aclose()
            return self._current is not gone

    async def _found(self) -> str:
        """The next address.

        Raises:
            RequestFailed: there is none: the data cannot be used, and nobody serves them. Nothing was sent.
        """
        try:
            return await anyio.to_thread.run_sync(self._host.connect)
        except SettingsError as error:
            message = f"The local service has ended, and cannot be started again: {error}"
            raise RequestFailed.of(UNREACHABLE, message, _MEND) from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._current.aclose()
        await anyio.to_thread.run_sync(self._host.close)


class _Followed:
    """`CognitoIdentity` in one region, wherever it is."""

    def __init__(self, services: LocalServices, region: str) -> None:
        self._services = services
        self._region = region

    async def call(self, operation: Operation, request: Shape) -> Answer:
        return await self._services.call(self._region, operation, request)
