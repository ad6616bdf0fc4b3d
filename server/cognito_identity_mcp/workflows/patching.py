"""From a pool and a patch to the whole pool that UpdateIdentityPool wants, or to what is wrong with the patch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cognito_identity_mcp.errors import InvalidInput, problem
from cognito_identity_tools.operation import Tool
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.shapes import CognitoIdentityProvider

if TYPE_CHECKING:
    from cognito_identity_mcp.workflows.patch_identity_pool import PatchIdentityPoolInput as Patch

SCALARS = (
    "identity_pool_name",
    "allow_unauthenticated_identities",
    "allow_classic_flow",
    "developer_provider_name",
)
MAPS = ("supported_login_providers", "identity_pool_tags")
ARNS = ("open_id_connect_provider_arns", "saml_provider_arns")
CLIENTS = "cognito_identity_providers"

CLEARABLE = ("allow_classic_flow", *MAPS, *ARNS, CLIENTS)

_STAYS = MappingProxyType(
    {
        "identity_pool_id": "it is what the pool is known by",
        "identity_pool_name": "every pool has a name; give the new one",
        "allow_unauthenticated_identities": "it is true or false; say which",
        "developer_provider_name": "AWS never lets go of one once it is set",
    }
)
"""Why a member cannot be cleared."""


def patched(tool: Tool, before: IdentityPool, patch: Patch) -> IdentityPool:
    """The request. Tags that stay are left out of it, since AWS keeps them then (§6.3).

    Raises:
        InvalidInput: the patch contradicts itself or the pool; every contradiction is named.
    """
    problems = list(_problems(before, patch))
    if problems:
        raise _invalid(tool, problems)
    after: dict[str, Any] = {"identity_pool_tags": None}
    after |= {name: value for name in SCALARS if (value := getattr(patch, name)) is not None}
    after |= _providers(before, patch)
    after |= _tags(before, patch)
    after |= {name: {} if name == "identity_pool_tags" else None for name in patch.clear or ()}
    return before.model_copy(update=after)


def _providers(before: IdentityPool, patch: Patch) -> dict[str, Any]:
    gone = frozenset(patch.remove_providers or ())
    public = {**(before.supported_login_providers or {}), **(patch.supported_login_providers or {})}
    clients = _clients(before, patch)
    return {
        "supported_login_providers": {name: app for name, app in public.items() if name not in gone} or None,
        CLIENTS: [each for each in clients if not _names(each) & gone] or None,
        **{name: _arns(before, patch, name, gone) for name in ARNS},
    }


def _arns(before: IdentityPool, patch: Patch, name: str, gone: frozenset[str]) -> list[str] | None:
    """In AWS's order, since the order of SAML providers is kept (§5); new ones last."""
    old: list[str] = getattr(before, name) or []
    new = [each for each in dict.fromkeys(getattr(patch, name) or ()) if each not in old]
    return [each for each in (*old, *new) if each not in gone] or None


def _clients(before: IdentityPool, patch: Patch) -> list[CognitoIdentityProvider]:
    """Those there are, changed where the patch names them, and the new ones."""
    named = {(each.provider_name, each.client_id): each for each in patch.cognito_identity_providers or ()}
    old = before.cognito_identity_providers or []
    known = {(each.provider_name, each.client_id) for each in old}
    changed = [_overlaid(each, named.get((each.provider_name, each.client_id))) for each in old]
    return changed + [each for key, each in named.items() if key not in known]


def _overlaid(old: CognitoIdentityProvider, new: CognitoIdentityProvider | None) -> CognitoIdentityProvider:
    return old if new is None else old.model_copy(update=new.model_dump(exclude_none=True))


def _names(client: CognitoIdentityProvider) -> set[str]:
    """What an app client of a user pool goes by: the user pool, and the two together as in role mappings."""
    return {f"{client.provider_name}", f"{client.provider_name}:{client.client_id}"}


def _tags(before: IdentityPool, patch: Patch) -> dict[str, Any]:
    if not (patch.identity_pool_tags or patch.remove_tags):
        return {}
    tags = {**(before.identity_pool_tags or {}), **(patch.identity_pool_tags or {})}
    return {"identity_pool_tags": {key: value for key, value in tags.items() if key not in (patch.remove_tags or ())}}


Problem = tuple[str, str]
"""A member of the patch, and what is wrong with it."""


def _problems(before: IdentityPool, patch: Patch) -> Iterator[Problem]:
    for name in patch.clear or ():
        yield from _wrongly_cleared(name, patch)
    yield from _not_there("remove_providers", patch.remove_providers, _configured(before))
    yield from _not_there("remove_tags", patch.remove_tags, before.identity_pool_tags or {})
    yield from _added_and_removed("remove_providers", patch.remove_providers, _configured(patch))
    yield from _added_and_removed("remove_tags", patch.remove_tags, patch.identity_pool_tags or {})
    fixed = before.developer_provider_name
    if fixed and patch.developer_provider_name not in (None, fixed):
        yield "developer_provider_name", f"is {fixed} for good: AWS lets nobody change it"


def _wrongly_cleared(name: str, patch: Patch) -> Iterator[Problem]:
    if name in _STAYS:
        yield "clear", f"{name} cannot be cleared: {_STAYS[name]}"
    elif name not in CLEARABLE:
        yield "clear", f"{name} is not a member; these can be cleared: {', '.join(CLEARABLE)}"
    elif getattr(patch, name) is not None:
        yield "clear", f"{name} is given a value as well"


def _configured(pool: IdentityPool | Patch) -> Mapping[str, object]:
    """Every name under which a provider can be removed."""
    clients = [name for each in pool.cognito_identity_providers or () for name in sorted(_names(each))]
    arns = [arn for name in ARNS for arn in getattr(pool, name) or ()]
    return dict.fromkeys([*(pool.supported_login_providers or ()), *arns, *clients])


def _not_there(member: str, names: list[str] | None, there: Mapping[str, object]) -> Iterator[Problem]:
    for name in names or ():
        if name not in there:
            yield member, f"the pool has no {name}; it has {', '.join(there) or 'none'}"


def _added_and_removed(member: str, names: list[str] | None, added: Mapping[str, object]) -> Iterator[Problem]:
    for name in names or ():
        if name in added:
            yield member, f"{name} is added in the same call"


def _invalid(tool: Tool, problems: list[Problem]) -> InvalidInput:
    return InvalidInput.in_arguments(tool.name, [problem(path, rule) for path, rule in problems])
