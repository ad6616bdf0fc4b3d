"""The local service beside ministack and moto: five operations, at one connection and at ten, taking turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from .cognito import PAGE, Service, Workload, users
from .emulators import MINISTACK, MOTO, OURS, PEERS, Running, emulator, version
from .figures import Cell, Goal, Sample, count, goals, milliseconds, ratio, table
from .plan import Plan, scratch

NAMES = (OURS, *PEERS)
WIDTHS = (1, 10)
CREATE, DESCRIBE, GUEST, LOGIN, LIST = OPERATIONS = (
    "CreateIdentityPool",
    "DescribeIdentityPool",
    "GetId, guest",
    "GetId, known login",
    f"ListIdentities({PAGE})",
)

Key = tuple[str, str, int]
"""Service, operation, connections."""


@dataclass(frozen=True)
class Prepared:
    """A service with pools of exactly one page of users, so that every service has the same page to list.

    The pool whose users come back is another one than the pool that is listed: moto makes a new identity each time.
    """

    running: Running
    listed: str
    visited: str

    async def workload(self, operation: str) -> Workload:
        """Guests go into a new pool each time, so that no round finds a fuller one than the last."""
        service = self.running.service
        if operation == GUEST:
            return service.guest(await service.new_pool())
        made: dict[str, Callable[[], Workload]] = {
            CREATE: service.create_pool,
            DESCRIBE: lambda: service.describe_pool(self.listed),
            LOGIN: lambda: service.known_login(self.visited, users(PAGE)),
            LIST: lambda: service.page(self.listed),
        }
        return made[operation]()


async def run(plan: Plan) -> str:
    plan.steps.expect((plan.rounds + 1) * len(OPERATIONS) * len(WIDTHS) * len(NAMES))
    with scratch() as folder:
        async with AsyncExitStack() as stack:
            services = {name: await _prepared(name, folder, stack) for name in NAMES}
            samples = await _rounds(plan, services)
    return _report({key: Cell(found) for key, found in samples.items()})


async def _prepared(name: str, folder: Path, stack: AsyncExitStack) -> Prepared:
    place = folder / name
    place.mkdir()
    started = await stack.enter_async_context(emulator(name, place))
    service = started.service
    return Prepared(started, await _pool_of_one_page(service), await _pool_of_one_page(service))


async def _pool_of_one_page(service: Service) -> str:
    pool = await service.new_pool()
    await service.seed(pool, users(PAGE))
    return pool


async def _rounds(plan: Plan, services: Mapping[str, Prepared]) -> Mapping[Key, Sequence[Sample]]:
    """All services take turns within a stretch of the same kind; the first round warms up."""
    found: defaultdict[Key, list[Sample]] = defaultdict(list)
    for number in range(plan.rounds + 1):
        for operation, width, name in _turns():
            workload = await services[name].workload(operation)
            sample = await services[name].running.service.under_load(workload, width, plan.seconds)
            if number:
                found[name, operation, width].append(sample)
            plan.steps.done(f"{operation} at {width}: {name}")
    return found


def _turns() -> list[tuple[str, int, str]]:
    return [(operation, width, name) for operation in OPERATIONS for width in WIDTHS for name in NAMES]


def _report(cells: Mapping[Key, Cell]) -> str:
    intro = (
        f"Against {' and '.join(version(peer) for peer in PEERS)}; ours keeps its data on disk. "
        "moto closes every connection after one answer, so its figures include connecting."
    )
    return "\n\n".join(
        (
            intro,
            "Ten connections, requests per second:",
            _rates(cells),
            "One connection, median in milliseconds:",
            _medians(cells),
            goals(_goals(cells)),
        )
    )


def _rates(cells: Mapping[Key, Cell]) -> str:
    head = ("Operation", *NAMES, *(f"ours / {peer}" for peer in PEERS))
    return table(head, (_rate_row(cells, operation) for operation in OPERATIONS))


def _rate_row(cells: Mapping[Key, Cell], operation: str) -> list[str]:
    rates = [count(cells[name, operation, 10].rate) for name in NAMES]
    return [operation, *rates, *(ratio(_gain(cells, operation, peer)) for peer in PEERS)]


def _medians(cells: Mapping[Key, Cell]) -> str:
    head = ("Operation", *NAMES, *(f"ours / {peer}" for peer in PEERS))
    return table(head, (_median_row(cells, operation) for operation in OPERATIONS))


def _median_row(cells: Mapping[Key, Cell], operation: str) -> list[str]:
    medians = [milliseconds(cells[name, operation, 1].latency) for name in NAMES]
    return [operation, *medians, *(ratio(_share(cells, operation, peer)) for peer in PEERS)]


def _gain(cells: Mapping[Key, Cell], operation: str, peer: str) -> float:
    return cells[OURS, operation, 10].rate / cells[peer, operation, 10].rate


def _share(cells: Mapping[Key, Cell], operation: str, peer: str) -> float:
    return cells[OURS, operation, 1].latency / cells[peer, operation, 1].latency


def _goals(cells: Mapping[Key, Cell]) -> list[Goal]:
    """The goals hold for every operation, so the worst one is shown."""
    mini, worst_mini = min((_gain(cells, each, MINISTACK), each) for each in OPERATIONS)
    moto, worst_moto = min((_gain(cells, each, MOTO), each) for each in OPERATIONS)
    share, worst_share = max((_share(cells, each, MINISTACK), each) for each in OPERATIONS)
    return [
        Goal("at ten connections at least 4 times ministack", f"{ratio(mini)} ({worst_mini})", mini >= 4),
        Goal("at ten connections at least 10 times moto", f"{ratio(moto)} ({worst_moto})", moto >= 10),
        Goal("at one connection under half of ministack's median", f"{ratio(share)} ({worst_share})", share < 0.5),
    ]
