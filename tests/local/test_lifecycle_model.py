"""Any sequence of calls does what a plain model of fact sheet §7 and §9 does: hypothesis looks for one that does not.

Three people with logins at two public providers and with the developer walk in and out of one pool, which is renamed,
tagged and read by page meanwhile. The service runs in process, without HTTP; every answer, every refusal and, after
every step, the whole list of identities have to be the model's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from cognito_identity_local import wire
from cognito_identity_local.context import Caller
from cognito_identity_local.database import open_database
from cognito_identity_local.descriptions import LOCAL_DISABLED_LOGINS
from cognito_identity_local.service import LocalCognitoIdentity
from cognito_identity_local.store import Store
from cognito_identity_tools.catalogue import BY_AWS_NAME
from cognito_identity_tools.errors import CognitoIdentityError

from .people import ALL_PROVIDERS, DEVELOPER, GOOGLE, NOW, USER_POOL, google, user_pool
from .reference import Login, Reference, Refusal

CALLER = Caller("123456789012", "us-east-1", signed=True)
TOKENS = {(GOOGLE, who): google(who) for who in "abc"} | {(USER_POOL, who): user_pool(who) for who in "abc"}
ROLES = {kind: f"arn:aws:iam::123456789012:role/{kind}" for kind in ("authenticated", "unauthenticated")}
SETTINGS = {
    "AllowUnauthenticatedIdentities": True,
    "CognitoIdentityProviders": ALL_PROVIDERS["cognito_identity_providers"],
    "SupportedLoginProviders": ALL_PROVIDERS["supported_login_providers"],
    "DeveloperProviderName": DEVELOPER,
}
UNKNOWN = "us-east-1:0"

one_login = st.sampled_from(sorted(TOKENS))
some_logins = st.lists(one_login, min_size=1, max_size=2, unique_by=lambda login: login[0])
users = st.sampled_from("abc")
doors = st.sampled_from(["GetOpenIdToken", "GetCredentialsForIdentity"])
tag_keys = st.sampled_from(["a", "b", "c"])
names = st.text("xyz", min_size=1, max_size=3)

NOBODY: MultipleResults[str] = multiple()
Answer = dict[str, Any]
SERVICE = LocalCognitoIdentity(Store(open_database(None)), clock=lambda: NOW)
"""One for all sequences, since making its signing key takes longer than a sequence; each has a pool of its own."""


def call(operation: str, **members: object) -> Answer:
    """
    Raises:
        CognitoIdentityError: the service refuses.
    """
    row = BY_AWS_NAME[operation]
    answer = SERVICE.call(row, row.input.model_validate(members), CALLER)
    body = wire.answer(row, answer).body
    return cast("Answer", json.loads(body)) if body else {}


def attempt(operation: str, **members: object) -> tuple[Answer | None, str]:
    """The answer, or the code of the refusal."""
    try:
        return call(operation, **members), ""
    except CognitoIdentityError as error:
        return None, str(error.code)


def as_logins(logins: list[Login]) -> dict[str, str]:
    return {login[0]: TOKENS[login] for login in logins}


class Lives(RuleBasedStateMachine):
    identities = Bundle("identities")

    def __init__(self) -> None:
        super().__init__()
        self.name, self.tags = "p", dict[str, str]()
        self.model = Reference(DEVELOPER)
        self.walked: list[str] = []
        self.walk_token: str | None = None
        self.there_all_the_time: set[str] = set()

    @initialize()
    def make_pool(self) -> None:
        self.pool = call("CreateIdentityPool", IdentityPoolName="p", **SETTINGS)["IdentityPoolId"]
        call("SetIdentityPoolRoles", IdentityPoolId=self.pool, Roles=ROLES)

    def teardown(self) -> None:
        call("DeleteIdentityPool", IdentityPoolId=self.pool)

    def both(self, expected: Callable[[Reference], object], operation: str, **members: object) -> Answer | None:
        """Asks the service and the model, which have to agree; None if both refuse, which changes nothing."""
        after = self.model.copied()
        answer, refusal = attempt(operation, **members)
        if answer is None:
            with pytest.raises(Refusal) as expected_refusal:
                expected(after)
            assert str(expected_refusal.value) == refusal
            return None
        outcome = expected(after)
        assert outcome == answer.get("IdentityId") or outcome is None
        self.model = after
        return answer

    def comes(
        self, expected: Callable[[Reference, str], str], operation: str, **members: object
    ) -> str | MultipleResults[str]:
        """A call after which somebody is here. A new identity's name is the service's choice, if it is a new one."""
        before = self.model.lives.keys()

        def follow(model: Reference) -> str:
            made = self.shown().keys() - before
            return expected(model, next(iter(made), UNKNOWN))

        answer = self.both(follow, operation, **members)
        return NOBODY if answer is None else str(answer["IdentityId"])

    def page(
        self, size: int, token: str | None, *, hide: bool = False
    ) -> tuple[dict[str, tuple[str, ...]], str | None]:
        answer = call("ListIdentities", IdentityPoolId=self.pool, MaxResults=size, NextToken=token, HideDisabled=hide)
        return {row["IdentityId"]: tuple(row.get("Logins", ())) for row in answer["Identities"]}, answer.get(
            "NextToken"
        )

    def shown(self, *, hide: bool = False) -> Mapping[str, tuple[str, ...]]:
        found, token = self.page(60, None, hide=hide)
        while token is not None:
            more, token = self.page(60, token, hide=hide)
            found |= more
        return found

    @rule(target=identities)
    def guest_arrives(self) -> str | MultipleResults[str]:
        return self.comes(lambda model, new: model.signs_in([], None, new), "GetId", IdentityPoolId=self.pool)

    @rule(target=identities, logins=some_logins)
    def user_arrives(self, logins: list[Login]) -> str | MultipleResults[str]:
        members = {"IdentityPoolId": self.pool, "Logins": as_logins(logins)}
        return self.comes(lambda model, new: model.signs_in(logins, None, new), "GetId", **members)

    @rule(target=identities, identity=identities, logins=some_logins, door=doors)
    def user_brings_an_identity(self, identity: str, logins: list[Login], door: str) -> str | MultipleResults[str]:
        members = {"IdentityId": identity, "Logins": as_logins(logins)}
        return self.comes(lambda model, new: model.signs_in(logins, identity, new), door, **members)

    @rule(identity=identities, door=doors)
    def identity_comes_without_logins(self, identity: str, door: str) -> None:
        self.both(lambda model: model.guest_returns(identity), door, IdentityId=identity)

    @rule(target=identities, user=users, logins=st.one_of(st.just(list[Login]()), some_logins))
    def developer_signs_in(self, user: str, logins: list[Login]) -> str | MultipleResults[str]:
        members = {"IdentityPoolId": self.pool, "Logins": {DEVELOPER: user, **as_logins(logins)}}
        return self.comes(
            lambda model, new: model.developer_signs_in(user, logins, None, new),
            "GetOpenIdTokenForDeveloperIdentity",
            **members,
        )

    @rule(target=identities, user=users, identity=identities, logins=st.one_of(st.just(list[Login]()), some_logins))
    def developer_links(self, user: str, identity: str, logins: list[Login]) -> str | MultipleResults[str]:
        members = {
            "IdentityPoolId": self.pool,
            "IdentityId": identity,
            "Logins": {DEVELOPER: user, **as_logins(logins)},
        }
        if identity not in self.model.lives:
            return NOBODY
        return self.comes(
            lambda model, new: model.developer_signs_in(user, logins, identity, new),
            "GetOpenIdTokenForDeveloperIdentity",
            **members,
        )

    @rule(source=users, destination=users)
    def developer_merges(self, source: str, destination: str) -> None:
        self.both(
            lambda model: model.developer_merges(source, destination),
            "MergeDeveloperIdentities",
            SourceUserIdentifier=source,
            DestinationUserIdentifier=destination,
            DeveloperProviderName=DEVELOPER,
            IdentityPoolId=self.pool,
        )

    @rule(user=users)
    def developer_looks_up(self, user: str) -> None:
        members = {"IdentityPoolId": self.pool, "DeveloperUserIdentifier": user}
        self.both(lambda model: model.user(user), "LookupDeveloperIdentity", **members)

    @rule(identity=identities, user=users)
    def developer_unlinks(self, identity: str, user: str) -> None:
        self.both(
            lambda model: model.developer_unlinks(identity, user),
            "UnlinkDeveloperIdentity",
            IdentityId=identity,
            IdentityPoolId=self.pool,
            DeveloperProviderName=DEVELOPER,
            DeveloperUserIdentifier=user,
        )

    @rule(identity=identities, logins=some_logins, provider=st.sampled_from([GOOGLE, USER_POOL]))
    def user_unlinks(self, identity: str, logins: list[Login], provider: str) -> None:
        members = {"IdentityId": identity, "Logins": as_logins(logins), "LoginsToRemove": [provider]}
        self.both(lambda model: model.unlinks(identity, logins, [provider]), "UnlinkIdentity", **members)

    @rule(identity=consumes(identities), again=st.booleans())
    def identity_is_deleted(self, identity: str, again: bool) -> None:
        for _ in range(1 + again):
            assert call("DeleteIdentities", IdentityIdsToDelete=[identity]) == {"UnprocessedIdentityIds": []}
        self.model.lives.pop(identity, None)
        self.there_all_the_time.discard(identity)

    @rule(identity=identities)
    def identity_is_described(self, identity: str) -> None:
        answer = self.both(lambda model: model.named(identity) and identity, "DescribeIdentity", IdentityId=identity)
        if answer is not None:
            assert tuple(answer.get("Logins", ())) == self.model.shown()[identity]

    @rule(key=tag_keys, value=names)
    def pool_is_tagged(self, key: str, value: str) -> None:
        call("TagResource", ResourceArn=self.arn(), Tags={key: value})
        self.tags[key] = value

    @rule(key=tag_keys)
    def tag_is_removed(self, key: str) -> None:
        call("UntagResource", ResourceArn=self.arn(), TagKeys=[key])
        self.tags.pop(key, None)

    @rule(name=names, tags=st.none() | st.dictionaries(tag_keys, names))
    def pool_is_updated(self, name: str, tags: dict[str, str] | None) -> None:
        given = {} if tags is None else {"IdentityPoolTags": tags}
        call("UpdateIdentityPool", IdentityPoolId=self.pool, IdentityPoolName=name, **SETTINGS, **given)
        self.name, self.tags = name, self.tags if tags is None else dict(tags)

    @rule(size=st.integers(1, 3))
    def walk_goes_on(self, size: int) -> None:
        """A walk by page that takes as many steps as the rest leaves it."""
        if self.walk_token is None:
            self.walked, self.there_all_the_time = [], set(self.model.lives)
        found, self.walk_token = self.page(size, self.walk_token)
        self.walked += found
        assert len(found) <= size
        assert len(set(self.walked)) == len(self.walked)
        if self.walk_token is None:
            assert self.there_all_the_time <= set(self.walked)

    def arn(self) -> str:
        return f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{self.pool}"

    @invariant()
    def service_and_model_agree(self) -> None:
        if not hasattr(self, "pool"):
            return
        expected, disabled = self.model.shown(), tuple(LOCAL_DISABLED_LOGINS)
        assert list(self.shown().items()) == list(expected.items())
        assert self.shown(hide=True) == {name: logins for name, logins in expected.items() if logins != disabled}
        described = call("DescribeIdentityPool", IdentityPoolId=self.pool)
        assert (described["IdentityPoolName"], described["IdentityPoolTags"]) == (self.name, self.tags)
        assert call("ListTagsForResource", ResourceArn=self.arn()) == {"Tags": self.tags}


pytestmark = pytest.mark.local_only

holds = pytest.mark.holds("lifecycle-14", "lifecycle-15", "service-14", "unknowns-07", "unknowns-08")
TestLives = holds(Lives.TestCase)
TestLives.settings = settings(
    max_examples=100,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
