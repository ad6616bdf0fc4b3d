"""`policy show` and `policy explain`, as processes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import anyio
import boto3
import pytest

from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.confirmation.grants import Bounds, Grants
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.policy import file
from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.policy.overview import outlook
from cognito_identity_mcp.settings import Preset
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_tools.catalogue import OPERATIONS
from tests.journal.attempts import deleting
from tests.processes import environment, run

GOLDEN = Path(__file__).parent / "golden"

POLICY = """
[[rules]]
name = "production"
decision = "refuse"
reason = "Ask the platform team."
effects = ["destroy"]
pool_tags = { environment = "prod*" }

[[rules]]
name = "here"
decision = "confirm"
regions = ["eu-west-1"]
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    return str(path)


def shown(*options: str) -> list[dict[str, Any]]:
    ended = run("policy", "show", *options)
    assert (ended.returncode, ended.stderr) == (0, "")
    tools: list[dict[str, Any]] = json.loads(ended.stdout)["tools"]
    return tools


@pytest.mark.parametrize("preset", Preset)
def test_the_presets_decide_the_operations_as_on_record(preset: Preset) -> None:
    """The record holds the answer of `policy show --preset NAME --json` without the workflow tools."""
    tools = shown("--preset", preset)
    assert [each["tool"] for each in tools] == list(TOOLS)
    recorded = json.loads((GOLDEN / f"{preset}.json").read_text("utf-8"))
    assert {"tools": [each for each in tools if each["tool"] in OPERATIONS]} == recorded


def test_no_preset_opens_what_the_next_one_or_the_default_closes() -> None:
    policies = [*(Policy(sources=(file.preset(name),)) for name in Preset), Policy()]
    verdicts = [[outlook(policy, tool).decision.verdict for tool in TOOLS.values()] for policy in policies]
    for stricter, looser in pairwise(verdicts):
        assert all(one.strictness >= other.strictness for one, other in zip(stricter, looser, strict=True))


def test_show_names_the_rules_that_may_change_a_decision(path: str) -> None:
    found = {each["tool"]: each for each in shown("--policy", path)}
    production, here = {"name": "production", "decision": "refuse"}, {"name": "here", "decision": "confirm"}
    assert [found["delete_identity_pool"], found["list_identities"]] == [
        {
            "tool": "delete_identity_pool",
            "effect": "destroy",
            "decision": "confirm",
            "decided_by": "default for destroy calls",
            "refused_outright": False,
            "rules": [production, here],
        },
        {
            "tool": "list_identities",
            "effect": "read",
            "decision": "allow",
            "decided_by": "default for read calls",
            "refused_outright": False,
            "rules": [here],
        },
    ]


def test_show_prints_a_table_for_people(path: str) -> None:
    options = ("--policy", path, "--preset", "operator", "--table")
    ended = run("policy", "show", *options, env=environment(COLUMNS="80"))
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in ended.stdout.splitlines() if "│" in line]
    names = [row[0] for row in rows]
    start = names.index("delete_identity_pool")
    assert rows[start : start + 4] == [
        ["delete_identity_pool", "confirm", "default for destroy"],
        ["destroy", "", "calls"],
        ["", "", "refuse: production"],
        ["", "", "confirm: here"],
    ]
    assert ["get_open_id_token_for_developer_identity", "refuse", "preset operator,"] in rows


@pytest.fixture
def cognito(local_service: str) -> Iterator[Any]:
    """A client of the service that the commands call, in the same account."""
    client: Any = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "cognito-identity",
        endpoint_url=local_service,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    yield client
    client.close()


def make_pool(cognito: Any, **more: Any) -> str:
    made = cognito.create_identity_pool(IdentityPoolName="shop", AllowUnauthenticatedIdentities=False, **more)
    return str(made["IdentityPoolId"])


def explained(*words: str, service: str, policy: str) -> CompletedProcess[str]:
    return run("policy", "explain", *words, "--endpoint-url", service, "--policy", policy)


def test_explain_says_what_would_be_decided_and_why_and_does_not_do_it(
    local_service: str, cognito: Any, path: str
) -> None:
    pool = make_pool(cognito, IdentityPoolTags={"environment": "production"})
    ended = explained("delete_identity_pool", f"identity_pool_id={pool}", service=local_service, policy=path)
    assert (ended.returncode, ended.stderr) == (0, "")
    answer = json.loads(ended.stdout)
    assert answer.pop("consequence").startswith("Deletes ")
    assert answer.pop("warnings") is not None
    assert answer == {
        "tool": "delete_identity_pool",
        "decision": "refuse",
        "decided_by": 'rule "production": Ask the platform team.',
        "effect": "destroy",
        "region": "us-east-1",
        "account": None,
        "pool": {"id": pool, "name": "shop", "tags": {"environment": "production"}},
        "scopes": [],
        "said_by": [{"decision": "refuse", "rule": 'rule "production": Ask the platform team.'}],
        "rules": [
            {
                "name": "production",
                "decision": "refuse",
                "match": "matches",
                "conditions": [
                    {"condition": "effects", "match": "matches", "why": "destroy is among destroy"},
                    {"condition": "pool_tags", "match": "matches", "why": "the pool has environment = prod*"},
                ],
            },
            {
                "name": "here",
                "decision": "confirm",
                "match": "does not match",
                "conditions": [
                    {"condition": "regions", "match": "does not match", "why": "us-east-1 is not among eu-west-1"}
                ],
            },
        ],
        "grants": [],
    }
    assert cognito.describe_identity_pool(IdentityPoolId=pool)["IdentityPoolName"] == "shop"


