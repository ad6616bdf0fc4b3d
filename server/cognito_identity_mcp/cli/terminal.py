"""Talking to a person: questions with their answers, results as tables."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

import anyio
import click
from mcp.client import ClientRequestContext
from mcp_types import CallToolResult, ElicitRequestFormParams, ElicitRequestParams, ElicitResult, TextContent
from rich.console import Console
from rich.table import Table

from cognito_identity_mcp.cli import output

_ENDLESS = 10_000
"""Columns; wider than any table."""

_YES = {"y", "yes"}
_NO = {"n", "no", ""}


def can_ask() -> bool:
    """Whether a person is there to answer: stdin and stderr are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def ask(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:  # noqa: ARG001
    """Shows the question and reads the answer; Ctrl-D dismisses it."""
    if not isinstance(params, ElicitRequestFormParams):
        return ElicitResult(action="cancel")
    console = Console(stderr=True)
    click.echo(f"\n{output.folded(params.message, console)}\n", err=True)
    ((name, field),) = params.requested_schema["properties"].items()
    click.echo(f"{field['title']}" + (" [y/N]: " if field["type"] == "boolean" else ": "), nl=False, err=True)
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
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    elif result.is_error:
        click.echo(_text(result), err=True)
    elif data:
        _print(Console(), data)
    else:
        click.echo(_text(result))


def _text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


def _print(console: Console, data: dict[str, Any]) -> None:
    """Each list of things as a table of its own, and then the other members."""
    lists = {name: rows for name, rows in data.items() if _is_rows(rows)}
    for name, rows in lists.items():
        console.print(_listed(console, name, rows))
    others = {name: value for name, value in data.items() if name not in lists}
    if lists and others:
        console.print()
    if others:
        console.print(output.member_table(others))


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and isinstance(next(iter(cast("list[Any]", value)), None), dict)


def _listed(console: Console, name: str, rows: list[dict[str, Any]]) -> Table:
    """A row for each thing where all fits in one, else a paragraph for each: ids have to stay whole to be copied."""
    columns = list(dict.fromkeys(member for row in rows for member in row))
    table = Table(*columns, title=name, title_justify="left")
    for row in rows:
        table.add_row(*("" if row.get(column) is None else output.cell(row[column]) for column in columns))
    natural = console.measure(table, options=console.options.update(max_width=_ENDLESS)).maximum
    return table if natural <= console.width else output.paragraphs(rows, title=name)
