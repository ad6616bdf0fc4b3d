"""What becomes of the secrets in a result: handed off, withheld, or shown, as the operator configured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import anyio.to_thread

from cognito_identity_mcp.logs import EventLog
from cognito_identity_mcp.secrets.handles import Handle, Kind
from cognito_identity_mcp.secrets.redaction import redacted, without_tails
from cognito_identity_mcp.settings import Secrets
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.storage.key import Key
from cognito_identity_mcp.targets import Target
from cognito_identity_tools.operation import Tool
from cognito_identity_tools.shapes import Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.secrets.handoff import HandOff

log = EventLog()

_WITHHELD = (
    "The secret was issued but is withheld from this conversation, and it was not kept. "
    "Start the server with --secrets handoff to have it kept for the user, or inline to have it in results."
)
_APP_WITHHELD = (
    "The app secret of a login provider is withheld from this conversation. To change this pool use "
    "patch_identity_pool, which keeps it."
)
_HANDED_OFF = "The secret is kept outside this conversation. Tell the user how to use it (handoff.use); leave it there."
_USES = {
    Kind.CREDENTIALS: (
        "On the server's machine `{command}` prints them. For the AWS CLI and SDKs put this line into a profile of "
        "~/.aws/config: credential_process = {command}"
    ),
    Kind.TOKEN: "On the server's machine `{command}` prints the token.",
}

HANDOFF_SCHEMA: Mapping[str, Any] = MappingProxyType(
    {
        "handoff": {
            "type": "object",
            "description": "The secret is kept outside: tell the user `use`.",
            "additionalProperties": {"type": "string"},
        }
    }
)
"""The member that a result has beside a secret that was handed off, for the tool's output schema."""


class State(Protocol):
    """The state folder, opened at first use."""

    @property
    def database(self) -> Database: ...

    @property
    def key(self) -> Key:
        """The folder's key."""
        ...


@dataclass(frozen=True)
class Delivered:
    """A result as the client gets it: JSON data by our names, and sentences for the model."""

    data: dict[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """How secrets leave. `command` words how a secret is fetched, by its handle."""

    mode: Secrets
    state: State
    command: Callable[[str], str]

    async def delivered(self, tool: Tool, request: Shape, output: Shape, target: Target) -> Delivered:
        """The result of a call, its secrets where they belong. Members that AWS left out are left out."""
        data = output.model_dump(mode="json", exclude_none=True)
        if self.mode is Secrets.INLINE:
            return Delivered(data)
        if not tool.output_secrets:
            shown = without_tails(data, type(output))
            return Delivered(shown, () if shown == data else (_APP_WITHHELD,))
        if self.mode is Secrets.WITHHOLD:
            return Delivered(redacted(output), (_WITHHELD,))
        return await self._handed_off(tool, output, _facts(tool, request, output, target))

    async def _handed_off(self, tool: Tool, output: Shape, facts: dict[str, str]) -> Delivered:
        try:
            kept = await (await self._hand_off()).store(tool, output, facts)
        except StorageUnavailable as error:
            log.error("secret_not_kept", tool=tool.name, reason=str(error))  # noqa: TRY400 - it says it all
            return Delivered(redacted(output), (f"The secret was issued but could not be kept: {error}",))
        if kept is None:
            return Delivered(redacted(output))
        return Delivered({**redacted(output), "handoff": self._shown(kept)}, (_HANDED_OFF,))

    async def _hand_off(self) -> HandOff:
        await anyio.to_thread.run_sync(import_module, "cognito_identity_mcp.secrets.handoff")
        from cognito_identity_mcp.secrets.handoff import HandOff

        return HandOff(self.state.database, self.state.key)

    def _shown(self, kept: Handle) -> dict[str, str]:
        use = _USES[kept.kind].format(command=self.command(kept.handle))
        return {"handle": kept.handle, "expires_at": kept.expiry, "use": use}


def _facts(tool: Tool, request: Shape, output: Shape, target: Target) -> dict[str, str]:
    """What a human needs to know one secret from another; none of it is secret."""
    credentials = getattr(output, "credentials", None)
    facts = {
        "tool": tool.name,
        "place": target.place,
        "region": target.region,
        "identity_id": getattr(output, "identity_id", None),
        "access_key_id": credentials and credentials.access_key_id,
        "role": getattr(request, "custom_role_arn", None),
    }
    return {name: value for name, value in facts.items() if value is not None}
