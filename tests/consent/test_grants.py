"""Grants: each bound holds, however many call at once, and the policy's no stays a no."""

from __future__ import annotations

import getpass
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from mcp import Client

from cognito_identity_mcp.app import mcp_server
from cognito_identity_mcp.assessment.model import Assessment, Findings, Pool, Step
from cognito_identity_mcp.callers import Caller
from cognito_identity_mcp.confirmation.approvals import MOST_OPEN, Approvals
from cognito_identity_mcp.confirmation.grants import REMEMBERED_FOR, Bounds, Grants
from cognito_identity_mcp.confirmation.matter import Matter
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.targets import Target
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect
from tests.clocks import Clock
from tests.interaction.clients import Facts, fail, succeed
from tests.interaction.test_callers import sts

from .fake import CALLER, NAMES, POOL, FakeServices
from .people import listed, piped, typing
from .stage import Stage, code_of

UPDATE: Facts = {"identity_pool_id": POOL, "identity_pool_name": "renamed", "allow_unauthenticated_identities": False}
CALL = ("update_identity_pool", UPDATE)


def bounds(**more: Any) -> Bounds:
    """Bounds that the call of this module is inside of."""
    inside = Bounds(
        operations=frozenset({"update_identity_pool"}),
        place="a fake",
        region="us-east-1",
        expires_at=time.time() + 3600,
        max_calls=1,
        pool_id=POOL,
        account=CALLER.account,
    )
    return replace(inside, **more)


@asynccontextmanager
async def granted(
    folder: Path, *given: Bounds, services: FakeServices | None = None, **more: Any
) -> AsyncGenerator[tuple[Client, FakeServices, Grants]]:
    """A server with these grants, and a client that cannot ask."""
    services, settings = services or FakeServices(), Settings(state=folder, **more)
    database = Database(StateFolder.at(folder))
    grants = Grants(database)
    for each in given:
        await grants.add(each, "a test")
    async with mcp_server(settings, services) as server, Client(server) as client:
        yield client, services, grants
    await database.aclose()


INSIDE = {
    "all by id": bounds(),
    "by name": bounds(pool_id=None, pool_name="pool *"),
    "of any account, where nobody knows it": bounds(account=None),
    "with another operation": bounds(operations=frozenset({"update_identity_pool", "tag_resource"})),
    "with identities to spare": bounds(max_identities=1),
}
OUTSIDE = {
    "operation": bounds(operations=frozenset({"delete_identity_pool", "tag_resource"})),
    "pool": bounds(pool_id=f"{POOL[:-1]}2"),
    "name": bounds(pool_id=None, pool_name="ci-*"),
    "a name in other letters": bounds(pool_id=None, pool_name="POOL *"),
    "place": bounds(place="AWS"),
    "region": bounds(region="eu-west-1"),
    "account": bounds(account="999999999999"),
    "expiry": bounds(expires_at=time.time() - 1),
}


@pytest.mark.parametrize("inside", INSIDE.values(), ids=INSIDE)
async def test_a_call_inside_the_bounds_runs_once_and_says_what_let_it(tmp_path: Path, inside: Bounds) -> None:
    async with granted(tmp_path / "state", inside) as (client, services, grants):
        await succeed(client, *CALL)
        assert (await fail(client, *CALL))["code"] == "ApprovalRequired"
        changes = (await succeed(client, "list_changes"))["changes"]
        (grant,) = await grants.latest(all_of_them=True)
        assert await grants.latest() == []
    assert (len(services.sent), grant.calls) == (1, 1)
    assert [(change["outcome"], change.get("evidence")) for change in changes] == [
        ("refused: ApprovalRequired", None),
        ("done", "grant"),
        ("granted", "grant"),
    ]


