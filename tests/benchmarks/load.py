"""The closed loop: so many callers, each sending its next call when the last one is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

from .figures import Sample

Call = Callable[[], Awaitable[None]]


class WrongAnswer(Exception):
    """A server answered something else than the benchmark is about; its figures would mean nothing."""


async def closed_loop(calls: Sequence[Call], seconds: float) -> Sample:
    """One caller for each call, for about that many seconds; calls that are under way then are finished and counted.

    Raises:
        WrongAnswer: as the first call that fails does.
    """
    latencies: list[float] = []
    began = perf_counter()
    callers = [asyncio.create_task(_repeat(call, began + seconds, latencies)) for call in calls]
    try:
        await asyncio.gather(*callers)
    finally:
        for caller in callers:
            caller.cancel()
    return Sample(perf_counter() - began, latencies)


async def _repeat(call: Call, end: float, latencies: list[float]) -> None:
    while (began := perf_counter()) < end:
        await call()
        latencies.append(perf_counter() - began)
