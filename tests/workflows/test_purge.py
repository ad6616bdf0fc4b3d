"""`purge_identities` deletes exactly the set that a human agreed to, and the record says what became of it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import anyio
import anyio.to_thread
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st
from mcp import Client

from cognito_identity_mcp.confirmation.approvals import Approvals
from cognito_identity_mcp.confirmation.grants import Bounds, Grants
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.workflows import deleting, rechecking
from cognito_identity_mcp.workflows.catalogue import WORKFLOWS
from cognito_identity_tools.catalogue import OPERATIONS
from tests.clocks import NOW, Clock
from tests.interaction.clients import Era, Facts, agreeing, agreeing_after, fail, in_process, succeed
from tests.interaction.endpoints import Request, Response, aws_error, endpoint
from tests.interaction.examples import POOL_ID
from tests.local.client import post
from tests.local_features.service import Service, serving

DEVELOPER = "login.example"


def rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(ids: set[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


class Population:
    """Identities of a local pool, made one hour after the other; `kinds` and `modified` say of each what is known."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.pool = service.create_pool(DeveloperProviderName=DEVELOPER)
        self.kinds: dict[str, str] = {}

    def add(self, kind: str) -> None:
        self.service.clock.now += 3600
        if kind == "guest":
            self.kinds[self.service.get_id(self.pool)] = kind
            return
        user = self._user()
        self.kinds[user[1]] = "linked"
        if kind == "disabled":
            other = self._user()
            self.kinds[other[1]] = "linked"
            self.kinds[user[1]] = "disabled"
            names = {"SourceUserIdentifier": user[0], "DestinationUserIdentifier": other[0]}
            pool = {"IdentityPoolId": self.pool, "DeveloperProviderName": DEVELOPER}
            self.service.call("MergeDeveloperIdentities", **pool, **names)

    def _user(self) -> tuple[str, str]:
        name = f"user {len(self.kinds)}"
        logins = {DEVELOPER: name}
        answer = self.service.call("GetOpenIdTokenForDeveloperIdentity", IdentityPoolId=self.pool, Logins=logins)
        return name, str(answer["IdentityId"])

    def modified(self) -> dict[str, float]:
        """Those that are there, by id."""
        found: dict[str, float] = {}
        token: Facts = {}
        while True:
            page = self.service.call("ListIdentities", IdentityPoolId=self.pool, MaxResults=60, **token)
            found |= {each["IdentityId"]: each["LastModifiedDate"] for each in page["Identities"]}
            if "NextToken" not in page:
                return found
            token = {"NextToken": page["NextToken"]}


async def purged(client: Client, people: Population, wanted: Facts) -> None:
    before = people.modified()
    cut = wanted.get("last_modified_before")
    matching = {
        name
        for name, modified in before.items()
        if wanted.get("only") in (None, people.kinds[name]) and (cut is None or rfc3339(modified) < cut)
    }
    arguments = {"identity_pool_id": people.pool, **wanted}
    dry = await succeed(client, "purge_identities", arguments)
    assert (dry["dry_run"], dry["count"], dry["digest"]) == (True, len(matching), digest(matching))
    assert {each["identity_id"] for each in dry["sample"]} == set(sorted(matching)[:10])
    assert people.modified() == before
    wet = await succeed(client, "purge_identities", arguments | {"dry_run": False})
    assert wet["digest"] == dry["digest"]
    assert wet.get("deleted", 0) == len(matching)
    assert people.modified().keys() == before.keys() - matching


def delete_all(_: int, __: list[str]) -> dict[str, str]:
    return {}


KINDS = st.lists(st.sampled_from(["guest", "linked", "disabled"]), max_size=8)
HOURS = st.integers(0, 9).map(lambda hours: rfc3339(NOW + 3600 * hours + 1800))
ONLY = st.sampled_from(["guest", "disabled"])


def asked_for(only: str | None, before: str | None) -> Facts:
    members = {"only": only, "last_modified_before": before}
    return {name: value for name, value in members.items() if value is not None}


