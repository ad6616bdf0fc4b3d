"""`python -m tests.benchmarks [NAME …]`: progress on stderr, tables in Markdown on stdout."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import uvloop

from . import growth, local, report, start, tokens, tools
from .environments import NotInstalled
from .load import WrongAnswer
from .plan import Plan, steps
from .processes import DidNotStart


@dataclass(frozen=True)
class Benchmark:
    title: str
    run: Callable[[Plan], Awaitable[str]]


BENCHMARKS = {
    "local": Benchmark("The local service and its peers", local.run),
    "growth": Benchmark("The local service with a full pool", growth.run),
    "tools": Benchmark("A whole tool call and its floors", tools.run),
    "start": Benchmark("Cold start of the MCP server", start.run),
    "tokens": Benchmark("Tokens of tools/list", tokens.run),
}


def main() -> None:
    options = _options(sys.argv[1:])
    names = list(BENCHMARKS) if options.name == "all" else [options.name]
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            for name in names:
                runner.run(_one(name, options))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
    except (NotInstalled, DidNotStart, WrongAnswer) as error:
        sys.exit(f"{type(error).__name__}: {error}")


async def _one(name: str, options: argparse.Namespace) -> None:
    _end_in_order()
    rounds = options.rounds or (2 if options.quick else 5)
    with steps(name) as shown:
        seconds, identities = (0.25, 10_000) if options.quick else (0.8, 100_000)
        found = await BENCHMARKS[name].run(Plan(rounds, seconds, identities, shown))
    text = report.section(BENCHMARKS[name].title, found, rounds)
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()
    if options.write:
        report.write(name, text)


def _end_in_order() -> None:
    """SIGTERM, like Ctrl-C, cancels the run, so that every process it started is stopped."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", default="all", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--rounds", type=int, help="interleaved rounds that the medians are of (default 5, quick 2)")
    parser.add_argument("--quick", action="store_true", help="short stretches, 10,000 identities: to see that it works")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    return parser.parse_args(arguments)


main()
