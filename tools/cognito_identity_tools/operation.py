"""What one operation is. `catalogue.OPERATIONS` holds the 23; everything else derives from these rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.fields import secret_members
from cognito_identity_tools.shapes import Shape, aws_name


class Effect(StrEnum):
    """What a call does to the account; the confirmation policy decides by it."""

    READ = "read"
    """Changes nothing and reveals no secret."""
    WRITE = "write"
    """Adds; nothing is lost."""
    OVERWRITE = "overwrite"
    """Replaces or removes configuration; it can be put back."""
    DESTROY = "destroy"
    """Cannot be put back."""
    CREDENTIAL = "credential"
    """Mints or returns a secret, and may create or link an identity."""


class Empty(Shape):
    """The output of an operation that answers nothing."""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """What every tool has: an operation of the service, or a workflow of several.

    `effect` is the highest a call can have by its nature; `idempotent`: the same call again changes nothing more.
    """

    name: str
    title: str
    description: str
    input: type[Shape]
    output: type[Shape]
    effect: Effect
    idempotent: bool = True

    @property
    def input_secrets(self) -> frozenset[str]:
        """Input members that hold secret values."""
        return secret_members(self.input)

    @property
    def output_secrets(self) -> frozenset[str]:
        """Output members that hold secret values, dotted where nested: `credentials.secret_key`."""
        return secret_members(self.output)


@dataclass(frozen=True, kw_only=True)
class Operation(Tool):
    """One row of the catalogue.

    `name` is the tool's name, `signed` is false where AWS asks for no credentials, `rate` is the published default
    quota in requests per second and account and region (None: not published), `errors` are the modelled ones beside
    InvalidParameterException, TooManyRequestsException and InternalErrorException, which every operation has.
    `scopable` is false where IAM knows no resource for the action although the request names a pool.
    """

    errors: tuple[ErrorCode, ...]
    signed: bool = True
    rate: int | None = None
    result_key: str | None = None
    scopable: bool = True

    @property
    def aws_name(self) -> str:
        """The name in the API: `get_id` → `GetId`."""
        return aws_name(self.name)

    @property
    def may_be_resent(self) -> bool:
        """Whether sending the same request again after a lost answer does no harm.

        Another secret for the same identity harms nobody; another pool, guest or merge does.
        """
        return self.idempotent or self.effect is Effect.CREDENTIAL

    @property
    def iam_action(self) -> str:
        return f"cognito-identity:{self.aws_name}"

    @property
    def answers_nothing(self) -> bool:
        """Whether the service model has no output shape, so that the HTTP answer has an empty body."""
        return self.output is Empty

    @property
    def has_pool_resource(self) -> bool:
        """Whether IAM can restrict the action to one identity pool.

        Source: the service authorization reference of Cognito Identity, whose action table lists the resource types.
        """
        return self.scopable and bool({"identity_pool_id", "resource_arn"} & self.input.model_fields.keys())
