"""Pools deleted, with what is in them."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.model import Findings
from cognito_identity_tools.operation import Effect
from tests.assessment.cases.case import Case
from tests.assessment.world import (
    ADMINS,
    CLIENT,
    DEVELOPER,
    FACEBOOK,
    GUESTS,
    OIDC_ARN,
    SAML_ARN,
    TWITTER,
    USER_POOL,
    USERS,
    Call,
    identity,
    pool,
    roles,
    rules,
)

SETTINGS: dict[str, Any] = {
    "cognito_identity_providers": [{"provider_name": USER_POOL, "client_id": CLIENT, "server_side_token_check": True}],
    "supported_login_providers": {FACEBOOK: "4711", TWITTER: "key;secret"},
    "open_id_connect_provider_arns": [OIDC_ARN],
    "saml_provider_arns": [SAML_ARN],
    "developer_provider_name": DEVELOPER,
    "identity_pool_tags": {"stage": "test"},
}
MAPPED = f"{USER_POOL}:{CLIENT}"

CASES = (
    Case(
        "the deletion of a pool with everything in it",
        (
            pool(guests=True, **SETTINGS),
            roles({MAPPED: rules(("cognito:groups", ADMINS))}, authenticated=USERS, unauthenticated=GUESTS),
            identity("guest"),
            identity("alice", facebook="token of alice"),
        ),
        Call("delete_identity_pool", {"identity_pool_id": "<pool>"}),
        Findings(
            Effect.DESTROY,
            ('Deletes identity pool "a pool" and every identity in it for good; its users lose access at once.'),
            counts=(
                "2 identities",
                "5 login providers",
                "3 attached roles",
                "1 tag",
            ),
            warnings=(
                "Every app that has the pool's id built in stops working; a new pool has another id.",
                f"IAM roles stay behind and have to be deleted by themselves: {USERS}, {GUESTS}, {ADMINS}.",
            ),
            way_back="Nothing comes back: neither the pool's id nor the ids of its identities.",
            typed="a pool",
        ),
    ),
    Case(
        "the deletion of a pool with more identities than one page",
        (pool(guests=True), *(identity(f"guest {n}") for n in range(61))),
        Call("delete_identity_pool", {"identity_pool_id": "<pool>"}),
        Findings(
            Effect.DESTROY,
            ('Deletes identity pool "a pool" and every identity in it for good; its users lose access at once.'),
            counts=("60+ identities",),
            warnings=("Every app that has the pool's id built in stops working; a new pool has another id.",),
            way_back="Nothing comes back: neither the pool's id nor the ids of its identities.",
            typed="a pool",
        ),
    ),
    Case(
        "the deletion of an empty pool",
        (pool(),),
        Call("delete_identity_pool", {"identity_pool_id": "<pool>"}),
        Findings(
            Effect.DESTROY,
            ('Deletes identity pool "a pool" and every identity in it for good; its users lose access at once.'),
            counts=("0 identities",),
            warnings=("Every app that has the pool's id built in stops working; a new pool has another id.",),
            way_back="Nothing comes back: neither the pool's id nor the ids of its identities.",
            typed="a pool",
        ),
    ),
)
