"""The tables are complete: advice for every code, a way to find out for every change, a word for every exception."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from botocore import xform_name
from botocore.exceptions import BotoCoreError

from cognito_identity_mcp.advice import BY_CODE, HOW_TO_FIND_OUT, UNKNOWN_CODE, advice_for
from cognito_identity_mcp.aws.failures import row_for
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operation import Effect

_NOT_ASKED_FOR = "belongs to a feature of the SDK that this program does not use"
_OURS = "says that this program calls the SDK wrongly: a crash, logged as one"

IMPOSSIBLE = {
    _NOT_ASKED_FOR: """
        UnknownAPIVersionError ResourceNotExistsError PaginationError WaiterError WaiterConfigError
        InvalidExpressionError ChecksumError UnseekableStreamError InvalidDNSNameError InvalidS3AddressingStyleError
        UnsupportedS3ArnError UnsupportedS3ControlArnError InvalidHostLabelError UnsupportedOutpostResourceError
        UnsupportedS3ConfigurationError UnsupportedS3AccesspointConfigurationError
        InvalidEndpointDiscoveryConfigurationError UnsupportedS3ControlConfigurationError
        InvalidS3UsEast1RegionalEndpointConfigError StubResponseError StubAssertionError UnStubbedResponseError
        MD5UnavailableError CapacityNotAvailableError AwsChunkedWrapperError FlexibleChecksumError
        EndpointDiscoveryException EndpointDiscoveryRequired EndpointDiscoveryRefreshFailed ServiceNotInRegionError
    """,
    _OURS: """
        DataNotFoundError UnknownServiceError ApiVersionNotFoundError UnknownSignatureVersionError
        MissingParametersError ValidationError UnknownKeyError RangeError UnknownParameterError
        AliasConflictParameterError ParamValidationError UnknownServiceStyle OperationNotPageableError
        UnknownClientMethodError UnsupportedSignatureVersionError UnsupportedServiceProtocolsError
    """,
}


def descendants(kind: type[BotoCoreError]) -> Iterator[type[BotoCoreError]]:
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


def test_every_exception_of_the_sdk_is_worded_or_cannot_occur() -> None:
    for module in ("boto3.exceptions", "botocore.discovery"):  # their exceptions are botocore's too
        import_module(module)
    excused = {name for names in IMPOSSIBLE.values() for name in names.split()}
    kinds = {kind for kind in descendants(BotoCoreError) if kind.__module__.startswith(("botocore", "boto3"))}
    unworded = {kind.__name__ for kind in kinds if row_for(kind) is None}
    assert unworded == excused


def test_every_code_has_advice_and_no_advice_is_for_an_unknown_code() -> None:
    assert BY_CODE.keys() == set(ErrorCode)


def test_a_code_of_the_future_gets_neutral_advice() -> None:
    assert advice_for("BrandNewException") == UNKNOWN_CODE


def test_every_change_has_a_way_to_find_out_whether_it_was_made() -> None:
    changes = {operation.name for operation in OPERATIONS.values() if operation.effect is not Effect.READ}
    assert HOW_TO_FIND_OUT.keys() == changes


def test_the_sdk_calls_every_operation_by_its_tools_name() -> None:
    assert [xform_name(each.aws_name) for each in OPERATIONS.values()] == list(OPERATIONS)
