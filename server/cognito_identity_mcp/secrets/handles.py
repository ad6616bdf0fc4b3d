"""What is handed out instead of a secret, and the secret that comes out in the end. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cognito_identity_tools.operation import Tool


class Kind(StrEnum):
    """What a secret is, by the name of the output member that holds it."""

    CREDENTIALS = "credentials"
    TOKEN = "token"  # noqa: S105 - a name

    @classmethod
    def of(cls, tool: Tool) -> Kind:
        """The kind that a tool hands out.

        Raises:
            ValueError: it hands out none of them.
        """
        (member,) = {path.partition(".")[0] for path in tool.output_secrets}
        return cls(member)


class HandOffError(Exception):
    """A secret cannot be fetched. The message says why, and what to do."""


@dataclass(frozen=True)
class Handle:
    """Stands for a secret. `facts` tell people what it is; times are Unix seconds."""

    handle: str
    kind: Kind
    facts: Mapping[str, str]
    created_at: float
    expires_at: float

    @property
    def expiry(self) -> str:
        """RFC 3339, UTC."""
        return datetime.fromtimestamp(self.expires_at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Secret:
    """A secret with its handle. `value` is the output member as JSON data: credentials by our names, or a token."""

    handle: Handle
    value: Any = field(repr=False)

    @property
    def credential_process(self) -> dict[str, Any]:
        """The credentials as AWS's CLI and SDKs read them from a process.

        https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
        """
        return {
            "Version": 1,
            "AccessKeyId": self.value["access_key_id"],
            "SecretAccessKey": self.value["secret_key"],
            "SessionToken": self.value["session_token"],
            "Expiration": self.handle.expiry,
        }
