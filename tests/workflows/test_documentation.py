"""The page about workflows lists the checks that there are."""

from __future__ import annotations

from pathlib import Path

from cognito_identity_mcp.workflows.auditing.checks import CHECKS

PAGE = Path(__file__).parents[2] / "docs" / "workflows.md"


def test_the_table_of_checks_is_that_of_the_program() -> None:
    _, _, rest = PAGE.read_text("utf-8").partition("<!-- checks:begin -->\n")
    table, end, _ = rest.partition("<!-- checks:end -->")
    rows = [f"| `{check.id}` | {check.severity} | {'yes' if check.mend else 'advice'} |" for check in CHECKS]
    assert end
    assert table.splitlines() == ["| Check | Severity | Fix |", "|---|---|---|", *rows]