FILTERS = st.builds(asked_for, st.none() | ONLY, st.none() | HOURS).filter(bool)


@hypothesis_settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(KINDS, FILTERS), min_size=1, max_size=6))
def test_any_filter_deletes_exactly_what_it_says_and_counts_it_before(cases: list[tuple[list[str], Facts]]) -> None:
    async def run(service: Service, folder: Path) -> None:
        async with in_process(Settings(endpoint_url=service.url, state=folder), agreeing()) as client:
            for kinds, wanted in cases:
                service.clock.now = NOW
                people = Population(service)
                for kind in kinds:
                    people.add(kind)
                await purged(client, people, wanted)

    with serving() as service, TemporaryDirectory() as folder:
        anyio.run(run, service, Path(folder) / "state")


async def test_a_human_agrees_to_the_exact_set_by_typing_its_size_and_the_pool(era: Era) -> None:
    human = agreeing()
    with serving() as service:
        people = Population(service)
        for kind in ("guest", "guest", "linked"):
            people.add(kind)
        guests = sorted(name for name, kind in people.kinds.items() if kind == "guest")
        modified = people.modified()
        async with in_process(Settings(endpoint_url=service.url), human, era) as client:
            arguments = {"identity_pool_id": people.pool, "only": "guest", "dry_run": False}
            result = await succeed(client, "purge_identities", arguments)
            changes = (await succeed(client, "list_changes"))["changes"]
    assert result == {
        "dry_run": False,
        "count": 2,
        "digest": digest(set(guests)),
        "scanned": 3,
        "complete": True,
        "deleted": 2,
        "run": result["run"],
    }
    assert [(each["tool"], each["operation"], each["outcome"], each["part_of"]) for each in changes] == [
        ("purge_identities", "delete_identities", "done", result["run"])
    ]
    (question,) = human.questions
    lines = question.message.splitlines()
    assert lines[0] == (
        'Purge identities: Deletes 2 identities from identity pool "pool" for good: only guests. '
        "Their users get new ids next time."
    )
    shown = [f"  {name}: no login, last modified {rfc3339(modified[name])} → deleted" for name in guests]
    assert lines[3:5] == shown
    assert f"  exactly this set: {digest(set(guests))[:16]} (SHA-256 of its ids)" in lines
    assert question.requested_schema["properties"]["confirmation"] == {
        "type": "string",
        "title": "Type delete 2 identities of pool to go ahead",
    }


async def test_where_nobody_can_be_asked_one_approval_is_wanted_for_the_whole_set(era: Era) -> None:
    with serving() as service:
        people = Population(service)
        for _ in range(61):
            people.add("guest")
        before = people.modified()
        async with in_process(Settings(endpoint_url=service.url), None, era) as client:
            arguments = {"identity_pool_id": people.pool, "only": "guest", "dry_run": False}
            error = await fail(client, "purge_identities", arguments)
            again = await fail(client, "purge_identities", arguments)
        assert people.modified() == before
    assert error["code"] == "ApprovalRequired"
    assert "Deletes 61 identities" in error["approval"]["question"]
    assert again["approval"]["id"] == error["approval"]["id"]


async def test_a_set_that_grows_while_a_human_thinks_is_asked_about_anew(era: Era) -> None:
    with serving() as service:
        people = Population(service)
        people.add("guest")
        human = agreeing_after(lambda: people.add("guest"))
        async with in_process(Settings(endpoint_url=service.url), human, era) as client:
            arguments = {"identity_pool_id": people.pool, "only": "guest", "dry_run": False}
            result = await succeed(client, "purge_identities", arguments)
        assert people.modified() == {}
    assert (result["count"], result["deleted"]) == (2, 2)
    assert [question.message.split(" from ")[0] for question in human.questions] == [
        "Purge identities: Deletes 1 identity",
        "Purge identities: Deletes 2 identities",
    ]


