"""Hazards of making, updating and deleting a pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognito_identity_mcp.assessment.difference import Entries, entries, name_in
from cognito_identity_mcp.assessment.hazards.hazard import Hazard, Words, listed, when
from cognito_identity_mcp.assessment.hazards.roles import role_of, roles_in
from cognito_identity_tools.operations.identity_pools import CreateIdentityPoolInput, IdentityPool
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles
from cognito_identity_tools.shapes import Shape

NO_ROLES = PoolRoles()


@dataclass(frozen=True)
class PoolChange:
    """A pool before and after; `before` is None for a new one. `roles` are those of the pool."""

    before: IdentityPool | None
    after: CreateIdentityPoolInput
    roles: PoolRoles = NO_ROLES

    @property
    def guests_come_in(self) -> bool:
        was_open = self.before is not None and self.before.allow_unauthenticated_identities
        return self.after.allow_unauthenticated_identities and not was_open

    @property
    def classic_flow_comes_open(self) -> bool:
        """Left unset it is open (§5)."""
        was_open = self.before is not None and self.before.allow_classic_flow is not False
        return self.after.allow_classic_flow is not False and not was_open


PROVIDERS = (
    "supported_login_providers",
    "open_id_connect_provider_arns",
    "cognito_identity_providers",
    "saml_provider_arns",
)


def _guests_with_role(change: PoolChange) -> Words:
    role = role_of(change.roles, "unauthenticated")
    return when(change.guests_come_in and role is not None, role or "")


def _guests_without_role(change: PoolChange) -> Words:
    return when(change.guests_come_in and role_of(change.roles, "unauthenticated") is None)


def _classic_flow_by_omission(change: PoolChange) -> Words:
    return when(change.classic_flow_comes_open and change.after.allow_classic_flow is None)


def _classic_flow_opened(change: PoolChange) -> Words:
    return when(change.classic_flow_comes_open and change.after.allow_classic_flow is True)


def _classic_flow_closed(change: PoolChange) -> Words:
    was_open = change.before is not None and change.before.allow_classic_flow is not False
    return when(was_open and change.after.allow_classic_flow is False)


def _provider_removed(change: PoolChange) -> Words:
    return _gone(_entries(change.before, *PROVIDERS), _entries(change.after, *PROVIDERS))


def _provider_added(change: PoolChange) -> Words:
    if change.before is None:
        return []
    added = _gone(_entries(change.after, *PROVIDERS), _entries(change.before, *PROVIDERS))
    return [(name, role) for (name,) in added if (role := _role_for(name, change))]


def _role_for(provider: str, change: PoolChange) -> str | None:
    """What users of a provider get (§11, §12); None where it is nothing yet."""
    ways = {
        "the role that the assertion names": ":saml-provider/" in provider,
        "any role that trusts the pool (classic flow)": change.after.allow_classic_flow is not False,
        "a mapped role": bool(change.roles.role_mappings),
    }
    return role_of(change.roles, "authenticated") or next((role for role, given in ways.items() if given), None)


def _no_providers_left(change: PoolChange) -> Words:
    before, after = (_entries(pool, *PROVIDERS, "developer_provider_name") for pool in (change.before, change.after))
    return when(bool(before) and not after)


def _app_id_changed(change: PoolChange) -> Words:
    before, after = (_entries(pool, "supported_login_providers") for pool in (change.before, change.after))
    return [(name_in(path[1]),) for path in before if path in after and before[path] != after[path]]


def _guests_shut_out(change: PoolChange) -> Words:
    was_open = change.before is not None and change.before.allow_unauthenticated_identities
    return when(was_open and not change.after.allow_unauthenticated_identities)


def _token_check_off(change: PoolChange) -> Words:
    before, after = (_entries(pool, "cognito_identity_providers") for pool in (change.before, change.after))
    both = [path for path in before if path in after]
    return [(name_in(path[1]),) for path in both if _is_checked(before[path]) and not _is_checked(after[path])]


def _is_checked(provider: dict[str, Any]) -> bool:
    return bool(provider.get("server_side_token_check"))


def _developer_name_set(change: PoolChange) -> Words:
    name = change.after.developer_provider_name
    return when(name is not None and (change.before is None or not change.before.developer_provider_name), name or "")


def _developer_name_fixed(change: PoolChange) -> Words:
    old = change.before.developer_provider_name if change.before else None
    return when(old not in (None, change.after.developer_provider_name), old or "")


POOL: tuple[Hazard[PoolChange], ...] = (
    Hazard(
        "guests_on_with_role",
        "Guest access is switched on while {} is attached for guests: anyone who knows the pool id gets its AWS "
        "credentials.",
        _guests_with_role,
    ),
    Hazard(
        "no_providers_left",
        "No login provider is left in the pool: nobody can sign in any more.",
        _no_providers_left,
    ),
    Hazard("provider_removed", "Users who sign in through {} are locked out.", _provider_removed),
    Hazard(
        "classic_flow_open_by_omission",
        "Leaving allow_classic_flow out opens classic flow: apps can then take any role that trusts the pool, without "
        "the limits of the enhanced flow.",
        _classic_flow_by_omission,
    ),
    Hazard(
        "classic_flow_opened",
        "Classic flow is opened: apps can then take any role that trusts the pool, without the limits of the enhanced "
        "flow.",
        _classic_flow_opened,
    ),
    Hazard(
        "guests_on",
        "Guest access is switched on: anyone who knows the pool id can make identities in it, and gets AWS credentials "
        "as soon as a role is attached for guests.",
        _guests_without_role,
    ),
    Hazard("provider_added", "Everyone who can sign in through {} gets {}.", _provider_added, raises=True),
    Hazard(
        "app_id_changed",
        "The app id of {} changes: its users are locked out until their app signs in with the new one.",
        _app_id_changed,
    ),
    Hazard("guests_off", "Guest access is switched off: guests are locked out.", _guests_shut_out),
    Hazard(
        "classic_flow_closed",
        "Classic flow is closed: apps that use it (GetOpenIdToken) stop working.",
        _classic_flow_closed,
        raises=True,
    ),
    Hazard(
        "token_check_off",
        "The server-side token check of {} is switched off: signed-out and deleted users get in until their tokens "
        "expire.",
        _token_check_off,
    ),
    Hazard(
        "developer_name_for_good",
        "The developer provider name {} can never be changed or removed.",
        _developer_name_set,
        raises=True,
    ),
    Hazard(
        "developer_name_fixed",
        "The pool's developer provider name is {} for good: AWS refuses another one.",
        _developer_name_fixed,
    ),
)


def _entries(shape: Shape | None, *members: str) -> Entries:
    """What is set under these members."""
    state = {} if shape is None else shape.model_dump(mode="json", include=set(members))
    return entries(state)


def _gone(before: Entries, after: Entries) -> Words:
    """The names under which something was set and nothing is any more."""
    return [(name_in(path[1]),) for path in before if path not in after]


def _roles_left_behind(roles: PoolRoles) -> Words:
    return when(bool(roles_in(roles)), listed(roles_in(roles)))


POOL_LOSS: tuple[Hazard[PoolRoles], ...] = (
    Hazard(
        "apps_know_the_pool_id",
        "Every app that has the pool's id built in stops working; a new pool has another id.",
        lambda _: [()],
    ),
    Hazard("roles_left_behind", "IAM roles stay behind and have to be deleted by themselves: {}.", _roles_left_behind),
)
