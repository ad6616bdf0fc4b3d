"""Seeds: what can be loaded, what is refused and how, and that a dump is a seed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import jsonschema
import pytest

from cognito_identity_local.seed.published import seed_schema
from cognito_identity_local.server import LocalServiceError, LocalSettings, dumped
from tests.clocks import NOW, Clock
from tests.processes import local_url, run, started

from .service import ACCOUNT, GOOGLE, Refused, Service, serving

POOL = "us-east-1:11111111-1111-4111-8111-111111111111"
ANN = "us-east-1:aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
BOB = "us-east-1:bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
GUEST = "us-east-1:cccccccc-cccc-4ccc-8ccc-cccccccccccc"
NOTHING: dict[str, str] = {}
ROLE = "arn:aws:iam::123456789012:role/users"

TOML = f"""
[[Pools]]
IdentityPoolId = "{POOL}"
IdentityPoolName = "shop"
AllowUnauthenticatedIdentities = true
DeveloperProviderName = "login.example"
SupportedLoginProviders = {{ "{GOOGLE}" = "google-app" }}
IdentityPoolTags = {{ team = "shop" }}

[Pools.Roles]
authenticated = "{ROLE}"

[Pools.RoleMappings."{GOOGLE}"]
Type = "Token"
AmbiguousRoleResolution = "Deny"

[[Pools.PrincipalTagAttributeMaps]]
IdentityProviderName = "{GOOGLE}"
PrincipalTags = {{ user = "sub" }}

[[Pools.Identities]]
IdentityId = "{ANN}"
CreationDate = 2026-01-02T03:04:05.678Z
Logins = [{{ ProviderName = "{GOOGLE}", Subject = "ann" }}, {{ DeveloperUserIdentifier = "ann" }}]

[[Pools.Identities]]
IdentityId = "{BOB}"
State = "disabled"

[[Pools.Identities]]
IdentityId = "{GUEST}"