async def test_a_bounded_purge_goes_on_where_it_ended(settings: Settings, local_service: str) -> None:
    people = Population(Service(local_service, Clock()))
    for _ in range(5):
        people.add("guest")
    arguments = {"identity_pool_id": people.pool, "only": "guest", "dry_run": False, "max_identities": 3}
    async with in_process(settings, agreeing()) as client:
        first, second, third = [await succeed(client, "purge_identities", arguments) for _ in range(3)]
    assert [(each["count"], each["complete"], each.get("deleted")) for each in (first, second, third)] == [
        (3, False, 3),
        (2, True, 2),
        (0, True, None),
    ]
    assert people.modified() == {}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({}, "only: or last_modified_before is required: a purge of all identities is delete_identity_pool"),
        (
            {"last_modified_before": "2026-13-01T00:00:00Z"},
            "last_modified_before: is no time: month must be in 1..12",
        ),
        (
            {"last_modified_before": "2026-01-31"},
            'last_modified_before: must be written as 2026-01-31T00:00:00Z (given: "2026-01-31")',
        ),
    ],
)
async def test_a_purge_without_a_filter_that_makes_sense_is_refused(
    settings: Settings, arguments: Facts, problem: str
) -> None:
    async with in_process(settings, agreeing()) as client:
        error = await fail(client, "purge_identities", {"identity_pool_id": POOL_ID, "dry_run": False, **arguments})
    assert [each["text"] for each in error["problems"]] == [problem]


async def test_a_server_that_only_reads_counts_but_does_not_delete(local_service: str) -> None:
    people = Population(Service(local_service, Clock()))
    people.add("guest")
    async with in_process(Settings(endpoint_url=local_service, read_only=True), agreeing()) as client:
        arguments = {"identity_pool_id": people.pool, "only": "guest"}
        assert (await succeed(client, "purge_identities", arguments))["count"] == 1
        error = await fail(client, "purge_identities", arguments | {"dry_run": False})
    assert error["code"] == "RefusedByPolicy"
    assert len(people.modified()) == 1


class Aws:
    """A pool of guests at AWS. `verdict` says of each deletion what becomes of its ids: an error code for some."""

    def __init__(self, size: int, verdict: Callable[[int, list[str]], dict[str, str] | Response]) -> None:
        self.left = {f"us-east-1:{number:08d}": None for number in range(size)}
        self.batches: list[list[str]] = []
        self._verdict = verdict

    async def __call__(self, request: Request) -> Response:
        body = json.loads(request.body)
        if request.operation == "DescribeIdentityPool":
            return Response(
                {"IdentityPoolId": POOL_ID, "IdentityPoolName": "far", "AllowUnauthenticatedIdentities": True}
            )
        if request.operation == "ListIdentities":
            start, ids = int(body.get("NextToken", "0")), list(self.left)
            page = [{"IdentityId": each} for each in ids[start : start + 60]]
            more = {"NextToken": str(start + 60)} if start + 60 < len(ids) else {}
            return Response({"IdentityPoolId": POOL_ID, "Identities": page, **more})
        if request.operation == "DescribeIdentity":
            return Response({"IdentityId": body["IdentityId"]})
        return await self.delete(body["IdentityIdsToDelete"])

    async def delete(self, ids: list[str]) -> Response:
        self.batches.append(ids)
        verdict = self._verdict(len(self.batches), ids)
        if isinstance(verdict, Response):
            return verdict
        for each in ids:
            if each not in verdict:
                del self.left[each]
        return Response(
            {"UnprocessedIdentityIds": [{"IdentityId": each, "ErrorCode": code} for each, code in verdict.items()]}
        )


@dataclass
class Meanwhile:
    """A local service behind a wire on which, once, something happens right after the first deletion."""

    service: Service
    does: Callable[[], None]
    deleted: int = 0

    async def __call__(self, request: Request) -> Response:
        answer = await anyio.to_thread.run_sync(post, self.service.url, request.operation, json.loads(request.body))
        if request.operation == "DeleteIdentities":
            self.deleted += 1
            if self.deleted == 1:
                await anyio.to_thread.run_sync(self.does)
        return Response(answer.json if answer.body else {}, answer.status)


