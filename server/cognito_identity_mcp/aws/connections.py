"""AWS clients: made when first needed, off the event loop, and kept for the life of the server.

A client reads configuration, service model and certificates from files when it is made, so that happens in a worker
thread. There is one session, and for each region one client per way of sending (`Sending`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread

from cognito_identity_mcp import __version__
from cognito_identity_mcp.callers import AwsIdentity
from cognito_identity_mcp.lasting import made_to_last
from cognito_identity_tools.operation import Operation

if TYPE_CHECKING:
    from aioboto3 import Session
    from aiobotocore.config import AioConfig


T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class ConnectionSettings:
    """Times in seconds. `static_credentials` are used instead of the standard chain, for endpoints on this machine.

    `has_identity` is false where STS knows nothing of the credentials that calls go out with.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    static_credentials: tuple[str, str] | None = None
    has_identity: bool = True
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
        self._user_agent: str | None = None
        self._clients: dict[tuple[str, Sending | None], Any] = {}
        self._identities: dict[str | None, AwsIdentity] = {}
        self._failures: ModuleType | None = None
        self._making = anyio.Lock()
        self._open = AsyncExitStack()

    async def client(self, region: str, sending: Sending) -> Any:
        """The client for a region, made at the first call.

        Raises:
            botocore.exceptions.BotoCoreError: the profile does not exist, credentials are incomplete …
        """
        return await self._kept((region, sending), partial(self._make, region, sending))

    async def identity(self, region: str) -> AwsIdentity:
        """Whose credentials calls go out with now, as STS says; asked again when the credentials are others.

        Raises:
            botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: there are none, or STS did not say.
        """
        if not self._settings.has_identity:
            return AwsIdentity()
        client = await self._kept((region, None), partial(self._make_sts, region))
        access_key = await self._access_key()
        if access_key not in self._identities:
            answer = await client.get_caller_identity()
            self._identities = {access_key: AwsIdentity(answer["Arn"], answer["Account"])}
        return self._identities[access_key]

    async def _access_key(self) -> str | None:
        session: Any = self._shared_session()
        credentials = await session.get_credentials()
        return None if credentials is None else (await credentials.get_frozen_credentials()).access_key

    async def _kept(self, key: tuple[str, Sending | None], make: Callable[[], Any]) -> Any:
        if key in self._clients:
            return self._clients[key]
        async with self._making:
            if key not in self._clients:
                self._clients[key] = await self._open.enter_async_context(_Closing(await _off_the_loop(make)))
            return self._clients[key]

    async def default_region(self) -> str | None:
        """The configured region, else the one of the profile or the environment."""
        if self._settings.region is not None:
            return self._settings.region
        async with self._making:
            session = self._session
            if session is None:
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
            _word_failures_of_processes(self._session)
        return self._session

    def _make(self, region: str, sending: Sending) -> Any:
        """Blocking; runs the client's async construction on a loop of this thread."""
        if self._user_agent is None:
            self._user_agent = asyncio.run(_user_agent(self._opening(region)))
        config = _config(self._settings, sending, self._user_agent)
        return asyncio.run(self._opening(region, config).__aenter__())

    def _opening(self, region: str, config: AioConfig | None = None) -> AbstractAsyncContextManager[Any]:
        access_key, secret_key = self._settings.static_credentials or (None, None)
        session: Any = self._shared_session()
        opening: AbstractAsyncContextManager[Any] = session.client(
            "cognito-identity",
            region_name=region,
            endpoint_url=self._settings.endpoint_url,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=config,
        )
        return opening

    def _make_sts(self, region: str) -> Any:
        """Blocking, as `_make`. STS only says who calls, so it is not waited for as long as for the service itself."""
        from aiobotocore.config import AioConfig

        session: Any = self._shared_session()
        config = AioConfig(
            connect_timeout=self._settings.connect_timeout,
            read_timeout=self._settings.connect_timeout,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        return asyncio.run(session.client("sts", region_name=region, config=config).__aenter__())


class _Closing:
    """Closes a client that was entered in another thread; its connections are opened by the first call, here."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def __aenter__(self) -> Any:
        return self._client

    async def __aexit__(self, *details: object) -> None:
        await self._client.__aexit__(*details)


async def _off_the_loop(work: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(_to_last, work)


def _to_last(work: Callable[[], T]) -> T:
    with made_to_last():
        return work()


async def _user_agent(opening: AbstractAsyncContextManager[Any]) -> str:
    """What the SDK says of itself, and the user's own mark (`sdk_ua_app_id`).

    Unless it is told what to say, the SDK puts these words together twice for each request: a tenth of its time.
    """
    async with opening as client:
        said = client.meta.config
    mark = f" app/{said.user_agent_appid}" if said.user_agent_appid else ""
    return f"{said.user_agent}{mark}"


def _config(settings: ConnectionSettings, sending: Sending, user_agent: str) -> AioConfig:
    from aiobotocore.config import AioConfig
    from botocore import UNSIGNED

    return AioConfig(
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        max_pool_connections=settings.max_concurrency,
        retries={"mode": "standard", "total_max_attempts": settings.max_attempts if sending.again else 1},
        user_agent=user_agent,
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


def _word_failures_of_processes(session: Session) -> None:
    """A profile's `credential_process` that cannot be run, or prints something else: aiobotocore lets that crash.

    It may be the profile's own, or that of the `source_profile` of a role.
    """
    resolver: Any = session._session.get_component("credential_provider")  # noqa: SLF001
    builder = resolver.get_provider("assume-role")._profile_provider_builder  # noqa: SLF001
    make = builder._create_process_provider  # noqa: SLF001

    def made(profile_name: str) -> Any:
        return _wording(make(profile_name))

    builder._create_process_provider = made  # noqa: SLF001
    _wording(resolver.get_provider("custom-process"))


def _wording(provider: Any) -> Any:
    """The provider of a process's credentials, which says why there are none."""
    from botocore.exceptions import CredentialRetrievalError

    retrieve = provider._retrieve_credentials_using  # noqa: SLF001

    async def retrieve_or_say_why(process: str) -> Any:
        try:
            return await retrieve(process)
        except OSError as error:
            why = f"credential_process: {error.filename}: {error.strerror}"
            raise CredentialRetrievalError(provider=why, error_msg="") from error
        except (ValueError, AttributeError) as error:  # no text, no JSON, no object
            why = "credential_process: it does not print the JSON object that AWS asks for"
            raise CredentialRetrievalError(provider=why, error_msg="") from error

    provider._retrieve_credentials_using = retrieve_or_say_why  # noqa: SLF001
    return provider
