"""Which claims count as written by users."""

from __future__ import annotations

import pytest

from cognito_identity_mcp.assessment.claims import is_user_writable


@pytest.mark.parametrize("claim", ["custom:dept", "email", "phone_number", "preferred_username", "cognito:username"])
def test_attributes_of_a_person_can_be_written_by_the_person(claim: str) -> None:
    assert is_user_writable(claim)


@pytest.mark.parametrize(
    "claim", ["sub", "aud", "iss", "cognito:groups", "cognito:roles", "email_verified", "repository", "xcustom:dept"]
)
def test_what_the_issuer_vouches_for_cannot(claim: str) -> None:
    assert not is_user_writable(claim)
