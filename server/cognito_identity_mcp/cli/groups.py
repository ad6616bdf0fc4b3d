"""Commands with a name in common."""

from __future__ import annotations

import click


class Group(click.Group):
    """Lists its commands as they are declared; click has them by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)
