"""What commands print on stdout: tables for a person, JSON for a program. What is shown may come from anywhere."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

AsJson = Annotated[
    bool | None, typer.Option("--json/--table", help="How to print; default: table in a terminal, else JSON.")
]


def prints_json(as_json: bool | None) -> bool:
    """What was asked for, else JSON unless stdout is a terminal."""
    return not sys.stdout.isatty() if as_json is None else as_json


def print_json(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def rows(found: Sequence[Mapping[str, Any]], *, as_json: bool | None, empty: str) -> None:
    """A list of things with the same members; `empty` is what a person reads where there are none."""
    if prints_json(as_json):
        print_json([{name: value for name, value in row.items() if value not in (None, "")} for row in found])
    elif found:
        Console().print(table(found))
    else:
        typer.echo(empty)


def members(facts: Mapping[str, Any], *, as_json: bool | None) -> None:
    """One thing, member by member."""
    if prints_json(as_json):
        print_json(facts)
    else:
        Console().print(member_table(facts))


def table(found: Iterable[Mapping[str, Any]]) -> Table:
    """A row for each, a column for each member that any of them has."""
    found = list(found)
    names = [
        name for name in dict.fromkeys(name for row in found for name in row) if any(row.get(name) for row in found)
    ]
    made = Table()
    for name in names:
        made.add_column(name, overflow="fold")
    for row in found:
        made.add_row(*(cell(row.get(name)) for name in names))
    return made


def member_table(facts: Mapping[str, Any]) -> Table:
    """A row for each member that is set."""
    made = Table(show_header=False)
    made.add_column(style="bold")
    made.add_column(overflow="fold")
    for name, value in facts.items():
        if value not in (None, ""):
            made.add_row(name, cell(value))
    return made


def cell(value: Any) -> Text:
    """As text, never as markup, and without what would move the cursor."""
    shown = (
        "" if value is None else value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    )
    return Text("\n".join(map(_printable, shown.rstrip().split("\n"))))


def _printable(line: str) -> str:
    return "".join("�" if unicodedata.category(character)[0] == "C" else character for character in line)
