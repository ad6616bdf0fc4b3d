"""Roles and role mappings."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_tools.operation import Effect
from tests.assessment.cases.case import Case
from tests.assessment.world import (
    ADMINS,
    CLIENT,
    GUESTS,
    USER_POOL,
    USERS,
    pool,
    roles,
    rules,
)

UP: dict[str, Any] = {"cognito_identity_providers": [{"provider_name": USER_POOL, "client_id": CLIENT}]}
MAPPED = f"{USER_POOL}:{CLIENT}"

CASES = (
    Case(
        "the first role, for signed-in users of a pool without classic flow",
        (pool(),),
        roles(authenticated=USERS),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": roles.',
            changes=(Change("roles.authenticated", None, USERS),),
            warnings=(
                (
                    f"Newly attached: {USERS}. Trust policies cannot be seen "
                    "here: a role has to demand aud = <pool> and the right amr, or users of other pools "
                    "or guests can take it."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "the first role while classic flow is open",
        (pool(classic=None),),
        roles(authenticated=USERS),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": roles.',
            changes=(Change("roles.authenticated", None, USERS),),
            warnings=(
                (
                    "Classic flow is open on this pool: its users can take any role that trusts the "
                    "pool, without the limits of the enhanced flow. Close it with allow_classic_flow = "
                    "false."
                ),
                (
                    f"Newly attached: {USERS}. Trust policies cannot be seen "
                    "here: a role has to demand aud = <pool> and the right amr, or users of other pools "
                    "or guests can take it."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "the roles that are there already",
        (pool(), roles(authenticated=USERS)),
        roles(authenticated=USERS),
        Findings(
            Effect.WRITE,
            'Changes nothing: identity pool "a pool" has these roles and mappings already.',
        ),
    ),
    Case(
        "a role for guests in a pool that lets them in",
        (pool(guests=True), roles(authenticated=USERS)),
        roles(authenticated=USERS, unauthenticated=GUESTS),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": roles.',
            changes=(Change("roles.unauthenticated", None, GUESTS),),
            warnings=(
                f"Guest access is on: anyone who knows the pool id gets AWS credentials of {GUESTS}.",
                (
                    f"Newly attached: {GUESTS}. Trust policies cannot be "
                    "seen here: a role has to demand aud = <pool> and the right amr, or users of other "
                    "pools or guests can take it."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "the users' role for guests, in a pool that lets none in",
        (pool(), roles(authenticated=USERS)),
        roles(authenticated=USERS, unauthenticated=USERS),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": roles.',
            changes=(Change("roles.unauthenticated", None, USERS),),
            warnings=(
                f"Guests get the same role as signed-in users: {USERS}.",
                (
                    f"{USERS} is attached for guests: once guest access is "
                    "switched on, anyone who knows the pool id gets its credentials."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "one role where there were two and a mapping",
        (pool(**UP), roles({MAPPED: rules(("cognito:groups", ADMINS))}, authenticated=USERS, unauthenticated=GUESTS)),
        roles(unauthenticated=GUESTS),
        Findings(
            Effect.OVERWRITE,
            'Replaces who gets which IAM role in identity pool "a pool": role_mappings, roles.',
            changes=(
                Change(f"role_mappings.{MAPPED}.ambiguous_role_resolution", "Deny", None),
                Change(
                    f"role_mappings.{MAPPED}.rules_configuration.rules[0]",
                    {"claim": "cognito:groups", "match_type": "Equals", "value": "x", "role_arn": ADMINS},
                    None,
                ),
                Change(f"role_mappings.{MAPPED}.type", "Rules", None),
                Change("roles.authenticated", USERS, None),
            ),
            warnings=(
                f"The role of signed-in users, {USERS}, is dropped: without a mapping they get no credentials.",
                (
                    "The role mapping of "
                    f"{MAPPED} is dropped: its "
                    "users get the default role of signed-in users instead."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "only the users' role",
        (pool(), roles(authenticated=USERS, unauthenticated=GUESTS)),
        roles(authenticated=USERS),
        Findings(
            Effect.OVERWRITE,
            'Replaces who gets which IAM role in identity pool "a pool": roles.',
            changes=(Change("roles.unauthenticated", GUESTS, None),),
            warnings=((f"The role of guests, {GUESTS}, is dropped: they get no credentials."),),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "the first mapping, in a pool with classic flow",
        (pool(classic=True, **UP), roles(authenticated=USERS)),
        roles(
            {MAPPED: rules(("custom:dept", ADMINS), ("cognito:groups", ADMINS), resolution="AuthenticatedRole")},
            authenticated=USERS,
        ),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": role_mappings.',
            changes=(
                Change(f"role_mappings.{MAPPED}.ambiguous_role_resolution", None, "AuthenticatedRole"),
                Change(
                    f"role_mappings.{MAPPED}.rules_configuration.rules[0]",
                    None,
                    {"claim": "custom:dept", "match_type": "Equals", "value": "x", "role_arn": ADMINS},
                ),
                Change(
                    f"role_mappings.{MAPPED}.rules_configuration.rules[1]",
                    None,
                    {"claim": "cognito:groups", "match_type": "Equals", "value": "x", "role_arn": ADMINS},
                ),
                Change(f"role_mappings.{MAPPED}.type", None, "Rules"),
            ),
            warnings=(
                f"A user may be able to write the claim custom:dept ({MAPPED}), and so take the role {ADMINS}.",
                "With role mappings AWS refuses classic flow: apps that use it (GetOpenIdToken) stop working.",
                f"Users of {MAPPED} no longer get {USERS} but what the mapping says.",
                f"Users of {MAPPED} for whom no role results get the default role of signed-in users: {USERS}.",
                (
                    f"Newly attached: {ADMINS}. Trust policies cannot be "
                    "seen here: a role has to demand aud = <pool> and the right amr, or users of other "
                    "pools or guests can take it."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "a mapping for a pool that had nothing",
        (pool(**UP),),
        roles({MAPPED: {"type": "Token", "ambiguous_role_resolution": "AuthenticatedRole"}}),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": role_mappings.',
            changes=(
                Change(f"role_mappings.{MAPPED}.ambiguous_role_resolution", None, "AuthenticatedRole"),
                Change(f"role_mappings.{MAPPED}.type", None, "Token"),
            ),
            warnings=(
                (
                    f"Users of {MAPPED} get any "
                    "role that their token names and that trusts the pool: whoever manages the groups "
                    "there decides."
                ),
                (
                    f"Users of {MAPPED} for whom "
                    "no role results get no credentials: no role is attached for signed-in users."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "a mapping without a role to fall back on",
        (pool(**UP), roles(unauthenticated=GUESTS)),
        roles({MAPPED: {"type": "Token", "ambiguous_role_resolution": "AuthenticatedRole"}}, unauthenticated=GUESTS),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": role_mappings.',
            changes=(
                Change(f"role_mappings.{MAPPED}.ambiguous_role_resolution", None, "AuthenticatedRole"),
                Change(f"role_mappings.{MAPPED}.type", None, "Token"),
            ),
            warnings=(
                (
                    f"Users of {MAPPED} get any "
                    "role that their token names and that trusts the pool: whoever manages the groups "
                    "there decides."
                ),
                (
                    f"Users of {MAPPED} for whom "
                    "no role results get no credentials: no role is attached for signed-in users."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "a mapping that refuses whom no rule matches",
        (pool(**UP), roles(authenticated=ADMINS)),
        roles({MAPPED: rules(("cognito:groups", ADMINS))}, authenticated=ADMINS),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": role_mappings.',
            changes=(
                Change(f"role_mappings.{MAPPED}.ambiguous_role_resolution", None, "Deny"),
                Change(
                    f"role_mappings.{MAPPED}.rules_configuration.rules[0]",
                    None,
                    {"claim": "cognito:groups", "match_type": "Equals", "value": "x", "role_arn": ADMINS},
                ),
                Change(f"role_mappings.{MAPPED}.type", None, "Rules"),
            ),
            warnings=(
                f"Users of {MAPPED} no longer get {ADMINS} but what the mapping says.",
                f"Users of {MAPPED} for whom no role results are refused (Deny).",
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "a mapped role given to guests as well",
        (pool(guests=True, **UP), roles({MAPPED: rules(("cognito:groups", ADMINS))})),
        roles({MAPPED: rules(("cognito:groups", ADMINS))}, unauthenticated=ADMINS),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": roles.',
            changes=(Change("roles.unauthenticated", None, ADMINS),),
            warnings=((f"Guest access is on: anyone who knows the pool id gets AWS credentials of {ADMINS}."),),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "a mapped role kept for guests to come",
        (pool(**UP), roles({MAPPED: rules(("cognito:groups", ADMINS))})),
        roles({MAPPED: rules(("cognito:groups", ADMINS))}, unauthenticated=ADMINS),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": roles.',
            changes=(Change("roles.unauthenticated", None, ADMINS),),
            warnings=(
                (
                    f"{ADMINS} is attached for guests: once guest access is "
                    "switched on, anyone who knows the pool id gets its credentials."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "one more rule, on a claim that users write",
        (pool(**UP), roles({MAPPED: rules(("cognito:groups", ADMINS))})),
        roles({MAPPED: rules(("cognito:groups", ADMINS), ("email", ADMINS))}),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": role_mappings.',
            changes=(
                Change(
                    f"role_mappings.{MAPPED}.rules_configuration.rules[1]",
                    None,
                    {"claim": "email", "match_type": "Equals", "value": "x", "role_arn": ADMINS},
                ),
            ),
            warnings=((f"A user may be able to write the claim email ({MAPPED}), and so take the role {ADMINS}."),),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "the first mapping in a pool with classic flow, for a role that is attached already",
        (pool(classic=None, **UP), roles(unauthenticated=ADMINS)),
        roles({MAPPED: rules(("cognito:groups", ADMINS))}, unauthenticated=ADMINS),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": role_mappings.',
            changes=(
                Change(f"role_mappings.{MAPPED}.ambiguous_role_resolution", None, "Deny"),
                Change(
                    f"role_mappings.{MAPPED}.rules_configuration.rules[0]",
                    None,
                    {"claim": "cognito:groups", "match_type": "Equals", "value": "x", "role_arn": ADMINS},
                ),
                Change(f"role_mappings.{MAPPED}.type", None, "Rules"),
            ),
            warnings=(
                "With role mappings AWS refuses classic flow: apps that use it (GetOpenIdToken) stop working.",
                f"Users of {MAPPED} for whom no role results are refused (Deny).",
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "roles of two accounts",
        (pool(), roles(authenticated=USERS)),
        roles(authenticated=USERS, unauthenticated="arn:aws:iam::999999999999:role/guests"),
        Findings(
            Effect.OVERWRITE,
            'Adds to who gets which IAM role in identity pool "a pool": roles.',
            changes=(Change("roles.unauthenticated", None, "arn:aws:iam::999999999999:role/guests"),),
            warnings=(
                (
                    "arn:aws:iam::999999999999:role/guests is attached for guests: once guest access is "
                    "switched on, anyone who knows the pool id gets its credentials."
                ),
                (
                    "The roles belong to different accounts (123456789012, 999999999999): the enhanced "
                    "flow gives only roles of the pool's own."
                ),
                (
                    "Newly attached: arn:aws:iam::999999999999:role/guests. Trust policies cannot be "
                    "seen here: a role has to demand aud = <pool> and the right amr, or users of other "
                    "pools or guests can take it."
                ),
            ),
            way_back="undo_change puts the former roles and mappings back.",
        ),
    ),
    Case(
        "one more rule after the others",
        (pool(**UP), roles({MAPPED: rules(("cognito:groups", ADMINS))})),
        roles({MAPPED: rules(("cognito:groups", ADMINS), ("sub", ADMINS))}),
        Findings(
            Effect.WRITE,
            'Adds to who gets which IAM role in identity pool "a pool": role_mappings.',
            changes=(
                Change(
                    f"role_mappings.{MAPPED}.rules_configuration.rules[1]",
                    None,
                    {"claim": "sub", "match_type": "Equals", "value": "x", "role_arn": ADMINS},
                ),
            ),
        ),
    ),
)
