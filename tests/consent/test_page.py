"""The page shows the table that is played, and the commands it names exist."""

from __future__ import annotations

import re

from cognito_identity_mcp.cli.approvals import approvals
from cognito_identity_mcp.cli.grants import grants

from .page import PAGE, with_table


def test_the_table_is_up_to_date() -> None:
    page = PAGE.read_text()
    assert page == with_table(page), "run: python -m tests.consent"


def test_every_command_of_approvals_and_grants_is_named() -> None:
    named = set(re.findall(r"cognito-identity-mcp (approvals|grants) ([a-z-]+)", PAGE.read_text()))
    existing = {(group.name, command) for group in (approvals, grants) for command in group.commands}
    assert named == existing
