"""Whatever AWS's service model allows is accepted, sent and published; whatever breaks it is refused, rule by rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from cognito_identity_tools.catalogue import BY_AWS_NAME
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.schema import input_schema, output_schema
from cognito_identity_tools.violations import Problem, violations

from .service_model import MODEL, Json, snake_case
from .strategies import Expected, answers, broken_requests, requests

_OPERATIONS = sorted(MODEL.operations)
_EXAMPLES = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

every_operation = pytest.mark.parametrize("name", _OPERATIONS)


def in_snake_case(shape_name: str, value: Any) -> Any:
    """The same value by our member names; map keys are data and stay."""
    shape = MODEL.shapes[shape_name]
    if shape["type"] == "structure":
        members = shape["members"]
        return {snake_case(name): in_snake_case(members[name]["shape"], inner) for name, inner in value.items()}
    if shape["type"] == "list":
        return [in_snake_case(shape["member"]["shape"], inner) for inner in value]
    if shape["type"] == "map":
        return {key: in_snake_case(shape["value"]["shape"], inner) for key, inner in value.items()}
    return value


def our_names(operation: Operation, request: Json) -> Json:
    return cast("Json", in_snake_case(MODEL.input_shape(operation.aws_name), request))


def fits(schema: Json, value: Json) -> bool:
    validator: Any = Draft202012Validator(schema)
    return bool(validator.is_valid(value))


def refused(operation: Operation, request: Json) -> set[Expected]:
    with pytest.raises(ValidationError) as caught:
        operation.input.model_validate(request)
    found = violations(caught.value, operation.input)
    return {Expected(each.path, each.problem, each.is_key, each.rule) for each in found}


@every_operation
@_EXAMPLES
@given(data=st.data())
def test_a_valid_request_is_accepted_by_either_names_and_goes_out_as_it_came(name: str, data: st.DataObject) -> None:
    operation, request = BY_AWS_NAME[name], data.draw(requests(name))
    for given_names in (request, our_names(operation, request)):
        accepted = operation.input.model_validate(given_names)
        assert accepted.model_dump(by_alias=True, exclude_unset=True) == request


@every_operation
@_EXAMPLES
@given(data=st.data())
def test_a_valid_request_fits_the_published_schema(name: str, data: st.DataObject) -> None:
    operation = BY_AWS_NAME[name]
    assert fits(input_schema(operation), our_names(operation, data.draw(requests(name))))


@every_operation
@_EXAMPLES
@given(data=st.data())
def test_an_answer_is_read_and_its_published_form_fits_the_output_schema(name: str, data: st.DataObject) -> None:
    operation, answer = BY_AWS_NAME[name], data.draw(answers(name))
    output = operation.output.model_validate(answer)
    assert output.model_dump(by_alias=True, exclude_unset=True) == answer
    assert fits(output_schema(operation), output.model_dump(mode="json", exclude_unset=True))


@every_operation
@_EXAMPLES
@given(data=st.data())
def test_one_broken_value_is_refused_by_exactly_its_rules_at_its_place(name: str, data: st.DataObject) -> None:
    broken = data.draw(broken_requests(name))
    assert refused(BY_AWS_NAME[name], broken.request) == broken.expected


Change = Callable[[Json], Expected]


def _without(member: str) -> Change:
    def change(request: Json) -> Expected:
        del request[member]
        return Expected((snake_case(member),), Problem.MISSING)

    return change


def _with(member: str, value: object, problem: Problem) -> Change:
    def change(request: Json) -> Expected:
        request[member] = value
        return Expected((snake_case(member) if problem is Problem.TYPE else member,), problem)

    return change


def _changes(name: str) -> list[Change]:
    shape = MODEL.shapes[MODEL.input_shape(name)]
    missing = [_without(member) for member in shape["required"]]
    wrong = [_with(member, 0.5, Problem.TYPE) for member in shape["members"]]
    return [*missing, *wrong, _with("Unknown", "x", Problem.UNKNOWN)]


@every_operation
@_EXAMPLES
@given(data=st.data())
def test_a_member_missing_unknown_or_of_the_wrong_type_is_refused_alone(name: str, data: st.DataObject) -> None:
    request, change = data.draw(requests(name)), data.draw(st.sampled_from(_changes(name)))
    expected = change(request)
    assert refused(BY_AWS_NAME[name], request) == {expected}
