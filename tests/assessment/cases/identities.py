"""Identities: obtained, deleted, unlinked."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_tools.operation import Effect
from tests.assessment.cases.case import Case
from tests.assessment.world import (
    FACEBOOK,
    GOOGLE,
    Call,
    identity,
    pool,
)

FB: dict[str, Any] = {"supported_login_providers": {FACEBOOK: "4711"}}

CASES = (
    Case(
        "another guest",
        (pool(guests=True),),
        identity("_"),
        Findings(
            Effect.WRITE,
            "Makes another guest identity.",
            warnings=("Without logins every call makes another guest identity, which stays until it is deleted.",),
        ),
    ),
    Case(
        "an identity for one login",
        (pool(**FB),),
        identity("_", facebook="token of alice"),
        Findings(
            Effect.WRITE,
            f"Finds the identity with the login of {FACEBOOK}, or makes one.",
        ),
    ),
    Case(
        "an identity for two logins",
        (pool(**FB),),
        identity("_", facebook="token of alice", google="token of alice"),
        Findings(
            Effect.OVERWRITE,
            f"Finds the identity with the login of {FACEBOOK}, graph.google.com, or makes one.",
            warnings=(
                (
                    f"If the logins of {FACEBOOK}, graph.google.com belong to different "
                    "identities, these are merged for good."
                ),
            ),
            way_back="A merge of identities cannot be taken back.",
        ),
    ),
    Case(
        "the deletion of one identity",
        (pool(**FB), identity("alice", facebook="token of alice")),
        Call("delete_identities", {"identity_ids_to_delete": ["<alice>", "<alice>"]}),
        Findings(
            Effect.DESTROY,
            "Deletes the identity <alice> for good; the same user gets a new id next time.",
            changes=(
                Change(
                    "identities[<alice>]",
                    f"{FACEBOOK}, last modified <alice.day>",
                    "deleted",
                ),
            ),
            counts=("1 identity",),
            warnings=("Apps that remember the id <alice> fail until they ask for a new one (GetId).",),
            way_back="Nothing comes back: whoever signs in again gets a new identity.",
            typed="<alice>",
        ),
    ),
    Case(
        "the deletion of several identities, one of them unknown",
        (pool(guests=True, **FB), identity("guest")),
        Call(
            "delete_identities",
            {"identity_ids_to_delete": ["<guest>", "us-east-1:00000000-0000-0000-0000-000000000000"]},
        ),
        Findings(
            Effect.DESTROY,
            "Deletes 2 identities for good; the same users get new ids next time.",
            changes=(
                Change(
                    "identities[us-east-1:00000000-0000-0000-0000-000000000000]",
                    "not found",
                    "nothing to delete",
                ),
                Change(
                    "identities[<guest>]",
                    "guest, last modified <guest.day>",
                    "deleted",
                ),
            ),
            counts=(
                "2 identities",
                "1 guest",
                "1 not found",
            ),
            warnings=("Apps that remember the id <guest> fail until they ask for a new one (GetId).",),
            way_back="Nothing comes back: whoever signs in again gets a new identity.",
            typed="delete 2 identities",
        ),
    ),
    Case(
        "the deletion of more identities than are looked at",
        (pool(guests=True, **FB), identity("guest")),
        Call(
            "delete_identities",
            {
                "identity_ids_to_delete": [
                    "<guest>",
                    *(f"us-east-1:00000000-0000-0000-0000-00000000000{n}" for n in range(6)),
                ]
            },
        ),
        Findings(
            Effect.DESTROY,
            "Deletes 7 identities for good; the same users get new ids next time.",
            changes=(
                Change(
                    "identities[us-east-1:00000000-0000-0000-0000-000000000000]",
                    "not found",
                    "nothing to delete",
                ),
                Change(
                    "identities[us-east-1:00000000-0000-0000-0000-000000000001]",
                    "not found",
                    "nothing to delete",
                ),
                Change(
                    "identities[us-east-1:00000000-0000-0000-0000-000000000002]",
                    "not found",
                    "nothing to delete",
                ),
                Change(
                    "identities[us-east-1:00000000-0000-0000-0000-000000000003]",
                    "not found",
                    "nothing to delete",
                ),
                Change(
                    "identities[us-east-1:00000000-0000-0000-0000-000000000004]",
                    "not looked at",
                    "deleted",
                ),
                Change(
                    "identities[us-east-1:00000000-0000-0000-0000-000000000005]",
                    "not looked at",
                    "deleted",
                ),
                Change(
                    "identities[<guest>]",
                    "guest, last modified <guest.day>",
                    "deleted",
                ),
            ),
            counts=(
                "7 identities",
                "1 guest among the first 5",
                "4 not found among the first 5",
            ),
            warnings=(
                (
                    "Apps that remember the id <guest>, us-east-1:00000000-0000-0000-0000-000000000004, "
                    "us-east-1:00000000-0000-0000-0000-000000000005 fail until they ask for a new one "
                    "(GetId)."
                ),
            ),
            way_back="Nothing comes back: whoever signs in again gets a new identity.",
            typed="delete 7 identities",
        ),
    ),
    Case(
        "the last login taken away",
        (pool(**FB), identity("alice", facebook="token of alice")),
        Call(
            "unlink_identity",
            {"identity_id": "<alice>", "logins": {FACEBOOK: "token of alice"}, "logins_to_remove": [FACEBOOK]},
        ),
        Findings(
            Effect.DESTROY,
            f"Takes the login of {FACEBOOK} away from the identity <alice>.",
            changes=(Change(f"logins[{FACEBOOK}]", FACEBOOK, None),),
            counts=("0 logins left",),
            warnings=(
                (
                    "It is the last login of <alice>: nobody can use the identity afterwards, and "
                    "nothing brings it back."
                ),
            ),
            way_back="Whoever signs in with the login again gets another identity, unless it is linked anew.",
            typed="<alice>",
        ),
    ),
    Case(
        "a login taken away that is not linked",
        (pool(**FB), identity("alice", facebook="token of alice")),
        Call(
            "unlink_identity",
            {"identity_id": "<alice>", "logins": {FACEBOOK: "token of alice"}, "logins_to_remove": [GOOGLE]},
        ),
        Findings(
            Effect.DESTROY,
            f"Takes the login of {GOOGLE} away from the identity <alice>.",
            counts=("1 login left",),
            warnings=(f"{GOOGLE} is not linked to the identity: AWS will refuse the call.",),
            way_back="Whoever signs in with the login again gets another identity, unless it is linked anew.",
            typed="<alice>",
        ),
    ),
)
