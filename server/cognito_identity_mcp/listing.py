"""The tool list: what `tools/list` publishes for each tool.

It is data, generated from the models by the `manifests` command: a server is started and asked for its tools far more
often than it is called, and to answer needs neither the models nor their schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mcp_types import Tool as Entry
from pydantic import TypeAdapter

from cognito_identity_mcp.policy.decision import Policy

PUBLISHED = Path(__file__).with_name("published.json")
"""All entries, without regard to a policy."""


@cache
def every_tool() -> list[Entry]:
    """All of them, in their order. The list is shared: it is not to be altered."""
    return TypeAdapter(list[Entry]).validate_json(PUBLISHED.read_bytes())


def tools(policy: Policy, *, hide_refused: bool) -> list[Entry]:
    """What a server with this policy publishes. Blocks for a moment.

    Tools whose calls it refuses whatever the arguments say so, or are left out. That only saves a model the attempt:
    the call itself is decided again.
    """
    return every_tool() if policy.is_default else list(_tools(policy, hide_refused=hide_refused))


def _tools(policy: Policy, *, hide_refused: bool) -> Iterator[Entry]:
    from cognito_identity_mcp.assessment.wording import sentence
    from cognito_identity_mcp.policy.overview import refusal
    from cognito_identity_mcp.toolbox import TOOLS

    for published in every_tool():
        refused = refusal(policy, TOOLS[published.name])
        if refused is None:
            yield published
        elif not hide_refused:
            words = f"Refused by this server's policy: {sentence(refused.rule)} {published.description}"
            yield published.model_copy(update={"description": words})