[[Pools]]
IdentityPoolName = "bare"
AllowUnauthenticatedIdentities = false
Region = "eu-west-1"
AccountId = "999999999999"
"""


def pool(**members: object) -> dict[str, Any]:
    return {"IdentityPoolName": "p", "AllowUnauthenticatedIdentities": True, **members}


def identities(*given: dict[str, object], **members: object) -> dict[str, Any]:
    return {"Pools": [pool(Identities=list(given), **members)]}


def write(tmp_path: Path, content: object, name: str = "seed.json") -> Path:
    file = tmp_path / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return file


@pytest.mark.holds("options-13")
def test_everything_in_a_seed_is_there(tmp_path: Path) -> None:
    with serving(seed=write(tmp_path, TOML, "seed.toml")) as service:
        named = {"IdentityPoolId": POOL}
        assert service.call("DescribeIdentityPool", **named) == {
            "IdentityPoolId": POOL,
            "IdentityPoolName": "shop",
            "AllowUnauthenticatedIdentities": True,
            "SupportedLoginProviders": {GOOGLE: "google-app"},
            "DeveloperProviderName": "login.example",
            "IdentityPoolTags": {"team": "shop"},
        }
        assert service.call("GetIdentityPoolRoles", **named) == {
            "IdentityPoolId": POOL,
            "Roles": {"authenticated": ROLE},
            "RoleMappings": {GOOGLE: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
        }
        tags = service.call("GetPrincipalTagAttributeMap", **named, IdentityProviderName=GOOGLE)
        assert (tags["UseDefaults"], tags["PrincipalTags"]) == (False, {"user": "sub"})
        created = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC).timestamp()
        assert service.call("ListIdentities", **named, MaxResults=60)["Identities"] == [
            {
                "IdentityId": ANN,
                "Logins": [GOOGLE, "login.example"],
                "CreationDate": created,
                "LastModifiedDate": created,
            },
            {"IdentityId": BOB, "Logins": ["DISABLED"], "CreationDate": NOW, "LastModifiedDate": NOW},
            {"IdentityId": GUEST, "CreationDate": NOW, "LastModifiedDate": NOW},
        ]
        found = service.call("LookupDeveloperIdentity", **named, DeveloperUserIdentifier="ann")
        assert found["IdentityId"] == ANN
        stranger = Service(service.url, service.clock, region="eu-west-1", account="999999999999")
        (bare,) = stranger.call("ListIdentityPools", MaxResults=60)["IdentityPools"]
        assert bare["IdentityPoolName"] == "bare"
        assert bare["IdentityPoolId"].startswith("eu-west-1:")


@pytest.mark.holds("options-15", "options-16")
def test_a_dump_is_a_seed_that_gives_the_same_dump(tmp_path: Path) -> None:
    data, clock = tmp_path / "data.sqlite3", Clock()
    clock.now += 0.123456789
    first = dumped(LocalSettings(data=data, seed=write(tmp_path, TOML, "seed.toml")), clock=clock)
    again = dumped(LocalSettings(seed=write(tmp_path, first)), clock=lambda: 1.0)
    assert first == again == dumped(LocalSettings(data=data))
    content = json.loads(first)
    assert content["Pools"][0]["Identities"] == [
        {
            "IdentityId": ANN,
            "Logins": [{"ProviderName": GOOGLE, "Subject": "ann"}, {"DeveloperUserIdentifier": "ann"}],
            "CreationDate": "2026-01-02T03:04:05.678000Z",
        },
        {"IdentityId": BOB, "State": "disabled", "CreationDate": "2027-01-15T08:00:00.123457Z"},
        {"IdentityId": GUEST, "CreationDate": "2027-01-15T08:00:00.123457Z"},
    ]
    assert content["Pools"][0]["AccountId"] == ACCOUNT
    jsonschema.validate(content, seed_schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.holds("options-15", "options-13")
def test_what_calls_have_made_is_dumped_and_comes_back(tmp_path: Path) -> None:
    data = tmp_path / "data.sqlite3"
    with serving(data=data) as service:
        made = service.create_pool(DeveloperProviderName="dev", AllowClassicFlow=False)
        user = {"IdentityPoolId": made, "Logins": {"dev": "ann"}}
        identity = service.call("GetOpenIdTokenForDeveloperIdentity", **user)["IdentityId"]
        named = {"IdentityPoolId": made, "IdentityId": identity, "DeveloperProviderName": "dev"}
        service.call("UnlinkDeveloperIdentity", **named, DeveloperUserIdentifier="ann")
        for _ in range(3):
            service.get_id(made)
        listed = service.call("ListIdentities", IdentityPoolId=made, MaxResults=60)
        described = service.call("DescribeIdentityPool", IdentityPoolId=made)
        service.call(
            "SetIdentityPoolRoles",
            IdentityPoolId=made,
            Roles={},
            RoleMappings={GOOGLE: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
        )
        service.call("UpdateIdentityPool", **{**described, "SupportedLoginProviders": NOTHING})
        described = service.call("DescribeIdentityPool", IdentityPoolId=made)
    text = dumped(LocalSettings(data=data))
    with serving(seed=write(tmp_path, text)) as service:
        assert service.call("ListIdentities", IdentityPoolId=made, MaxResults=60) == listed
        assert service.call("DescribeIdentityPool", IdentityPoolId=made) == described
        assert service.refused("GetCredentialsForIdentity", IdentityId=identity) == Refused(
            "NotAuthorizedException", f"Access to Identity '{identity}' is forbidden."
        )
    assert dumped(LocalSettings(seed=write(tmp_path, text))) == text


def refusal(tmp_path: Path, content: object, name: str = "seed.json", data: Path | None = None) -> str:
    """What is said after the file's name."""
    file = write(tmp_path, content, name)
    with pytest.raises(LocalServiceError) as refused, serving(seed=file, data=data):
        pass
    head = f"Cannot load the seed {file}; nothing was changed.\n  "
    assert str(refused.value).startswith(head)
    return str(refused.value).removeprefix(head)


