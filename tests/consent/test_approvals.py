"""Approving outside the conversation: a person at a terminal decides, and the repeated call runs once."""

from __future__ import annotations

import getpass
import json
import re
from functools import partial
from pathlib import Path
from typing import Literal, cast

import anyio
import anyio.to_thread
import pytest
from mcp import Client
from mcp_types import ElicitResult, ErrorData

from tests.interaction.clients import ERAS, Answering, Era, Facts, Human, accept, fail, succeed
from tests.mcp.terminals import END_OF_FILE

from .people import listed, piped, typing
from .scenarios import changed, declines
from .stage import NAME, Stage, code_of, over_http

PROMPT = f"Type {NAME} to go ahead: "
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
RIGHT = ((PROMPT, f"{NAME}\n"),)


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> Era:
    return cast("Era", request.param)


@pytest.fixture
async def stage(era: Era, local_service: str, state: Path, http_server: str) -> Stage:
    stage = Stage("http", era, local_service, state, http_server)
    await stage.set_up()
    return stage


async def called(stage: Stage, human: Human | None = None) -> Facts:
    """The error that the deletion ends with."""
    async with stage.client(human) as client:
        return await fail(client, *stage.deletes)


async def runs(stage: Stage) -> None:
    async with stage.client() as client:
        assert await succeed(client, *stage.deletes) == {}
    assert stage.hand.misses(stage.pool)


def status_of(stage: Stage, approval_id: str) -> str:
    (row,) = [row for row in listed(stage.state, "approvals", "list", "--all") if row["id"] == approval_id]
    return str(row["status"])


async def test_what_a_human_declined_in_the_client_can_be_approved_in_a_terminal_and_runs_once(stage: Stage) -> None:
    error = await called(stage, Human(declines))
    assert error["code"] == "ConfirmationDeclined"
    assert stage.hand.sees(stage.pool) == stage.left
    (row,) = [row for row in listed(stage.state, "approvals", "list") if row["pool"] == NAME][:1]
    assert (row["status"], row["tool"]) == ("denied", "delete_identity_pool")
    assert [bool(TIME.fullmatch(row[name])) for name in ("asked_at", "expires_at")] == [True, True]
    assert row["decided_by"] == f"the user of {CLIENT}, who declined"
    status, screen = typing(stage.state, "approvals", "approve", row["id"], said=RIGHT)
    assert status == 0
    shown = " ".join(screen.replace("│", " ").split())  # the panel breaks lines where the terminal ends
    assert f'Delete identity pool: Deletes identity pool "{NAME}" and every identity in it for good' in shown
    await runs(stage)
    async with stage.client() as client:
        assert (await fail(client, *stage.deletes))["code"] == "ResourceNotFoundException"
    history = listed(stage.state, "changes", "list", "--pool", stage.pool)
    assert [(each["outcome"], each.get("evidence")) for each in history] == [
        ("done", "approval"),
        ("approved", "approval"),
        ("refused: ConfirmationDeclined", None),
    ]
    assert status_of(stage, row["id"]) == "used"


@pytest.mark.parametrize("era", ["auto"])
async def test_a_new_pool_is_named_in_the_record_also_where_its_making_was_refused(stage: Stage) -> None:
    making = {"identity_pool_name": "a new pool", "allow_unauthenticated_identities": True}
    with over_http(stage.url, stage.state, "--read-only") as url:
        async with Client(url) as client:
            refused = await fail(client, "create_identity_pool", making)
    async with stage.client() as client:
        made = await succeed(client, "create_identity_pool", making | {"identity_pool_name": "another"})
    about = [
        (row["tool"], row["outcome"], row.get("identity_pool_id"), row.get("identity_pool_name"))
        for row in listed(stage.state, "changes", "list", "--limit", "2")
    ]
    assert about == [
        ("create_identity_pool", "done", made["identity_pool_id"], "another"),
        ("create_identity_pool", f"refused: {refused['code']}", None, "a new pool"),
    ]
    (row,) = listed(stage.state, "changes", "list", "--pool", made["identity_pool_id"])
    assert row["outcome"] == "done"


def ending(action: Literal["decline", "cancel"]) -> Answering:
    return lambda _: ElicitResult(action=action)


CLIENT = "mcp 0.1.0"
ANSWERS: dict[str, tuple[Answering, str]] = {
    "declined": (ending("decline"), f"the user of {CLIENT}, who declined"),
    "dismissed": (ending("cancel"), f"the user of {CLIENT}, who dismissed the question"),
    "wrong": (
        lambda form: accept(form, "another"),
        f"the user of {CLIENT}, who gave another answer than the one asked for",
    ),
}


@pytest.mark.parametrize(("answer", "who"), ANSWERS.values(), ids=ANSWERS)
async def test_a_no_in_the_client_is_kept_with_what_is_known_of_whose_it_was(
    stage: Stage, answer: Answering, who: str
) -> None:
    await called(stage, Human(answer))
    assert listed(stage.state, "approvals", "list", "--limit", "1")[0]["decided_by"] == who


@pytest.mark.parametrize("era", ["legacy"])
async def test_a_client_that_failed_to_ask_is_named_and_nobody_is_said_to_have_decided(stage: Stage) -> None:
    await called(stage, Human(lambda _: ErrorData(code=-32603, message="no screen")))
    rows = listed(stage.state, "approvals", "list", "--limit", "2")
    assert {row.get("decided_by") for row in rows} == {f"nobody: {CLIENT} failed to ask", None}


