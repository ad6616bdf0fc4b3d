"""How the tests speak to the service: boto3 like any client, and plain HTTP to see the bytes."""

from __future__ import annotations

import http.client
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from cognito_identity_tools.shapes import aws_name

SCOPE = "Credential={key}/20260101/{region}/cognito-identity/aws4_request"
ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True)
class Answer:
    """A raw HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Refused:
    """A refused call, as whole as the client sees it."""

    code: str
    message: str
    status: int = 400


@contextmanager
def opened(url: str) -> Generator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        yield connection
    finally:
        connection.close()


def raw(url: str, method: str, path: str = "/", body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    with opened(url) as connection:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())


def authorization(region: str = REGION, key: str = "AKIDEXAMPLE") -> dict[str, str]:
    scope = SCOPE.format(key=key, region=region)
    return {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host;x-amz-date, Signature=00"}


def post(
    url: str, operation: str, body: object, *, signed: bool = True, prefix: str = "AWSCognitoIdentityService"
) -> Answer:
    """One request as AWS's clients send it; bytes are sent as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"{prefix}.{operation}"}
    return raw(url, "POST", body=content, headers={**headers, **(authorization() if signed else {})})


@dataclass(frozen=True)
class Target:
    """Where a client calls, and as whom. `url` None is AWS's own endpoint.

    `prefix` marks the pools that a run on AWS makes: it stands before every pool's name, and no test sees it.
    """

    url: str | None
    region: str = REGION
    account: str = ACCOUNT
    key: str = "AKIDEXAMPLE"
    secret: str = "secret"
    token: str | None = None
    prefix: str = ""
    attempts: int = 1


class Client:
    """boto3's client with our names: `client.call("get_id", identity_pool_id=…)`."""

    def __init__(self, url: str, *, region: str = REGION, key: str = "AKIDEXAMPLE") -> None:
        self._connect(Target(url, region, key=key))

    @classmethod
    def of(cls, target: Target) -> Client:
        made = cls.__new__(cls)
        made._connect(target)
        return made

    def _connect(self, target: Target) -> None:
        config = Config(retries={"total_max_attempts": target.attempts, "mode": "standard"}, parameter_validation=False)
        self._client: Any = boto3.client(  # pyright: ignore[reportUnknownMemberType]
            "cognito-identity",
            endpoint_url=target.url,
            region_name=target.region,
            aws_access_key_id=target.key,
            aws_secret_access_key=target.secret,
            aws_session_token=target.token,
            config=config,
        )
        self.url = str(self._client.meta.endpoint_url)
        self._target = target

    def arn(self, pool: str) -> str:
        target = self._target
        return f"arn:aws:cognito-identity:{target.region}:{target.account}:identitypool/{pool}"

    def call(self, operation: str, /, **members: Any) -> dict[str, Any]:
        """The answer's members."""
        prefix, name = self._target.prefix, members.get("identity_pool_name")
        if isinstance(name, str):
            members["identity_pool_name"] = prefix + name
        answer = getattr(self._client, operation)(**{aws_name(name): value for name, value in members.items()})
        answer.pop("ResponseMetadata")
        if "IdentityPoolName" in answer:
            answer["IdentityPoolName"] = answer["IdentityPoolName"].removeprefix(prefix)
        return cast("dict[str, Any]", answer)

    def pools(self, page_size: int = 60) -> list[str]:
        """All pools of the account and region, by the SDK's own paginator."""
        pages = self._client.get_paginator("list_identity_pools").paginate(PaginationConfig={"PageSize": page_size})
        return [row["IdentityPoolId"] for page in pages for row in page["IdentityPools"]]

    def delete_own_pools(self) -> None:
        """Every pool whose name has the prefix, with all that is in it; without a prefix none."""
        if not self._target.prefix:
            return
        pages = self._client.get_paginator("list_identity_pools").paginate(PaginationConfig={"PageSize": 60})
        for row in [row for page in pages for row in page["IdentityPools"]]:
            if row["IdentityPoolName"].startswith(self._target.prefix):
                self._client.delete_identity_pool(IdentityPoolId=row["IdentityPoolId"])

    def refused(self, operation: str, /, **members: Any) -> Refused:
        """The error that the call ends in."""
        try:
            answer = self.call(operation, **members)
        except ClientError as error:
            details: Any = error.response
            status = int(details["ResponseMetadata"]["HTTPStatusCode"])
            return Refused(details["Error"]["Code"], details["Error"]["Message"], status)
        raise AssertionError(f"{operation} was not refused: {answer}")

    def create_pool(self, **settings: Any) -> str:
        """A pool that lets guests in, unless the settings say otherwise; its id."""
        defaults = {"identity_pool_name": "pool", "allow_unauthenticated_identities": True}
        return str(self.call("create_identity_pool", **{**defaults, **settings})["IdentityPoolId"])

    def get_id(self, pool: str, logins: Mapping[str, str] | None = None) -> str:
        given = {} if logins is None else {"logins": logins}
        return str(self.call("get_id", identity_pool_id=pool, **given)["IdentityId"])

    def close(self) -> None:
        self._client.close()