def mapping(role: str) -> object:
    rules = [{"Claim": "sub", "MatchType": "Equals", "Value": "ann", "RoleARN": role}]
    return {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": rules}}


TWICE = "; a seed that was loaded before has to be left out, or to come with --seed-if-empty"
LOGIN = {"ProviderName": GOOGLE, "Subject": "ann"}
POOL_NAMES = (
    "IdentityPoolId, AccountId, Region, IdentityPoolName, AllowUnauthenticatedIdentities, AllowClassicFlow, "
    "SupportedLoginProviders, DeveloperProviderName, OpenIdConnectProviderARNs, CognitoIdentityProviders, "
    "SamlProviderARNs, IdentityPoolTags, Roles, RoleMappings, PrincipalTagAttributeMaps, Identities"
)


def unknown(place: str, names: str, nearest: str = "") -> str:
    """What is said of a member that there is none of."""
    hint = f"did you mean {nearest}? " if nearest else ""
    return f"{place}: is not a member here; {hint}valid names: {names}"


@pytest.mark.holds("options-14")
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ([], "document: must be an object"),
        ({}, "Pools: is required"),
        ({"Pools": [], "Pool": []}, unknown("document.Pool", "$schema, Pools", "Pools")),
        ({"Pools": [pool(id="x")]}, unknown("Pools[0].id", POOL_NAMES)),
        (
            {"Pools": [pool(identity_pool_id=POOL)]},
            unknown("Pools[0].identity_pool_id", POOL_NAMES, "IdentityPoolId"),
        ),
        (
            identities({"Logins": [{"Sub": "ann"}]}),
            unknown(
                "Pools[0].Identities[0].Logins[0].Sub", "ProviderName, Subject, DeveloperUserIdentifier", "Subject"
            ),
        ),
        (
            {"Pools": [pool(RoleMappings={"a.b": {"Type": "Token", "X": "x"}})]},
            unknown("Pools[0].RoleMappings.a.b.X", "Type, AmbiguousRoleResolution, RulesConfiguration"),
        ),
        (
            {"Pools": [pool(), pool(IdentityPoolId="x")]},
            "Pools[1].IdentityPoolId: Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+",
        ),
        ({"Pools": [pool(AllowClassicFlow="no")]}, "Pools[0].AllowClassicFlow: should be a valid boolean"),
        (
            {"Pools": [pool(RoleMappings={"a.b": {"Type": "Rule"}})]},
            "Pools[0].RoleMappings.a.b.Type: Member must satisfy enum value set: [Token, Rules]",
        ),
        (
            {"Pools": [pool(RoleMappings={"a.b": {"Type": "Token"}})]},
            "Pools[0]: AmbiguousRoleResolution is required in the role mapping for a.b.",
        ),
        (
            {"Pools": [pool(Roles={"authenticated": ROLE.replace("1234", "4321")})]},
            "Pools[0].Roles.authenticated: the role is of account 432156789012, the pool of 123456789012",
        ),
        (
            {"Pools": [pool(Roles={"authenticated": "users-of-the-application"})]},
            "Pools[0].Roles.authenticated: users-of-the-application is not the ARN of a role",
        ),
        (
            {"Pools": [pool(RoleMappings={"a.b": mapping(ROLE.replace("1234", "4321"))})]},
            "Pools[0].RoleMappings.a.b: the role is of account 432156789012, the pool of 123456789012",
        ),
        ({"Pools": [pool(IdentityPoolTags={"aws:x": "y"})]}, "Pools[0]: Tag keys must not start with aws:."),
        (
            {"Pools": [pool(IdentityPoolId=POOL, Region="eu-west-1")]},
            "Pools[0].Region: the identity pool's id is of region us-east-1",
        ),
        (
            {"Pools": [pool(IdentityPoolId=POOL), pool(IdentityPoolId=POOL)]},
            f"Pools[1].IdentityPoolId: there is an identity pool {POOL} already{TWICE}",
        ),
        (
            identities({"IdentityId": ANN}, {"IdentityId": ANN}),
            f"Pools[0].Identities[1].IdentityId: there is an identity {ANN} already{TWICE}",
        ),
        (
            identities({"IdentityId": ANN}, Region="eu-west-1"),
            "Pools[0].Identities[0].IdentityId: the identity pool is in region eu-west-1",
        ),
        (
            identities({"State": "linked"}),
            "Pools[0].Identities[0].State: without logins no identity is linked",
        ),
        (
            identities({"State": "guest", "Logins": [LOGIN]}),
            "Pools[0].Identities[0].State: with logins an identity is linked",
        ),
        (
            identities({"Logins": [LOGIN]}, {"Logins": [LOGIN]}),
            f"Pools[0].Identities[1].Logins[0]: the pool has an identity of user ann at {GOOGLE} already",
        ),
        (
            identities({"Logins": [LOGIN, {**LOGIN, "Subject": "bob"}]}),
            f"Pools[0].Identities[0].Logins[1]: the identity has another login of {GOOGLE} already",
        ),
        (
            identities({"Logins": [{"ProviderName": GOOGLE}]}),
            "Pools[0].Identities[0].Logins[0]: either ProviderName and Subject, or DeveloperUserIdentifier",
        ),
        (
            identities({"Logins": [{**LOGIN, "DeveloperUserIdentifier": "ann"}]}),
            "Pools[0].Identities[0].Logins[0]: either ProviderName and Subject, or DeveloperUserIdentifier",
        ),
        (
            identities({"Logins": [{"DeveloperUserIdentifier": "ann"}]}),
            "Pools[0].Identities[0].Logins[0].DeveloperUserIdentifier: the identity pool has no DeveloperProviderName",
        ),
        (
            identities({"CreationDate": "2026-01-01T00:00:00"}),
            "Pools[0].Identities[0].CreationDate: should have timezone info",
        ),
        *(
            (
                identities({"CreationDate": extreme}),
                "Pools[0].Identities[0].CreationDate: should be in the years 1970 to 9998",
            )
            for extreme in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
        ),
    ],
)
def test_a_seed_that_breaks_a_rule(tmp_path: Path, content: object, problem: str) -> None:
    assert refusal(tmp_path, content) == problem


