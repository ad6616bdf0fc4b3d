"""`patch_identity_pool` changes what is named and nothing else."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st
from mcp import Client

from cognito_identity_mcp.settings import Settings
from tests.clocks import Clock
from tests.interaction.clients import Era, Facts, agreeing, agreeing_after, fail, in_process, succeed
from tests.local_features.service import Service

from .pools import OIDC, OTHER_OIDC, OTHER_SAML, OTHER_USER_POOL, SAML, SOUND, USER_POOL, created, described

CLEARED = (
    "allow_classic_flow, supported_login_providers, identity_pool_tags, open_id_connect_provider_arns, "
    "saml_provider_arns, cognito_identity_providers"
)
GOOGLE, FACEBOOK, AMAZON = "accounts.google.com", "graph.facebook.com", "www.amazon.com"
COLLECTIONS = (
    "supported_login_providers",
    "open_id_connect_provider_arns",
    "cognito_identity_providers",
    "saml_provider_arns",
)
CLEARABLE = (*COLLECTIONS, "allow_classic_flow", "identity_pool_tags")


def some(*values: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), unique=True) if values else st.just([])


def client(name: str, app: str) -> st.SearchStrategy[Facts]:
    checks = st.sampled_from([{}, {"server_side_token_check": True}, {"server_side_token_check": False}])
    return checks.map(lambda check: {"provider_name": name, "client_id": app, **check})


CLIENTS = st.tuples(client(USER_POOL, "one"), client(USER_POOL, "two"), client(OTHER_USER_POOL, "one")).flatmap(
    lambda found: st.lists(st.sampled_from(found), unique_by=lambda each: (each["provider_name"], each["client_id"]))
)
MEMBERS: dict[str, st.SearchStrategy[Any]] = {
    "allow_classic_flow": st.booleans(),
    "supported_login_providers": st.dictionaries(st.sampled_from([GOOGLE, FACEBOOK, AMAZON]), st.sampled_from("ab")),
    "open_id_connect_provider_arns": some(OIDC, OTHER_OIDC),
    "cognito_identity_providers": CLIENTS,
    "saml_provider_arns": some(SAML, OTHER_SAML),
    "identity_pool_tags": st.dictionaries(st.sampled_from(["owner", "stage"]), st.sampled_from("xy")),
}
NAMED: dict[str, st.SearchStrategy[Any]] = {
    "identity_pool_name": st.sampled_from(["a pool", "another"]),
    "allow_unauthenticated_identities": st.booleans(),
}
POOLS = st.fixed_dictionaries(NAMED, optional={**MEMBERS, "developer_provider_name": st.just("login.example")})


def names_of(pool: Facts) -> list[str]:
    """All that remove_providers takes."""
    clients = pool.get("cognito_identity_providers", [])
    return [
        *pool.get("supported_login_providers", {}),
        *pool.get("open_id_connect_provider_arns", []),
        *pool.get("saml_provider_arns", []),
        *(each["provider_name"] for each in clients),
        *(f"{each['provider_name']}:{each['client_id']}" for each in clients),
    ]


@st.composite
def patches(draw: st.DrawFn, pool: Facts) -> Facts:
    """A patch without contradictions."""
    patch: Facts = draw(st.fixed_dictionaries({}, optional={**NAMED, **MEMBERS}))
    removable = [name for name in dict.fromkeys(names_of(pool)) if name not in names_of(patch)]
    keys = [key for key in pool.get("identity_pool_tags", {}) if key not in patch.get("identity_pool_tags", {})]
    lists = {
        "remove_providers": draw(some(*removable)),
        "remove_tags": draw(some(*keys)),
        "clear": draw(some(*(name for name in CLEARABLE if name not in patch))),
    }
    return patch | {name: value for name, value in lists.items() if value}


def expected(pool: Facts, patch: Facts) -> Facts:
    """The pool afterwards, as AWS describes it."""
    gone, after = set(patch.get("remove_providers", [])), {**pool}
    for name in (*NAMED, "allow_classic_flow"):
        after[name] = patch.get(name, pool.get(name))
    for name in ("supported_login_providers", "identity_pool_tags"):
        both = {**pool.get(name, {}), **patch.get(name, {})}
        after[name] = {key: value for key, value in both.items() if key not in gone | set(patch.get("remove_tags", []))}
    for name in ("open_id_connect_provider_arns", "saml_provider_arns"):
        arns = dict.fromkeys([*pool.get(name, []), *patch.get(name, [])])
        after[name] = [each for each in arns if each not in gone]
    clients: dict[tuple[str, str], Facts] = {}
    for each in (*pool.get("cognito_identity_providers", []), *patch.get("cognito_identity_providers", [])):
        key = (each["provider_name"], each["client_id"])
        clients[key] = {**clients.get(key, {}), **each}
    after["cognito_identity_providers"] = [
        each for (name, app), each in clients.items() if not {name, f"{name}:{app}"} & gone
    ]
    for name in patch.get("clear", []):
        after[name] = None
    kept = {name: value for name, value in after.items() if value not in (None, [], {})}
    return {**kept, "identity_pool_tags": after["identity_pool_tags"] or {}}


@st.composite
def pools_and_patches(draw: st.DrawFn) -> tuple[Facts, Facts]:
    pool = draw(POOLS)
    return pool, draw(patches(pool))


async def check(client: Client, settings: Facts, patch: Facts) -> None:
    pool = await created(client, settings)
    before = await described(client, pool)
    result = await succeed(client, "patch_identity_pool", {"identity_pool_id": pool, **patch})
    after = await described(client, pool)
    assert after == result["identity_pool"] == {"identity_pool_id": pool, **expected(settings, patch)}
    assert bool(result["changed"]) == (before != after)
    changes = await succeed(client, "list_changes", {"tool": "patch_identity_pool", "identity_pool_id": pool})
    assert len(changes["changes"]) == (before != after)


@hypothesis_settings(max_examples=8, deadline=None)
@given(st.lists(pools_and_patches(), min_size=1, max_size=8))
def test_any_patch_of_any_pool_gives_the_pool_with_the_patch_and_all_else_as_it_was(
    local_service: str, cases: list[tuple[Facts, Facts]]
) -> None:
    async def patched(folder: Path) -> None:
        async with in_process(Settings(endpoint_url=local_service, state=folder), agreeing()) as client:
            for settings, patch in cases:
                await check(client, settings, patch)

    with TemporaryDirectory() as folder:
        anyio.run(patched, Path(folder) / "state")


async def test_a_patch_that_changes_nothing_sends_nothing_and_asks_nobody(settings: Settings, era: Era) -> None:
    human = agreeing()
    async with in_process(settings, human, era) as client:
        pool = await created(client, SOUND)
        patch = {"identity_pool_name": "sound", "allow_classic_flow": False, "identity_pool_tags": {"owner": "me"}}
        result = await succeed(client, "patch_identity_pool", {"identity_pool_id": pool, **patch})
        assert result == {"changed": [], "identity_pool": await described(client, pool)}
        changes = await succeed(client, "list_changes", {"tool": "patch_identity_pool"})
    assert changes == {"changes": []}
    assert human.questions == []


async def test_one_provider_goes_and_another_comes_after_one_question_with_the_difference(
    settings: Settings, era: Era
) -> None:
    human = agreeing()
    async with in_process(settings, human, era) as client:
        saml = {"saml_provider_arns": [SAML]}
        pool = await created(client, SOUND | saml | {"supported_login_providers": {FACEBOOK: "4711"}})
        patch = {"remove_providers": [FACEBOOK, SAML], "supported_login_providers": {GOOGLE: "app"}}
        result = await succeed(client, "patch_identity_pool", {"identity_pool_id": pool, **patch})
        changed = ["supported_login_providers.accounts.google.com", "supported_login_providers.graph.facebook.com"]
        assert result["changed"] == [f"saml_provider_arns[{SAML}]", *changed]
        assert await described(client, pool) == {
            "identity_pool_id": pool,
            **SOUND,
            "supported_login_providers": {GOOGLE: "app"},
        }
    (question,) = human.questions
    assert question.message.splitlines()[:6] == [
        (
            'Patch identity pool: Replaces the settings of identity pool "sound": saml_provider_arns, '
            "supported_login_providers."
        ),
        "",
        "Changes:",
        f"  saml_provider_arns({SAML}): removed",
        "  supported_login_providers.accounts.google.com: not set → app",
        "  supported_login_providers.graph.facebook.com: 4711 → not set",
    ]


@pytest.mark.parametrize(
    ("patch", "problems"),
    [
        (
            {"clear": ["identity_pool_name"]},
            ["clear: identity_pool_name cannot be cleared: every pool has a name; give the new one"],
        ),
        (
            {"clear": ["allow_unauthenticated_identities"]},
            ["clear: allow_unauthenticated_identities cannot be cleared: it is true or false; say which"],
        ),
        (
            {"clear": ["developer_provider_name", "saml_provider_arns"], "saml_provider_arns": [SAML]},
            [
                "clear: developer_provider_name cannot be cleared: AWS never lets go of one once it is set",
                "clear: saml_provider_arns is given a value as well",
            ],
        ),
        (
            {"clear": ["roles"]},
            [
                f"clear: roles is not a member; these can be cleared: {CLEARED}",
            ],
        ),
        (
            {"remove_providers": [GOOGLE], "remove_tags": ["stage"]},
            [
                f"remove_providers: the pool has no {GOOGLE}; it has {USER_POOL}, {USER_POOL}:app",
                "remove_tags: the pool has no stage; it has owner",
            ],
        ),
        (
            {"remove_tags": ["owner"], "identity_pool_tags": {"owner": "you"}},
            ["remove_tags: owner is added in the same call"],
        ),
        (
            {"developer_provider_name": "other.example"},
            ["developer_provider_name: is login.example for good: AWS lets nobody change it"],
        ),
    ],
)
async def test_a_patch_that_contradicts_itself_or_the_pool_is_refused_with_each_reason(
    settings: Settings, patch: Facts, problems: list[str]
) -> None:
    human = agreeing()
    async with in_process(settings, human) as client:
        pool = await created(client, SOUND | {"developer_provider_name": "login.example"})
        before = await described(client, pool)
        error = await fail(client, "patch_identity_pool", {"identity_pool_id": pool, **patch})
        assert [problem["text"] for problem in error["problems"]] == problems
        assert error["next_step"] == "Correct the arguments and call again. Nothing was changed."
        assert await described(client, pool) == before
    assert human.questions == []


async def test_what_somebody_else_changes_meanwhile_is_kept_and_the_question_is_asked_anew(
    settings: Settings, local_service: str, era: Era
) -> None:
    elsewhere, pools = Service(local_service, Clock()), list[str]()

    def tagged() -> None:
        arn = f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pools[0]}"
        elsewhere.call("TagResource", ResourceArn=arn, Tags={"stage": "new"})
        elsewhere.call(
            "UpdateIdentityPool",
            IdentityPoolId=pools[0],
            IdentityPoolName="renamed elsewhere",
            AllowUnauthenticatedIdentities=False,
            AllowClassicFlow=False,
        )

    human = agreeing_after(tagged)
    async with in_process(settings, human, era) as client:
        pools.append(await created(client, SOUND))
        arguments = {"identity_pool_id": pools[0], "allow_unauthenticated_identities": True}
        await succeed(client, "patch_identity_pool", arguments)
        assert await described(client, pools[0]) == {
            "identity_pool_id": pools[0],
            "identity_pool_name": "renamed elsewhere",
            "allow_unauthenticated_identities": True,
            "allow_classic_flow": False,
            "identity_pool_tags": {"owner": "me", "stage": "new"},
        }
    assert ["renamed elsewhere" in question.message for question in human.questions] == [False, True]
    assert all("cognito_identity_providers" not in question.message for question in human.questions)
