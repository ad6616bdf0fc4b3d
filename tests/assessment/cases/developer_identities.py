"""Developer users: merged, unlinked."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_tools.operation import Effect
from tests.assessment.cases.case import Case
from tests.assessment.world import (
    DEVELOPER,
    FACEBOOK,
    Call,
    pool,
    registered,
)

FB: dict[str, Any] = {"supported_login_providers": {FACEBOOK: "4711"}}

CASES = (
    Case(
        "two developer users merged",
        (pool(developer_provider_name=DEVELOPER), registered("carol", "carol"), registered("bob", "bob")),
        Call(
            "merge_developer_identities",
            {
                "identity_pool_id": "<pool>",
                "developer_provider_name": DEVELOPER,
                "source_user_identifier": "carol",
                "destination_user_identifier": "bob",
            },
        ),
        Findings(
            Effect.DESTROY,
            "Moves the user carol from the identity <carol> to <bob>, the identity of the user bob, with all logins.",
            changes=(Change("identity_id", "<carol>", "<bob>"),),
            warnings=(
                (
                    "The identity <carol> is disabled for good: apps that remember it fail until they "
                    "ask again, and what is stored under it stays behind."
                ),
            ),
            way_back="A merge cannot be taken back: the source's identity stays disabled.",
            typed="carol",
        ),
    ),
    Case(
        "two developer users merged who have an identity together",
        (pool(developer_provider_name=DEVELOPER), registered("carol", "carol")),
        Call(
            "merge_developer_identities",
            {
                "identity_pool_id": "<pool>",
                "developer_provider_name": DEVELOPER,
                "source_user_identifier": "carol",
                "destination_user_identifier": "carol",
            },
        ),
        Findings(
            Effect.DESTROY,
            (
                "Moves the user carol from the identity <carol> to <carol>, the identity of the user "
                "carol, with all logins."
            ),
            warnings=("Both users have the identity <carol> already: nothing changes.",),
            way_back="A merge cannot be taken back: the source's identity stays disabled.",
            typed="carol",
        ),
    ),
    Case(
        "two developer users merged with the same public provider",
        (
            pool(developer_provider_name=DEVELOPER, **FB),
            registered("carol", "carol", logins={FACEBOOK: "token of carol"}),
            registered("bob", "bob", logins={FACEBOOK: "token of bob"}),
        ),
        Call(
            "merge_developer_identities",
            {
                "identity_pool_id": "<pool>",
                "developer_provider_name": DEVELOPER,
                "source_user_identifier": "carol",
                "destination_user_identifier": "bob",
            },
        ),
        Findings(
            Effect.DESTROY,
            "Moves the user carol from the identity <carol> to <bob>, the identity of the user bob, with all logins.",
            changes=(Change("identity_id", "<carol>", "<bob>"),),
            warnings=(
                (
                    "The identity <carol> is disabled for good: apps that remember it fail until they "
                    "ask again, and what is stored under it stays behind."
                ),
                f"Both identities have a login of {FACEBOOK}: AWS will refuse the merge.",
            ),
            way_back="A merge cannot be taken back: the source's identity stays disabled.",
            typed="carol",
        ),
    ),
    Case(
        "the only developer user taken away",
        (pool(developer_provider_name=DEVELOPER), registered("bob", "bob")),
        Call(
            "unlink_developer_identity",
            {
                "identity_pool_id": "<pool>",
                "identity_id": "<bob>",
                "developer_provider_name": DEVELOPER,
                "developer_user_identifier": "bob",
            },
        ),
        Findings(
            Effect.DESTROY,
            "Takes the user bob away from the identity <bob>; they count as new next time.",
            changes=(Change("developer_user_identifier_list[bob]", "bob", None),),
            counts=("0 logins left",),
            warnings=(
                "It is the last login of <bob>: nobody can use the identity afterwards, and nothing brings it back.",
            ),
            way_back="The user can be linked again, but to an identity that somebody can still use.",
            typed="<bob>",
        ),
    ),
    Case(
        "a developer user taken away who leaves a public login",
        (pool(developer_provider_name=DEVELOPER, **FB), registered("bob", "bob", logins={FACEBOOK: "token of bob"})),
        Call(
            "unlink_developer_identity",
            {
                "identity_pool_id": "<pool>",
                "identity_id": "<bob>",
                "developer_provider_name": DEVELOPER,
                "developer_user_identifier": "bob",
            },
        ),
        Findings(
            Effect.DESTROY,
            "Takes the user bob away from the identity <bob>; they count as new next time.",
            changes=(Change("developer_user_identifier_list[bob]", "bob", None),),
            counts=("1 login left",),
            way_back="The user can be linked again, but to an identity that somebody can still use.",
            typed="<bob>",
        ),
    ),
    Case(
        "a developer user taken away who belongs to somebody else",
        (pool(developer_provider_name=DEVELOPER), registered("bob", "bob"), registered("carol", "carol")),
        Call(
            "unlink_developer_identity",
            {
                "identity_pool_id": "<pool>",
                "identity_id": "<bob>",
                "developer_provider_name": DEVELOPER,
                "developer_user_identifier": "carol",
            },
        ),
        Findings(
            Effect.DESTROY,
            "Takes the user carol away from the identity <bob>; they count as new next time.",
            counts=("1 login left",),
            warnings=("carol is not linked to the identity: AWS will refuse the call.",),
            way_back="The user can be linked again, but to an identity that somebody can still use.",
            typed="<bob>",
        ),
    ),
)
