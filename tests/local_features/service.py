"""The service of a test: started with the settings that the test is about, called over plain HTTP."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cognito_identity_local.faults import Sleep
from cognito_identity_local.server import LocalSettings, embedded
from tests.clocks import Clock

GOOGLE = "accounts.google.com"
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Refused:
    """A refused call as the client sees it."""

    code: str
    message: str
    status: int = 400


def refused_login(message: str) -> Refused:
    return Refused("NotAuthorizedException", message)


@dataclass(frozen=True)
class Service:
    url: str
    clock: Clock
    region: str = "us-east-1"
    account: str = ACCOUNT

    def call(self, operation: str, **members: object) -> Any:
        """The answer as JSON; nothing for an empty one."""
        status, body = self._post(operation, members)
        assert status == 200, body
        return json.loads(body) if body else None

    def refused(self, operation: str, **members: object) -> Refused:
        status, body = self._post(operation, members)
        assert status != 200, body
        return _refusal(status, body)

    def outcome(self, operation: str, **members: object) -> Refused | None:
        """The refusal; None for a call that is answered."""
        status, body = self._post(operation, members)
        return None if status == 200 else _refusal(status, body)

    def create_pool(self, **settings: object) -> str:
        """A pool that takes guests and Google's users."""
        defaults = {
            "IdentityPoolName": "pool",
            "AllowUnauthenticatedIdentities": True,
            "SupportedLoginProviders": {GOOGLE: "google-app"},
        }
        return str(self.call("CreateIdentityPool", **{**defaults, **settings})["IdentityPoolId"])

    def get_id(self, pool: str, **logins: str) -> str:
        return str(self.call("GetId", IdentityPoolId=pool, **({"Logins": logins} if logins else {}))["IdentityId"])

    def _post(self, operation: str, members: Mapping[str, object]) -> tuple[int, bytes]:
        scope = f"Credential={self.account}/20260101/{self.region}/cognito-identity/aws4_request"
        headers = {
            "X-Amz-Target": f"AWSCognitoIdentityService.{operation}",
            "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=00",
        }
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        try:
            connection.request("POST", "/", json.dumps(members), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _refusal(status: int, body: bytes) -> Refused:
    error = json.loads(body)
    return Refused(error["__type"], error["message"], status)


@contextmanager
def serving(*, sleep: Sleep = asyncio.sleep, **settings: Any) -> Generator[Service]:
    clock = Clock()
    with embedded(LocalSettings(port=0, **settings), clock=clock, sleep=sleep) as url:
        yield Service(url, clock)
