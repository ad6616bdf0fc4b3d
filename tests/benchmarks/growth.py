"""What a full pool costs: the local service with 1,000 and with 100,000 identities, its memory, and its start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .cognito import PAGE, Workload, users
from .emulators import OURS, PEERS, Running, emulator
from .figures import Cell, Goal, Sample, count, goals, mebibytes, milliseconds, ratio, table
from .plan import Plan, scratch

SMALL = 1_000
SAMPLED_USERS = 500
"""The known users that GetId asks for, spread over the whole pool."""
CONNECTIONS = 10
SERVICES = (OURS, *PEERS)
OPERATIONS = (
    "CreateIdentityPool",
    "DescribeIdentityPool",
    "GetId, guest",
    "GetId, known login",
    f"ListIdentities({PAGE}), first page",
    f"ListIdentities({PAGE}), last full page",
)


@dataclass(frozen=True)
class Filled:
    running: Running
    identities: int
    workloads: Sequence[Workload]


@dataclass(frozen=True)
class Idle:
    started_in: float
    memory: int | None


async def run(plan: Plan) -> str:
    sizes = (SMALL, plan.identities)
    plan.steps.expect((plan.rounds + 1) * 3 + 2 + (plan.rounds + 1) * len(OPERATIONS) * 2)
    idle = await _starts(plan)
    with scratch() as folder:
        async with AsyncExitStack() as stack:
            filled = [await _filled(size, folder, stack, plan) for size in sizes]
            samples = await _rounds(plan, filled)
            memory = [each.running.memory for each in filled]
    cells = {key: Cell(found) for key, found in samples.items()}
    return _report(plan.identities, cells, idle, memory)


async def _starts(plan: Plan) -> Mapping[str, Idle]:
    """Every service started anew in every round, with no data. The first round warms the cache and makes byte code."""
    found: defaultdict[str, list[Idle]] = defaultdict(list)
    for counts, names in plan.orders(SERVICES):
        for name in names:
            with scratch() as folder:
                async with emulator(name, folder) as running:
                    if counts:
                        found[name].append(Idle(running.started_in, running.memory))
            plan.steps.done(f"start: {name}")
    return {name: _typical(found[name]) for name in SERVICES}


def _typical(starts: Sequence[Idle]) -> Idle:
    memory = [each.memory for each in starts if each.memory is not None]
    return Idle(median(each.started_in for each in starts), int(median(memory)) if memory else None)


async def _filled(size: int, folder: Path, stack: AsyncExitStack, plan: Plan) -> Filled:
    """A service of its own for each size, so that the tables of all pools are of that size too."""
    place = folder / str(size)
    place.mkdir()
    running = await stack.enter_async_context(emulator(OURS, place))
    service = running.service
    pool, everybody = await service.new_pool(), users(size)
    await service.seed(pool, everybody)
    last = await service.deep_token(pool, size // PAGE - 1)
    known = everybody[:: size // SAMPLED_USERS]
    plan.steps.done(f"filled: {size:,}")
    workloads = (
        service.create_pool(),
        service.describe_pool(pool),
        service.guest(await service.new_pool()),
        service.known_login(pool, known),
        service.page(pool),
        service.page(pool, last),
    )
    return Filled(running, size, workloads)


async def _rounds(plan: Plan, filled: Sequence[Filled]) -> Mapping[tuple[str, int], Sequence[Sample]]:
    found: defaultdict[tuple[str, int], list[Sample]] = defaultdict(list)
    for number in range(plan.rounds + 1):
        for position, operation in enumerate(OPERATIONS):
            for each in filled:
                workload = each.workloads[position]
                sample = await each.running.service.under_load(workload, CONNECTIONS, plan.seconds)
                if number:
                    found[operation, each.identities].append(sample)
                plan.steps.done(f"{operation} with {each.identities:,}")
    return found


def _report(
    large: int, cells: Mapping[tuple[str, int], Cell], idle: Mapping[str, Idle], memory: Sequence[int | None]
) -> str:
    growth = {operation: cells[operation, SMALL].rate / cells[operation, large].rate for operation in OPERATIONS}
    rows = [
        [name, *(count(cells[name, size].rate) for size in (SMALL, large)), ratio(growth[name])] for name in OPERATIONS
    ]
    intro = (
        f"Ten connections, requests per second, every identity with a login; cost is the time of a request with "
        f"{large:,} identities over that with {SMALL:,}:"
    )
    small, full = (mebibytes(each) for each in memory)
    return "\n\n".join(
        (
            intro,
            table(("Operation", f"{SMALL:,}", f"{large:,}", "cost"), rows),
            "A start without data, to the first answer:",
            _idle_table(idle),
            f"Memory after all of this: {small} MiB with {SMALL:,} identities, {full} MiB with {large:,}.",
            goals(_goals(large, growth, idle[OURS], memory[1])),
        )
    )


def _idle_table(idle: Mapping[str, Idle]) -> str:
    ours = idle[OURS].started_in
    rows = (
        [name, milliseconds(each.started_in), ratio(ours / each.started_in), mebibytes(each.memory)]
        for name, each in idle.items()
    )
    return table(("Service", "ms", "ours / it", "MiB"), rows)


def _goals(large: int, growth: Mapping[str, float], idle: Idle, full: int | None) -> list[Goal]:
    cost, worst = max((cost, operation) for operation, cost in growth.items())
    return [
        Goal(f"{large:,} identities cost at most 1.5 times what {SMALL:,} do", f"{ratio(cost)} ({worst})", cost <= 1.5),
        Goal("first answer under 250 ms", f"{milliseconds(idle.started_in)} ms", idle.started_in < 0.25),
        _memory_goal("memory under 60 MiB idle", idle.memory, 60),
        _memory_goal(f"memory under 150 MiB with {large:,} identities", full, 150),
    ]


def _memory_goal(text: str, size: int | None, bound: int) -> Goal:
    return Goal(text, f"{mebibytes(size)} MiB", size is not None and size < bound * 2**20)
