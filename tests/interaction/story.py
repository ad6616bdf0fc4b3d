"""A life of a pool in which every tool is called."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from mcp import Client

from .clients import DEVELOPER, FACEBOOK, POOL, Facts, arn_of, succeed

ROLES = {
    "authenticated": "arn:aws:iam::123456789012:role/users",
    "unauthenticated": "arn:aws:iam::123456789012:role/guests",
}


@dataclass(frozen=True)
class Story:
    """`results` are the structured results by tool, in order."""

    client: Client
    results: defaultdict[str, list[Facts]] = field(default_factory=lambda: defaultdict(list))

    async def call(self, tool: str, **arguments: object) -> Facts:
        result = await succeed(self.client, tool, arguments)
        self.results[tool].append(result)
        return result

    async def tell(self) -> None:
        pool = str((await self.call("create_identity_pool", **POOL))["identity_pool_id"])
        await self._settings(pool)
        await self._tags(pool)
        await self._public_identities(pool)
        await self._developer_identities(pool)
        await self.call("delete_identity_pool", identity_pool_id=pool)

    async def _settings(self, pool: str) -> None:
        page = await self.call("list_identity_pools")
        while "next_token" in page:
            page = await self.call("list_identity_pools", next_token=page["next_token"])
        await self.call("update_identity_pool", identity_pool_id=pool, **(POOL | {"identity_pool_name": "renamed"}))
        await self.call("describe_identity_pool", identity_pool_id=pool)
        await self.call("set_identity_pool_roles", identity_pool_id=pool, roles=ROLES)
        await self.call("get_identity_pool_roles", identity_pool_id=pool)

    async def _tags(self, pool: str) -> None:
        provider = {"identity_pool_id": pool, "identity_provider_name": FACEBOOK}
        await self.call("set_principal_tag_attribute_map", **provider, principal_tags={"user": "sub"})
        await self.call("get_principal_tag_attribute_map", **provider)
        await self.call("tag_resource", resource_arn=arn_of(pool), tags={"stage": "test", "owner": "me"})
        await self.call("untag_resource", resource_arn=arn_of(pool), tag_keys=["owner"])
        await self.call("list_tags_for_resource", resource_arn=arn_of(pool))

    async def _public_identities(self, pool: str) -> None:
        logins = {FACEBOOK: "token of alice"}
        guest = (await self.call("get_id", identity_pool_id=pool))["identity_id"]
        alice = (await self.call("get_id", identity_pool_id=pool, logins=logins))["identity_id"]
        await self.call("list_identities", identity_pool_id=pool)
        await self.call("describe_identity", identity_id=alice)
        await self.call("get_credentials_for_identity", identity_id=alice, logins=logins)
        await self.call("get_open_id_token", identity_id=guest)
        await self.call("unlink_identity", identity_id=alice, logins=logins, logins_to_remove=[FACEBOOK])
        await self.call("delete_identities", identity_ids_to_delete=[guest])

    async def _developer_identities(self, pool: str) -> None:
        bob = await self.call(
            "get_open_id_token_for_developer_identity", identity_pool_id=pool, logins={DEVELOPER: "bob"}
        )
        await self.call("get_open_id_token_for_developer_identity", identity_pool_id=pool, logins={DEVELOPER: "carol"})
        await self.call(
            "merge_developer_identities",
            identity_pool_id=pool,
            developer_provider_name=DEVELOPER,
            source_user_identifier="carol",
            destination_user_identifier="bob",
        )
        await self.call("lookup_developer_identity", identity_pool_id=pool, identity_id=bob["identity_id"])
        await self.call(
            "unlink_developer_identity",
            identity_pool_id=pool,
            identity_id=bob["identity_id"],
            developer_provider_name=DEVELOPER,
            developer_user_identifier="carol",
        )
