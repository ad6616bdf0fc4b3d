"""Any sequence of calls does what a plain model of fact sheet §7 and §9 does: hypothesis looks for one that does not.

Three people with logins at two public providers and with the developer walk in and out of one pool, which is renamed,
tagged and read by page meanwhile, while other pools come and go. The service runs in process, without HTTP; every
answer, every refusal and, after every step, the whole list of identities with their dates have to be the model's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

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
    precondition,
    rule,
)

from cognito_identity_local.descriptions import LOCAL_DISABLED_LOGINS

from .in_process import CLOCK, Answer, attempt, call, pages
from .people import ALL_PROVIDERS, DEVELOPER, GOOGLE, NOW, ROLES, USER_POOL, google, user_pool
from .reference import Login, Reference, Refusal

TOKENS = {(GOOGLE, who): google(who) for who in "abc"} | {(USER_POOL, who): user_pool(who) for who in "abc"}
SETTINGS = {
    "AllowUnauthenticatedIdentities": True,
    "CognitoIdentityProviders": ALL_PROVIDERS["cognito_identity_providers"],
    "SupportedLoginProviders": ALL_PROVIDERS["supported_login_providers"],
    "DeveloperProviderName": DEVELOPER,
}
UNKNOWN = "us-east-1:0"
COGNITO = "cognito-identity.amazonaws.com"
STEP = 0.25
"""Seconds between two calls, so that every change has a date of its own."""

one_login = st.sampled_from(sorted(TOKENS))
some_logins = st.lists(one_login, min_size=1, max_size=2, unique_by=lambda login: login[0])
any_logins = st.one_of(st.just(list[Login]()), some_logins)
providers = st.lists(st.sampled_from([GOOGLE, USER_POOL]), min_size=1, max_size=2)
owners = st.sampled_from(["own", "another's", "anybody's"])
sizes = st.integers(1, 3)
users = st.sampled_from("abcd")
doors = st.sampled_from(["GetOpenIdToken", "GetCredentialsForIdentity"])
tag_keys = st.sampled_from(["a", "b", "c"])
names = st.text("xyz", min_size=1, max_size=3)

NOBODY: MultipleResults[str] = multiple()


def as_logins(logins: list[Login]) -> dict[str, str]:
    return {login[0]: TOKENS[login] for login in logins}


def has_developer_users(lives: Lives) -> bool:
    return any(lives.model.developer_users(name) for name in lives.model.lives)


class Lives(RuleBasedStateMachine):
    identities = Bundle("identities")
    tokens: Bundle[tuple[str, str]] = Bundle("tokens")
    """Of developer users, with the identities that they were issued to."""
    other_pools = Bundle("other_pools")

    def __init__(self) -> None:
        super().__init__()
        self.name, self.tags = "p", dict[str, str]()
        self.dates: dict[str, tuple[float, float]] = {}
        CLOCK.now = NOW
        self.model = Reference(DEVELOPER, NOW)
        self.others: dict[str, str] = {}
        self.walked: list[str] = []
        self.walk_token: str | None = None
        self.there_all_the_time: set[str] = set()

    @initialize()
    def make_pool(self) -> None:
        self.pool = call("CreateIdentityPool", IdentityPoolName="p", **SETTINGS)["IdentityPoolId"]
        call("SetIdentityPoolRoles", IdentityPoolId=self.pool, Roles=ROLES)

    def teardown(self) -> None:
        for pool in (self.pool, *self.others):
            call("DeleteIdentityPool", IdentityPoolId=pool)

    def both(self, expected: Callable[[Reference], object], operation: str, **members: object) -> Answer | None:
        """Asks the service and the model, which have to agree; None if both refuse, which changes nothing."""
        after = self.model.copied()
        after.now = CLOCK.now = CLOCK.now + STEP
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
        rows = answer["Identities"]
        self.dates |= {row["IdentityId"]: (row["CreationDate"], row["LastModifiedDate"]) for row in rows}
        return {row["IdentityId"]: tuple(row.get("Logins", ())) for row in rows}, answer.get("NextToken")

    def shown(self, *, hide: bool = False) -> Mapping[str, tuple[str, ...]]:
        found, token = self.page(60, None, hide=hide)
        while token is not None:
            more, token = self.page(60, token, hide=hide)
            found |= more
        return found

    @rule(target=identities)
    def guest_arrives(self) -> str | MultipleResults[str]:
        return self.comes(lambda model, new: model.signs_in([], None, new), "GetId", IdentityPoolId=self.pool)

    def of_two_identities(self) -> list[Login]:
        """A login of each provider, as far as there are, that can be merged."""
        alone = [logins[0] for name in self.model.lives if len(logins := self.public_logins(name)) == 1]
        return list({login[0]: login for login in alone}.values())

    @rule(target=identities, drawn=some_logins, is_merge=st.booleans())
    def user_arrives(self, drawn: list[Login], is_merge: bool) -> str | MultipleResults[str]:
        logins = (is_merge and self.of_two_identities()) or drawn
        members = {"IdentityPoolId": self.pool, "Logins": as_logins(logins)}
        return self.comes(lambda model, new: model.signs_in(logins, None, new), "GetId", **members)

    def registered(self, user: str) -> str:
        """The user, or another one who is registered: calls that are refused teach little."""
        known = [each for name in self.model.lives for each in self.model.developer_users(name)]
        return user if user in known or not known else known[0]

    def public_logins(self, identity: str) -> list[Login]:
        life = self.model.lives.get(identity)
        return [] if life is None else [login for login in life.logins if login[0] != DEVELOPER]

    def chosen(self, whose: str, identity: str, drawn: list[Login]) -> list[Login]:
        """The logins that were drawn, and beside them the identity's own, or one that is another identity's."""
        others = [login for name in self.model.lives if name != identity for login in self.public_logins(name)]
        beside = {"own": self.public_logins(identity), "another's": others[:1]}.get(whose, [])
        return list({login[0]: login for login in [*drawn, *beside]}.values())

    def linked(self, identity: str) -> str:
        """The identity, or another one that has a public login."""
        return next((name for name in (identity, *self.model.lives) if self.public_logins(name)), identity)

    @rule(target=identities, identity=identities, drawn=some_logins, whose=owners, door=doors)
    def user_brings_an_identity(
        self, identity: str, drawn: list[Login], whose: str, door: str
    ) -> str | MultipleResults[str]:
        logins = self.chosen(whose, identity, drawn)
        members = {"IdentityId": identity, "Logins": as_logins(logins)}
        return self.comes(lambda model, new: model.signs_in(logins, identity, new), door, **members)

    @rule(identity=identities, door=doors)
    def identity_comes_without_logins(self, identity: str, door: str) -> None:
        self.both(lambda model: model.guest_returns(identity), door, IdentityId=identity)

    @rule(target=identities, user=users, logins=any_logins)
    def developer_signs_in(self, user: str, logins: list[Login]) -> str | MultipleResults[str]:
        members = {"IdentityPoolId": self.pool, "Logins": {DEVELOPER: user, **as_logins(logins)}}
        return self.comes(
            lambda model, new: model.developer_signs_in(user, logins, None, new),
            "GetOpenIdTokenForDeveloperIdentity",
            **members,
        )

    @rule(target=identities, user=users, identity=identities, drawn=any_logins, whose=owners)
    def developer_links(self, user: str, identity: str, drawn: list[Login], whose: str) -> str | MultipleResults[str]:
        logins = self.chosen(whose, identity, drawn)
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

    @precondition(has_developer_users)
    @rule(target=tokens, user=users)
    def developer_issues_a_token(self, user: str) -> tuple[str, str]:
        """To a user who is there: who is new arrives by `developer_signs_in`."""
        user = self.registered(user)
        answer = self.both(
            lambda model: model.developer_signs_in(user, [], None, UNKNOWN),
            "GetOpenIdTokenForDeveloperIdentity",
            IdentityPoolId=self.pool,
            Logins={DEVELOPER: user},
        )
        assert answer is not None
        return answer["IdentityId"], answer["Token"]

    @rule(target=identities, issued=tokens, logins=any_logins)
    def user_brings_a_token_of_the_pool(
        self, issued: tuple[str, str], logins: list[Login]
    ) -> str | MultipleResults[str]:
        identity, token = issued
        members = {"IdentityId": identity, "Logins": {COGNITO: token, **as_logins(logins)}}
        return self.comes(
            lambda model, new: model.signs_in(logins, identity, new, proven=True),
            "GetCredentialsForIdentity",
            **members,
        )

    @precondition(has_developer_users)
    @rule(source=users, destination=users, is_known=st.booleans())
    def developer_merges(self, source: str, destination: str, is_known: bool) -> None:
        if is_known:
            source, destination = self.registered(source), self.registered(destination)
        self.both(
            lambda model: model.developer_merges(source, destination),
            "MergeDeveloperIdentities",
            SourceUserIdentifier=source,
            DestinationUserIdentifier=destination,
            DeveloperProviderName=DEVELOPER,
            IdentityPoolId=self.pool,
        )

    @precondition(has_developer_users)
    @rule(user=users)
    def developer_looks_up(self, user: str) -> None:
        members = {"IdentityPoolId": self.pool, "DeveloperUserIdentifier": user}
        self.both(lambda model: model.user(user), "LookupDeveloperIdentity", **members)

    @rule(identity=identities, size=sizes)
    def developer_asks_for_the_users_of_an_identity(self, identity: str, size: int) -> None:
        members: dict[str, Any] = {"IdentityPoolId": self.pool, "IdentityId": identity}
        if self.both(lambda model: model.named(identity) and identity, "LookupDeveloperIdentity", **members) is None:
            return
        found = pages("LookupDeveloperIdentity", "DeveloperUserIdentifierList", size, **members)
        assert found == self.model.developer_users(identity)

    @precondition(has_developer_users)
    @rule(identity=identities, user=users, is_own=st.booleans())
    def developer_unlinks(self, identity: str, user: str, is_own: bool) -> None:
        if is_own:
            user = self.registered(user)
            identity = self.model.owner((DEVELOPER, user)) or identity
        self.both(
            lambda model: model.developer_unlinks(identity, user),
            "UnlinkDeveloperIdentity",
            IdentityId=identity,
            IdentityPoolId=self.pool,
            DeveloperProviderName=DEVELOPER,
            DeveloperUserIdentifier=user,
        )

    @rule(identity=identities, drawn=some_logins, whose=owners, removed=providers)
    def user_unlinks(self, identity: str, drawn: list[Login], whose: str, removed: list[str]) -> None:
        identity = self.linked(identity) if whose == "own" else identity
        logins = self.chosen(whose, identity, drawn)
        members = {"IdentityId": identity, "Logins": as_logins(logins), "LoginsToRemove": removed}
        self.both(lambda model: model.unlinks(identity, logins, removed), "UnlinkIdentity", **members)

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

    @rule(target=other_pools, name=names)
    def another_pool_is_made(self, name: str) -> str:
        pool = str(
            call("CreateIdentityPool", IdentityPoolName=name, AllowUnauthenticatedIdentities=False)["IdentityPoolId"]
        )
        self.others[pool] = name
        return pool

    @rule(pool=consumes(other_pools))
    def another_pool_is_deleted(self, pool: str) -> None:
        call("DeleteIdentityPool", IdentityPoolId=pool)
        del self.others[pool]

    @rule(size=sizes)
    def pools_are_listed(self, size: int) -> None:
        found = [tuple(row.values()) for row in pages("ListIdentityPools", "IdentityPools", size)]
        assert found == [(self.pool, self.name), *self.others.items()]

    @rule(size=sizes)
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
        assert {name: self.dates[name] for name in expected} == self.model.dates()
        assert self.shown(hide=True) == {name: logins for name, logins in expected.items() if logins != disabled}
        described = call("DescribeIdentityPool", IdentityPoolId=self.pool)
        assert (described["IdentityPoolName"], described["IdentityPoolTags"]) == (self.name, self.tags)
        assert call("ListTagsForResource", ResourceArn=self.arn()) == {"Tags": self.tags}


pytestmark = pytest.mark.local_only

holds = pytest.mark.holds("lifecycle-12", "lifecycle-14", "lifecycle-15", "service-14", "unknowns-07", "unknowns-08")
TestLives = holds(Lives.TestCase)
TestLives.settings = settings(
    max_examples=100,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
