"""Where calls go, as the rest of the server sees it: AWS, another endpoint, or the local service."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from cognito_identity_mcp.callers import AwsIdentity
from cognito_identity_tools.service import CognitoIdentity


class Services(Protocol):
    """Where calls go."""

    @property
    def place(self) -> str:
        """For people: "AWS", "AWS profile prod", "the local service"."""
        ...

    async def default_region(self) -> str | None:
        """The region for calls that name none."""
        ...

    async def identity(self, region: str) -> AwsIdentity:
        """Whose credentials calls to a region go out with."""
        ...

    def in_region(self, region: str) -> CognitoIdentity:
        """The service in one region; raises `RequestFailed` where that cannot be one."""
        ...


class ServicesContext(Services, AbstractAsyncContextManager[Any], Protocol):
    """Where calls go, to be closed at the end."""
