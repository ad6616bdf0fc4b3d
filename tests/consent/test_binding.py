"""An approval is bound to who calls and where: the same call of another principal or at another place needs its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cognito_identity_mcp.callers import AwsIdentity
from tests.interaction.clients import fail, succeed

from .fake import CALLER, POOL
from .test_wait import serving

CALL: tuple[str, dict[str, Any]] = ("delete_identity_pool", {"identity_pool_id": POOL})


@pytest.mark.parametrize(
    ("name", "other"),
    [("caller", AwsIdentity(f"{CALLER.arn}-other", CALLER.account)), ("caller", AwsIdentity()), ("place", "elsewhere")],
    ids=["another principal", "nobody knows who", "another place"],
)
async def test_an_approval_is_not_good_elsewhere(tmp_path: Path, name: str, other: object) -> None:
    async with serving(tmp_path / "state", "auto", 0) as (client, services, approvals):
        waiting = (await fail(client, *CALL))["approval"]["id"]
        assert await approvals.approve(waiting, "a test")
        own = getattr(services, name)
        setattr(services, name, other)
        error = await fail(client, *CALL)
        assert (error["code"], error["approval"]["id"] != waiting, services.sent) == ("ApprovalRequired", True, [])
        setattr(services, name, own)
        await succeed(client, *CALL)
        assert len(services.sent) == 1


async def test_a_server_keeps_the_key_that_it_started_with(tmp_path: Path) -> None:
    """Approvals are bound with it: another one in the file must neither end a call in a crash nor unbind them."""
    state = tmp_path / "state"
    async with serving(state, "auto", 0) as (client, services, approvals):
        (state / "key").write_text("no key any more")
        assert await approvals.approve((await fail(client, *CALL))["approval"]["id"], "a test")
        await succeed(client, *CALL)
        assert [name for name, _ in services.sent] == ["delete_identity_pool"]
