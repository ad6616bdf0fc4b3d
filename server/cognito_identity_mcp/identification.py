"""Finding out who calls: the signed-in user of the connection, and whose AWS credentials a call goes out with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cognito_identity_mcp.callers import AwsIdentity, Caller
from cognito_identity_mcp.conversation import Conversation


class KnowsItself(Protocol):
    async def identity(self, region: str) -> AwsIdentity:
        """Whose credentials calls go out with now; nobody's where STS cannot say."""
        ...


@dataclass(frozen=True)
class Identification:
    """Says who makes a call. Asking STS takes a round trip, so only calls that need to know wait for it."""

    services: KnowsItself
    region: str

    async def of(self, conversation: Conversation, *, asks_sts: bool) -> Caller:
        known = await self.services.identity(self.region) if asks_sts else AwsIdentity()
        return Caller(known.arn, known.account, conversation.subject, conversation.scopes, conversation.client)
