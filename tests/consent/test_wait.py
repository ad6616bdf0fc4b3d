"""`--wait`: a call that waits for a decision in the terminal, shows that it lives, and ends as was decided."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from mcp import Client

from cognito_identity_mcp.app import mcp_server
from cognito_identity_mcp.callers import AwsIdentity
from cognito_identity_mcp.confirmation.approvals import Approval, Approvals
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.interaction.clients import ERAS, Era

from .fake import CALLER, NAMES, POOL, FakeServices
from .stage import code_of
from .test_property import broken_database

Deciding = Callable[[Approvals, Approval, FakeServices], Awaitable[object]]


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> Era:
    return "legacy" if request.param == "legacy" else "auto"


@asynccontextmanager
async def serving(folder: Path, era: Era, patience: float) -> AsyncGenerator[tuple[Client, FakeServices, Approvals]]:
    services, database = FakeServices(), Database(StateFolder.at(folder))
    async with (
        mcp_server(Settings(state=folder, approval_wait=patience), services) as server,
        Client(server, mode=era) as client,
    ):
        yield client, services, Approvals(database)
    await database.aclose()


async def waits(folder: Path, era: Era, deciding: Deciding) -> tuple[str, FakeServices]:
    """How the call ends, and what was sent, where somebody decides once the call shows that it waits."""
    codes: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cognito_identity_mcp.conversation._PROGRESS_INTERVAL", 0.01)
        patch.setattr("cognito_identity_mcp.confirmation.gate._LOOK_EVERY", 0.01)
        async with serving(folder, era, 30) as (client, services, approvals):
            shown = anyio.Event()

            async def shows(progress: float, total: float | None, message: str | None) -> None:
                assert (progress > 0, total) == (True, None)
                assert message == "Waiting for a human to confirm"
                shown.set()

            async def decide() -> None:
                with anyio.fail_after(20):
                    await shown.wait()
                (waiting,) = await approvals.latest(2)
                assert services.sent == []
                await deciding(approvals, waiting, services)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(decide)
                call = ("delete_identity_pool", {"identity_pool_id": POOL})
                codes.append(code_of(await client.call_tool(*call, progress_callback=shows)))
    return codes[0], services


async def approves(approvals: Approvals, waiting: Approval, services: FakeServices) -> None:
    """What lets the call run is used up before it goes out."""
    assert await approvals.approve(waiting.id, "a test")
    with anyio.fail_after(20):
        while not services.sent:
            await anyio.lowlevel.checkpoint()
    used = await approvals.find(waiting.id)
    assert (used and used.status) == "used"


async def denies(approvals: Approvals, waiting: Approval, _: FakeServices) -> None:
    assert await approvals.deny(waiting.id, "a test")


async def approves_too_late(approvals: Approvals, waiting: Approval, services: FakeServices) -> None:
    """The pool is another one when the yes comes: that yes is used up, and a new one is waited for."""
    services.name = NAMES[1]
    await _approves_the_old(approvals, waiting)
    (again,) = await approvals.latest(1)
    assert NAMES[1] in again.subject.question
    assert services.sent == []
    assert await approvals.deny(again.id, "a test")


async def _approves_the_old(approvals: Approvals, waiting: Approval) -> None:
    """Returns when the call asks anew."""
    assert await approvals.approve(waiting.id, "a test")
    with anyio.fail_after(20):
        while [each.id for each in await approvals.latest(1)] in ([], [waiting.id]):
            await anyio.lowlevel.checkpoint()


async def test_a_call_that_is_approved_while_it_waits_runs_once(tmp_path: Path, era: Era) -> None:
    code, services = await waits(tmp_path / "state", era, approves)
    assert (code, [name for name, _ in services.sent]) == ("done", ["delete_identity_pool"])


async def test_a_call_that_is_denied_while_it_waits_ends(tmp_path: Path, era: Era) -> None:
    code, services = await waits(tmp_path / "state", era, denies)
    assert (code, services.sent) == ("ApprovalDenied", [])


async def test_a_yes_to_a_state_that_moved_on_is_not_enough(tmp_path: Path, era: Era) -> None:
    code, services = await waits(tmp_path / "state", era, approves_too_late)
    assert (code, services.sent) == ("ApprovalDenied", [])


async def test_a_yes_for_another_caller_is_not_enough(tmp_path: Path, era: Era) -> None:
    async def approves_for_another(approvals: Approvals, waiting: Approval, services: FakeServices) -> None:
        """The server's credentials are another role's when the yes comes."""
        services.caller = AwsIdentity(f"{CALLER.arn}-other", CALLER.account)
        await _approves_the_old(approvals, waiting)
        (again,) = await approvals.latest(1)
        assert f"As: {CALLER.arn}-other\n" in again.subject.question
        assert await approvals.deny(again.id, "a test")

    code, services = await waits(tmp_path / "state", era, approves_for_another)
    assert (code, services.sent) == ("ApprovalDenied", [])


async def test_a_database_that_breaks_while_a_call_waits_ends_it_in_plain_words(tmp_path: Path, era: Era) -> None:
    with ExitStack() as until_the_end:

        async def breaks(*_: object) -> None:
            until_the_end.enter_context(broken_database())

        code, services = await waits(tmp_path / "state", era, breaks)
    assert (code, services.sent) == ("RecordsUnavailable", [])


async def test_when_nobody_decides_the_call_ends_and_the_request_stays(tmp_path: Path, era: Era) -> None:
    async with serving(tmp_path / "state", era, 0.01) as (client, services, approvals):
        reply = await client.call_tool("delete_identity_pool", {"identity_pool_id": POOL})
        (waiting,) = await approvals.latest(2)
    assert (code_of(reply), services.sent, waiting.status) == ("ApprovalRequired", [], "pending")
