"""What would this call do? One assessor for each operation that is not `read`, and the one way to ask them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from cognito_identity_mcp.assessment import (
    credentials,
    developer_identities,
    identities,
    identity_pools,
    principal_tags,
    roles,
    tags,
)
from cognito_identity_mcp.assessment.combining import combined, joined
from cognito_identity_mcp.assessment.live import Live, Unreadable
from cognito_identity_mcp.assessment.model import READS, Assessment, Findings, Pool, Step
from cognito_identity_mcp.assessment.wording import typed_for
from cognito_identity_mcp.errors import RequestFailed
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.shapes import Shape

Assessor = Callable[[Any, Live], Awaitable[Findings]]
"""From a request (an instance of the operation's input model) and the live state to findings."""

_AREAS = (identity_pools, identities, credentials, developer_identities, roles, principal_tags, tags)

ASSESSORS: Mapping[str, Assessor] = MappingProxyType(
    {name: assessor for area in _AREAS for name, assessor in area.ASSESSORS.items()}
)
"""By operation."""

_POOL_ARN = re.compile(r"arn:[\w-]+:cognito-identity:[\w-]+:\d+:identitypool/(?P<pool>[\w-]+:[0-9a-f-]+)", re.ASCII)

_HIGHEST = MappingProxyType({Effect.WRITE: Effect.OVERWRITE})
"""The gravest effect that a call of an operation can have, where it is not the operation's own."""


_WITHOUT_CREDENTIALS = frozenset(
    {
        "NoCredentials",
        "ExpiredCredentials",
        "CredentialsRefused",
        "MfaNeeded",
        ErrorCode.MISSING_AUTHENTICATION_TOKEN,
        ErrorCode.UNRECOGNIZED_CLIENT,
        ErrorCode.INVALID_SIGNATURE,
        ErrorCode.INCOMPLETE_SIGNATURE,
        ErrorCode.SIGNATURE_DOES_NOT_MATCH,
        ErrorCode.EXPIRED_TOKEN,
        ErrorCode.INVALID_CLIENT_TOKEN_ID,
    }
)
"""Codes of failures that say only that this server's credentials are missing or no good; see `aws.failures`."""


async def assess(steps: Sequence[Step], live: Live, *, pool_wanted: bool = False) -> Assessment:
    """What the steps would do, taken together. Only `read` operations are called.

    `pool_wanted`: the decision depends on the pool's name and tags, so they are read whatever the operation; they are
    also read when the call is grave enough for somebody to be asked. What cannot be read stays None.

    Raises:
        CognitoIdentityError: the service refused a read other than by denying it; the call would fail in the same way.
        RequestFailed: a read did not get through.
    """
    findings = combined([await _findings(step, live) for step in joined(steps)])
    wanted = pool_wanted or findings.effect not in (Effect.READ, Effect.WRITE)
    pool = await _pool(steps, live, wanted=wanted)
    return Assessment(_on_one_line(findings), live.fingerprint, live.images, pool)


async def _findings(step: Step, live: Live) -> Findings:
    if step.operation.effect is Effect.READ:
        return READS
    try:
        return await ASSESSORS[step.operation.name](step.request, live)
    except Unreadable as error:
        return _unknown(step, str(error))
    except (CognitoIdentityError, RequestFailed) as error:
        if step.operation.signed or not _lacks_credentials(error):
            raise
        return _unknown(step, str(error).removesuffix("."))


def _lacks_credentials(error: CognitoIdentityError | RequestFailed) -> bool:
    """Whether reads fail where an unsigned operation works: it needs no AWS credentials."""
    return (error.failure.code if isinstance(error, RequestFailed) else error.code) in _WITHOUT_CREDENTIALS


def _unknown(step: Step, reason: str) -> Findings:
    """Findings about a call whose consequences nobody here can see: its highest effect, and that said first."""
    operation = step.operation
    effect = _HIGHEST.get(operation.effect, operation.effect)
    return Findings(
        effect,
        operation.description,
        warnings=(f"The present state could not be read, so what is lost or opened is not known: {reason}.",),
        way_back="Whether anything can be put back is not known.",
        typed=typed_for(step.request) if effect is Effect.DESTROY else None,
    )


async def _pool(steps: Sequence[Step], live: Live, *, wanted: bool) -> Pool | None:
    """The pool of the first step that names one."""
    ids = [found for step in steps if (found := pool_id_of(step.request)) is not None]
    if not ids:
        return None
    if not wanted and not live.known("describe_identity_pool", identity_pool_id=ids[0]):
        return Pool(ids[0])
    try:
        return await live.pool(ids[0])
    except Unreadable:
        return Pool(ids[0])
    except (CognitoIdentityError, RequestFailed) as error:
        if any(step.operation.signed for step in steps) or not _lacks_credentials(error):
            raise
        return Pool(ids[0])


def pool_id_of(request: Shape) -> str | None:
    """The id of the pool that a request names, itself or in an ARN."""
    named: str | None = getattr(request, "identity_pool_id", None)
    in_arn = _POOL_ARN.fullmatch(getattr(request, "resource_arn", ""))
    return in_arn["pool"] if in_arn else named


def _on_one_line(findings: Findings) -> Findings:
    """Names may hold line breaks; a sentence with one could pass for two."""
    return replace(
        findings,
        consequence=_line(findings.consequence),
        counts=tuple(map(_line, findings.counts)),
        warnings=tuple(map(_line, findings.warnings)),
        way_back=_line(findings.way_back),
    )


def _line(text: str) -> str:
    return " ".join(text.split())
