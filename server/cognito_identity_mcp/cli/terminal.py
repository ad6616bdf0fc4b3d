"""Talking to a person: questions with their answers, results as tables."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

import anyio
import typer
from mcp.client import ClientRequestContext
from mcp_types import CallToolResult, ElicitRequestFormParams, ElicitRequestParams, ElicitResult, TextContent
from rich.console import Console
from rich.table import Table

_YES = {"y", "yes"}
_NO = {"n", "no", ""}


def can_ask() -> bool:
    """Whether a person is there to answer: stdin and stderr are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def ask(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:  # noqa: ARG001
    """Shows the question and reads the answer; Ctrl-D dismisses it."""
    if not isinstance(params, ElicitRequestFormParams):
        return ElicitResult(action="cancel")
    typer.echo(f"\n{params.message}\n", err=True)
    ((name, field),) = params.requested_schema["properties"].items()
    typer.echo(f"{field['title']}" + (" [y/N]: " if field["type"] == "boolean" else ": "), nl=False, err=True)
    # Not in a thread: a thread that waits for a line keeps the program from ending at Ctrl-C.
    await anyio.wait_readable(sys.stdin)
    return _answer(name, field)


def read_line() -> str | None:
    """What the person typed, without blanks around it; None at the end of the input (Ctrl-D)."""
    line = sys.stdin.readline()
    return line.strip() if line else None


def _answer(name: str, field: dict[str, Any]) -> ElicitResult:
    answer = read_line()
    if answer is None:
        return ElicitResult(action="cancel")
    if field["type"] != "boolean":
        return ElicitResult(action="accept", content={name: answer}) if answer else ElicitResult(action="decline")
    if answer.lower() in _YES:
        return ElicitResult(action="accept", content={name: True})
    return ElicitResult(action="decline" if answer.lower() in _NO else "cancel")


def show(result: CallToolResult, *, as_json: bool) -> None:
    """Prints a result on stdout and a failure on stderr; as JSON both go to stdout."""
    data = cast("dict[str, Any]", result.structured_content)
    if as_json:
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
    elif result.is_error:
        typer.echo(_text(result), err=True)
    elif data:
        Console().print(_table(data))
    else:
        typer.echo(_text(result))


def _text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


def _table(data: dict[str, Any]) -> Table:
    """The rows of a list if the result holds one, else a row for each member."""
    rows = next((value for value in data.values() if _is_rows(value)), None)
    if rows is None:
        return _members(data)
    others = {name: value for name, value in data.items() if value is not rows}
    caption = "   ".join(f"{name}: {_cell(value)}" for name, value in others.items())
    table = Table(caption=caption or None, caption_justify="left")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    return table


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and isinstance(next(iter(cast("list[Any]", value)), None), dict)


def _members(data: dict[str, Any]) -> Table:
    table = Table(show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in data.items():
        table.add_row(name, _cell(value))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
