"""Who makes a call: for policy, questions, approvals and the record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AwsIdentity:
    """What STS says about the server's credentials; None where it cannot be asked."""

    arn: str | None = None
    account: str | None = None


@dataclass(frozen=True)
class Caller:
    """`arn` and `account` are those of the server's AWS credentials, as STS names them; None where nobody can say.

    `subject` is the signed-in user of the connection (OAuth), `scopes` what the user's token allows, `client` the MCP
    client's own word for itself ("claude-desktop 1.2"), which proves nothing.
    """

    arn: str | None = None
    account: str | None = None
    subject: str | None = None
    scopes: frozenset[str] = frozenset()
    client: str | None = None

    @property
    def principal(self) -> str:
        """What an approval is bound to: the signed-in user, if there is one, and the AWS identity."""
        return f"{self.subject or ''}|{self.arn or self.account or 'local'}"
