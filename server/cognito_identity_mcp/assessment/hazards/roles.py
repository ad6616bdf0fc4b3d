"""Hazards of a change of roles and role mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cognito_identity_mcp.assessment.claims import is_user_writable
from cognito_identity_mcp.assessment.hazards.hazard import Hazard, Words, listed, when
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles


def role_of(roles: PoolRoles, kind: str) -> str | None:
    return (roles.roles or {}).get(kind)


def roles_in(roles: PoolRoles) -> tuple[str, ...]:
    """Every role, default or mapped, each once."""
    configurations = [mapping.rules_configuration for mapping in (roles.role_mappings or {}).values()]
    mapped = [rule.role_arn for each in configurations if each for rule in each.rules]
    return tuple(dict.fromkeys([*(roles.roles or {}).values(), *mapped]))


@dataclass(frozen=True)
class RolesChange:
    """The roles of `pool` before and after."""

    pool: IdentityPool
    before: PoolRoles
    after: PoolRoles

    @property
    def new_guest_role(self) -> str | None:
        role = role_of(self.after, "unauthenticated")
        return None if role == role_of(self.before, "unauthenticated") else role

    @property
    def classic_flow_is_open(self) -> bool:
        return self.pool.allow_classic_flow is not False

    @property
    def new_roles(self) -> tuple[str, ...]:
        return tuple(role for role in roles_in(self.after) if role not in roles_in(self.before))


Rule = tuple[str, str, str, str, str]
"""Provider, claim, match type, value, role."""


def _rules(roles: PoolRoles) -> Iterator[Rule]:
    for provider, mapping in (roles.role_mappings or {}).items():
        for rule in mapping.rules_configuration.rules if mapping.rules_configuration else ():
            yield provider, rule.claim, rule.match_type, rule.value, rule.role_arn


def _public_credentials(change: RolesChange) -> Words:
    is_public = change.new_guest_role is not None and change.pool.allow_unauthenticated_identities
    return when(is_public, change.new_guest_role or "")


def _guest_role_attached(change: RolesChange) -> Words:
    is_public = change.pool.allow_unauthenticated_identities
    return when(change.new_guest_role is not None and not is_public, change.new_guest_role or "")


def _guests_like_users(change: RolesChange) -> Words:
    role = change.new_guest_role
    return when(role is not None and role == role_of(change.after, "authenticated"), role or "")


def _writable_claim(change: RolesChange) -> Words:
    known = set(_rules(change.before))
    rules = [rule for rule in _rules(change.after) if rule not in known and is_user_writable(rule[1])]
    return list(dict.fromkeys((claim, provider, role) for provider, claim, _, _, role in rules))


def _dropped(kind: str) -> Callable[[RolesChange], Words]:
    def found(change: RolesChange) -> Words:
        role = role_of(change.before, kind)
        return when(role is not None and role_of(change.after, kind) is None, role or "")

    return found


def _mapping_dropped(change: RolesChange) -> Words:
    return [(each,) for each in change.before.role_mappings or {} if each not in (change.after.role_mappings or {})]


def _classic_flow_broken(change: RolesChange) -> Words:
    return when(change.classic_flow_is_open and not change.before.role_mappings and bool(change.after.role_mappings))


def _classic_flow_reachable(change: RolesChange) -> Words:
    first = not roles_in(change.before) and bool(roles_in(change.after))
    return when(change.classic_flow_is_open and first and not change.after.role_mappings)


def _default_replaced(change: RolesChange) -> Words:
    role = role_of(change.before, "authenticated")
    known = change.before.role_mappings or {}
    return [(each, role) for each in change.after.role_mappings or {} if each not in known and role]


def _newly_resolved(change: RolesChange, resolution: str) -> Iterator[str]:
    """Providers whose mapping now resolves ambiguity in this way."""
    known = change.before.role_mappings or {}
    for provider, mapping in (change.after.role_mappings or {}).items():
        old = known[provider].ambiguous_role_resolution if provider in known else None
        if mapping.ambiguous_role_resolution == resolution != old:
            yield provider


def _unmatched_refused(change: RolesChange) -> Words:
    return [(provider,) for provider in _newly_resolved(change, "Deny")]


def _unmatched_get_default(change: RolesChange) -> Words:
    role = role_of(change.after, "authenticated")
    return [(provider, role) for provider in _newly_resolved(change, "AuthenticatedRole") if role]


def _unmatched_get_nothing(change: RolesChange) -> Words:
    role = role_of(change.after, "authenticated")
    return [(provider,) for provider in _newly_resolved(change, "AuthenticatedRole") if not role]


def _several_accounts(change: RolesChange) -> Words:
    parts = [role.split(":") for role in roles_in(change.after)]
    accounts = sorted({part[4] for part in parts if len(part) > 4})
    return when(len(accounts) > 1, ", ".join(accounts))


def _role_attached(change: RolesChange) -> Words:
    return when(bool(change.new_roles), listed(change.new_roles), change.pool.identity_pool_id)


def _roles_from_token(change: RolesChange) -> Words:
    """Providers whose mapping is now of type Token."""
    known = change.before.role_mappings or {}
    for provider, mapping in (change.after.role_mappings or {}).items():
        if mapping.type == "Token" and (provider not in known or known[provider].type != "Token"):
            yield (provider,)


ROLES: tuple[Hazard[RolesChange], ...] = (
    Hazard(
        "public_credentials",
        "Guest access is on: anyone who knows the pool id gets AWS credentials of {}.",
        _public_credentials,
        raises=True,
    ),
    Hazard("guests_like_users", "Guests get the same role as signed-in users: {}.", _guests_like_users),
    Hazard(
        "user_writable_claim",
        "A user may be able to write the claim {} ({}), and so take the role {}.",
        _writable_claim,
        raises=True,
    ),
    Hazard(
        "roles_from_token",
        "Users of {} get any role that their token names and that trusts the pool: whoever manages the groups there "
        "decides.",
        _roles_from_token,
        raises=True,
    ),
    Hazard(
        "guest_role_attached",
        "{} is attached for guests: once guest access is switched on, anyone who knows the pool id gets its "
        "credentials.",
        _guest_role_attached,
        raises=True,
    ),
    Hazard(
        "authenticated_role_dropped",
        "The role of signed-in users, {}, is dropped: without a mapping they get no credentials.",
        _dropped("authenticated"),
    ),
    Hazard(
        "unauthenticated_role_dropped",
        "The role of guests, {}, is dropped: they get no credentials.",
        _dropped("unauthenticated"),
    ),
    Hazard(
        "mapping_dropped",
        "The role mapping of {} is dropped: its users get the default role of signed-in users instead.",
        _mapping_dropped,
    ),
    Hazard(
        "mappings_close_classic_flow",
        "With role mappings AWS refuses classic flow: apps that use it (GetOpenIdToken) stop working.",
        _classic_flow_broken,
        raises=True,
    ),
    Hazard(
        "mapping_replaces_default",
        "Users of {} no longer get {} but what the mapping says.",
        _default_replaced,
        raises=True,
    ),
    Hazard(
        "classic_flow_reachable",
        "Classic flow is open on this pool: its users can take any role that trusts the pool, without the limits of "
        "the enhanced flow. Close it with allow_classic_flow = false.",
        _classic_flow_reachable,
    ),
    Hazard("unmatched_refused", "Users of {} for whom no role results are refused (Deny).", _unmatched_refused),
    Hazard(
        "unmatched_get_default",
        "Users of {} for whom no role results get the default role of signed-in users: {}.",
        _unmatched_get_default,
    ),
    Hazard(
        "unmatched_get_nothing",
        "Users of {} for whom no role results get no credentials: no role is attached for signed-in users.",
        _unmatched_get_nothing,
    ),
    Hazard(
        "roles_of_several_accounts",
        "The roles belong to different accounts ({}): the enhanced flow gives only roles of the pool's own.",
        _several_accounts,
    ),
    Hazard(
        "role_attached",
        "Newly attached: {}. Trust policies cannot be seen here: a role has to demand aud = {} and the right amr, or "
        "users of other pools or guests can take it.",
        _role_attached,
        raises=True,
    ),
)
