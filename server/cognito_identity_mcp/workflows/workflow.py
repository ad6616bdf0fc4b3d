"""What a workflow is: a tool with a run of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_identity_tools.operation import Tool
from cognito_identity_tools.shapes import Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.conduct import Conduct


@dataclass(frozen=True, kw_only=True)
class Workflow(Tool):
    """`run` leads from the request to the output, and touches the service through the conduct only.

    `needs_region` is false where the tool works without the service, or finds its region itself. `runs` names the
    operations that a call may send, those of its assessment included: the permissions that it needs.
    """

    run: Callable[[Any, Conduct], Awaitable[Shape]]
    needs_region: bool = True
    runs: tuple[str, ...] = ()
