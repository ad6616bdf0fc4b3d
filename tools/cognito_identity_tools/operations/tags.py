"""Tags of an identity pool, addressed by its ARN."""

from __future__ import annotations

from pydantic import Field

from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.shapes import ARNString, IdentityPoolTagsType, Shape, TagKeysType

_ARN = "arn:aws:cognito-identity:<region>:<account>:identitypool/<pool id>"


class ListTagsForResourceInput(Shape):
    resource_arn: ARNString = Field(description=_ARN)


class ListTagsForResourceResponse(Shape):
    tags: IdentityPoolTagsType | None = None


class TagResourceInput(Shape):
    resource_arn: ARNString = Field(description=_ARN)
    tags: IdentityPoolTagsType = Field(description="At most 50 a pool; keys not starting with aws:.")


class TagResourceResponse(Shape):
    pass


class UntagResourceInput(Shape):
    resource_arn: ARNString = Field(description=_ARN)
    tag_keys: list[TagKeysType] = Field(description="Unknown keys are ignored.")


class UntagResourceResponse(Shape):
    pass


_ERRORS = (ErrorCode.RESOURCE_NOT_FOUND, ErrorCode.NOT_AUTHORIZED)

OPERATIONS = (
    Operation(
        name="list_tags_for_resource",
        title="List tags for resource",
        description="A pool's tags.",
        input=ListTagsForResourceInput,
        output=ListTagsForResourceResponse,
        effect=Effect.READ,
        rate=10,
        errors=_ERRORS,
    ),
    Operation(
        name="tag_resource",
        title="Tag resource",
        description="Adds tags to a pool; a key that exists gets the new value.",
        input=TagResourceInput,
        output=TagResourceResponse,
        effect=Effect.WRITE,
        rate=5,
        errors=_ERRORS,
    ),
    Operation(
        name="untag_resource",
        title="Untag resource",
        description="Removes tags from a pool. IAM policies may depend on them.",
        input=UntagResourceInput,
        output=UntagResourceResponse,
        effect=Effect.OVERWRITE,
        rate=5,
        errors=_ERRORS,
    ),
)
