"""undo_change: what it puts back, to the byte, and what it leaves alone and says so."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings
from mcp import Client
from mcp_types import CallToolResult, ElicitRequestFormParams

from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.interaction.clients import (
    ERAS,
    FACEBOOK,
    Era,
    Facts,
    Human,
    Reply,
    agreeing,
    arn_of,
    create_pool,
    error_of,
    fail,
    in_process,
    says_yes,
    succeed,
)
from tests.interaction.endpoints import Request, Response, aws_error, endpoint
from tests.interaction.examples import POOL_ID, as_aws
from tests.journal.attempts import DELETING, DENIED
from tests.local.client import post

from .scenarios import declines
from .stage import Hand, asked, code_of, raw
from .states import CHANGES, Changing


class Undoing:
    """A client with its human, and somebody else at the same service."""

    def __init__(self, client: Client, hand: Hand, human: Human) -> None:
        self.client = client
        self.hand = hand
        self.human = human

    async def changes(self, tool: str, arguments: Facts) -> str:
        """The id of the change that the call made."""
        await succeed(self.client, tool, arguments)
        return await self.newest()

    async def newest(self) -> str:
        (change,) = (await succeed(self.client, "list_changes", {"limit": 1}))["changes"]
        return str(change["id"])

    async def undo(self, change: str) -> Facts:
        return await succeed(self.client, "undo_change", {"change_id": change})

    async def cannot_undo(self, change: str) -> Facts:
        error = await fail(self.client, "undo_change", {"change_id": change})
        assert error["code"] == "CannotBeUndone"
        assert error["message"].startswith(f"{change} was not undone: ")
        assert error["message"].endswith(" Nothing was changed.")
        return error

    def sees(self, pool: str) -> tuple[bytes, ...]:
        """The service's own four answers in which the five operations show, to the byte."""
        about = {"IdentityPoolId": pool, "IdentityProviderName": FACEBOOK}
        asking = {"GetPrincipalTagAttributeMap": about, "ListTagsForResource": {"ResourceArn": arn_of(pool)}}
        answers = (post(self.hand.url, name, members).body for name, members in asking.items())
        return (*self.hand.sees(pool)[:2], *answers)


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> Era:
    return cast("Era", request.param)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@asynccontextmanager
async def undoing_at(
    url: str, state: Path, era: Era = "auto", human: Human | None = None, region: str | None = None
) -> AsyncGenerator[Undoing]:
    settings, human = Settings(endpoint_url=url, state=state, region=region), human or agreeing()
    async with in_process(settings, human, era) as client:
        yield Undoing(client, Hand(url), human)


def restored(change: str) -> Facts:
    return {"undone": change, "restored": True}


