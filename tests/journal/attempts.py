"""Calls to put on record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_identity_mcp.assessment.model import Image, Pool
from cognito_identity_mcp.callers import Caller
from cognito_identity_mcp.journal.records import DONE, Attempt, Evidence, Outcome
from cognito_identity_mcp.policy.decision import Verdict
from cognito_identity_tools.operation import Effect

POOL = "us-east-1:11111111-2222-3333-4444-555555555555"

DELETING = Attempt(
    tool="delete_identity_pool",
    operation="delete_identity_pool",
    request={"identity_pool_id": POOL},
    place="AWS profile prod",
    region="us-east-1",
    caller=Caller("arn:aws:iam::123456789012:user/me", "123456789012", None, frozenset({"b", "a"}), "client 1"),
    effect=Effect.DESTROY,
    verdict=Verdict.CONFIRM,
    rule="default for destroy calls",
    evidence=Evidence("answer", "q-1", "2026-07-28", "me"),
    pool=Pool(POOL, "shop", {"environment": "production"}),
    fingerprint="f00d",
    before=(Image("describe_identity_pool", {"identity_pool_id": POOL}, {"identity_pool_name": "shöp \0 \u2028"}),),
)
"""With everything; its text holds what JSON has to escape."""

LISTING = Attempt(
    tool="list_identity_pools",
    operation="list_identity_pools",
    request={},
    place="the local service",
    region="eu-west-1",
    caller=Caller(),
    effect=Effect.READ,
    verdict=Verdict.REFUSE,
    rule="tool list_identity_pools",
    evidence=None,
    pool=None,
    fingerprint=None,
)
"""With as little as can be."""

OK = Outcome(DONE, "", "req-1", 12.5, (Image("describe_identity_pool", {}, {"identity_pool_name": "shop"}),))
DENIED = Outcome("AccessDeniedException", "no", None, 3.0)
NO_ANSWER = Outcome("OutcomeUnknown", "no answer", None, 20_000.0)


def deleting(**more: Any) -> Attempt:
    return replace(DELETING, **more)
