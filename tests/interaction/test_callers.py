"""Whose AWS credentials a change goes out with: STS is asked, the human is told, and a yes is bound to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cognito_identity_mcp.settings import Settings

from .clients import Era, agreeing, fail, in_process, succeed
from .endpoints import endpoint
from .examples import ARGUMENTS, as_aws

ANN = "arn:aws:sts::123456789012:assumed-role/operator/ann"
UPDATE = ("update_identity_pool", ARGUMENTS["update_identity_pool"] | {"identity_pool_name": "renamed"})
READ = ("describe_identity_pool", ARGUMENTS["describe_identity_pool"])


@dataclass
class Sts:
    """Answers GetCallerIdentity, and counts how often it was asked."""

    url: str = ""
    asked: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"Action=GetCallerIdentity")
        self.asked += 1
        body = (
            '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
            f"<Arn>{ANN}</Arn><UserId>AIDA</UserId><Account>123456789012</Account>"
            "</GetCallerIdentityResult></GetCallerIdentityResponse>"
        )
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write((head + body).encode())
        writer.close()


@asynccontextmanager
async def sts() -> AsyncGenerator[Sts]:
    fake = Sts()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    async with server:
        fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield fake


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA0")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "key")
    monkeypatch.setenv("AWS_REGION", "us-east-1")


async def test_the_question_names_account_and_caller_and_sts_is_asked_once_for_the_same_credentials(
    era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    human = agreeing()
    async with endpoint(as_aws) as aws, sts() as who:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", who.url)
        async with in_process(Settings(), human, era) as client:
            await succeed(client, *UPDATE)
            await succeed(client, *UPDATE)
            (last, *_) = (await succeed(client, "list_changes"))["changes"]
    assert who.asked == 1
    assert last["outcome"] == "done"
    assert len(human.questions) == 2
    for question in human.questions:
        lines = question.message.splitlines()
        assert "Where: AWS, us-east-1, account 123456789012" in lines
        assert f"As: {ANN}" in lines


async def test_a_read_does_not_ask_sts(monkeypatch: pytest.MonkeyPatch) -> None:
    async with endpoint(as_aws) as aws, sts() as who:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", who.url)
        async with in_process(Settings()) as client:
            await succeed(client, *READ)
    assert who.asked == 0


SANDBOX = """
[effects]
write = "refuse"

[[rules]]
name = "the sandbox is free"
decision = "allow"
effects = ["write"]
accounts = ["123456789012"]
"""


async def test_an_unsigned_call_goes_to_an_account_that_nobody_knows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It goes to that of its pool, which need not be the one that the server has credentials of."""
    policy = tmp_path / "policy.toml"
    policy.write_text(SANDBOX)
    async with endpoint(as_aws) as aws, sts() as who:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", who.url)
        async with in_process(Settings(policy=policy)) as client:
            await succeed(client, "create_identity_pool", ARGUMENTS["create_identity_pool"])
            refused = await fail(client, "get_id", ARGUMENTS["get_id"])
    assert refused["code"] == "RefusedByPolicy"
    assert (aws.operations, who.asked) == (["CreateIdentityPool"], 1)


async def test_where_sts_cannot_be_asked_the_human_still_is(era: Era, monkeypatch: pytest.MonkeyPatch) -> None:
    human = agreeing()
    async with endpoint(as_aws) as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
        async with in_process(Settings(), human, era) as client:
            await succeed(client, *UPDATE)
    (question,) = human.questions
    assert "Where: AWS, us-east-1" in question.message.splitlines()
    assert "As: " not in question.message
