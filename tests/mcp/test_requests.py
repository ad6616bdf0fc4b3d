"""What goes over the wire to AWS, and what a caller is told when no proper answer comes: against raw endpoints."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import pytest

from cognito_identity_mcp.aws.connections import ConnectionSettings
from cognito_identity_mcp.aws.services import AwsServices
from cognito_identity_mcp.errors import RequestFailed
from cognito_identity_tools.catalogue import OPERATIONS

CREATE = {"identity_pool_name": "x", "allow_unauthenticated_identities": False}


@dataclass
class Endpoint:
    """Answers every request with the same bytes; none at all when `answer` is None."""

    answer: bytes | None
    url: str = ""
    heads: list[str] = field(default_factory=list[str])
    asked: anyio.Event = field(default_factory=anyio.Event)
    left: anyio.Event = field(default_factory=anyio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        self.asked.set()
        if self.answer is None:
            while await reader.read(65536):
                pass
            self.left.set()
        else:
            writer.write(self.answer)
        writer.close()


@asynccontextmanager
async def endpoint(answer: bytes | None) -> AsyncGenerator[Endpoint]:
    fake = Endpoint(answer)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    async with server:
        fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield fake


def services(url: str) -> AwsServices:
    settings = ConnectionSettings(endpoint_url=url, static_credentials=("id", "key"), read_timeout=0.2, max_attempts=2)
    return AwsServices(settings, "a fake")


async def failed_code(where: AwsServices, tool: str, **arguments: object) -> str:
    operation = OPERATIONS[tool]
    with anyio.fail_after(20), pytest.raises(RequestFailed) as caught:
        await where.in_region("us-west-2").call(operation, operation.input.model_validate(arguments))
    return caught.value.failure.code


@pytest.mark.parametrize(
    ("answer", "creating", "reading"),
    [
        (None, ("OutcomeUnknown", 1), ("Timeout", 2)),
        (b"", ("OutcomeUnknown", 1), ("ConnectionLost", 2)),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", ("OutcomeUnknown", 1), ("ConnectionLost", 2)),
    ],
)
async def test_a_creation_without_an_answer_is_sent_once_and_a_read_is_tried_again(
    answer: bytes | None, creating: tuple[str, int], reading: tuple[str, int]
) -> None:
    async with endpoint(answer) as fake, services(fake.url) as where:
        assert (await failed_code(where, "create_identity_pool", **CREATE), len(fake.heads)) == creating
        fake.heads.clear()
        assert (await failed_code(where, "list_identity_pools", max_results=1), len(fake.heads)) == reading


async def test_a_cancelled_call_cancels_its_request_signed_for_the_region() -> None:
    async with endpoint(None) as fake, services(fake.url) as where, anyio.create_task_group() as tasks:
        operation = OPERATIONS["list_identity_pools"]
        slow = AwsServices(ConnectionSettings(endpoint_url=fake.url, static_credentials=("id", "key")), "a fake")
        async with slow:
            region = slow.in_region("us-west-2")
            tasks.start_soon(region.call, operation, operation.input.model_validate({"max_results": 1}))
            with anyio.fail_after(20):
                await fake.asked.wait()
            tasks.cancel_scope.cancel()
            with anyio.fail_after(20, shield=True):
                await fake.left.wait()
        assert where.place == "a fake"
    (head,) = fake.heads
    assert re.search(r"Credential=id/\d{8}/us-west-2/cognito-identity/aws4_request", head)
    assert "cognito-identity-mcp/" in head


async def test_a_creation_whose_answer_is_no_json_has_an_unknown_outcome() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n<p>"
    async with endpoint(answer) as fake, services(fake.url) as where:
        assert await failed_code(where, "create_identity_pool", **CREATE) == "OutcomeUnknown"
    assert len(fake.heads) == 1


async def test_the_page_of_a_proxy_is_not_taken_for_an_empty_list() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n<p>"
    async with endpoint(answer) as fake, services(fake.url) as where:
        assert await failed_code(where, "list_identity_pools", max_results=1) == "UnreadableAnswer"
