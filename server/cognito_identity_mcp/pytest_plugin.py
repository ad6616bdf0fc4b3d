"""A pytest plugin for everybody who tests code against identity pools: the fixture `cognito_identity_local`.

The service starts once per session (once per worker under xdist) in a thread, with its data in memory, and begins again
before each test that asks for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, closing
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types_aiobotocore_cognito_identity import CognitoIdentityClient as AsyncClient
    from types_boto3_cognito_identity import CognitoIdentityClient

    from cognito_identity_local.server import LocalSettings

ACCOUNT = "123456789012"
"""The account in AWS's examples, and the one that the service takes any credentials for."""


class CognitoIdentityLocal:
    """The local Cognito Identity as tests see it.

    `url` is its address. Signed calls of its clients belong to `account_id`, because its number is their access key id;
    the unsigned ones (GetId and three others) belong to the pool that they name.
    """

    def __init__(self, url: str, account_id: str = ACCOUNT) -> None:
        self.url = url
        self.account_id = account_id
        self._clients: list[CognitoIdentityClient] = []

    def reset(self) -> None:
        """Begins again: the account is empty, or what the seed says. Clients stay good."""
        import json
        from http.client import HTTPConnection

        with closing(HTTPConnection(self.url.removeprefix("http://"), timeout=20)) as connection:
            connection.request("POST", "/reset", json.dumps({"AccountId": self.account_id}))
            answer = connection.getresponse()
            if answer.status != 200:
                raise RuntimeError(f"The local Cognito Identity at {self.url} was not reset: {answer.read().decode()}")

    def settings(self, region: str = "us-east-1") -> dict[str, Any]:
        """Keyword arguments with which any boto3 or aioboto3 session makes a client for this service."""
        return {
            "endpoint_url": self.url,
            "region_name": region,
            "aws_access_key_id": self.account_id,
            "aws_secret_access_key": "local",
        }

    def environment(self, region: str = "us-east-1") -> dict[str, str]:
        """Variables with which AWS's SDKs and the AWS CLI make clients for this service; other services stay AWS's."""
        return {
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY": self.url,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ACCESS_KEY_ID": self.account_id,
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    def client(self, region: str = "us-east-1") -> CognitoIdentityClient:
        """A boto3 client; closed at the end of the test."""
        import boto3

        session: Any = boto3.Session()
        client: CognitoIdentityClient = session.client("cognito-identity", **self.settings(region))
        self._clients.append(client)
        return client

    def async_client(self, region: str = "us-east-1") -> AbstractAsyncContextManager[AsyncClient]:
        """An aioboto3 client, for `async with`."""
        import aioboto3

        session: Any = aioboto3.Session()
        context: AbstractAsyncContextManager[AsyncClient] = session.client("cognito-identity", **self.settings(region))
        return context

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.fixture(scope="session")
def cognito_identity_local_settings() -> LocalSettings:
    """How the session's service is started. Override it for a seed, quotas, faults, login keys or another account."""
    from cognito_identity_local.server import LocalSettings

    return LocalSettings(port=0)


@pytest.fixture(scope="session")
def cognito_identity_local_url(cognito_identity_local_settings: LocalSettings) -> Iterator[str]:
    """The address of the session's local service."""
    from cognito_identity_local.server import embedded

    with embedded(cognito_identity_local_settings, clock=_now) as url:
        yield url


def _now() -> float:
    """Looked up each time, so that what stops or moves the clock of a test does so to the service too."""
    return time.time()


@pytest.fixture
def cognito_identity_local(
    cognito_identity_local_url: str, cognito_identity_local_settings: LocalSettings
) -> Iterator[CognitoIdentityLocal]:
    """The local Cognito Identity with an empty account for this test."""
    account = cognito_identity_local_settings.account_id
    with closing(CognitoIdentityLocal(cognito_identity_local_url, account)) as local:
        local.reset()
        yield local


@pytest.fixture
def cognito_identity_local_environment(
    cognito_identity_local: CognitoIdentityLocal, monkeypatch: pytest.MonkeyPatch
) -> CognitoIdentityLocal:
    """The same, for code that makes its own clients: the environment leads them to it during this test."""
    for name, value in cognito_identity_local.environment().items():
        monkeypatch.setenv(name, value)
    return cognito_identity_local
