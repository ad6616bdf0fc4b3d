"""What commands print on stdout: tables for a person, JSON for a program. What is shown may come from anywhere."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

_SHORT = 50
"""Characters that fit beside the name of a member in 80 columns."""

Columns = Mapping[str, Sequence[str]]
"""By heading: the members that a column holds, one below the other."""


def _json_unless_shown(_: click.Context, __: click.Parameter, wanted: bool | None) -> bool:
    return not sys.stdout.isatty() if wanted is None else wanted


as_json = click.option(
    "--json/--table",
    "as_json",
    default=None,
    callback=_json_unless_shown,
    help="How to print; default: table in a terminal, else JSON.",
)
"""The command gets what was asked for, else whether stdout is no terminal."""


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def rows(found: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str, shown: Columns) -> None:
    """A list of things with the same members.

    A person sees them in the columns of `shown`; `empty` is what is read where there are none.
    """
    if as_json:
        print_json([_set(row) for row in found])
    elif found:
        Console().print(table(found, shown))
    else:
        click.echo(empty)


def table(found: Iterable[Mapping[str, Any]], shown: Columns) -> Table:
    """A row for each thing; the first column, its id, is never broken."""
    made = Table(show_lines=True)
    for column in shown:
        made.add_column(column, overflow="fold", no_wrap=column == next(iter(shown)))
    for row in found:
        made.add_row(*(_lines(row, names) for names in shown.values()))
    return made


def _lines(row: Mapping[str, Any], names: Sequence[str]) -> Text:
    return Text("\n").join(cell(value) for value in _set({name: row.get(name) for name in names}).values())


def member_table(facts: Mapping[str, Any]) -> Table:
    """A row for each member that is set."""
    return paragraphs([facts])


def paragraphs(found: Sequence[Mapping[str, Any]], title: str | None = None) -> Table:
    """The members of each thing that are set, one below the other, with an empty line before the next thing.

    Without borders, so that an id fits beside its name in 80 columns.
    """
    made = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0), title=title, title_justify="left")
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for number, facts in enumerate(found):
        if number:
            made.add_row()
        for name, value in _set(facts).items():
            made.add_row(name, cell(value))
    return made


def _set(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, "")}


_DEEPER = 6
"""Blanks before what goes on in a next line; more than before any line that begins."""


def folded(text: str, console: Console, beside: int = 0) -> Text:
    """The text in lines that fit into the console with `beside` other columns.

    What goes on in a next line is set in, so that a long value cannot pose as a line of its own.
    """
    width = console.width - beside
    lines: list[Text] = []
    for line in text.split("\n"):
        first, *others = Text(line).wrap(console, max(width - _DEEPER, _DEEPER), overflow="fold") or [Text()]
        lines += [Text(first.plain.rstrip()), *(Text(f"{' ' * _DEEPER}{other.plain.rstrip()}") for other in others)]
    return Text("\n").join(lines)


def cell(value: Any) -> Text:
    """As text, never as markup, and without what would move the cursor."""
    text = value if isinstance(value, str) else _json(value)
    return Text("\n".join(map(_printable, text.rstrip().split("\n"))))


def _json(value: Any) -> str:
    """On one line if that is short."""
    line = json.dumps(value, ensure_ascii=False)
    return line if len(line) <= _SHORT else json.dumps(value, indent=2, ensure_ascii=False)


def _printable(line: str) -> str:
    return "".join("�" if unicodedata.category(character)[0] == "C" else character for character in line)
