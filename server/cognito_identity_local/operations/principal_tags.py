"""GetPrincipalTagAttributeMap and SetPrincipalTagAttributeMap (fact sheet §6.19, §6.20)."""

from __future__ import annotations

from cognito_identity_local.context import Call
from cognito_identity_local.errors import no_principal_tags
from cognito_identity_local.lookups import find_pool
from cognito_identity_local.operations.handler import handler
from cognito_identity_local.store import PrincipalTagRow
from cognito_identity_tools.operations.principal_tags import (
    GetPrincipalTagAttributeMapInput,
    PrincipalTagAttributeMap,
    SetPrincipalTagAttributeMapInput,
)


def get_principal_tag_attribute_map(call: Call, request: GetPrincipalTagAttributeMapInput) -> PrincipalTagAttributeMap:
    pool = find_pool(call, request.identity_pool_id)
    row = call.store.principal_tags.find(pool.seq, request.identity_provider_name)
    if row is None:
        raise no_principal_tags(request.identity_provider_name)
    return _answer(request, row)


def set_principal_tag_attribute_map(call: Call, request: SetPrincipalTagAttributeMapInput) -> PrincipalTagAttributeMap:
    """Replaces the provider's map. The pool may lack the provider; defaults are not spelled out (§20 no. 14, 15)."""
    pool = find_pool(call, request.identity_pool_id)
    row = PrincipalTagRow(bool(request.use_defaults), request.principal_tags or {})
    call.store.principal_tags.put(pool.seq, request.identity_provider_name, row)
    return _answer(request, row)


def _answer(
    request: GetPrincipalTagAttributeMapInput | SetPrincipalTagAttributeMapInput, row: PrincipalTagRow
) -> PrincipalTagAttributeMap:
    return PrincipalTagAttributeMap(
        identity_pool_id=request.identity_pool_id,
        identity_provider_name=request.identity_provider_name,
        use_defaults=row.use_defaults,
        principal_tags=row.tags,
    )


HANDLERS = {
    "get_principal_tag_attribute_map": handler(GetPrincipalTagAttributeMapInput, get_principal_tag_attribute_map),
    "set_principal_tag_attribute_map": handler(SetPrincipalTagAttributeMapInput, set_principal_tag_attribute_map),
}
