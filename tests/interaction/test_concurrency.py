"""Many calls at once, and calls that are given up."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import anyio
from mcp import Client

from cognito_identity_mcp.settings import Settings
from tests.processes import mcp_url, over_stdio, started

from .clients import ERAS, Era, Facts, in_process, succeed
from .endpoints import Endpoint, Request, Response, endpoint, never
from .examples import ARGUMENTS, POOL_ID, as_aws

CALLS = 50


class Crowd:
    """Answers nobody before so many calls wait for their answer at once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._complete = anyio.Event()
        self._here = 0
        self.most = 0

    async def answer(self, request: Request) -> Response:
        self._here += 1
        self.most = max(self.most, self._here)
        if self._here == self._size:
            self._complete.set()
        await self._complete.wait()
        self._here -= 1
        return await as_aws(request)


async def call_many(client: Client) -> list[str]:
    """The pool's id from each of the calls."""
    answers: list[Facts] = []

    async def call() -> None:
        answers.append(await succeed(client, "describe_identity_pool", ARGUMENTS["describe_identity_pool"]))

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            for _ in range(CALLS):
                tasks.start_soon(call)
    return [answer["identity_pool_id"] for answer in answers]


@contextmanager
def over_http(url: str) -> Generator[str]:
    """The address of a server process that calls this one."""
    with started("serve", "--transport", "http", "--port", "0", "--endpoint-url", url) as process:
        yield mcp_url(process)


async def fifty_at_once(aws: Endpoint, where: Any, era: Era) -> None:
    crowd = Crowd(CALLS)
    aws.answering = crowd.answer
    async with Client(where, mode=era) as client:
        assert await call_many(client) == CALLS * [POOL_ID]
    assert crowd.most == CALLS


async def test_fifty_calls_over_stdio_are_in_flight_at_once_and_all_answer(era: Era) -> None:
    async with endpoint(as_aws) as aws:
        await fifty_at_once(aws, over_stdio("--endpoint-url", aws.url), era)


async def test_fifty_calls_over_http_are_in_flight_at_once_and_all_answer() -> None:
    async with endpoint(as_aws) as aws:
        with over_http(aws.url) as url:
            for era in ERAS:
                await fifty_at_once(aws, url, era)


async def test_more_calls_than_may_be_in_flight_wait_and_all_answer() -> None:
    crowd = Crowd(7)
    async with (
        endpoint(crowd.answer) as aws,
        in_process(Settings(endpoint_url=aws.url, max_concurrency=7)) as client,
    ):
        assert await call_many(client) == CALLS * [POOL_ID]
    assert crowd.most == 7


async def give_up(aws: Endpoint, where: Any, era: Era) -> None:
    """A call that the client gives up while AWS has its request; AWS sees the connection close."""
    aws.asked, aws.left = anyio.Event(), anyio.Event()
    async with Client(where, mode=era) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, "describe_identity_pool", ARGUMENTS["describe_identity_pool"])
        with anyio.fail_after(20):
            await aws.asked.wait()
        assert not aws.left.is_set()
        tasks.cancel_scope.cancel()
        with anyio.fail_after(20, shield=True):
            await aws.left.wait()


async def test_a_call_over_stdio_that_the_client_gives_up_gives_up_its_request(era: Era) -> None:
    async with endpoint(never) as aws:
        await give_up(aws, over_stdio("--endpoint-url", aws.url), era)


async def test_a_call_over_http_that_the_client_gives_up_gives_up_its_request() -> None:
    async with endpoint(never) as aws:
        with over_http(aws.url) as url:
            for era in ERAS:
                await give_up(aws, url, era)
