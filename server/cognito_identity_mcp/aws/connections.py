"""AWS clients: made when first needed, off the event loop, and kept for the life of the server.

A client reads configuration, service model and certificates from files when it is made, so that happens in a worker
thread. There is one session, and for each region one client per way of sending (`Sending`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread

from cognito_identity_mcp import __version__
from cognito_identity_tools.operation import Operation

if TYPE_CHECKING:
    from aioboto3 import Session
    from aiobotocore.config import AioConfig


T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class ConnectionSettings:
    """Times in seconds. `static_credentials` are used instead of the standard chain, for endpoints on this machine."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    static_credentials: tuple[str, str] | None = None
    connect_timeout: float = 5
    read_timeout: float = 20
    max_attempts: int = 3
    max_concurrency: int = 50


@dataclass(frozen=True)
class Sending:
    """How requests of an operation are sent: with a signature or without, and whether the SDK may send them again."""

    signed: bool
    again: bool

    @classmethod
    def of(cls, operation: Operation) -> Sending:
        return cls(operation.signed, operation.may_be_resent)


class Connections:
    """The session and its clients.

    The pool of a client is as large as the calls let in at once, so no call ever waits for a connection that another
    waiting call holds.
    """

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._session: Session | None = None
        self._clients: dict[tuple[str, Sending], Any] = {}
        self._failures: ModuleType | None = None
        self._making = anyio.Lock()
        self._open = AsyncExitStack()

    async def client(self, region: str, sending: Sending) -> Any:
        """The client for a region, made at the first call.

        Raises:
            botocore.exceptions.BotoCoreError: the profile does not exist, credentials are incomplete …
        """
        key = (region, sending)
        async with self._making:
            if key not in self._clients:
                client = await _off_the_loop(partial(self._make, region, sending))
                self._clients[key] = await self._open.enter_async_context(_Closing(client))
            return self._clients[key]

    async def default_region(self) -> str | None:
        """The configured region, else the one of the profile or the environment."""
        if self._settings.region is not None:
            return self._settings.region
        async with self._making:
            session = await _off_the_loop(self._shared_session)
            region: str | None = session.region_name
            return region

    async def failures(self) -> ModuleType:
        """The module `aws.failures`, which imports botocore and thus reads hundreds of files."""
        if self._failures is None:
            self._failures = await _off_the_loop(partial(import_module, "cognito_identity_mcp.aws.failures"))
        return self._failures

    async def aclose(self) -> None:
        await self._open.aclose()

    def _shared_session(self) -> Session:
        if self._session is None:
            import aioboto3

            # botocore reads AWS_DEFAULT_REGION alone; AWS's other tools let AWS_REGION come first.
            region = self._settings.region or os.environ.get("AWS_REGION") or None
            self._session = aioboto3.Session(profile_name=self._settings.profile, region_name=region)
            _refuse_to_prompt(self._session)
        return self._session

    def _make(self, region: str, sending: Sending) -> Any:
        """Blocking; runs the client's async construction on a loop of this thread."""
        access_key, secret_key = self._settings.static_credentials or (None, None)
        session: Any = self._shared_session()
        context = session.client(
            "cognito-identity",
            region_name=region,
            endpoint_url=self._settings.endpoint_url,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=_config(self._settings, sending),
        )
        return asyncio.run(context.__aenter__())


class _Closing:
    """Closes a client that was entered in another thread; its connections are opened by the first call, here."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def __aenter__(self) -> Any:
        return self._client

    async def __aexit__(self, *details: object) -> None:
        await self._client.__aexit__(*details)


async def _off_the_loop(work: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(work)


def _config(settings: ConnectionSettings, sending: Sending) -> AioConfig:
    from aiobotocore.config import AioConfig
    from botocore import UNSIGNED

    return AioConfig(
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        max_pool_connections=settings.max_concurrency,
        retries={"mode": "standard", "total_max_attempts": settings.max_attempts if sending.again else 1},
        user_agent_extra=f"cognito-identity-mcp/{__version__}",
        parameter_validation=False,
        signature_version=None if sending.signed else UNSIGNED,
    )


def _refuse_to_prompt(session: Session) -> None:
    """An assume-role profile with MFA would ask for the code on this terminal, which is not there."""

    from botocore.exceptions import RefreshWithMFAUnsupportedError

    def refuse(prompt: str) -> str:  # noqa: ARG001 - there is nobody to show it to
        raise RefreshWithMFAUnsupportedError

    resolver = session._session.get_component("credential_provider")  # noqa: SLF001
    resolver.get_provider("assume-role")._prompter = refuse  # noqa: SLF001
