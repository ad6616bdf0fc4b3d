"""Credentials and tokens."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_tools.operation import Effect
from tests.assessment.cases.case import Case
from tests.assessment.world import (
    ADMINS,
    DEVELOPER,
    FACEBOOK,
    GOOGLE,
    USERS,
    Call,
    identity,
    pool,
    registered,
    roles,
)

FB: dict[str, Any] = {"supported_login_providers": {FACEBOOK: "4711"}}

CASES = (
    Case(
        "credentials for a guest",
        (pool(guests=True), identity("guest")),
        Call("get_credentials_for_identity", {"identity_id": "<guest>"}),
        Findings(
            Effect.CREDENTIAL,
            "Issues AWS credentials, good for one hour, of the pool's role for guests to the identity <guest>.",
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "credentials for a guest who signs in",
        (pool(guests=True, **FB), identity("guest")),
        Call("get_credentials_for_identity", {"identity_id": "<guest>", "logins": {FACEBOOK: "token of alice"}}),
        Findings(
            Effect.CREDENTIAL,
            (
                "Issues AWS credentials, good for one hour, of the pool's default role for signed-in "
                "users, or of the one its role mappings say, to the identity <guest>."
            ),
            changes=(Change(f"logins[{FACEBOOK}]", None, FACEBOOK),),
            warnings=(
                (
                    f"The guest identity <guest> gets the login of {FACEBOOK}; if another "
                    "identity has it, this one is merged into that one for good."
                ),
            ),
            way_back=(
                "Nothing issued can be called back before it expires, and a merge of identities cannot be taken back."
            ),
        ),
    ),
    Case(
        "credentials for a user, in a role of their choice",
        (pool(**FB), identity("alice", facebook="token of alice")),
        Call(
            "get_credentials_for_identity",
            {"identity_id": "<alice>", "logins": {FACEBOOK: "token of alice"}, "custom_role_arn": ADMINS},
        ),
        Findings(
            Effect.CREDENTIAL,
            f"Issues AWS credentials, good for one hour, of the role {ADMINS} to the identity <alice>.",
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "credentials for a user who brings another login",
        (pool(**FB), identity("alice", facebook="token of alice")),
        Call(
            "get_credentials_for_identity",
            {"identity_id": "<alice>", "logins": {FACEBOOK: "token of alice", GOOGLE: "another token of alice"}},
        ),
        Findings(
            Effect.CREDENTIAL,
            (
                "Issues AWS credentials, good for one hour, of the pool's default role for signed-in "
                "users, or of the one its role mappings say, to the identity <alice>."
            ),
            changes=(Change(f"logins[{GOOGLE}]", None, GOOGLE),),
            warnings=(
                (
                    f"The login of {GOOGLE} is linked to the identity; if another identity has "
                    "it, the two are merged for good."
                ),
            ),
            way_back=(
                "Nothing issued can be called back before it expires, and a merge of identities cannot be taken back."
            ),
        ),
    ),
    Case(
        "credentials for a user without their login",
        (pool(guests=True, **FB), identity("alice", facebook="token of alice")),
        Call("get_credentials_for_identity", {"identity_id": "<alice>"}),
        Findings(
            Effect.CREDENTIAL,
            "Issues AWS credentials, good for one hour, of the pool's role for guests to the identity <alice>.",
            warnings=((f"The identity has logins ({FACEBOOK}) and none of them is given: AWS will refuse the call."),),
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "credentials for a user of the developer's own",
        (pool(developer_provider_name=DEVELOPER), registered("bob", "bob")),
        Call(
            "get_credentials_for_identity",
            {"identity_id": "<bob>", "logins": {"cognito-identity.amazonaws.com": "token of bob"}},
        ),
        Findings(
            Effect.CREDENTIAL,
            (
                "Issues AWS credentials, good for one hour, of the pool's default role for signed-in "
                "users to the identity <bob>."
            ),
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "credentials for an identity that was merged",
        (
            pool(guests=True, classic=True, **FB),
            identity("guest"),
            identity("alice", facebook="token of alice"),
            Call("get_open_id_token", {"identity_id": "<guest>", "logins": {FACEBOOK: "token of alice"}}),
        ),
        Call("get_open_id_token", {"identity_id": "<guest>", "logins": {FACEBOOK: "token of alice"}}),
        Findings(
            Effect.CREDENTIAL,
            (
                "Issues an OpenID token, good for ten minutes, to the identity <guest>: with it "
                "every role that trusts the pool can be taken (classic flow)."
            ),
            warnings=(
                (
                    "The identity <guest> was merged into another one and is disabled: only its logins "
                    "still lead anywhere."
                ),
            ),
            way_back=(
                "Nothing issued can be called back before it expires, and a merge of identities cannot be taken back."
            ),
        ),
    ),
    Case(
        "an OpenID token for a guest",
        (pool(guests=True), identity("guest")),
        Call("get_open_id_token", {"identity_id": "<guest>"}),
        Findings(
            Effect.CREDENTIAL,
            (
                "Issues an OpenID token, good for ten minutes, to the identity <guest>: with it "
                "every role that trusts the pool can be taken (classic flow)."
            ),
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "a token for a developer user who is not known yet",
        (pool(developer_provider_name=DEVELOPER), roles(authenticated=USERS)),
        Call(
            "get_open_id_token_for_developer_identity",
            {
                "identity_pool_id": "<pool>",
                "logins": {DEVELOPER: "carol"},
                "token_duration": 86400,
                "principal_tags": {"dept": "sales"},
            },
        ),
        Findings(
            Effect.CREDENTIAL,
            (
                "Issues a token, good for 86400 seconds, with which its holder is the user carol of "
                'identity pool "a pool"; it leads to credentials of '
                f"{USERS}."
            ),
            changes=(Change("principal_tags.dept", None, "sales"),),
            warnings=(
                "Whoever holds the token acts as the user carol, without any sign-in of theirs.",
                "The token is good for 24 hours and cannot be called back: whoever finds it can use it as long.",
                "The user carol is not registered: another identity is made for them.",
            ),
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "a token for a developer user with an identity",
        (pool(developer_provider_name=DEVELOPER), registered("bob", "bob")),
        Call("get_open_id_token_for_developer_identity", {"identity_pool_id": "<pool>", "logins": {DEVELOPER: "bob"}}),
        Findings(
            Effect.CREDENTIAL,
            ('Issues a token, good for 900 seconds, with which its holder is the user bob of identity pool "a pool".'),
            warnings=(
                "Whoever holds the token acts as the user bob, without any sign-in of theirs.",
                (
                    "The pool has no role for signed-in users: the token cannot be exchanged for "
                    "credentials in the enhanced flow."
                ),
            ),
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "a token for a developer user with another identity",
        (pool(guests=True, developer_provider_name=DEVELOPER), registered("bob", "bob"), identity("guest")),
        Call(
            "get_open_id_token_for_developer_identity",
            {"identity_pool_id": "<pool>", "identity_id": "<guest>", "logins": {DEVELOPER: "bob"}},
        ),
        Findings(
            Effect.CREDENTIAL,
            ('Issues a token, good for 900 seconds, with which its holder is the user bob of identity pool "a pool".'),
            warnings=(
                "Whoever holds the token acts as the user bob, without any sign-in of theirs.",
                "The user bob has the identity <bob> already: AWS will refuse to link them to another one.",
                (
                    "The pool has no role for signed-in users: the token cannot be exchanged for "
                    "credentials in the enhanced flow."
                ),
            ),
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "a token for a new developer user linked to the identity of somebody else",
        (
            pool(developer_provider_name=DEVELOPER, **FB),
            roles(authenticated=USERS),
            identity("alice", facebook="token of alice"),
        ),
        Call(
            "get_open_id_token_for_developer_identity",
            {"identity_pool_id": "<pool>", "identity_id": "<alice>", "logins": {DEVELOPER: "carol"}},
        ),
        Findings(
            Effect.CREDENTIAL,
            (
                "Issues a token, good for 900 seconds, with which its holder is the user carol of "
                'identity pool "a pool"; it leads to credentials of '
                f"{USERS}."
            ),
            warnings=(
                "Whoever holds the token acts as the user carol, without any sign-in of theirs.",
                "The user carol is registered and linked to the identity <alice>.",
                f"The identity has logins ({FACEBOOK}) and none of them is given: AWS will refuse the call.",
            ),
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "a token for a new developer user with a public login",
        (pool(developer_provider_name=DEVELOPER, **FB), roles(authenticated=USERS)),
        Call(
            "get_open_id_token_for_developer_identity",
            {"identity_pool_id": "<pool>", "logins": {DEVELOPER: "carol", FACEBOOK: "token of carol"}},
        ),
        Findings(
            Effect.CREDENTIAL,
            (
                "Issues a token, good for 900 seconds, with which its holder is the user carol of "
                'identity pool "a pool"; it leads to credentials of '
                f"{USERS}."
            ),
            warnings=(
                "Whoever holds the token acts as the user carol, without any sign-in of theirs.",
                "The user carol is not registered: another identity is made for them.",
                (
                    f"If the logins of {FACEBOOK}, {DEVELOPER} belong to different identities, "
                    "these are merged for good."
                ),
            ),
            way_back=(
                "Nothing issued can be called back before it expires, and a merge of identities cannot be taken back."
            ),
        ),
    ),
    Case(
        "a token for a developer user whom a secret names",
        (pool(developer_provider_name=DEVELOPER), roles(authenticated=USERS)),
        Call(
            "get_open_id_token_for_developer_identity",
            {"identity_pool_id": "<pool>", "logins": {DEVELOPER: "secret:test-user"}},
        ),
        Findings(
            Effect.CREDENTIAL,
            (
                "Issues a token, good for 900 seconds, with which its holder is the user "
                'secret:test-user of identity pool "a pool"; it leads to credentials of '
                f"{USERS}."
            ),
            warnings=(
                "Whoever holds the token acts as the user secret:test-user, without any sign-in of theirs.",
                "Which user secret:test-user names cannot be seen here.",
            ),
            way_back="Nothing issued can be called back before it expires.",
        ),
    ),
    Case(
        "a token where a secret stands in the place of a developer user",
        (pool(),),
        Call(
            "get_open_id_token_for_developer_identity",
            {"identity_pool_id": "<pool>", "logins": {DEVELOPER: "a secret"}},
        ),
        Findings(
            Effect.CREDENTIAL,
            ('Issues a token, good for 900 seconds, with which its holder is a user of identity pool "a pool".'),
            warnings=(
                "The logins hold no user of the pool's developer provider: AWS will refuse the call.",
                (
                    "The pool has no role for signed-in users: the token cannot be exchanged for "
                    "credentials in the enhanced flow."
                ),
            ),
            way_back=(
                "Nothing issued can be called back before it expires, and a merge of identities cannot be taken back."
            ),
        ),
    ),
)
