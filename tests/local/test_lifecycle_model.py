"""Any sequence of calls keeps what fact sheet §7 promises: hypothesis looks for one that does not.

Three people with logins at two public providers and with the developer walk in and out of one pool. The service runs in
process, without HTTP; after every step its whole state is read back and compared with the state before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

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

from cognito_identity_local.context import Caller
from cognito_identity_local.database import open_database
from cognito_identity_local.operations.identities import LOCAL_DISABLED_LOGINS
from cognito_identity_local.service import LocalCognitoIdentity
from cognito_identity_local.store import Store
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.errors import CognitoIdentityError
from cognito_identity_tools.operations.identities import ListIdentitiesResponse

from .people import ALL_PROVIDERS, DEVELOPER, GOOGLE, NOW, USER_POOL, google, user_pool

CALLER = Caller("123456789012", "us-east-1", signed=True)
REFUSALS = {
    "NotAuthorizedException",
    "ResourceConflictException",
    "ResourceNotFoundException",
    "DeveloperUserAlreadyRegisteredException",
}
TOKENS = {(GOOGLE, who): google(who) for who in "abc"} | {(USER_POOL, who): user_pool(who) for who in "abc"}

one_login = st.sampled_from(sorted(TOKENS))
some_logins = st.lists(one_login, min_size=1, max_size=2, unique_by=lambda login: login[0])
users = st.sampled_from("abc")

Login = tuple[str, str]
NOBODY: MultipleResults[str] = multiple()
State = Mapping[str, tuple[str, ...]]
"""The logins that each identity shows."""


def as_logins(logins: list[Login]) -> dict[str, str]:
    return {login[0]: TOKENS[login] for login in logins}


class Lives(RuleBasedStateMachine):
    identities = Bundle("identities")

    def __init__(self) -> None:
        super().__init__()
        self.store = Store(open_database(None))
        self.service = LocalCognitoIdentity(self.store, clock=lambda: NOW)
        self.deleted: set[str] = set()
        self.known: State = {}
        self.before: State = {}

    def teardown(self) -> None:
        self.store.close()

    @initialize()
    def make_pool(self) -> None:
        self.call(
            "create_identity_pool",
            IdentityPoolName="p",
            AllowUnauthenticatedIdentities=True,
            CognitoIdentityProviders=ALL_PROVIDERS["cognito_identity_providers"],
            SupportedLoginProviders=ALL_PROVIDERS["supported_login_providers"],
            DeveloperProviderName=DEVELOPER,
        )
        self.pool = self.made

    def call(self, name: str, **members: object) -> str | None:
        """The identity that answers; None if the call is refused, which must then have changed nothing."""
        operation = OPERATIONS[name]
        try:
            answer = self.service.call(operation, operation.input.model_validate(members), CALLER)
        except CognitoIdentityError as error:
            if error.code not in REFUSALS or self.state() != self.known:
                raise
            return None
        self.known = self.state() if name != "create_identity_pool" else {}
        self.made = str(getattr(answer, "identity_pool_id", ""))
        return cast("str | None", getattr(answer, "identity_id", None))

    def state(self) -> State:
        operation = OPERATIONS["list_identities"]
        found: dict[str, tuple[str, ...]] = {}
        token: str | None = None
        while True:
            request = operation.input.model_validate(
                {"IdentityPoolId": self.pool, "MaxResults": 60, "NextToken": token}
            )
            page = self.service.call(operation, request, CALLER)
            assert isinstance(page, ListIdentitiesResponse)
            found |= {str(row.identity_id): tuple(row.logins or ()) for row in page.identities or []}
            token = page.next_token
            if token is None:
                return found

    @rule(target=identities)
    def guest_arrives(self) -> str:
        count = len(self.state())
        guest = self.call("get_id", IdentityPoolId=self.pool)
        assert guest is not None
        assert len(self.state()) == count + 1
        return guest

    @rule(target=identities, logins=some_logins)
    def user_arrives(self, logins: list[Login]) -> str | MultipleResults[str]:
        identity = self.call("get_id", IdentityPoolId=self.pool, Logins=as_logins(logins))
        if identity is None:
            return NOBODY
        for login in logins:
            assert self.call("get_id", IdentityPoolId=self.pool, Logins=as_logins([login])) == identity
        return identity

    @rule(target=identities, identity=identities, logins=some_logins)
    def user_brings_an_identity(self, identity: str, logins: list[Login]) -> str | MultipleResults[str]:
        before = self.state()
        answered = self.call("get_open_id_token", IdentityId=identity, Logins=as_logins(logins))
        if answered is None:
            return NOBODY
        after = self.state()
        assert len(after) == len(before)
        assert {provider for provider, _ in logins} <= set(after[answered])
        assert answered == identity or after[identity] == tuple(LOCAL_DISABLED_LOGINS)
        return answered

    @rule(identity=identities)
    def identity_comes_without_logins(self, identity: str) -> None:
        answered = self.call("get_open_id_token", IdentityId=identity)
        if answered is not None:
            assert (answered, self.state()[identity]) == (identity, ())

    @rule(target=identities, user=users, logins=st.one_of(st.just([]), some_logins))
    def developer_signs_in(self, user: str, logins: list[Login]) -> str | MultipleResults[str]:
        members = {"IdentityPoolId": self.pool, "Logins": {DEVELOPER: user, **as_logins(logins)}}
        return self.call("get_open_id_token_for_developer_identity", **members) or NOBODY

    @rule(user=users, identity=identities)
    def developer_links(self, user: str, identity: str) -> None:
        members = {"IdentityPoolId": self.pool, "IdentityId": identity, "Logins": {DEVELOPER: user}}
        answered = self.call("get_open_id_token_for_developer_identity", **members)
        assert answered in (None, identity)

    @rule(source=users, destination=users)
    def developer_merges(self, source: str, destination: str) -> None:
        names = {"SourceUserIdentifier": source, "DestinationUserIdentifier": destination}
        merged = self.call(
            "merge_developer_identities", **names, DeveloperProviderName=DEVELOPER, IdentityPoolId=self.pool
        )
        if merged is not None:
            found = [
                self.call("lookup_developer_identity", IdentityPoolId=self.pool, DeveloperUserIdentifier=user)
                for user in (source, destination)
            ]
            assert found == [merged, merged]

    @rule(identity=identities, login=one_login)
    def user_unlinks(self, identity: str, login: Login) -> None:
        before = self.state().get(identity, ())
        members = {"IdentityId": identity, "Logins": as_logins([login]), "LoginsToRemove": [login[0]]}
        self.call("unlink_identity", **members)
        left = self.state().get(identity, ())
        assert left in (before, tuple(provider for provider in before if provider != login[0]))

    @rule(identity=consumes(identities))
    def identity_is_deleted(self, identity: str) -> None:
        self.call("delete_identities", IdentityIdsToDelete=[identity])
        self.deleted.add(identity)

    @invariant()
    def promises_hold(self) -> None:
        """The deleted stay away, the disabled stay disabled, nobody is lost, no provider is there twice."""
        if not hasattr(self, "pool"):
            return
        now, disabled = self.state(), tuple(LOCAL_DISABLED_LOGINS)
        assert not now.keys() & self.deleted
        assert self.before.keys() - self.deleted <= now.keys()
        assert all(now[each] == disabled for each, logins in self.before.items() if logins == disabled and each in now)
        assert all(len(set(logins)) == len(logins) for logins in now.values())
        self.before = now


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
