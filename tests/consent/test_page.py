"""The page shows the table that is played, and the commands it names exist."""

from __future__ import annotations

import re

from cognito_identity_mcp.cli import approvals, grants

from .page import PAGE, with_table


def test_the_table_is_up_to_date() -> None:
    page = PAGE.read_text()
    assert page == with_table(page), "run: python -m tests.consent"


def test_every_command_of_approvals_and_grants_is_named() -> None:
    named = set(re.findall(r"cognito-identity-mcp (approvals|grants) ([a-z-]+)", PAGE.read_text()))
    groups = {"approvals": approvals.GROUP, "grants": grants.GROUP}
    existing = {
        (name, command.name or str(getattr(command.callback, "__name__", "")))
        for name, group in groups.items()
        for command in group.registered_commands
    }
    assert named == existing
