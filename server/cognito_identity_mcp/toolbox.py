"""Every tool that this server has, and how each runs: the 23 operations, then the workflows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from cognito_identity_mcp.assessment.model import Step
from cognito_identity_mcp.conduct import Conduct
from cognito_identity_mcp.workflows.catalogue import WORKFLOWS
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Operation, Tool
from cognito_identity_tools.shapes import Shape

Run = Callable[[Any, Conduct], Awaitable[Shape]]
"""From a request (an instance of the tool's input model) to an instance of its output model."""


def _operation(operation: Operation) -> Run:
    async def run(request: Shape, conduct: Conduct) -> Shape:
        (answer,) = await conduct.carry_out(Step(operation, request))
        return answer.output

    return run


TOOLS: Mapping[str, Tool] = MappingProxyType({**OPERATIONS, **WORKFLOWS})
"""By name, in the order in which they are listed."""

HAVE_NO_REGION = frozenset(name for name, workflow in WORKFLOWS.items() if not workflow.needs_region)
"""Tools that work without the service, or find the region themselves."""

RUNS: Mapping[str, Run] = MappingProxyType(
    {
        **{name: _operation(operation) for name, operation in OPERATIONS.items()},
        **{name: workflow.run for name, workflow in WORKFLOWS.items()},
    }
)
"""By name."""