@pytest.mark.holds("options-14")
def test_every_broken_rule_of_the_form_is_listed_up_to_ten(tmp_path: Path) -> None:
    lines = refusal(tmp_path, {"Pools": [NOTHING] * 6}).splitlines()
    assert lines[0] == "Pools[0].IdentityPoolName: is required"
    assert (len(lines), lines[-1]) == (11, "  … and 2 more")


@pytest.mark.holds("options-14")
def test_a_seed_whose_ids_are_there_already_changes_nothing(tmp_path: Path) -> None:
    data, file = tmp_path / "data.sqlite3", write(tmp_path, TOML, "seed.toml")
    before = dumped(LocalSettings(data=data, seed=file))
    more = {"Pools": [pool(), pool(IdentityPoolId=POOL)]}
    expected = f"Pools[1].IdentityPoolId: there is an identity pool {POOL} already{TWICE}"
    assert refusal(tmp_path, more, data=data) == expected
    assert dumped(LocalSettings(data=data)) == before


@pytest.mark.holds("options-23")
def test_a_seed_for_empty_data_is_loaded_once_whatever_the_data_have_become(tmp_path: Path) -> None:
    data, seed = tmp_path / "data.sqlite3", write(tmp_path, TOML, "seed.toml")
    with serving(data=data, seed=seed, seed_if_empty=True) as service:
        service.call("DeleteIdentityPool", IdentityPoolId=POOL)
    before = dumped(LocalSettings(data=data))
    assert [each["IdentityPoolName"] for each in json.loads(before)["Pools"]] == ["bare"]
    with serving(data=data, seed=seed, seed_if_empty=True):
        pass
    assert dumped(LocalSettings(data=data)) == before


@pytest.mark.holds("options-14")
def test_a_seed_that_breaks_a_rule_makes_no_data_file(tmp_path: Path) -> None:
    refusal(tmp_path, {}, data=tmp_path / "data.sqlite3")
    assert not (tmp_path / "data.sqlite3").exists()