@pytest.mark.parametrize("era", ["auto"])
async def test_what_a_person_decides_in_a_terminal_is_in_the_history_at_once(stage: Stage) -> None:
    approval = (await called(stage))["approval"]["id"]
    person = f"{getpass.getuser()} in a terminal"
    assert piped(stage.state, "approvals", "deny", approval)[0] == 0
    assert typing(stage.state, "approvals", "approve", approval, said=RIGHT)[0] == 0
    assert piped(stage.state, "approvals", "deny", approval)[0] == 0
    assert piped(stage.state, "approvals", "deny", approval)[0] == 3
    decided = listed(stage.state, "changes", "list", "--pool", stage.pool)
    assert [(row["tool"], row["outcome"], row.get("decided_by")) for row in decided] == [
        ("delete_identity_pool", "denied", person),
        ("delete_identity_pool", "approved", person),
        ("delete_identity_pool", "denied", person),
        ("delete_identity_pool", "refused: ApprovalRequired", None),
    ]
    assert {row["identity_pool_name"] for row in decided} == {NAME}
    shown = json.loads(piped(stage.state, "changes", "show", decided[1]["id"])[1])
    assert (shown["state"], shown["evidence"]["id"], shown["evidence"]["by"]) == ("approved", approval, person)
    async with stage.client() as client:
        error = await fail(client, "undo_change", {"change_id": decided[1]["id"]})
    assert "its outcome is approved." in error["message"]
    assert piped(stage.state, "changes", "verify")[0] == 0


@pytest.mark.parametrize("era", ["auto"])
async def test_nothing_but_the_right_answer_of_a_person_at_a_terminal_approves(stage: Stage) -> None:
    approval = (await called(stage))["approval"]
    command = ("approvals", "approve", approval["id"])
    wrong = typing(stage.state, *command, said=((PROMPT, f"{stage.pool}\n"),))
    nothing = typing(stage.state, *command, said=((PROMPT, END_OF_FILE),))
    pipe = piped(stage.state, *command, stdin=f"{NAME}\n")
    assert [status for status, _ in (wrong, nothing, pipe)] == [3, 3, 3]
    assert f"Not approved: the answer was not {NAME!r}. Nothing was changed; the call waits as before." in wrong[1]
    assert "No answer. Nothing was changed." in nothing[1]
    assert "Approving needs a person at an interactive terminal." in pipe[1]
    assert status_of(stage, approval["id"]) == "pending"
    assert (await called(stage))["approval"]["id"] == approval["id"]
    assert stage.hand.sees(stage.pool) == stage.left
    unknown, words = typing(stage.state, "approvals", "approve", "22222-22222")
    assert (unknown, "There is no approval '22222-22222'" in words) == (2, True)


@pytest.mark.parametrize("era", ["auto"])
async def test_show_prints_what_the_model_was_told_and_deny_ends_it_until_somebody_approves(stage: Stage) -> None:
    approval = (await called(stage))["approval"]
    ended = piped(stage.state, "approvals", "show", approval["id"], "--table")
    assert (ended[0], f"{approval['id']}: pending" in ended[1]) == (0, True)
    assert piped(stage.state, "approvals", "deny", approval["id"])[0] == 0
    error = await called(stage)
    assert (error["code"], approval["id"] in error["message"]) == ("ApprovalDenied", True)
    assert stage.hand.sees(stage.pool) == stage.left
    assert typing(stage.state, "approvals", "approve", approval["id"], said=RIGHT)[0] == 0
    await runs(stage)
    late = typing(stage.state, "approvals", "approve", approval["id"], said=())
    assert (late[0], "can no longer be approved" in late[1]) == (3, True)
    assert piped(stage.state, "approvals", "deny", approval["id"])[0] == 3


@pytest.mark.parametrize("era", ["auto"])
async def test_an_approval_taken_back_does_not_let_the_call_run(stage: Stage) -> None:
    approval = (await called(stage))["approval"]
    typing(stage.state, "approvals", "approve", approval["id"], said=RIGHT)
    assert piped(stage.state, "approvals", "deny", approval["id"])[0] == 0
    assert (await called(stage))["code"] == "ApprovalDenied"
    assert stage.hand.sees(stage.pool) == stage.left


@pytest.mark.parametrize("era", ["auto"])
async def test_an_approval_holds_for_the_state_that_was_shown_and_no_other(stage: Stage) -> None:
    before = stage.left
    approval = (await called(stage))["approval"]
    typing(stage.state, "approvals", "approve", approval["id"], said=RIGHT)
    changed(stage)
    stage.leave()
    error = await called(stage)
    assert error["code"] == "ApprovalRequired"
    assert error["approval"]["id"] != approval["id"]
    assert error["approval"]["note"] == (
        f"Approval {approval['id']} was given for an earlier state; the state has changed since."
    )
    assert stage.hand.sees(stage.pool) == stage.left
    stage.hand.does(
        "UpdateIdentityPool", IdentityPoolId=stage.pool, IdentityPoolName=NAME, AllowUnauthenticatedIdentities=True
    )
    assert stage.hand.sees(stage.pool) == before
    await runs(stage)


async def test_a_server_started_with_wait_runs_the_call_once_a_person_approves_it(
    local_service: str, tmp_path: Path
) -> None:
    stage = Stage("http", "auto", local_service, tmp_path / "state")
    await stage.set_up()
    codes: list[str] = []
    with over_http(stage.url, stage.state, "--wait", "120") as url:

        async def call() -> None:
            async with Client(url) as client:
                codes.append(code_of(await client.call_tool(*stage.deletes)))

        with anyio.fail_after(90):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call)
                waiting: list[Facts] = []
                while not waiting:
                    waiting = await anyio.to_thread.run_sync(listed, stage.state, "approvals", "list")
                assert not stage.hand.misses(stage.pool)
                approving = partial(typing, stage.state, "approvals", "approve", waiting[0]["id"], said=RIGHT)
                assert (await anyio.to_thread.run_sync(approving))[0] == 0
    assert codes == ["done"]
    assert stage.hand.misses(stage.pool)
