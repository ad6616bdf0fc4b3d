"""GetIdentityPoolRoles and SetIdentityPoolRoles (fact sheet §6.6, §6.7)."""

from __future__ import annotations

from collections.abc import Iterator

from cognito_identity_local import errors
from cognito_identity_local.arns import role_account
from cognito_identity_local.context import Call
from cognito_identity_local.errors import invalid_parameter, role_forbidden
from cognito_identity_local.lookups import find_pool
from cognito_identity_local.operations.handler import handler
from cognito_identity_local.providers import mapping_keys
from cognito_identity_tools.operation import Empty
from cognito_identity_tools.operations.roles import (
    GetIdentityPoolRolesInput,
    GetIdentityPoolRolesResponse as PoolRoles,
    SetIdentityPoolRolesInput,
)
from cognito_identity_tools.shapes import MappingRule, RoleMapping

LOCAL_RESOLUTION_REQUIRED = "AmbiguousRoleResolution is required in the role mapping for {}."
LOCAL_RULES_REQUIRED = "RulesConfiguration is required in the role mapping for {}, whose type is Rules."
LOCAL_RULES_FORBIDDEN = "RulesConfiguration is not allowed in the role mapping for {}, whose type is Token."
LOCAL_TOO_MANY_RULES = "The role mapping for {} has more rules than the quota allows."


def get_identity_pool_roles(call: Call, request: GetIdentityPoolRolesInput) -> PoolRoles:
    """What is empty is left out (§20 no. 13)."""
    roles = find_pool(call, request.identity_pool_id).roles
    return PoolRoles(
        identity_pool_id=request.identity_pool_id, roles=roles.roles or None, role_mappings=roles.role_mappings or None
    )


def set_identity_pool_roles(call: Call, request: SetIdentityPoolRolesInput) -> Empty:
    """Replaces roles and mappings whole: mappings that are left out are gone."""
    pool = find_pool(call, request.identity_pool_id)
    mappings = request.role_mappings or {}
    known = mapping_keys(pool.settings)
    for key, mapping in mappings.items():
        if key not in known:
            raise invalid_parameter(errors.UNKNOWN_MAPPING_PROVIDER.format(key))
        check_mapping(call, key, mapping)
    for role in (*request.roles.values(), *(rule.role_arn for rule in all_rules(mappings))):
        if role_account(role) != pool.account:
            raise role_forbidden(role)
    call.store.pools.set_roles(pool.seq, PoolRoles(roles=request.roles, role_mappings=mappings))
    return Empty()


def check_mapping(call: Call, key: str, mapping: RoleMapping) -> None:
    """
    Raises:
        CognitoIdentityError: InvalidParameterException (§20 no. 19).
    """
    broken = [text for text, is_broken in _problems(mapping, call.quotas.rules_per_provider) if is_broken]
    if broken:
        raise invalid_parameter(broken[0].format(key))


def _problems(mapping: RoleMapping, most: int) -> list[tuple[str, bool]]:
    by_rules, given = mapping.type == "Rules", mapping.rules_configuration is not None
    return [
        (LOCAL_RESOLUTION_REQUIRED, mapping.ambiguous_role_resolution is None),
        (LOCAL_RULES_REQUIRED, by_rules and not given),
        (LOCAL_RULES_FORBIDDEN, given and not by_rules),
        (LOCAL_TOO_MANY_RULES, len(_rules(mapping)) > most),
    ]


def all_rules(mappings: dict[str, RoleMapping]) -> Iterator[MappingRule]:
    for mapping in mappings.values():
        yield from _rules(mapping)


def _rules(mapping: RoleMapping) -> list[MappingRule]:
    return mapping.rules_configuration.rules if mapping.rules_configuration else []


HANDLERS = {
    "get_identity_pool_roles": handler(GetIdentityPoolRolesInput, get_identity_pool_roles),
    "set_identity_pool_roles": handler(SetIdentityPoolRolesInput, set_identity_pool_roles),
}
