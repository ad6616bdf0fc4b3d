"""What consent is bound to: the same caller after a renewal of credentials, and nobody else."""

from __future__ import annotations

import pytest

from cognito_identity_mcp.callers import Caller

ROLE = "arn:aws:sts::123456789012:assumed-role/operator"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Caller(f"{ROLE}/botocore-session-1700000000"), Caller(f"{ROLE}/botocore-session-1800000000"), True),
        (Caller(f"{ROLE}/ann"), Caller(f"{ROLE}/bob"), False),
        (Caller(f"{ROLE}/botocore-session-1"), Caller(f"{ROLE}2/botocore-session-1"), False),
        (Caller(f"{ROLE}/ann", subject="ann"), Caller(f"{ROLE}/ann", subject="bob"), False),
        (Caller(f"{ROLE}/ann", client="one 1.0"), Caller(f"{ROLE}/ann", client="two 2.0"), True),
        (Caller(), Caller(f"{ROLE}/ann"), False),
    ],
)
def test_who_is_the_same_principal(one: Caller, other: Caller, *, same: bool) -> None:
    assert (one.principal == other.principal) is same
