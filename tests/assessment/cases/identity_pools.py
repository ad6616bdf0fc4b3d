"""Pools made and updated."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_tools.operation import Effect
from tests.assessment.cases.case import Case
from tests.assessment.world import (
    CLIENT,
    DEVELOPER,
    FACEBOOK,
    GOOGLE,
    GUESTS,
    OIDC_ARN,
    SAML_ARN,
    TWITTER,
    USER_POOL,
    USERS,
    Call,
    pool,
    roles,
    update,
)

SETTINGS: dict[str, Any] = {
    "cognito_identity_providers": [{"provider_name": USER_POOL, "client_id": CLIENT, "server_side_token_check": True}],
    "supported_login_providers": {FACEBOOK: "4711", TWITTER: "key;secret"},
    "open_id_connect_provider_arns": [OIDC_ARN],
    "saml_provider_arns": [SAML_ARN],
    "developer_provider_name": DEVELOPER,
    "identity_pool_tags": {"stage": "test"},
}
KEPT: dict[str, Any] = {k: v for k, v in SETTINGS.items() if k not in ("developer_provider_name", "identity_pool_tags")}
REORDERED: dict[str, Any] = dict(reversed(KEPT.items())) | {
    "supported_login_providers": {TWITTER: "key;secret", FACEBOOK: "4711"}
}
FB: dict[str, Any] = {"supported_login_providers": {FACEBOOK: "4711"}}
UP: dict[str, Any] = {"cognito_identity_providers": [{"provider_name": USER_POOL, "client_id": CLIENT}]}
BOTH: dict[str, Any] = UP | FB
MAPPED = f"{USER_POOL}:{CLIENT}"

CASES = (
    Case(
        "a new pool that nobody can enter yet",
        (),
        pool(),
        Findings(
            Effect.WRITE,
            'Makes another identity pool, "a pool"; without roles it gives nobody credentials yet.',
            changes=(
                Change("allow_classic_flow", None, False),
                Change("allow_unauthenticated_identities", None, False),
                Change("identity_pool_name", None, "a pool"),
            ),
        ),
    ),
    Case(
        "a new pool with guests, classic flow left open and a developer provider",
        (),
        pool(guests=True, classic=None, developer_provider_name=DEVELOPER),
        Findings(
            Effect.WRITE,
            'Makes another identity pool, "a pool"; without roles it gives nobody credentials yet.',
            changes=(
                Change("allow_unauthenticated_identities", None, True),
                Change("developer_provider_name", None, DEVELOPER),
                Change("identity_pool_name", None, "a pool"),
            ),
            warnings=(
                (
                    "Leaving allow_classic_flow out opens classic flow: apps can then take any role that "
                    "trusts the pool, without the limits of the enhanced flow."
                ),
                (
                    "Guest access is switched on: anyone who knows the pool id can make identities in "
                    "it, and gets AWS credentials as soon as a role is attached for guests."
                ),
                f"The developer provider name {DEVELOPER} can never be changed or removed.",
            ),
        ),
    ),
    Case(
        "a new pool with classic flow opened on purpose",
        (),
        pool(classic=True),
        Findings(
            Effect.WRITE,
            'Makes another identity pool, "a pool"; without roles it gives nobody credentials yet.',
            changes=(
                Change("allow_classic_flow", None, True),
                Change("allow_unauthenticated_identities", None, False),
                Change("identity_pool_name", None, "a pool"),
            ),
            warnings=(
                (
                    "Classic flow is opened: apps can then take any role that trusts the pool, without "
                    "the limits of the enhanced flow."
                ),
            ),
        ),
    ),
    Case(
        "an update that leaves everything but the name out",
        (pool(**SETTINGS), roles(authenticated=USERS)),
        Call(
            "update_identity_pool",
            {"identity_pool_id": "<pool>", "identity_pool_name": "renamed", "allow_unauthenticated_identities": False},
        ),
        Findings(
            Effect.OVERWRITE,
            (
                'Replaces the settings of identity pool "a pool": allow_classic_flow, '
                "cognito_identity_providers, identity_pool_name, open_id_connect_provider_arns, "
                "saml_provider_arns and 1 more."
            ),
            changes=(
                Change("allow_classic_flow", False, None),
                Change(
                    f"cognito_identity_providers[{MAPPED}]",
                    {"provider_name": USER_POOL, "client_id": CLIENT, "server_side_token_check": True},
                    None,
                ),
                Change("identity_pool_name", "a pool", "renamed"),
                Change(f"open_id_connect_provider_arns[{OIDC_ARN}]", OIDC_ARN, None),
                Change(f"saml_provider_arns[{SAML_ARN}]", SAML_ARN, None),
                Change(f"supported_login_providers.{TWITTER}", "key;(withheld)", None),
                Change(f"supported_login_providers.{FACEBOOK}", "4711", None),
            ),
            warnings=(
                f"Users who sign in through {FACEBOOK} are locked out.",
                f"Users who sign in through {TWITTER} are locked out.",
                f"Users who sign in through {OIDC_ARN} are locked out.",
                f"Users who sign in through {MAPPED} are locked out.",
                f"Users who sign in through {SAML_ARN} are locked out.",
                (
                    "Leaving allow_classic_flow out opens classic flow: apps can then take any role that "
                    "trusts the pool, without the limits of the enhanced flow."
                ),
            ),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "an update that sends everything back in another order",
        (pool(**SETTINGS),),
        update(**REORDERED),
        Findings(
            Effect.WRITE,
            'Changes nothing: identity pool "a pool" has these settings already.',
        ),
    ),
    Case(
        "an update that only adds a provider to a pool without roles",
        (pool(**FB),),
        update(supported_login_providers={FACEBOOK: "4711", GOOGLE: "app"}),
        Findings(
            Effect.WRITE,
            'Adds to the settings of identity pool "a pool": supported_login_providers.',
            changes=(Change(f"supported_login_providers.{GOOGLE}", None, "app"),),
        ),
    ),
    Case(
        "an update that adds a SAML provider, which chooses the role itself",
        (pool(**FB),),
        update(supported_login_providers={FACEBOOK: "4711"}, saml_provider_arns=[SAML_ARN]),
        Findings(
            Effect.OVERWRITE,
            'Adds to the settings of identity pool "a pool": saml_provider_arns.',
            changes=(Change(f"saml_provider_arns[{SAML_ARN}]", None, SAML_ARN),),
            warnings=((f"Everyone who can sign in through {SAML_ARN} gets the role that the assertion names."),),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "an update that adds a provider while classic flow is open",
        (pool(classic=None),),
        update(classic=None, **FB),
        Findings(
            Effect.OVERWRITE,
            'Adds to the settings of identity pool "a pool": supported_login_providers.',
            changes=(Change(f"supported_login_providers.{FACEBOOK}", None, "4711"),),
            warnings=(
                f"Everyone who can sign in through {FACEBOOK} gets any role that trusts the pool (classic flow).",
            ),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "an update that lets the users of another provider have the pool's role",
        (pool(**FB), roles(authenticated=USERS)),
        update(supported_login_providers={FACEBOOK: "4711", GOOGLE: "app"}),
        Findings(
            Effect.OVERWRITE,
            'Adds to the settings of identity pool "a pool": supported_login_providers.',
            changes=(Change(f"supported_login_providers.{GOOGLE}", None, "app"),),
            warnings=((f"Everyone who can sign in through {GOOGLE} gets {USERS}."),),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "an update that lets them have mapped roles",
        (pool(**UP), roles({MAPPED: {"type": "Token", "ambiguous_role_resolution": "Deny"}})),
        update(**BOTH),
        Findings(
            Effect.OVERWRITE,
            'Adds to the settings of identity pool "a pool": supported_login_providers.',
            changes=(Change(f"supported_login_providers.{FACEBOOK}", None, "4711"),),
            warnings=(f"Everyone who can sign in through {FACEBOOK} gets a mapped role.",),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "guests let in where a role waits for them",
        (pool(), roles(unauthenticated=GUESTS)),
        update(guests=True),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": allow_unauthenticated_identities.',
            changes=(Change("allow_unauthenticated_identities", False, True),),
            warnings=(
                (
                    f"Guest access is switched on while {GUESTS} is attached "
                    "for guests: anyone who knows the pool id gets its AWS credentials."
                ),
            ),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "guests let in where no role is attached for them",
        (pool(), roles(authenticated=USERS)),
        update(guests=True),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": allow_unauthenticated_identities.',
            changes=(Change("allow_unauthenticated_identities", False, True),),
            warnings=(
                (
                    "Guest access is switched on: anyone who knows the pool id can make identities in "
                    "it, and gets AWS credentials as soon as a role is attached for guests."
                ),
            ),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "guests shut out",
        (pool(guests=True),),
        update(),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": allow_unauthenticated_identities.',
            changes=(Change("allow_unauthenticated_identities", True, False),),
            warnings=("Guest access is switched off: guests are locked out.",),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "classic flow opened on purpose",
        (pool(),),
        update(classic=True),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": allow_classic_flow.',
            changes=(Change("allow_classic_flow", False, True),),
            warnings=(
                (
                    "Classic flow is opened: apps can then take any role that trusts the pool, without "
                    "the limits of the enhanced flow."
                ),
            ),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "classic flow closed",
        (pool(classic=None),),
        update(),
        Findings(
            Effect.OVERWRITE,
            'Adds to the settings of identity pool "a pool": allow_classic_flow.',
            changes=(Change("allow_classic_flow", None, False),),
            warnings=("Classic flow is closed: apps that use it (GetOpenIdToken) stop working.",),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "every provider left out",
        (pool(**FB),),
        update(),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": supported_login_providers.',
            changes=(Change(f"supported_login_providers.{FACEBOOK}", "4711", None),),
            warnings=(
                "No login provider is left in the pool: nobody can sign in any more.",
                f"Users who sign in through {FACEBOOK} are locked out.",
            ),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "another app id and secret for a provider",
        (pool(supported_login_providers={FACEBOOK: "4711", TWITTER: "key;secret"}),),
        update(supported_login_providers={FACEBOOK: "4712", TWITTER: "key;other"}),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": supported_login_providers.',
            changes=(
                Change(f"supported_login_providers.{TWITTER}", "key;(withheld)", "key;(withheld) (another one)"),
                Change(f"supported_login_providers.{FACEBOOK}", "4711", "4712"),
            ),
            warnings=(
                (
                    f"The app id of {FACEBOOK} changes: its users are locked out until their app "
                    "signs in with the new one."
                ),
                (
                    f"The app id of {TWITTER} changes: its users are locked out until their app "
                    "signs in with the new one."
                ),
            ),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "another app client of the same user pool",
        (pool(**UP),),
        update(cognito_identity_providers=[{"provider_name": USER_POOL, "client_id": "other"}]),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": cognito_identity_providers.',
            changes=(
                Change(
                    f"cognito_identity_providers[{MAPPED}]",
                    {"provider_name": USER_POOL, "client_id": CLIENT, "server_side_token_check": False},
                    None,
                ),
                Change(
                    f"cognito_identity_providers[{USER_POOL}:other]",
                    None,
                    {"provider_name": USER_POOL, "client_id": "other", "server_side_token_check": False},
                ),
            ),
            warnings=((f"Users who sign in through {MAPPED} are locked out."),),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "the check of tokens on the server switched off",
        (pool(cognito_identity_providers=SETTINGS["cognito_identity_providers"]),),
        update(**UP),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": cognito_identity_providers.',
            changes=(
                Change(
                    f"cognito_identity_providers[{MAPPED}]",
                    {"provider_name": USER_POOL, "client_id": CLIENT, "server_side_token_check": True},
                    {"provider_name": USER_POOL, "client_id": CLIENT, "server_side_token_check": False},
                ),
            ),
            warnings=(
                (
                    "The server-side token check of "
                    f"{MAPPED} is switched off: "
                    "signed-out and deleted users get in until their tokens expire."
                ),
            ),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "a developer provider name set for good",
        (pool(),),
        update(developer_provider_name=DEVELOPER),
        Findings(
            Effect.OVERWRITE,
            'Adds to the settings of identity pool "a pool": developer_provider_name.',
            changes=(Change("developer_provider_name", None, DEVELOPER),),
            warnings=(f"The developer provider name {DEVELOPER} can never be changed or removed.",),
            way_back="undo_change puts the former settings back. The developer provider name stays.",
        ),
    ),
    Case(
        "another developer provider name",
        (pool(developer_provider_name=DEVELOPER),),
        update(developer_provider_name="other.example"),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": developer_provider_name.',
            changes=(Change("developer_provider_name", DEVELOPER, "other.example"),),
            warnings=(f"The pool's developer provider name is {DEVELOPER} for good: AWS refuses another one.",),
            way_back="undo_change puts the former settings back.",
        ),
    ),
    Case(
        "tags replaced by an update",
        (pool(identity_pool_tags={"stage": "test"}),),
        update(identity_pool_tags={"owner": "me"}),
        Findings(
            Effect.OVERWRITE,
            'Replaces the settings of identity pool "a pool": identity_pool_tags.',
            changes=(
                Change("identity_pool_tags.owner", None, "me"),
                Change("identity_pool_tags.stage", "test", None),
            ),
            way_back="undo_change puts the former settings back.",
        ),
    ),
)