@pytest.mark.parametrize("outside", OUTSIDE.values(), ids=OUTSIDE)
async def test_a_call_outside_of_any_bound_waits_for_a_human(tmp_path: Path, outside: Bounds) -> None:
    async with granted(tmp_path / "state", outside) as (client, services, grants):
        assert (await fail(client, *CALL))["code"] == "ApprovalRequired"
        (grant,) = await grants.latest(all_of_them=True)
    assert (services.sent, grant.calls) == ([], 0)


async def test_a_revoked_grant_lets_nothing_through(tmp_path: Path) -> None:
    async with granted(tmp_path / "state", bounds(max_calls=5)) as (client, services, grants):
        await succeed(client, *CALL)
        (grant,) = await grants.latest()
        assert await grants.revoke(grant.id, "a test")
        assert not await grants.revoke(grant.id, "a test")
        assert (await fail(client, *CALL))["code"] == "ApprovalRequired"
    assert len(services.sent) == 1


def deletion(number: int) -> Matter:
    """The deletion of so many identities of the pool, as purge_identities asks for it."""
    operation = OPERATIONS["delete_identities"]
    ids = [f"us-east-1:00000000-0000-4000-8000-{each:012}" for each in range(number)]
    step = Step(operation, operation.input.model_validate({"identity_ids_to_delete": ids}))
    assessment = Assessment(Findings(Effect.DESTROY, "Deletes."), "state", pool=Pool(POOL, NAMES[0]))
    caller = Caller(CALLER.arn, CALLER.account)
    return Matter(operation, (step,), Target("us-east-1", "a fake"), caller, assessment, "a rule")


async def test_identities_are_counted_over_all_calls(tmp_path: Path) -> None:
    allowed = bounds(operations=frozenset({"delete_identities"}), max_calls=9, max_identities=3)
    async with granted(tmp_path / "state", allowed) as (_, _, grants):
        taken = [await grants.spend(deletion(number)) is not None for number in (2, 2, 1, 1)]
        (spent,) = await grants.latest()
    assert taken == [True, False, True, False]
    assert (spent.calls, spent.identities) == (2, 3)


async def test_a_clock_that_is_set_back_revives_no_grant(tmp_path: Path) -> None:
    clock = Clock()
    allowed = bounds(operations=frozenset({"delete_identities"}), max_calls=9, expires_at=clock.now + 100)
    folder = StateFolder.at(tmp_path / "state")
    for moves, holds in (((90, -80), True), ((9,), True), ((1,), False), ((-500,), False)):
        database = Database(folder)
        grants = Grants(database, clock)
        if not await grants.latest(all_of_them=True):
            await grants.add(allowed, "a test")
        for seconds in moves:
            clock.now += seconds
            assert len(await grants.latest()) == holds
        assert (await grants.spend(deletion(1)) is not None) == holds
        await database.aclose()


async def test_several_steps_cost_several_calls(tmp_path: Path) -> None:
    allowed = bounds(operations=frozenset({"delete_identities"}), max_calls=3)
    twice = replace(deletion(1), steps=deletion(1).steps * 2)
    async with granted(tmp_path / "state", allowed) as (_, _, grants):
        assert [await grants.spend(twice) is not None for _ in range(2)] == [True, False]
        (left,) = await grants.latest()
    assert left.calls == 2


