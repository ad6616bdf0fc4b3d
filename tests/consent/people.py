"""The person in front of a terminal, and what the program shows there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.mcp.terminals import in_terminal
from tests.processes import run


def typing(state: Path, *command: str, said: tuple[tuple[str, str], ...] = (), **variables: str) -> tuple[int, str]:
    """Exit status and screen of a command in a terminal; `said` are prompts with what is typed at each."""
    with in_terminal(*command, "--state", str(state), **variables) as terminal:
        for prompt, typed in said:
            terminal.wait_for(prompt)
            terminal.type(typed)
        return terminal.status(), terminal.screen


def piped(state: Path, *command: str, stdin: str = "") -> tuple[int, str]:
    """Exit status and words of a command without a terminal."""
    ended = run(*command, "--state", str(state), stdin=stdin)
    return ended.returncode, ended.stdout + ended.stderr


def listed(state: Path, *command: str) -> list[dict[str, Any]]:
    """The rows that a command prints as JSON."""
    ended = run(*command, "--state", str(state))
    assert ended.returncode == 0, ended.stderr
    rows: list[dict[str, Any]] = json.loads(ended.stdout)
    return rows
