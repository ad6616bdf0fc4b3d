"""A whole tool call (raw client → `serve` → aioboto3 → local service) and its two floors, in one interleaved run.

The floors: an empty tool on the SDK's own server and transport, and the same AWS call by a bare aioboto3 client.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from .empty_server import ANSWER, TOOL
from .emulators import OURS, emulator
from .figures import Cell, Goal, Sample, count, goals, milliseconds, ratio, table
from .http_client import Address, HttpClient
from .load import Call, closed_loop
from .mcp_client import Era, HttpSession, over_stdio
from .plan import Plan, scratch
from .processes import DidNotStart, Process, Program, last_words, line, running

WIDTHS = (1, 10, 50)
WIDEST = WIDTHS[-1]
STDIO, HTTP = TRANSPORTS = ("stdio", "HTTP")
EMPTY, BARE = "empty tool", "bare aioboto3"

Key = tuple[str, str, int]
"""Who, on which way (transport and era; nothing for the bare client), calls in flight."""


@dataclass(frozen=True)
class Tool:
    """A tool to call, and what stands in its answer."""

    name: str
    arguments: Mapping[str, str]
    expected: str


@dataclass(frozen=True)
class Way:
    """Who is called, and how."""

    who: str
    how: str
    calls: Sequence[Call]
    """One for each call in flight, at most."""
    open: Callable[[], Awaitable[None]]
    """Connects; to be awaited before a stretch."""


@dataclass(frozen=True)
class Bare:
    """The process of the bare client."""

    process: Process
    errors: Path

    async def stretch(self, width: int, seconds: float) -> Sample:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{width} {seconds}\n".encode())
        took, latencies = json.loads(await line(self.process, self.errors))
        return Sample(took, latencies)


async def run(plan: Plan) -> str:
    with scratch() as folder:
        async with AsyncExitStack() as stack:
            local = await stack.enter_async_context(emulator(OURS, folder))
            pool = await local.service.new_pool()
            url = f"http://127.0.0.1:{local.service.address.port}"
            ways = await _ways(url, pool, folder, stack)
            bare = await _bare(url, pool, folder, stack)
            samples = await _rounds(plan, ways, bare)
    return _report({key: Cell(found) for key, found in samples.items()})


async def _ways(url: str, pool: str, folder: Path, stack: AsyncExitStack) -> list[Way]:
    """For both transports and both eras: ours, and the empty tool. Each has a server of its own."""
    ours = Tool("describe_identity_pool", {"identity_pool_id": pool}, pool)
    nothing = Tool(TOOL, {}, ANSWER)
    serve = (sys.executable, "-m", "cognito_identity_mcp", "serve", "--endpoint-url", url)
    empty = (sys.executable, "-m", "tests.benchmarks.empty_server")
    ways: list[Way] = []
    for era in Era:
        ways += [
            await _stdio_way(OURS, Program(serve), ours, era, folder, stack),
            await _stdio_way(EMPTY, Program((*empty, "stdio")), nothing, era, folder, stack),
            await _http_way(OURS, Program((*serve, "--transport", "http", "--port", "0")), ours, era, folder, stack),
            await _http_way(EMPTY, Program((*empty, "http")), nothing, era, folder, stack),
        ]
    return ways


async def _stdio_way(who: str, program: Program, tool: Tool, era: Era, folder: Path, stack: AsyncExitStack) -> Way:
    process = await stack.enter_async_context(running(program, folder / f"{who} stdio {era}.log"))
    client = await stack.enter_async_context(over_stdio(process, era))
    call = client.tool_call(tool.name, tool.arguments, tool.expected)
    return Way(who, _how(STDIO, era), [call] * WIDEST, _nothing_to_open)


async def _http_way(who: str, program: Program, tool: Tool, era: Era, folder: Path, stack: AsyncExitStack) -> Way:
    errors = folder / f"{who} http {era}.log"
    process = await stack.enter_async_context(running(program, errors))
    address = Address.of(await _logged_url(process, errors))
    session = HttpSession(address, era)
    await session.open()
    clients = [HttpClient(address) for _ in range(WIDEST)]

    async def open_all() -> None:
        await asyncio.gather(*(client.open() for client in clients))

    calls = [session.tool_call(client, tool.name, tool.arguments, tool.expected) for client in clients]
    return Way(who, _how(HTTP, era), calls, open_all)


async def _nothing_to_open() -> None: ...


async def _logged_url(process: Process, errors: Path) -> str:
    """The address in the first line of the log."""
    for _ in range(30_000):
        logged = _first_line(errors)
        if logged is not None:
            return str(json.loads(logged)["url"])
        if process.returncode is not None:
            break
        await asyncio.sleep(0.002)
    raise DidNotStart(last_words(errors))


def _first_line(errors: Path) -> str | None:
    first, ended, _ = errors.read_text().partition("\n")
    return first if ended else None


async def _bare(url: str, pool: str, folder: Path, stack: AsyncExitStack) -> Bare:
    errors = folder / "bare.log"
    program = Program((sys.executable, "-m", "tests.benchmarks.bare_client", url, pool))
    return Bare(await stack.enter_async_context(running(program, errors)), errors)


async def _rounds(plan: Plan, ways: Sequence[Way], bare: Bare) -> Mapping[Key, Sequence[Sample]]:
    plan.steps.expect((plan.rounds + 1) * len(WIDTHS) * (len(ways) + 1))
    found: defaultdict[Key, list[Sample]] = defaultdict(list)
    for number in range(plan.rounds + 1):
        for width in WIDTHS:
            for way in ways:
                await way.open()
                sample = await closed_loop(way.calls[:width], plan.seconds)
                _keep(found, (way.who, way.how, width), sample, number)
                plan.steps.done(f"{way.who} over {way.how}, {width} in flight")
            _keep(found, (BARE, "", width), await bare.stretch(width, plan.seconds), number)
            plan.steps.done(f"{BARE}, {width} in flight")
    return found


def _keep(found: Mapping[Key, list[Sample]], key: Key, sample: Sample, number: int) -> None:
    """The first round warms up."""
    if number:
        found[key].append(sample)


def _how(transport: str, era: Era) -> str:
    return f"{transport}, {era.value}"


HOWS = [_how(transport, era) for transport in TRANSPORTS for era in Era]


_INTRO = (
    "`describe_identity_pool` in a server of its own, which calls the local service in another process. Its floors: an "
    "empty tool of the SDK's low-level server on the SDK's transport, and the same AWS call by one shared aioboto3 "
    f"client. Eras: {Era.ENVELOPE} says its version in every request, {Era.HANDSHAKE} in a handshake."
)
_INTRO_TO_THROUGHPUT = (
    "Calls per second with so many in flight; the ratio is that of the time per call at fifty; slowest is the slowest "
    "call at fifty, as a multiple of the median:"
)


def _report(cells: Mapping[Key, Cell]) -> str:
    return "\n\n".join(
        (
            _INTRO,
            "One call in flight, median in milliseconds, and its ratio to the sum of its two floors:",
            _latencies(cells),
            _INTRO_TO_THROUGHPUT,
            _throughputs(cells),
            goals(_goals(cells)),
        )
    )


def _latencies(cells: Mapping[Key, Cell]) -> str:
    rows = ([how, *(milliseconds(each) for each in _parts(cells, how)), ratio(_cost(cells, how))] for how in HOWS)
    return table(("Over", "call", EMPTY, BARE, "ratio"), rows)


def _parts(cells: Mapping[Key, Cell], how: str) -> tuple[float, float, float]:
    return cells[OURS, how, 1].latency, cells[EMPTY, how, 1].latency, cells[BARE, "", 1].latency


def _cost(cells: Mapping[Key, Cell], how: str) -> float:
    call, empty, bare = _parts(cells, how)
    return call / (empty + bare)


def _busy_cost(cells: Mapping[Key, Cell], how: str) -> float:
    """The same ratio with all callers at work, by the time per call."""
    floors = 1 / cells[EMPTY, how, WIDEST].rate + 1 / cells[BARE, "", WIDEST].rate
    return 1 / cells[OURS, how, WIDEST].rate / floors


def _throughputs(cells: Mapping[Key, Cell]) -> str:
    head = ("Over", *(f"call, {width}" for width in WIDTHS), f"{EMPTY}, {WIDEST}", "ratio", "slowest")
    bare = ", ".join(f"{count(cells[BARE, '', width].rate)} at {width}" for width in WIDTHS)
    return f"{table(head, (_throughput_row(cells, how) for how in HOWS))}\n\nBare aioboto3: {bare}."


def _throughput_row(cells: Mapping[Key, Cell], how: str) -> list[str]:
    rates = [count(cells[OURS, how, width].rate) for width in WIDTHS]
    widest = cells[OURS, how, WIDEST]
    return [how, *rates, count(cells[EMPTY, how, WIDEST].rate), ratio(_busy_cost(cells, how)), ratio(widest.slowest)]


def _goals(cells: Mapping[Key, Cell]) -> list[Goal]:
    slowest, starved = max((cells[OURS, how, WIDEST].slowest, how) for how in HOWS)
    rate, slow = min((cells[OURS, how, WIDEST].rate, how) for how in HOWS)
    best = max(cells[BARE, "", width].rate for width in WIDTHS)
    return [
        _cost_goal(cells, STDIO, 0.8),
        _cost_goal(cells, HTTP, 1.1),
        Goal(f"{WIDEST} in flight: slowest at most 3 medians", f"{ratio(slowest)} ({starved})", slowest <= 3),
        Goal(
            f"{WIDEST} in flight: as many calls as bare aioboto3 at its best",
            f"{count(rate)} of {count(best)} ({slow})",
            rate >= best,
        ),
    ]


def _cost_goal(cells: Mapping[Key, Cell], transport: str, bound: float) -> Goal:
    cost, worst = max((_cost(cells, how), how) for how in HOWS if how.startswith(transport))
    return Goal(f"over {transport} at most {bound} times the floors", f"{ratio(cost)} ({worst})", cost <= bound)