async def test_a_grant_by_name_covers_a_pool_that_is_made(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[effects]\nwrite = "confirm"\n')
    making = bounds(operations=frozenset({"create_identity_pool"}), pool_id=None, pool_name="ci-*")
    create = {"allow_unauthenticated_identities": False}
    async with granted(tmp_path / "state", making, policy=policy) as (client, services, _):
        error = await fail(client, "create_identity_pool", create | {"identity_pool_name": "production"})
        assert (error["code"], services.sent) == ("ApprovalRequired", [])
        await client.call_tool("create_identity_pool", create | {"identity_pool_name": "ci-1"})
    assert [name for name, _ in services.sent] == ["create_identity_pool"]


async def test_what_the_policy_refuses_stays_refused(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    async with granted(folder, bounds()) as (client, services, grants):
        (grant,) = await grants.latest()
        await grants.revoke(grant.id, "a test")
        waiting = (await fail(client, *CALL))["approval"]["id"]
    database = Database(StateFolder.at(folder))
    assert await Approvals(database).approve(waiting, "a test")
    await database.aclose()
    async with granted(folder, bounds(), services=services, read_only=True) as (client, _, grants):
        assert (await fail(client, *CALL))["code"] == "RefusedByPolicy"
        assert [(each.calls, each.revoked_at is None) for each in await grants.latest()] == [(0, True)]
    assert services.sent == []
    async with granted(folder, services=services) as (client, _, _):
        await succeed(client, *CALL)


@pytest.mark.parametrize("transport", ["in process", "http"])
async def test_fifty_calls_at_once_on_a_grant_of_seven(transport: str, local_service: str, tmp_path: Path) -> None:
    stage = Stage(transport, "auto", local_service, tmp_path / "state")
    await stage.set_up()
    place = f"AWS at {local_service}"
    seven = bounds(place=place, pool_id=stage.pool, account=None, max_calls=7)
    database = Database(StateFolder.at(stage.state))
    await Grants(database).add(seven, "a test")
    codes = Counter[str]()
    async with stage.client() as client:

        async def call(number: int) -> None:
            members = {"identity_pool_name": f"pool {number}", "allow_unauthenticated_identities": True}
            result = await client.call_tool("update_identity_pool", {"identity_pool_id": stage.pool} | members)
            codes[code_of(result)] += 1

        with anyio.fail_after(90):
            async with anyio.create_task_group() as tasks:
                for number in range(50):
                    tasks.start_soon(call, number)
    (grant,) = await Grants(database).latest(all_of_them=True)
    await database.aclose()
    assert (codes, grant.calls) == ({"done": 7, "ApprovalRequired": MOST_OPEN, "TooManyQuestions": 43 - MOST_OPEN}, 7)
    assert sum(change.state == "done" for change in await stage.changes()) == 7


FALLS_SHORT = {
    "expired": (bounds(expires_at=time.time() - 1), False, "has expired"),
    "revoked": (bounds(), True, "was revoked"),
    "used up": (bounds(max_calls=1), False, "is used up"),
}


@pytest.mark.parametrize(("given", "revoked", "lacks"), FALLS_SHORT.values(), ids=FALLS_SHORT)
async def test_a_refusal_names_the_grant_that_falls_short(
    tmp_path: Path, given: Bounds, revoked: bool, lacks: str
) -> None:
    elsewhere = replace(given, pool_id=f"{POOL[:-1]}2")
    async with granted(tmp_path / "state", given, elsewhere) as (client, _, grants):
        (grant,) = [each for each in await grants.latest(all_of_them=True) if each.bounds.pool_id == POOL]
        if revoked:
            await grants.revoke(grant.id, "a test")
        error = await fail(client, *CALL) if lacks != "is used up" else await second(client)
    assert error["approval"]["note"] == f"Grant {grant.id} would cover it, but {lacks}."


async def second(client: Client) -> Facts:
    """The error of the second call of two."""
    await succeed(client, *CALL)
    return await fail(client, *CALL)


@pytest.mark.parametrize(
    ("calls", "identities", "lacks"),
    [
        (2, 10, "has 2 calls left of the 3 that this takes"),
        (3, 1, "has 1 identity left of the 6 that this takes"),
    ],
)
async def test_a_grant_that_is_too_small_says_by_how_much(
    tmp_path: Path, calls: int, identities: int, lacks: str
) -> None:
    allowed = bounds(operations=frozenset({"delete_identities"}), max_calls=calls, max_identities=identities)
    thrice = replace(deletion(2), steps=deletion(2).steps * 3)
    async with granted(tmp_path / "state", allowed) as (_, _, grants):
        (grant,) = await grants.latest()
        assert await grants.shortfall(deletion(1)) is None
        assert await grants.shortfall(thrice) == f"Grant {grant.id} would cover it, but {lacks}."


async def test_what_an_old_grant_lacks_is_not_told_for_ever(tmp_path: Path) -> None:
    old = bounds(expires_at=time.time() - REMEMBERED_FOR - 1)
    async with granted(tmp_path / "state", old) as (client, _, _):
        assert "note" not in (await fail(client, *CALL))["approval"]


@pytest.mark.parametrize(
    ("grant", "covered"),
    [
        (bounds(operations=frozenset({"get_id"})), True),
        (bounds(operations=frozenset({"get_id"}), pool_id=None, pool_name="pool *"), False),
    ],
    ids=["for one pool", "for pools by name"],
)
async def test_unsigned_calls_belong_to_the_account_of_their_pool(tmp_path: Path, grant: Bounds, covered: bool) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[effects]\nwrite = "confirm"\n')
    async with granted(tmp_path / "state", grant, policy=policy) as (client, services, _):
        result = await client.call_tool("get_id", {"identity_pool_id": POOL})
    assert (code_of(result), len(services.sent)) == (("done", 1) if covered else ("ApprovalRequired", 0))


# From the shell.


def add(state: Path, url: str, pool: str, *more: str, said: str) -> tuple[int, str]:
    words = ("--operation", "update_identity_pool", "--pool", pool, "--calls", "1", "--expires", "1h", *more)
    return typing(state, "grants", "add", *words, "--endpoint-url", url, said=(("Type grant to go ahead: ", said),))


async def test_a_grant_is_given_by_a_person_at_a_terminal_and_seen_spent(
    local_service: str, state: Path, http_server: str
) -> None:
    stage = Stage("http", "auto", local_service, state, http_server)
    await stage.set_up()
    call = ("update_identity_pool", UPDATE | {"identity_pool_id": stage.pool})
    assert add(state, local_service, stage.pool, said="yes\n")[0] == 3
    async with stage.client() as client:
        assert (await fail(client, *call))["code"] == "ApprovalRequired"
        assert stage.hand.sees(stage.pool) == stage.left
        status, screen = add(state, local_service, stage.pool, "--note", "for a test", said="grant\n")
        assert (status, f"pool {stage.pool}" in screen) == (0, True)
        await succeed(client, *call)
        again = (call[0], call[1] | {"identity_pool_name": "renamed again"})
        assert (await fail(client, *again))["code"] == "ApprovalRequired"
    (row,) = [row for row in listed(state, "grants", "list", "--all") if row.get("note") == "for a test"]
    assert (row["spent"], row["max_calls"], row["pool_id"]) == ({"calls": 1, "identities": 0}, 1, stage.pool)
    assert row["id"] not in [each["id"] for each in listed(state, "grants", "list")]
    assert piped(state, "grants", "revoke", row["id"])[0] == 0
    assert piped(state, "grants", "revoke", row["id"])[0] == 2


def test_granting_and_revoking_are_on_record_with_who_did_it_and_what_it_allows(tmp_path: Path) -> None:
    state, url, person = tmp_path / "state", "http://127.0.0.1:9", f"{getpass.getuser()} in a terminal"
    assert add(state, url, POOL, "--operation", "delete_identities", "--identities", "7", said="grant\n")[0] == 0
    (grant,) = listed(state, "grants", "list")
    grant_id, expires_at = (grant.pop(name) for name in ("id", "expires_at"))
    assert grant == {
        "operations": ["delete_identities", "update_identity_pool"],
        "place": f"AWS at {url}",
        "region": "us-east-1",
        "max_calls": 1,
        "pool_id": POOL,
        "max_identities": 7,
        "spent": {"calls": 0, "identities": 0},
        "created_by": person,
    }
    assert piped(state, "grants", "revoke", grant_id)[0] == 0
    operations = "delete_identities, update_identity_pool"
    rows = listed(state, "changes", "list", "--pool", POOL)
    common = {
        "operation": operations,
        "identity_pool_id": POOL,
        "region": "us-east-1",
        "effect": "destroy",
        "evidence": "grant",
        "decided_by": person,
    }
    revoked, granted = ({**row, "id": "", "at": ""} for row in rows)
    assert granted == common | {
        "id": "",
        "at": "",
        "tool": "grants add",
        "decision": f"confirm: {operations} allowed ahead of time",
        "outcome": "granted",
    }
    assert revoked == common | {
        "id": "",
        "at": "",
        "tool": "grants revoke",
        "decision": f"confirm: {operations} no longer allowed ahead of time",
        "outcome": "revoked",
    }
    shown = json.loads(piped(state, "changes", "show", rows[1]["id"])[1])
    assert shown["evidence"] == {"kind": "grant", "id": grant_id, "era": None, "by": person}
    until = shown["request"].pop("expires_at")
    assert datetime.fromisoformat(until).strftime("%Y-%m-%dT%H:%M:%SZ") == expires_at
    assert shown["request"] == {
        "operations": ["delete_identities", "update_identity_pool"],
        "max_calls": 1,
        "max_identities": 7,
        "pool_id": POOL,
        "spent": {"calls": 0, "identities": 0},
    }
    assert piped(state, "changes", "verify")[0] == 0


ADD = ("grants", "add", "--calls", "1", "--expires", "1h")


def test_without_a_terminal_nothing_is_granted(tmp_path: Path) -> None:
    words = (*ADD, "--operation", "tag_resource", "--pool", POOL)
    status, said = piped(tmp_path / "state", *words, stdin="grant\n")
    assert (status, "Granting needs a person at an interactive terminal." in said) == (3, True)
    assert listed(tmp_path / "state", "grants", "list", "--all") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--operation", "list_identities", "--pool", POOL), "Not to be granted: list_identities"),
        (("--operation", "tag_resource"), "Give --pool or --pool-name"),
        (("--operation", "tag_resource", "--pool", POOL, "--pool-name", "ci-*"), "Give --pool or --pool-name"),
        (("--operation", "tag_resource", "--pool-name", "*", "--region", "us-east-1"), "is every pool"),
        (("--operation", "tag_resource", "--pool-name", "ci-*"), "needs --region"),
        (("--operation", "delete_identities", "--pool", POOL), "delete_identities needs --identities"),
        (("--operation", "tag_resource", "--pool", POOL, "--expires", "31d"), "at most 30d"),
        (
            ("--operation", "unlink_identity", "--operation", "get_open_id_token", "--pool", POOL),
            "No grant covers get_open_id_token, unlink_identity: a grant holds for a pool, and these calls do not say",
        ),
    ],
)
def test_there_is_no_grant_without_bounds(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    status, screen = typing(tmp_path / "state", *ADD, *words)
    assert (status, said in " ".join(screen.split())) == (2, True)


@pytest.mark.parametrize(
    ("pools", "granted"), [(("--pool-name", "ci-*", "--region", "us-east-1"), False), (("--pool", POOL), True)]
)
async def test_unsigned_calls_are_granted_for_one_pool_where_the_account_is_known(
    tmp_path: Path, pools: tuple[str, ...], granted: bool
) -> None:
    async with sts() as who:
        aws = {"AWS_ENDPOINT_URL_STS": who.url, "AWS_ACCESS_KEY_ID": "AKIA0", "AWS_SECRET_ACCESS_KEY": "key"}
        words = (*ADD, "--operation", "get_id", "--operation", "tag_resource", *pools)
        said = (("Type grant to go ahead: ", "grant\n"),) if granted else ()
        add = partial(typing, tmp_path / "state", *words, said=said, **aws)
        status, screen = await anyio.to_thread.run_sync(add)
    assert (status, who.asked) == (0 if granted else 2, 1)
    refusal = "No grant by pool name covers get_id: these calls are not signed"
    assert (refusal in " ".join(screen.split())) is not granted
    assert len(await anyio.to_thread.run_sync(listed, tmp_path / "state", "grants", "list")) == granted
