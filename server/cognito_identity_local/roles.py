"""Which role a session gets (fact sheet §12). Trust and permissions of roles are STS's affair and not looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from cognito_identity_local import errors
from cognito_identity_local.errors import ambiguous_role, invalid_pool_configuration, not_authorized
from cognito_identity_local.logins import Login
from cognito_identity_local.session_tags import claim_text
from cognito_identity_local.tokens import AUTHENTICATED, UNAUTHENTICATED
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles
from cognito_identity_tools.shapes import MappingRule, RoleMapping

_MATCHES: Mapping[str, Callable[[str, str], bool]] = {
    "Equals": lambda claim, value: claim == value,
    "Contains": lambda claim, value: value in claim,
    "StartsWith": lambda claim, value: claim.startswith(value),
    "NotEqual": lambda claim, value: claim != value,
}


def guest_role(roles: PoolRoles, custom: str | None) -> str:
    """
    Raises:
        CognitoIdentityError: no role for guests, or one was asked for (NotAuthorizedException, §20 no. 18).
    """
    return _default(roles, UNAUTHENTICATED, custom)


def authenticated_role(roles: PoolRoles, logins: Sequence[Login], custom: str | None) -> str:
    """The role for proven logins; none for a token of this service, which always gets the default role.

    Raises:
        CognitoIdentityError: no role results, or the custom one is not among those the login may have.
    """
    for login in logins:
        key = login.provider.mapping_key(login.client)
        mapping = (roles.role_mappings or {}).get(key)
        if mapping is not None:
            return _mapped(mapping, login, custom) or _ambiguous(roles, mapping, key)
        if login.roles:
            return _offered(login.roles, custom)
    return _default(roles, AUTHENTICATED, custom)


def _default(roles: PoolRoles, kind: str, custom: str | None) -> str:
    if custom is not None:
        raise not_authorized(errors.LOCAL_CUSTOM_ROLE_DENIED)
    role = (roles.roles or {}).get(kind)
    if role is None:
        raise invalid_pool_configuration()
    return role


def _offered(roles: Sequence[str], custom: str | None) -> str:
    """One role out of several, as an assertion or a token lists them."""
    if custom is None and len(roles) > 1:
        raise not_authorized(errors.LOCAL_CUSTOM_ROLE_REQUIRED)
    if custom is not None and custom not in roles:
        raise not_authorized(errors.LOCAL_CUSTOM_ROLE_DENIED)
    return custom or roles[0]


def _ambiguous(roles: PoolRoles, mapping: RoleMapping, key: str) -> str:
    if mapping.ambiguous_role_resolution == "Deny":
        raise ambiguous_role(key)
    return _default(roles, AUTHENTICATED, None)


def _mapped(mapping: RoleMapping, login: Login, custom: str | None) -> str | None:
    """The role of a mapping; None: ambiguous."""
    return (_by_rules if mapping.type == "Rules" else _by_token)(mapping, login, custom)


def _by_token(_: RoleMapping, login: Login, custom: str | None) -> str | None:
    """An assertion prefers its only role, a user pool's token says which one it prefers."""
    if custom is not None:
        return _offered(login.roles or _listed(login.claims.get("cognito:roles")), custom)
    if login.roles:
        return login.roles[0] if len(login.roles) == 1 else None
    preferred = login.claims.get("cognito:preferred_role")
    return str(preferred) if preferred else None


def _listed(claim: object) -> list[str]:
    return [str(role) for role in cast("list[object]", claim)] if isinstance(claim, list) else []


def _by_rules(mapping: RoleMapping, login: Login, custom: str | None) -> str | None:
    """The first rule that matches; a custom role may be that of any rule, as was observed."""
    rules = mapping.rules_configuration.rules if mapping.rules_configuration else []
    if custom is not None:
        return _offered([rule.role_arn for rule in rules], custom)
    return next((rule.role_arn for rule in rules if _applies(rule, login)), None)


def _applies(rule: MappingRule, login: Login) -> bool:
    """No rule applies to a claim that is not there, NotEqual neither."""
    claim = login.claims.get(rule.claim)
    return claim is not None and _MATCHES[rule.match_type](claim_text(claim), rule.value)
