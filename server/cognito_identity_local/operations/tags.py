"""ListTagsForResource, TagResource, UntagResource (fact sheet §6.21–6.23): the tags in a pool's settings."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cognito_identity_local import errors
from cognito_identity_local.arns import parse_pool_arn
from cognito_identity_local.context import Call
from cognito_identity_local.errors import invalid_parameter, pool_not_found
from cognito_identity_local.lookups import find_pool
from cognito_identity_local.operations.handler import handler
from cognito_identity_local.store import PoolRow
from cognito_identity_tools.operations.tags import (
    ListTagsForResourceInput,
    ListTagsForResourceResponse,
    TagResourceInput,
    TagResourceResponse,
    UntagResourceInput,
    UntagResourceResponse,
)

_ALLOWED = re.compile(r"(?:[\w.:/=+@-]|[^\S\x00-\x1f\x7f-\x9f])*")
"""Any blank, but neither line breaks nor other controls."""


def list_tags_for_resource(call: Call, request: ListTagsForResourceInput) -> ListTagsForResourceResponse:
    return ListTagsForResourceResponse(tags=_tags(_find(call, request.resource_arn)))


def tag_resource(call: Call, request: TagResourceInput) -> TagResourceResponse:
    pool = _find(call, request.resource_arn)
    merged = {**_tags(pool), **request.tags}
    check_tags(call, request.tags)
    check_tags(call, merged)
    _put(call, pool, merged)
    return TagResourceResponse()


def untag_resource(call: Call, request: UntagResourceInput) -> UntagResourceResponse:
    pool = _find(call, request.resource_arn)
    _put(call, pool, {key: value for key, value in _tags(pool).items() if key not in request.tag_keys})
    return UntagResourceResponse()


def check_tags(call: Call, tags: Mapping[str, str]) -> None:
    """
    Raises:
        CognitoIdentityError: too many, a reserved key or a character that tags may not hold (§20 no. 21).
    """
    if len(tags) > call.quotas.tags:
        raise invalid_parameter(errors.LOCAL_TOO_MANY_TAGS.format(call.quotas.tags))
    if any(key.lower().startswith("aws:") for key in tags):
        raise invalid_parameter(errors.LOCAL_RESERVED_TAG)
    if not all(_ALLOWED.fullmatch(text) for pair in tags.items() for text in pair):
        raise invalid_parameter(errors.LOCAL_BAD_TAG)


def in_order(tags: Mapping[str, str]) -> dict[str, str]:
    """As they are shown: by key, so that the same tags are the same answer, however they came about (local)."""
    return dict(sorted(tags.items()))


def _find(call: Call, resource_arn: str) -> PoolRow:
    name = parse_pool_arn(resource_arn)
    if name is None:
        raise invalid_parameter(errors.LOCAL_INVALID_ARN)
    if not call.caller.reaches(name.account, name.region):
        raise pool_not_found(name.identity_pool_id)
    return find_pool(call, name.identity_pool_id)


def _tags(pool: PoolRow) -> dict[str, str]:
    return pool.settings.identity_pool_tags or {}


def _put(call: Call, pool: PoolRow, tags: dict[str, str]) -> None:
    call.store.pools.set_settings(pool.seq, pool.settings.model_copy(update={"identity_pool_tags": in_order(tags)}))


HANDLERS = {
    "list_tags_for_resource": handler(ListTagsForResourceInput, list_tags_for_resource),
    "tag_resource": handler(TagResourceInput, tag_resource),
    "untag_resource": handler(UntagResourceInput, untag_resource),
}
