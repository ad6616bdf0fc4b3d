"""The README's table of tools, between two comments that mark its place."""

from __future__ import annotations

from cognito_identity_mcp.manifests import identity
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Operation

BEGIN, END = "<!-- tools:begin -->", "<!-- tools:end -->"

MISSING = f"README.md: add a line {BEGIN} and a line {END} where the table of tools belongs"


class NoPlace(Exception):
    """The README lacks the marks, or has them the wrong way round. The message says what to add."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def readme_table() -> str:
    """Markdown, with a note that lets the MCP registry see who owns the package on PyPI."""
    head = ["| Tool | Effect | AWS operation | Signed | What it does |", "|---|---|---|---|---|"]
    owner = f"<!-- mcp-name: {identity.REGISTRY_NAME} -->"
    return "\n".join([owner, "", *head, *(_row(each) for each in OPERATIONS.values())])


def _row(operation: Operation) -> str:
    signed = "yes" if operation.signed else "no"
    cells = (f"`{operation.name}`", operation.effect.value, operation.aws_name, signed, operation.description)
    return f"| {' | '.join(cells)} |"


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
