"""The calls that mend findings. Each is whole: what it does not mean to change it leaves or sends back as it is."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.workflows.auditing.check import Fix, Mend, Pool


def patch(**members: Any) -> Mend:
    """A patch of these members."""

    def mend(pool: Pool, words: tuple[str, ...]) -> Fix:  # noqa: ARG001 - the same for every word
        return _patch(pool, **members)

    return mend


def _patch(pool: Pool, **members: Any) -> Fix:
    arguments = {"identity_pool_id": pool.settings.identity_pool_id, **members}
    return Fix(tool="patch_identity_pool", arguments=arguments)


def check_tokens(pool: Pool, words: tuple[str, ...]) -> Fix:
    """For the words provider and client."""
    client = {"provider_name": words[0], "client_id": words[1], "server_side_token_check": True}
    return _patch(pool, cognito_identity_providers=[client])


def without_guest_role(pool: Pool, _: tuple[str, ...]) -> Fix:
    data = _roles(pool)
    del data["roles"]["unauthenticated"]
    return Fix(tool="set_identity_pool_roles", arguments=data)


def without_mapping(pool: Pool, words: tuple[str, ...]) -> Fix:
    data = _roles(pool)
    del data["role_mappings"][words[0]]
    return Fix(tool="set_identity_pool_roles", arguments=data)


def deny_unmatched(pool: Pool, words: tuple[str, ...]) -> Fix:
    data = _roles(pool)
    data["role_mappings"][words[0]]["ambiguous_role_resolution"] = "Deny"
    return Fix(tool="set_identity_pool_roles", arguments=data)


def _roles(pool: Pool) -> dict[str, Any]:
    """All that is set."""
    data = pool.roles.model_dump(mode="json", exclude_none=True)
    return {"roles": {}, **data, "identity_pool_id": pool.settings.identity_pool_id}


def without_tags(pool: Pool, words: tuple[str, ...]) -> Fix:
    """A map cannot be removed; an empty one has no effect (§6.20)."""
    arguments: dict[str, Any] = {
        "identity_pool_id": pool.settings.identity_pool_id,
        "identity_provider_name": words[0],
        "use_defaults": False,
        "principal_tags": {},
    }
    return Fix(tool="set_principal_tag_attribute_map", arguments=arguments)


def each_once(pool: Pool, _: tuple[str, ...]) -> Fix:
    """The whole pool with each provider named once; tags stay when they are left out (§6.3)."""
    data = pool.settings.model_dump(mode="json", exclude_none=True, exclude={"identity_pool_tags"})
    clients = data.get("cognito_identity_providers")
    if clients:
        data["cognito_identity_providers"] = list({(c["provider_name"], c["client_id"]): c for c in clients}.values())
    for name in ("open_id_connect_provider_arns", "saml_provider_arns"):
        if name in data:
            data[name] = list(dict.fromkeys(data[name]))
    return Fix(tool="update_identity_pool", arguments=data)