@pytest.mark.parametrize("changing", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("era", ["auto"])
async def test_undo_puts_any_state_back_to_the_byte(hand: Hand, state: Path, era: Era, changing: Changing) -> None:
    async with undoing_at(hand.url, state, era) as undoing:

        @hypothesis_settings(
            max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
        )
        @given(changing.states)
        def collect(states: tuple[Facts, Facts]) -> None:
            examples.append(states)

        examples: list[tuple[Facts, Facts]] = []
        collect()
        for first, second in examples:
            pool = hand.makes_pool("a pool", SupportedLoginProviders={FACEBOOK: "4711"})
            await succeed(undoing.client, changing.set_up, changing.arguments(pool, first))
            before = undoing.sees(pool)
            change = await undoing.changes(changing.tool, changing.arguments(pool, second))
            assert await undoing.undo(change) == restored(change)
            assert undoing.sees(pool) == before, (first, second)


ROLE = "arn:aws:iam::123456789012:role"
NAMES: Facts = {"identity_pool_name": "p", "allow_unauthenticated_identities": True}
UNSORTED: dict[str, tuple[Facts, Facts]] = {
    "update_identity_pool": (
        NAMES
        | {
            "supported_login_providers": {"www.amazon.com": "2", FACEBOOK: "1", "accounts.google.com": "3"},
            "identity_pool_tags": {"z": "1", "a": "2", "m": "3"},
        },
        NAMES | {"supported_login_providers": {FACEBOOK: "1"}, "identity_pool_tags": {}},
    ),
    "set_identity_pool_roles": (
        {"roles": {"unauthenticated": f"{ROLE}/guest", "authenticated": f"{ROLE}/user"}},
        {"roles": {"authenticated": f"{ROLE}/user"}},
    ),
    "set_principal_tag_attribute_map": (
        {"principal_tags": {"z": "sub", "a": "aud", "m": "iss"}},
        {"principal_tags": {"a": "aud"}},
    ),
    "tag_resource": ({"tags": {"z": "1", "a": "2", "m": "3"}}, {"tags": {"b": "4", "a": "5"}}),
    "untag_resource": ({"tags": {"z": "1", "a": "2", "m": "3"}}, {"tag_keys": ["z", "a"]}),
}
"""Before and after, by tool, with maps in no order of their keys."""


@pytest.mark.parametrize("tool", UNSORTED)
@pytest.mark.parametrize("era", ["auto"])
async def test_undo_puts_the_order_of_maps_back_too(hand: Hand, state: Path, era: Era, tool: str) -> None:
    changing, (first, second) = CHANGES[tool], UNSORTED[tool]
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool("a pool", SupportedLoginProviders={FACEBOOK: "4711"})
        await succeed(undoing.client, changing.set_up, changing.arguments(pool, first))
        before = undoing.sees(pool)
        change = await undoing.changes(tool, changing.arguments(pool, second))
        assert undoing.sees(pool) != before
        assert await undoing.undo(change) == restored(change)
        assert undoing.sees(pool) == before


@pytest.mark.parametrize("era", ["auto"])
async def test_a_change_of_nothing_but_an_order_is_put_back(hand: Hand, state: Path, era: Era) -> None:
    tags = {"z": "sub", "a": "aud"}
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool("a pool", SupportedLoginProviders={FACEBOOK: "4711"})
        changing = CHANGES["set_principal_tag_attribute_map"]
        await succeed(undoing.client, changing.tool, changing.arguments(pool, {"principal_tags": tags}))
        before = undoing.sees(pool)
        turned = {"principal_tags": dict(reversed(tags.items()))}
        change = await undoing.changes(changing.tool, changing.arguments(pool, turned))
        assert undoing.sees(pool) != before
        assert await undoing.undo(change) == restored(change)
        assert undoing.sees(pool) == before


class OrderOfArrival:
    """Answers as AWS does, and shows tags in the order in which they came: AWS documents none."""

    def __init__(self) -> None:
        self.tags = {"z": "1", "a": "2"}

    async def answer(self, request: Request) -> Response:
        sent = json.loads(request.body)
        self.tags |= sent.get("Tags", {})
        self.tags = {key: value for key, value in self.tags.items() if key not in sent.get("TagKeys", ())}
        return Response({"Tags": self.tags}) if "Tag" in request.operation else await as_aws(request)


async def test_an_order_that_the_service_does_not_give_back_is_told(state: Path, era: Era) -> None:
    async with endpoint(OrderOfArrival().answer) as aws, undoing_at(aws.url, state, era) as undoing:
        change = await undoing.changes("untag_resource", {"resource_arn": arn_of(POOL_ID), "tag_keys": ["z"]})
        assert await undoing.undo(change) == restored(change) | {"in_another_order": ["tags"]}
        listed = await succeed(undoing.client, "list_tags_for_resource", {"resource_arn": arn_of(POOL_ID)})
    assert listed == {"tags": {"a": "2", "z": "1"}}


NEW_ROLES: Facts = {"roles": {"authenticated": f"{ROLE}/new"}}


def roles(pool: str, **more: Any) -> tuple[str, Facts]:
    return "set_identity_pool_roles", {"identity_pool_id": pool} | NEW_ROLES | more


async def test_an_undo_can_be_undone_and_both_are_on_record(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool()
        before = undoing.sees(pool)
        change = await undoing.changes(*roles(pool))
        changed = undoing.sees(pool)
        await undoing.undo(change)
        undo = await undoing.newest()
        assert await undoing.undo(undo) == restored(undo)
        assert undoing.sees(pool) == changed != before
        listed = (await succeed(undoing.client, "list_changes", {"limit": 3}))["changes"]
        assert [(each["tool"], each["operation"], each.get("undoes")) for each in listed] == [
            ("undo_change", "set_identity_pool_roles", undo),
            ("undo_change", "set_identity_pool_roles", change),
            ("set_identity_pool_roles", "set_identity_pool_roles", None),
        ]


async def test_a_change_that_was_undone_is_not_undone_again(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool()
        change = await undoing.changes(*roles(pool))
        await undoing.undo(change)
        undo, left, questions = await undoing.newest(), undoing.sees(pool), len(undoing.human.questions)
        assert await undoing.undo(change) == restored(change) | {"undone_before_by": undo}
        assert (undoing.sees(pool), len(undoing.human.questions)) == (left, questions)
        assert await undoing.newest() == undo


async def test_a_change_that_was_undone_and_made_anew_is_another_change(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool()
        change = await undoing.changes(*roles(pool))
        await undoing.undo(change)
        undo = await undoing.newest()
        again = await undoing.changes(*roles(pool))
        left, questions = undoing.sees(pool), len(undoing.human.questions)
        error = await undoing.cannot_undo(change)
        assert (
            f"it was undone already, by {undo}, and the state is not as it was before the change." in error["message"]
        )
        assert [problem["text"] for problem in error["problems"]] == [
            f'roles.authenticated: before the change it was not set, now it is "{ROLE}/new"'
        ]
        assert (undoing.sees(pool), len(undoing.human.questions)) == (left, questions)
        assert await undoing.undo(again) == restored(again)


async def test_a_change_whose_undo_was_undone_can_be_undone_again(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool()
        before = undoing.sees(pool)
        change = await undoing.changes(*roles(pool))
        await undoing.undo(change)
        await undoing.undo(await undoing.newest())
        assert undoing.sees(pool) != before
        assert await undoing.undo(change) == restored(change)
        assert undoing.sees(pool) == before


async def test_tags_go_back_in_two_steps_after_one_question_and_each_step_can_be_undone(
    hand: Hand, state: Path, era: Era
) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool(IdentityPoolTags={"stage": "test", "owner": "me"})
        before = undoing.sees(pool)
        change = await undoing.changes(
            "tag_resource", {"resource_arn": arn_of(pool), "tags": {"stage": "production", "new": "1"}}
        )
        changed, questions = undoing.sees(pool), len(undoing.human.questions)
        assert await undoing.undo(change) == restored(change)
        assert undoing.sees(pool) == before
        assert len(undoing.human.questions) == questions + 1
        tagged, untagged = (await succeed(undoing.client, "list_changes", {"limit": 2}))["changes"]
        assert [(each["operation"], each["undoes"]) for each in (tagged, untagged)] == [
            ("tag_resource", change),
            ("untag_resource", change),
        ]
        for step in (tagged["id"], untagged["id"]):
            assert await undoing.undo(step) == restored(step)
        assert undoing.sees(pool) == changed


class FailingOnce(OrderOfArrival):
    """Denies the second TagResource, which is that of the undo."""

    def __init__(self) -> None:
        super().__init__()
        self._tagged = 0

    async def answer(self, request: Request) -> Response:
        self._tagged += request.operation == "TagResource"
        if request.operation == "TagResource" and self._tagged == 2:
            return aws_error("AccessDeniedException", "no")
        return await super().answer(request)


async def test_an_undo_that_failed_half_way_is_not_told_to_be_made(state: Path, era: Era) -> None:
    async with endpoint(FailingOnce().answer) as aws, undoing_at(aws.url, state, era) as undoing:
        change = await undoing.changes("tag_resource", {"resource_arn": arn_of(POOL_ID), "tags": {"z": "5", "n": "3"}})
        failed = await fail(undoing.client, "undo_change", {"change_id": change})
        assert failed["code"] == "AccessDeniedException"
        error = await undoing.cannot_undo(change)
        assert "the state has been changed since" in error["message"]
        assert [problem["text"] for problem in error["problems"]] == ['tags.n: the change left "3", now it is not set']


async def test_a_state_that_moved_on_is_left_alone_and_the_difference_is_told(
    hand: Hand, state: Path, era: Era
) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool()
        change = await undoing.changes(*roles(pool))
        hand.does("SetIdentityPoolRoles", IdentityPoolId=pool, Roles={"authenticated": f"{ROLE}/b"})
        left, questions = undoing.sees(pool), len(undoing.human.questions)
        error = await undoing.cannot_undo(change)
        assert [(problem["path"], problem["text"]) for problem in error["problems"]] == [
            (
                "roles.authenticated",
                f'roles.authenticated: the change left "{ROLE}/new", now it is "{ROLE}/b"',
            )
        ]
        assert undoing.sees(pool) == left
        assert len(undoing.human.questions) == questions
        (refused,) = (await succeed(undoing.client, "list_changes", {"limit": 1}))["changes"]
        assert (refused["tool"], refused["outcome"]) == ("undo_change", "refused: CannotBeUndone")


class Meddling(Human):
    """Agrees to everything; before agreeing to an undo, somebody else changes the roles."""

    def __init__(self, hand: Hand, pool: str) -> None:
        super().__init__(self._answer)
        self._hand = hand
        self._pool = pool
        self.meddles = False

    def _answer(self, form: ElicitRequestFormParams) -> Reply:
        if self.meddles:
            self._hand.does("SetIdentityPoolRoles", IdentityPoolId=self._pool, Roles={})
        return says_yes(form)


async def test_a_state_that_moves_on_while_the_human_thinks_is_left_alone_too(
    hand: Hand, state: Path, era: Era
) -> None:
    pool = hand.makes_pool()
    human = Meddling(hand, pool)
    hand.does("SetIdentityPoolRoles", IdentityPoolId=pool, Roles={"unauthenticated": f"{ROLE}/old"})
    async with undoing_at(hand.url, state, era, human) as undoing:
        change = await undoing.changes(*roles(pool))
        human.meddles = True
        await undoing.cannot_undo(change)
    assert b"role" not in hand.sees(pool)[1]


async def test_a_state_that_is_as_before_already_needs_nobody_and_nothing(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool()
        change = await undoing.changes(*roles(pool))
        hand.does("SetIdentityPoolRoles", IdentityPoolId=pool, Roles={})
        questions = len(undoing.human.questions)
        assert await undoing.undo(change) == restored(change)
        assert len(undoing.human.questions) == questions
        assert await undoing.newest() == change


async def test_a_change_that_changed_nothing_does_not_undo_what_others_did_since(
    hand: Hand, state: Path, era: Era
) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool(IdentityPoolTags={"stage": "test"})
        change = await undoing.changes("tag_resource", {"resource_arn": arn_of(pool), "tags": {"stage": "test"}})
        hand.does("TagResource", ResourceArn=arn_of(pool), Tags={"owner": "me"})
        left = undoing.sees(pool)
        await undoing.cannot_undo(change)
        assert undoing.sees(pool) == left


async def test_undo_asks_as_the_operation_does_and_a_no_changes_nothing(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era, Human(declines)) as undoing:
        pool = hand.makes_pool()
        hand.does("SetIdentityPoolRoles", IdentityPoolId=pool, Roles={})
        change = await undoing.changes("tag_resource", {"resource_arn": arn_of(pool), "tags": {"new": "1"}})
        left = undoing.sees(pool)
        error = await fail(undoing.client, "undo_change", {"change_id": change})
        assert (error["code"], undoing.sees(pool)) == ("ConfirmationDeclined", left)
        (question,) = undoing.human.questions
        assert question.message.startswith("Undo a change: Of the pool's tags: removes")
        assert "tags.new: 1 → not set" in question.message


@pytest.mark.parametrize("era", ["auto"])
async def test_an_answer_to_an_undo_is_good_for_one(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool()
        change = await undoing.changes("tag_resource", {"resource_arn": arn_of(pool), "tags": {"new": "1"}})
        call = ("undo_change", {"change_id": change})
        sealed, answer = await asked(undoing.client, call)
        assert code_of(await raw(undoing.client, call, request_state=sealed, input_responses=answer)) == "done"
        await undoing.undo(await undoing.newest())
        reply = await raw(undoing.client, call, request_state=sealed, input_responses=answer)
        assert error_of(cast("CallToolResult", reply))["code"] == "ConfirmationAlreadyUsed"


# What does not come back, and that it is said.


async def test_a_first_map_of_session_tags_cannot_be_removed_again(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool()
        about = {"identity_pool_id": pool, "identity_provider_name": FACEBOOK, "principal_tags": {"user": "sub"}}
        change = await undoing.changes("set_principal_tag_attribute_map", about)
        left = undoing.sees(pool)
        error = await undoing.cannot_undo(change)
        assert (
            "there was no map before it, or none that could be read, and a map cannot be removed again"
            in (error["message"])
        )
        assert undoing.sees(pool) == left


async def test_a_developer_providers_name_stays_and_the_answer_says_so(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool("before")
        members = {"identity_pool_name": "after", "allow_unauthenticated_identities": True}
        change = await undoing.changes(
            "update_identity_pool", {"identity_pool_id": pool, "developer_provider_name": "login.example"} | members
        )
        assert await undoing.undo(change) == {
            "undone": change,
            "restored": False,
            "not_restored": [{"path": "developer_provider_name", "now": "login.example"}],
        }
        described = await succeed(undoing.client, "describe_identity_pool", {"identity_pool_id": pool})
        assert (described["identity_pool_name"], described["developer_provider_name"]) == ("before", "login.example")


async def test_a_final_change_is_not_undone(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        deletion = await undoing.changes("delete_identity_pool", {"identity_pool_id": hand.makes_pool()})
        assert "delete_identity_pool cannot be taken back." in (await undoing.cannot_undo(deletion))["message"]


async def test_a_change_that_nobody_knows_is_wrong_input(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        error = await fail(undoing.client, "undo_change", {"change_id": "chg-22222222"})
    assert (error["kind"], error["code"]) == ("invalid_input", "InvalidInput")


async def test_a_change_that_failed_or_may_have_been_made_is_not_undone(hand: Hand, state: Path, era: Era) -> None:
    database = Database(StateFolder.at(state))
    journal = Journal(database, lambda: 0.0)
    failed, unknown = [await journal.intended(DELETING) for _ in range(2)]
    await journal.finished(failed, DENIED)
    await database.aclose()
    async with undoing_at(hand.url, state, era) as undoing:
        assert "its outcome is failed." in (await undoing.cannot_undo(failed))["message"]
        error = await undoing.cannot_undo(unknown)
    assert "its outcome is unknown." in error["message"]
    assert "look for DeleteIdentityPool between" in error["next_step"]


async def test_a_refused_change_is_not_undone(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era, Human(declines)) as undoing:
        pool = hand.makes_pool()
        await fail(undoing.client, "delete_identity_pool", {"identity_pool_id": pool})
        assert "its outcome is refused." in (await undoing.cannot_undo(await undoing.newest()))["message"]


@pytest.mark.parametrize("era", ["auto"])
async def test_a_change_at_another_place_is_left_to_a_server_for_that_place(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era) as undoing:
        pool = hand.makes_pool()
        change = await undoing.changes(*roles(pool))
        left = undoing.sees(pool)
        elsewhere = hand.url.replace("127.0.0.1", "localhost")
        async with undoing_at(elsewhere, state) as other:
            error = await other.cannot_undo(change)
        assert f"it was made at AWS at {hand.url}, and this server works at AWS at" in error["message"]
        assert undoing.sees(pool) == left


async def test_a_change_in_another_region_is_undone_there(hand: Hand, state: Path, era: Era) -> None:
    async with undoing_at(hand.url, state, era, region="eu-west-1") as there:
        pool = await create_pool(there.client)
        change = await there.changes(*roles(pool))
    async with undoing_at(hand.url, state, era) as undoing:
        assert await undoing.undo(change) == restored(change)
        found = await succeed(undoing.client, "get_identity_pool_roles", {"identity_pool_id": pool})
    assert pool.startswith("eu-west-1:")
    assert found == {"identity_pool_id": pool}