@pytest.mark.holds("options-14", "options-18")
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("seed.json", "{", "EOF while parsing an object at line 1 column 1."),
        ("seed.json", '{"Pools": "\\ud800"}', "unexpected end of hex escape at line 1 column 18."),
        ("seed.toml", "a", "Expected '=' after a key in a key/value pair (at end of document)."),
        ("other.json", None, "No such file or directory."),
        (
            "pools.yaml",
            "Pools:",
            "expected value at line 1 column 1. A seed is JSON, or TOML in a file whose name ends in .toml.",
        ),
    ],
)
def test_a_file_that_holds_no_document(tmp_path: Path, name: str, content: str | None, why: str) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content, "utf-8")
    finished = run("local", "--port", "0", "--seed", str(file))
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == f"cognito-identity-mcp: Cannot read the seed {file}: {why}\n"


@pytest.mark.holds("options-14")
@pytest.mark.parametrize("start", ["seed.json ", "seed.toml a = "])
def test_a_document_without_bottom(tmp_path: Path, start: str) -> None:
    name, _, begun = start.partition(" ")
    (tmp_path / name).write_text(begun + "[" * 100_000, "utf-8")
    with pytest.raises(LocalServiceError, match=r"^Cannot read the seed .*: .*recursion"):
        dumped(LocalSettings(seed=tmp_path / name))


@pytest.mark.holds("options-13", "options-15", "options-21")
def test_the_command_seeds_serves_and_dumps(tmp_path: Path) -> None:
    seed, data, file = write(tmp_path, TOML, "seed.toml"), str(tmp_path / "data.sqlite3"), tmp_path / "dump.json"
    with started("local", "--port", "0", "--seed", str(seed), "--data", data) as process:
        service = Service(local_url(process), Clock())
        assert service.call("DescribeIdentity", IdentityId=ANN)["Logins"] == [GOOGLE, "login.example"]
        with urlopen(f"{service.url}/dump", timeout=20) as answer:  # noqa: S310 - our own service
            while_it_runs = answer.read().decode()
        busy = run("local", "--data", data, "--dump", "-")
        assert (busy.returncode, busy.stdout) == (2, "")
        assert "is in use by process" in busy.stderr
    assert run("local", "--data", data, "--dump", str(file)).returncode == 0
    printed = run("local", "--data", data, "--dump", "-")
    assert (printed.returncode, printed.stdout, printed.stderr) == (0, file.read_text("utf-8"), "")
    assert while_it_runs == printed.stdout
    converted = run("local", "--seed", str(file), "--dump", "-")
    assert converted.stdout == printed.stdout


@pytest.mark.holds("options-18")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "There is nothing to dump: name a data file or a seed."),
        (("--data", "no-such.sqlite3"), "There is nothing to dump: no-such.sqlite3 does not exist."),
    ],
)
def test_nothing_to_dump(arguments: tuple[str, ...], message: str) -> None:
    finished = run("local", "--dump", "-", *arguments)
    assert (finished.returncode, finished.stderr) == (2, f"cognito-identity-mcp: {message}\n")


@pytest.mark.holds("options-18")
def test_a_dump_that_cannot_be_written(tmp_path: Path) -> None:
    seed, target = write(tmp_path, {"Pools": []}), tmp_path / "no" / "dump.json"
    finished = run("local", "--seed", str(seed), "--dump", str(target))
    assert finished.returncode == 2
    assert finished.stderr == f"cognito-identity-mcp: Cannot write {target}: No such file or directory.\n"


@pytest.mark.holds("options-16")
def test_the_schema_is_written_for_editors(tmp_path: Path) -> None:
    target = tmp_path / "seed.schema.json"
    printed, written = run("local", "--seed-schema", "-"), run("local", "--seed-schema", str(target))
    assert (printed.returncode, written.returncode, written.stdout) == (0, 0, "")
    assert json.loads(printed.stdout) == json.loads(target.read_text("utf-8")) == seed_schema()


@pytest.mark.holds("options-16")
def test_the_schema_knows_the_members_and_the_key_of_editors(tmp_path: Path) -> None:
    schema = seed_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    seed = {"$schema": "./seed.schema.json", "Pools": [pool()]}
    jsonschema.validate(seed, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"Pools": [pool(Nmae="x")]}, schema)
    with serving(seed=write(tmp_path, seed)) as service:
        assert len(service.call("ListIdentityPools", MaxResults=60)["IdentityPools"]) == 1