ELSEWHERE = '[[rules]]\nname = "elsewhere"\ndecision = "refuse"\npool_tags = { environment = "prod" }\n'


@pytest.mark.parametrize("policy", ["", ELSEWHERE], ids=["no policy", "rules about other pools"])
async def test_who_signs_in_between_two_batches_stays(
    era: Era, policy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "BATCH", 2)
    (tmp_path / "policy.toml").write_text(policy)
    with serving() as service:
        people = Population(service)
        for _ in range(5):
            people.add("guest")
        guests: list[str] = []

        def signs_in_and_goes() -> None:
            guests.extend(people.modified())
            service.clock.now += 1
            member = {"IdentityPoolId": people.pool, "IdentityId": guests[0], "Logins": {DEVELOPER: "somebody"}}
            service.call("GetOpenIdTokenForDeveloperIdentity", **member)
            service.call("DeleteIdentities", IdentityIdsToDelete=[guests[1]])

        async with endpoint(Meanwhile(service, signs_in_and_goes)) as wire:
            settings = Settings(endpoint_url=wire.url, policy=tmp_path / "policy.toml")
            async with in_process(settings, agreeing(), era) as client:
                arguments = {"identity_pool_id": people.pool, "only": "guest", "dry_run": False}
                result = await succeed(client, "purge_identities", arguments)
                again = await succeed(client, "purge_identities", arguments)
        assert list(people.modified()) == [guests[0]]
    assert {each["identity_id"]: each["code"] for each in result["not_deleted"]} == {
        guests[0]: "ChangedSinceApproval",
        guests[1]: "ResourceNotFoundException",
    }
    assert (result["count"], result["deleted"], again["count"]) == (5, 3, 0)
    sent = [json.loads(each.body)["IdentityIdsToDelete"] for each in wire.requests if each.operation.startswith("Del")]
    assert ([len(ids) for ids in sent], set(guests[:2]) & {each for ids in sent for each in ids}) == ([2, 1], set())