def test_explain_tells_which_grants_cover_the_call_and_why_others_do_not(
    local_service: str, cognito: Any, tmp_path: Path
) -> None:
    pool, state = make_pool(cognito), tmp_path / "state"
    bounds = Bounds(
        operations=frozenset({"delete_identity_pool"}),
        place=f"AWS at {local_service}",
        region="us-east-1",
        expires_at=time.time() + 600,
        max_calls=1,
        pool_id=pool,
    )
    wrong_pool, renamed = (replace(bounds, pool_id=None, pool_name=pattern) for pattern in ("ci-*", "sho?"))

    async def granted() -> list[str]:
        database = Database(StateFolder.at(state))
        try:
            ids = [(await Grants(database).add(each, "a test")).id for each in (bounds, wrong_pool, renamed)]
            await Journal(database).refused(deleting(pool=Pool(pool, "production")), "No", "no")
            return ids
        finally:
            await database.aclose()

    good, bad, late = anyio.run(granted)
    where = ("--endpoint-url", local_service, "--state", str(state))
    ended = run("policy", "explain", "delete_identity_pool", f"identity_pool_id={pool}", *where)
    assert json.loads(ended.stdout)["grants"] == [
        {"id": late, "objection": "the pool had another name when it was granted"},
        {"id": bad, "objection": "it holds for pools named ci-*"},
        {"id": good, "objection": None},
    ]


@pytest.mark.parametrize(("guests", "effect", "verdict"), [(False, "write", "allow"), (True, "overwrite", "confirm")])
def test_explain_takes_the_effect_from_the_assessment(
    *, guests: bool, effect: str, verdict: str, local_service: str, cognito: Any, path: str
) -> None:
    """Switching guest access on opens something; sending the present state again changes nothing."""
    pool = make_pool(cognito, AllowClassicFlow=False)
    arguments = {
        "identity_pool_id": pool,
        "identity_pool_name": "shop",
        "allow_unauthenticated_identities": guests,
        "allow_classic_flow": False,
    }
    ended = explained("update_identity_pool", json.dumps(arguments), service=local_service, policy=path)
    answer = json.loads(ended.stdout)
    assert (answer["effect"], answer["decision"]) == (effect, verdict)
    assert cognito.describe_identity_pool(IdentityPoolId=pool)["AllowUnauthenticatedIdentities"] is False


def test_explain_takes_scopes_and_tells_what_is_not_known(local_service: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        '[[rules]]\nname = "support"\ndecision = "allow"\noperations = ["delete_identities"]\nscopes = ["support"]\n'
        '[[rules]]\nname = "shop"\ndecision = "refuse"\noperations = ["delete_identities"]\npool_name = "shop"\n'
    )
    ids = 'identity_ids_to_delete=["us-east-1:01234567-89ab-cdef-0123-456789abcdef"]'
    ended = explained("delete_identities", ids, "--scope", "support", service=local_service, policy=str(path))
    answer = json.loads(ended.stdout)
    assert (answer["decision"], answer["pool"], answer["scopes"]) == ("refuse", None, ["support"])
    assert answer["decided_by"] == 'rule "shop" (holds because this is not known: pool_name)'
    assert [(rule["name"], rule["match"]) for rule in answer["rules"]] == [("support", "matches"), ("shop", "unknown")]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (
            ("delete_pool",),
            2,
            "There is no operation 'delete_pool'. Did you mean delete_identity_pool? Operations are: ",
        ),
        (("list_changes",), 2, "There is no operation 'list_changes'."),
        (
            ("patch_identity_pool",),
            2,
            "the operations that it runs: describe_identity_pool, get_identity_pool_roles, update_identity_pool.",
        ),
        (("delete_identity_pool",), 2, "identity_pool_id: is required"),
        (
            ("delete_identity_pool", "identity_pool_id=us-east-1:01234567-89ab-cdef-0123-456789abcdef"),
            4,
            "not found.",
        ),
    ],
)
def test_explain_ends_as_the_call_would_where_there_is_nothing_to_explain(
    words: tuple[str, ...], status: int, said: str, local_service: str, path: str
) -> None:
    ended = explained(*words, "--table", service=local_service, policy=path)
    assert (ended.returncode, ended.stdout) == (status, "")
    assert said in ended.stderr
