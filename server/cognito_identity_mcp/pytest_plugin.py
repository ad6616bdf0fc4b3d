"""A pytest plugin for everybody who tests code against identity pools: the fixture `cognito_identity_local`.

The service starts once per session (once per worker under xdist) in a thread, with its data in memory. Each test gets
an AWS account of its own in it, so that it begins with nothing, whatever ran before or runs beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types_aiobotocore_cognito_identity import CognitoIdentityClient as AsyncClient
    from types_boto3_cognito_identity import CognitoIdentityClient

_ACCOUNTS = count(100_000_000_000)


class CognitoIdentityLocal:
    """The local Cognito Identity as one test sees it.

    `url` is its address, `account_id` the test's account. Signed calls belong to the account because its number is
    their access key id; the unsigned ones (GetId and three others) belong to the pool that they name.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.account_id = ""
        self._clients: list[CognitoIdentityClient] = []
        self.reset()

    def reset(self) -> None:
        """Begins again with an empty account. Clients made before keep the old one."""
        self.account_id = str(next(_ACCOUNTS))

    def settings(self, region: str = "us-east-1") -> dict[str, Any]:
        """Keyword arguments with which any boto3 or aioboto3 session makes a client for this service."""
        return {
            "endpoint_url": self.url,
            "region_name": region,
            "aws_access_key_id": self.account_id,
            "aws_secret_access_key": "local",
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
def cognito_identity_local_url() -> Iterator[str]:
    """The address of the session's local service."""
    from cognito_identity_local.server import LocalSettings, embedded

    with embedded(LocalSettings(port=0)) as url:
        yield url


@pytest.fixture
def cognito_identity_local(cognito_identity_local_url: str) -> Iterator[CognitoIdentityLocal]:
    """The local Cognito Identity with an empty account for this test."""
    local = CognitoIdentityLocal(cognito_identity_local_url)
    try:
        yield local
    finally:
        local.close()