async def test_what_cannot_be_looked_at_again_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long pool, in which the set stands behind the pages that a look reads."""
    monkeypatch.setattr(rechecking, "PAGES", 1)

    class Denying(Aws):
        async def __call__(self, request: Request) -> Response:
            if request.operation == "DescribeIdentity":
                return aws_error("AccessDeniedException", "no")
            return await super().__call__(request)

    aws = Denying(61, lambda _, ids: dict.fromkeys(ids, "AccessDenied"))
    async with endpoint(aws) as fake, in_process(Settings(endpoint_url=fake.url), agreeing()) as client:
        result = await succeed(client, "purge_identities", PURGE)
    assert ([len(batch) for batch in aws.batches], len(aws.left)) == ([60], 61)
    assert result["stopped"] == "AccessDeniedException: no"
    assert result["not_deleted"][-1] == {"identity_id": "us-east-1:00000060", "code": "AccessDeniedException"}


@pytest.mark.parametrize(("decision", "sizes"), [("confirm", [60, 1]), ("refuse", [60])])
async def test_the_consent_to_a_purge_covers_looking_again_but_opens_nothing_that_the_policy_refuses(
    decision: str, sizes: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "PAGES", 1)
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[operations]\ndescribe_identity = "{decision}"\n')
    aws = Aws(61, lambda number, ids: dict.fromkeys(ids, "AccessDenied") if number == 1 else {})
    async with endpoint(aws) as fake:
        settings = Settings(endpoint_url=fake.url, policy=policy, state=tmp_path / "state")
        async with in_process(settings, agreeing()) as client:
            result = await succeed(client, "purge_identities", PURGE)
    assert [len(batch) for batch in aws.batches] == sizes
    assert result["deleted"] == sum(sizes) - 60


PURGE = {"identity_pool_id": POOL_ID, "only": "guest", "dry_run": False}


@pytest.fixture
def no_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "BACK_OFF", (0.0, 0.0, 0.0))


@pytest.mark.usefixtures("no_back_off")
async def test_what_aws_fails_to_delete_is_tried_again_and_what_it_denies_is_not(era: Era) -> None:
    def verdict(batch: int, ids: list[str]) -> dict[str, str]:
        if batch <= 2:
            return {ids[0]: "InternalServerError", ids[1]: "AccessDenied"}
        return {ids[0]: "InternalServerError"} if len(ids) > 1 else {}

    aws = Aws(70, verdict)
    denied = [f"us-east-1:{number:08d}" for number in (1, 61)]
    async with endpoint(aws) as fake, in_process(Settings(endpoint_url=fake.url), agreeing(), era) as client:
        result = await succeed(client, "purge_identities", PURGE)
        changes = (await succeed(client, "list_changes"))["changes"]
    declared = {OPERATIONS[name].aws_name for name in WORKFLOWS["purge_identities"].runs}
    assert set(fake.operations) == declared - {"DescribeIdentity"}
    assert [len(batch) for batch in aws.batches] == [60, 10, 2, 1]
    assert result["not_deleted"] == [{"identity_id": each, "code": "AccessDenied"} for each in denied]
    assert (result["deleted"], list(aws.left)) == (68, denied)
    assert {each["part_of"] for each in changes} == {result["run"]}
    assert len(changes) == 4


@pytest.mark.usefixtures("no_back_off")
async def test_what_aws_never_deletes_is_given_up_after_three_more_tries() -> None:
    aws = Aws(2, lambda _, ids: {ids[0]: "InternalServerError"})
    async with endpoint(aws) as fake, in_process(Settings(endpoint_url=fake.url), agreeing()) as client:
        result = await succeed(client, "purge_identities", PURGE)
    assert [len(batch) for batch in aws.batches] == [2, 1, 1, 1]
    assert result["not_deleted"] == [{"identity_id": "us-east-1:00000000", "code": "InternalServerError"}]


def denied_from(first: int) -> Callable[[int, list[str]], dict[str, str] | Response]:
    error = aws_error("AccessDeniedException", "no")
    return lambda batch, _: error if batch >= first else {}


async def test_a_purge_that_fails_half_way_says_what_is_gone_and_what_was_not_sent() -> None:
    aws = Aws(180, denied_from(2))
    async with endpoint(aws) as fake, in_process(Settings(endpoint_url=fake.url), agreeing()) as client:
        result = await succeed(client, "purge_identities", PURGE)
    assert (result["deleted"], len(result["not_deleted"]), result["not_sent"]) == (60, 60, 60)
    assert {each["code"] for each in result["not_deleted"]} == {"AccessDeniedException"}
    assert result["stopped"] == "AccessDeniedException: no"
    assert len(aws.left) == 120


async def test_a_purge_that_fails_at_once_is_an_error() -> None:
    aws = Aws(61, denied_from(1))
    async with endpoint(aws) as fake, in_process(Settings(endpoint_url=fake.url), agreeing()) as client:
        error = await fail(client, "purge_identities", PURGE)
    assert error["code"] == "AccessDeniedException"
    assert len(aws.batches) == 1


async def test_progress_is_told_batch_by_batch_and_never_goes_back(era: Era) -> None:
    seen: list[tuple[float, float | None, str | None]] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message))

    aws = Aws(130, delete_all)
    async with endpoint(aws) as fake, in_process(Settings(endpoint_url=fake.url), agreeing(), era) as client:
        await client.call_tool("purge_identities", PURGE, progress_callback=heard)
    deleting_ones = [each for each in seen if each[2] == "Deleting identities"]
    start = deleting_ones[0][0] - 60
    assert [(done - start, total and total - start) for done, total, _ in deleting_ones] == [
        (60, 130),
        (120, 130),
        (130, 130),
    ]


async def test_progress_does_not_go_back_while_a_human_is_awaited(
    era: Era, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cognito_identity_mcp.conversation._PROGRESS_INTERVAL", 0.01)
    monkeypatch.setattr("cognito_identity_mcp.confirmation.gate._LOOK_EVERY", 0.01)
    seen: list[tuple[float, float | None, str | None]] = []
    waits = anyio.Event()

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message))
        if message == "Waiting for a human to confirm":
            waits.set()

    async def approve() -> None:
        with anyio.fail_after(20):
            await waits.wait()
        database = Database(StateFolder.at(tmp_path))
        (waiting,) = await Approvals(database).latest(2)
        assert await Approvals(database).approve(waiting.id, "a test")
        await database.aclose()

    aws = Aws(130, delete_all)
    async with endpoint(aws) as fake, anyio.create_task_group() as tasks:
        settings = Settings(endpoint_url=fake.url, state=tmp_path, approval_wait=30)
        async with in_process(settings, None, era) as client:
            tasks.start_soon(approve)
            result = await client.call_tool("purge_identities", PURGE, progress_callback=heard)
            assert not result.is_error
    told = [progress for progress, _, _ in seen]
    assert told == sorted(set(told))
    assert seen[-1][0] == seen[-1][1]
    assert list(dict.fromkeys(message for _, _, message in seen)) == [
        "Looking at the pool's identities",
        "Waiting for a human to confirm",
        "Deleting identities",
    ]


class Held(Aws):
    """Holds the second deletion until it is let go."""

    def __init__(self) -> None:
        super().__init__(180, delete_all)
        self.came, self.go = anyio.Event(), anyio.Event()

    async def delete(self, ids: list[str]) -> Response:
        if len(self.batches) == 1:
            self.came.set()
            await self.go.wait()
        return await super().delete(ids)


async def cancelled_at_the_second_batch(aws: Held, client: Client) -> list[Facts]:
    """The changes on record, once the call has ended."""
    giving_up = anyio.CancelScope()

    async def purge() -> None:
        with giving_up:
            await client.call_tool("purge_identities", PURGE)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(purge)
        await aws.came.wait()
        giving_up.cancel()
        # The server answers in order: it knows of the cancellation when it answers this.
        await succeed(client, "list_changes")
        aws.go.set()
    with anyio.fail_after(20):
        while True:
            changes = cast("list[Facts]", (await succeed(client, "list_changes"))["changes"])
            if "refused" in changes[0]["outcome"]:
                return changes


async def test_a_cancelled_purge_ends_between_two_batches_and_the_record_says_what_was_left(era: Era) -> None:
    aws = Held()
    async with endpoint(aws) as fake, in_process(Settings(endpoint_url=fake.url), agreeing(), era) as client:
        changes = await cancelled_at_the_second_batch(aws, client)
        again = await succeed(client, "purge_identities", PURGE)
    assert [each["outcome"] for each in changes] == ["refused: Cancelled", "done", "done"]
    assert len({each["part_of"] for each in changes}) == 1
    assert [len(batch) for batch in aws.batches] == [60, 60, 60]
    assert (again["deleted"], list(aws.left)) == (60, [])


async def granted(state: Path, place: str, identities: int) -> None:
    """A grant for the pool: calls enough, and so many identities."""
    bounds = Bounds(
        operations=frozenset({"delete_identities"}),
        place=place,
        region="us-east-1",
        expires_at=time.time() + 600,
        max_calls=10,
        max_identities=identities,
        pool_id=POOL_ID,
    )
    database = Database(StateFolder.at(state))
    try:
        await Grants(database).add(bounds, "a test")
    finally:
        await database.aclose()


@pytest.mark.parametrize(("identities", "left"), [(129, 130), (130, 0)])
async def test_a_grant_bounds_the_identities_of_all_batches_together(
    tmp_path: Path, identities: int, left: int
) -> None:
    aws = Aws(130, delete_all)
    async with endpoint(aws) as fake:
        await granted(tmp_path / "state", f"AWS at {fake.url}", identities)
        async with in_process(Settings(endpoint_url=fake.url, state=tmp_path / "state")) as client:
            result = await client.call_tool("purge_identities", PURGE)
    assert (result.is_error, len(aws.left)) == (left > 0, left)
