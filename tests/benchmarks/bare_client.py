"""A floor: DescribeIdentityPool by one aioboto3 client that all callers share, with a connection for each.

`python -m tests.benchmarks.bare_client URL POOL` reads a line `WIDTH SECONDS` for every stretch, and answers with one.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import aioboto3
from aiobotocore.config import AioConfig

from .load import WrongAnswer, closed_loop

_WIDEST = 50


async def _main(url: str, pool: str) -> None:
    config = AioConfig(max_pool_connections=_WIDEST, parameter_validation=False)
    opening: Any = aioboto3.Session().client(  # pyright: ignore[reportUnknownMemberType]
        "cognito-identity",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=config,
    )
    async with opening as client:
        await _answer_stretches(client, pool)


async def _answer_stretches(client: Any, pool: str) -> None:
    async def call() -> None:
        answer = await client.describe_identity_pool(IdentityPoolId=pool)
        if answer["IdentityPoolId"] != pool:
            raise WrongAnswer(str(answer))

    while line := await asyncio.to_thread(sys.stdin.readline):
        width, seconds = line.split()
        sample = await closed_loop([call] * int(width), float(seconds))
        sys.stdout.write(json.dumps([sample.seconds, sample.latencies]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:3]))
