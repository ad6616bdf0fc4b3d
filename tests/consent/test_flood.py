"""A model cannot flood its human: so many questions wait, and then no more are put."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import anyio
import anyio.to_thread
import pytest
from mcp import Client
from mcp_types import CallToolResult

from cognito_identity_mcp.app import mcp_server
from cognito_identity_mcp.callers import AwsIdentity
from cognito_identity_mcp.confirmation.approvals import MOST_OPEN, Approvals
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.interaction.clients import Facts, agreeing, fail, in_process, succeed, text

from .fake import POOL, FakeServices
from .people import piped, typing
from .stage import ASKED, DONE, Call, Hand, code_of, raw


def update(number: int) -> Call:
    named: Facts = {"identity_pool_id": POOL, "identity_pool_name": f"pool {number}"}
    return "update_identity_pool", named | {"allow_unauthenticated_identities": False}


@pytest.mark.parametrize("human", [None, agreeing()], ids=["cannot ask", "asks and is not answered"])
async def test_after_so_many_questions_the_call_is_refused_until_a_human_has_decided(
    tmp_path: Path, human: Any
) -> None:
    folder, services = tmp_path / "state", FakeServices()
    waits = ASKED if human else "ApprovalRequired"
    async with (
        mcp_server(Settings(state=folder), services) as server,
        Client(server, elicitation_callback=human) as client,
    ):
        replies = [await raw(client, update(number)) for number in range(MOST_OPEN + 1)]
        assert [code_of(reply) for reply in replies] == [waits] * MOST_OPEN + ["TooManyQuestions"]
        last = replies[-1]
        assert isinstance(last, CallToolResult)
        assert "20 questions wait for an answer already. Nothing was changed." in text(last)
        assert f" approvals list --state {folder}` lists them" in text(last)
        changes = (await succeed(client, "list_changes"))["changes"]
        assert changes[0]["outcome"] == "refused: TooManyQuestions"
        services.caller = AwsIdentity("arn:aws:iam::123456789012:user/another", "123456789012")
        assert code_of(await raw(client, update(0))) == waits
        services.caller = FakeServices().caller
        database = Database(StateFolder.at(folder))
        approvals = Approvals(database)
        first = (await approvals.latest(100))[-1]
        assert await approvals.approve(first.id, "a test")
        await database.aclose()
        assert code_of(await raw(client, update(MOST_OPEN))) == waits
        assert services.sent == []
        assert code_of(await raw(client, update(0))) == DONE


async def test_a_question_that_waits_in_the_terminal_is_not_put_twice(tmp_path: Path) -> None:
    async with mcp_server(Settings(state=tmp_path / "state"), FakeServices()) as server, Client(server) as client:
        ids = {(await fail(client, *update(0)))["approval"]["id"] for _ in range(MOST_OPEN + 1)}
        assert len(ids) == 1


async def test_what_waits_can_be_denied_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    async with mcp_server(Settings(state=folder), FakeServices()) as server, Client(server) as client:
        ids = [(await fail(client, *update(number)))["approval"]["id"] for number in range(MOST_OPEN)]
        assert (await fail(client, *update(MOST_OPEN)))["code"] == "TooManyQuestions"
        deny = ("approvals", "deny", *ids)
        assert await anyio.to_thread.run_sync(partial(piped, folder, *deny, "none")) == (2, ANY)
        status, said = await anyio.to_thread.run_sync(partial(piped, folder, *deny))
        assert (status, said.splitlines()) == (0, [f"Denied {each}." for each in ids])
        fresh = (await fail(client, *update(MOST_OPEN)))["approval"]["id"]
        status, said = await anyio.to_thread.run_sync(partial(piped, folder, "approvals", "deny", *ids[:2], fresh))
        late = f"cognito-identity-mcp: Can no longer be denied, being used, denied or expired: {', '.join(ids[:2])}."
        assert (status, said.splitlines()) == (3, [f"Denied {fresh}.", late])
        assert {(await fail(client, *update(number)))["code"] for number in range(3)} == {"ApprovalDenied"}


async def test_a_flood_does_not_lock_out_a_person_who_calls_from_their_terminal(
    local_service: str, hand: Hand, tmp_path: Path
) -> None:
    folder, pool = tmp_path / "state", hand.makes_pool()
    keeps = {"identity_pool_id": pool, "allow_unauthenticated_identities": True}
    async with in_process(Settings(endpoint_url=local_service, state=folder)) as client:
        replies = [
            await raw(client, ("update_identity_pool", keeps | {"identity_pool_name": f"pool {number}"}))
            for number in range(MOST_OPEN + 1)
        ]
    assert [code_of(reply) for reply in replies[-2:]] == ["ApprovalRequired", "TooManyQuestions"]
    words = [f"identity_pool_id={pool}", "identity_pool_name=mine", "allow_unauthenticated_identities=true"]
    call = ("call", "update_identity_pool", *words, "--endpoint-url", local_service)
    status, said = await anyio.to_thread.run_sync(partial(piped, folder, *call))
    assert (status, "TooManyQuestions" in said) == (3, True)
    status, _ = await anyio.to_thread.run_sync(partial(typing, folder, *call, said=((" [y/N]: ", "y\n"),)))
    assert (status, hand.does("DescribeIdentityPool", IdentityPoolId=pool)["IdentityPoolName"]) == (0, "mine")


async def test_what_is_asked_in_the_terminal_of_the_call_has_a_limit_too(tmp_path: Path) -> None:
    async with (
        mcp_server(Settings(state=tmp_path / "state"), FakeServices(), in_terminal=True) as server,
        Client(server) as client,
    ):
        replies = [await raw(client, update(number)) for number in range(MOST_OPEN + 1)]
    assert [code_of(reply) for reply in replies] == ["ApprovalRequired"] * MOST_OPEN + ["TooManyQuestions"]
