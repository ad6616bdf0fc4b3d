"""The results with the facts of their run, and their place in docs/performance.md."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_PACKAGES = ("mcp", "aioboto3", "botocore", "uvicorn", "pydantic")


def section(title: str, body: str, rounds: int) -> str:
    return f"### {title}\n\n{_facts(rounds)}\n\n{body}"


def write(name: str, text: str) -> None:
    """Between the page's markers for that benchmark.

    Raises:
        ValueError: the page has no such markers.
    """
    begin, end = f"<!-- benchmark {name}: begin -->", f"<!-- benchmark {name}: end -->"
    before, found, rest = PAGE.read_text().partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{PAGE.name} has no markers for {name}: {begin} … {end}")
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")


def _facts(rounds: int) -> str:
    """Of the machine, but nothing that names it."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"*{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"load {_load()} at the end; {platform.python_implementation()} {platform.python_version()}, {packages}; "
        f"medians of {rounds} interleaved rounds.*"
    )


def _load() -> str:
    """Of the last minute: the benchmark's own, and whatever else ran."""
    return "unknown" if sys.platform == "win32" else f"{os.getloadavg()[0]:.1f}"
