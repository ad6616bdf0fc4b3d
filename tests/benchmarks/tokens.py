"""What tools/list costs a model: tokens of o200k_base, each tool as compact JSON, as the server sent it."""

from __future__ import annotations

import json
from typing import Any

import quicktok

from .figures import Goal, count, goals, table
from .mcp_servers import OURS, PEERS, listing, version, why_absent
from .plan import Plan, scratch
from .processes import DidNotStart

NAMES = (OURS, *PEERS)

Sizes = list[int]
"""Tokens of every tool of a server."""


async def run(plan: Plan) -> str:
    plan.steps.expect(len(NAMES))
    sizes: dict[str, Sizes] = {}
    absent: dict[str, str] = {}
    for name in NAMES:
        found = await _sizes(name)
        if isinstance(found, str):
            absent[name] = found
        else:
            sizes[name] = found
        plan.steps.done(f"tools of {name}")
    return _report(sizes, absent)


async def _sizes(name: str) -> Sizes | str:
    """Tokens of each tool, or why there are none."""
    why = why_absent(name)
    if why is not None:
        return why
    with scratch() as folder:
        try:
            tools = (await listing(name, folder)).tools
        except DidNotStart as error:
            return f"did not start: {error}"
    return [_tokens(tool) for tool in tools]


def _tokens(tool: dict[str, Any]) -> int:
    untyped: Any = quicktok
    return len(untyped.get_encoding("o200k_base").encode(json.dumps(tool, separators=(",", ":"), ensure_ascii=False)))


def _report(sizes: dict[str, Sizes], absent: dict[str, str]) -> str:
    parts = [
        "Tokens of o200k_base, each tool as compact JSON:",
        table(
            ("Server", "tools", "tokens", "tokens per tool", "largest tool"), (_row(*each) for each in sizes.items())
        ),
        *(f"{name} {why}." for name, why in absent.items()),
        goals(_goals(sizes)),
    ]
    return "\n\n".join(parts)


def _row(name: str, sizes: Sizes) -> list[str]:
    shown = version(name) if name in PEERS else name
    return [shown, *(count(each) for each in (len(sizes), sum(sizes), _per_tool(sizes), max(sizes)))]


def _per_tool(sizes: Sizes) -> float:
    return sum(sizes) / len(sizes)


def _goals(sizes: dict[str, Sizes]) -> list[Goal]:
    ours = _per_tool(sizes[OURS])
    peers = {name: _per_tool(found) for name, found in sizes.items() if name != OURS}
    if not peers:
        return []
    leanest = min(peers, key=lambda name: peers[name])
    measured = f"{count(ours)} of {count(peers[leanest])} ({leanest})"
    return [Goal("fewer tokens per tool than every peer", measured, ours < peers[leanest])]
