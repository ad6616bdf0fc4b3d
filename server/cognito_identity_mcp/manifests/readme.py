"""The README's table of tools, between two comments that mark its place."""

from __future__ import annotations

from cognito_identity_mcp.manifests import identity
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_mcp.workflows.catalogue import WORKFLOWS
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Operation, Tool

BEGIN, END = "<!-- tools:begin -->", "<!-- tools:end -->"

MISSING = f"README.md: add a line {BEGIN} and a line {END} where the table of tools belongs"


class NoPlace(Exception):
    """The README lacks the marks, or has them the wrong way round. The message says what to add."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def readme_table() -> str:
    """Markdown, with a note that lets the MCP registry see who owns the package on PyPI."""
    head = ["| Tool | Effect | AWS operations | Signed | What it does |", "|---|---|---|---|---|"]
    owner = f"<!-- mcp-name: {identity.REGISTRY_NAME} -->"
    return "\n".join([owner, "", *head, *map(_row, TOOLS.values())])


def _row(tool: Tool) -> str:
    """What an operation is called at AWS; of a workflow, all that it may call."""
    operations = [tool] if isinstance(tool, Operation) else [OPERATIONS[name] for name in WORKFLOWS[tool.name].runs]
    signed = "" if not operations else "yes" if all(each.signed for each in operations) else "no"
    names = ", ".join(each.aws_name for each in operations)
    return f"| {' | '.join((f'`{tool.name}`', tool.effect.value, names, signed, tool.description))} |"


def with_table(readme: str) -> str:
    """The README with the table as it has to be.

    Raises:
        NoPlace: there are no marks.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise NoPlace
    return f"{before}{BEGIN}\n{readme_table()}\n{END}{after}"
