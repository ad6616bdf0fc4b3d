"""Cold start of the MCP server, to the answer to tools/list, and its memory then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from .figures import Goal, goals, mebibytes, milliseconds, ratio, table
from .mcp_servers import EMBEDDED, EMPTY, OURS, PEERS, Listing, listing, version, why_absent
from .plan import Plan, scratch
from .processes import DidNotStart

NAMES = (OURS, EMBEDDED, EMPTY, *PEERS)


async def run(plan: Plan) -> str:
    """Servers take turns; the first round warms the disk's cache and makes byte code."""
    plan.steps.expect((plan.rounds + 1) * len(NAMES))
    absent = {name: why for name in PEERS if (why := why_absent(name)) is not None}
    found: defaultdict[str, list[Listing]] = defaultdict(list)
    for counts, names in plan.orders(NAMES):
        for name in names:
            plan.steps.done(f"start: {name}")
            if name not in absent:
                await _start(name, found[name] if counts else [], absent)
    return _report(found, absent)


async def _start(name: str, kept: list[Listing], absent: dict[str, str]) -> None:
    with scratch() as folder:
        try:
            kept.append(await listing(name, folder))
        except DidNotStart as error:
            if name not in PEERS:
                raise
            absent[name] = f"did not start: {error}"


def _report(found: Mapping[str, Sequence[Listing]], absent: Mapping[str, str]) -> str:
    """A peer that was started in no round has no row, but a sentence."""
    present = [name for name in NAMES if name not in absent]
    seconds = {name: median(each.seconds for each in found[name]) for name in present}
    memory = {name: _memory(found[name]) for name in present}
    rows = [_row(name, seconds, memory) for name in present]
    parts = [
        "From the start of the process to the answer to `tools/list`, after a handshake, over stdio:",
        table(("Server", "ms", "to the empty server", "MiB"), rows),
        *(f"{name} {why}." for name, why in absent.items()),
        goals(_goals(seconds, memory[OURS])),
    ]
    return "\n\n".join(parts)


def _memory(listings: Sequence[Listing]) -> int | None:
    known = [each.memory for each in listings if each.memory is not None]
    return int(median(known)) if known else None


def _row(name: str, seconds: Mapping[str, float], memory: Mapping[str, int | None]) -> list[str]:
    shown = version(name) if name in PEERS else name
    return [shown, milliseconds(seconds[name]), ratio(seconds[name] / seconds[EMPTY]), mebibytes(memory[name])]


def _goals(seconds: Mapping[str, float], memory: int | None) -> list[Goal]:
    share = seconds[OURS] / seconds[EMPTY]
    small = memory is not None and memory <= 75 * 2**20
    return [
        Goal("start at most 1.1 times the empty server", ratio(share), share <= 1.1),
        Goal("memory at most 75 MiB", f"{mebibytes(memory)} MiB", small),
    ]
