"""Cognito Identity over plain HTTP: the requests of the benchmarks, and what their answers have to hold."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from .figures import Sample
from .http_client import Address, HttpClient, post
from .load import Call, WrongAnswer, closed_loop

FACEBOOK = "graph.facebook.com"
PAGE = 60
POOL = {
    "IdentityPoolName": "benchmark",
    "AllowUnauthenticatedIdentities": True,
    "SupportedLoginProviders": {FACEBOOK: "4711"},
}
POOLS_OF_AN_ACCOUNT = 500
"""Pools that CreateIdentityPool makes in one account before it goes to the next: AWS allows 1,000."""
_SEEDING_CONNECTIONS = 32
_KEY = "AKIDEXAMPLE"
_UNSIGNED = {"GetId"}
_accounts = itertools.count(100_000_000_000)


@dataclass(frozen=True)
class Workload:
    """Requests to send in turn. In every answer the member's name stands exactly so many times."""

    requests: Iterator[bytes]
    member: str
    times: int = 1


@dataclass(frozen=True)
class Service:
    """A service under load. Public operations are sent without a signature, as AWS's SDKs do."""

    address: Address

    def request(self, operation: str, members: object, key: str = _KEY) -> bytes:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityService.{operation}",
            "X-Amz-Date": "20260101T000000Z",
        }
        scope = f"Credential={key}/20260101/us-east-1/cognito-identity/aws4_request"
        signature = f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
        signed = {} if operation in _UNSIGNED else {"Authorization": signature}
        return post(self.address, headers | signed, members)

    async def call(self, operation: str, members: object) -> dict[str, Any]:
        """One call on a connection of its own.

        Raises:
            WrongAnswer: it was refused.
        """
        client = HttpClient(self.address)
        try:
            reply = await client.send(self.request(operation, members))
        finally:
            client.close()
        if reply.status != 200:
            raise WrongAnswer(f"{operation} was answered with {reply.status}: {reply.body[:200].decode()}")
        return cast("dict[str, Any]", json.loads(reply.body))

    async def new_pool(self) -> str:
        return str((await self.call("CreateIdentityPool", POOL))["IdentityPoolId"])

    async def seed(self, pool: str, users: Sequence[str]) -> None:
        """An identity for each user, made by GetId as any client would."""
        waiting = iter(users)
        async with asyncio.TaskGroup() as callers:
            for _ in range(min(_SEEDING_CONNECTIONS, len(users))):
                callers.create_task(self._seed_some(pool, waiting))

    async def _seed_some(self, pool: str, waiting: Iterator[str]) -> None:
        client = HttpClient(self.address)
        for user in waiting:
            reply = await client.send(self.request("GetId", login_of(pool, user)))
            _check(reply.status, reply.body, "IdentityId", 1)
        client.close()

    async def deep_token(self, pool: str, pages: int) -> str:
        """The token that follows so many pages."""
        token: str | None = None
        for _ in range(pages):
            more = {"NextToken": token} if token else {}
            token = (await self.call("ListIdentities", page_of(pool) | more))["NextToken"]
        assert token is not None
        return token

    async def under_load(self, workload: Workload, connections: int, seconds: float) -> Sample:
        clients = [HttpClient(self.address) for _ in range(connections)]
        try:
            await asyncio.gather(*(client.open() for client in clients))
            return await closed_loop([_call(client, workload) for client in clients], seconds)
        finally:
            for client in clients:
                client.close()

    def create_pool(self) -> Workload:
        return Workload(self._create_pool(), "IdentityPoolId")

    def _create_pool(self) -> Iterator[bytes]:
        """In ever new accounts: a key of twelve digits names its account, for those services that know accounts."""
        while True:
            request = self.request("CreateIdentityPool", POOL, str(next(_accounts)))
            yield from itertools.repeat(request, POOLS_OF_AN_ACCOUNT)

    def describe_pool(self, pool: str) -> Workload:
        return self._same("DescribeIdentityPool", {"IdentityPoolId": pool}, "IdentityPoolId")

    def guest(self, pool: str) -> Workload:
        return self._same("GetId", {"IdentityPoolId": pool}, "IdentityId")

    def known_login(self, pool: str, users: Sequence[str]) -> Workload:
        requests = [self.request("GetId", login_of(pool, user)) for user in users]
        return Workload(itertools.cycle(requests), "IdentityId")

    def page(self, pool: str, token: str | None = None) -> Workload:
        more = {"NextToken": token} if token else {}
        return self._same("ListIdentities", page_of(pool) | more, "IdentityId", PAGE)

    def _same(self, operation: str, members: object, member: str, times: int = 1) -> Workload:
        return Workload(itertools.repeat(self.request(operation, members)), member, times)


def login_of(pool: str, user: str) -> dict[str, object]:
    return {"IdentityPoolId": pool, "Logins": {FACEBOOK: user}}


def page_of(pool: str) -> dict[str, object]:
    return {"IdentityPoolId": pool, "MaxResults": PAGE}


def users(number: int) -> list[str]:
    return [f"token-of-user-{position}" for position in range(number)]


def _call(client: HttpClient, workload: Workload) -> Call:
    async def call() -> None:
        reply = await client.send(next(workload.requests))
        _check(reply.status, reply.body, workload.member, workload.times)

    return call


def _check(status: int, body: bytes, member: str, times: int) -> None:
    if status != 200 or body.count(f'"{member}"'.encode()) != times:
        raise WrongAnswer(f"expected {times} × {member}, got {status}: {body[:200].decode()}")
