"""Who makes a call: for policy, questions, approvals and the record."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SDKS_OWN_SESSION = re.compile(r"/botocore-session-\d+$")


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
        """What an approval is bound to: the signed-in user, if there is one, and the AWS identity.

        A session that the SDK named itself has another name after each renewal of the credentials, so that name does
        not count; one that somebody chose, as IAM Identity Center does for each user, does.
        """
        identity = _SDKS_OWN_SESSION.sub("/botocore-session", self.arn or self.account or "local")
        return f"{self.subject or ''}|{identity}"
