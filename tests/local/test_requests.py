"""Over HTTP, at random: what AWS's service model allows is answered, what breaks it is refused in AWS's words."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from cognito_identity_tools.catalogue import BY_AWS_NAME
from cognito_identity_tools.constraints import Kind, Rule
from cognito_identity_tools.errors import COMMON
from cognito_identity_tools.violations import Path
from tests.contract.service_model import MODEL, Json, snake_case
from tests.contract.strategies import Expected, broken_requests, requests

from .client import Answer, Client, post
from .people import ALL_PROVIDERS

pytestmark = pytest.mark.local_only

_OPERATIONS = sorted(MODEL.operations)
_EXAMPLES = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
_PHRASES: Mapping[Kind, str] = {
    Kind.MAX_LENGTH: "Member must have length less than or equal to {}",
    Kind.MIN_LENGTH: "Member must have length greater than or equal to {}",
    Kind.PATTERN: "Member must satisfy regular expression pattern: {}",
    Kind.MAX_VALUE: "Member must have value less than or equal to {}",
    Kind.MIN_VALUE: "Member must have value greater than or equal to {}",
}

every_operation = pytest.mark.parametrize("name", _OPERATIONS)


@pytest.fixture(scope="module")
def existing(aws: Client) -> Mapping[str, str]:
    """Names of things that are there, by the members that name such things."""
    pool = aws.create_pool(**ALL_PROVIDERS)
    return {"IdentityPoolId": pool, "IdentityId": aws.get_id(pool), "ResourceArn": aws.arn(pool)}


def is_known(name: str, answer: Answer) -> bool:
    """A success, or one of the errors that the model lists for the operation."""
    modelled = {*BY_AWS_NAME[name].errors, *COMMON} - {"InternalErrorException"}
    return answer.status == 200 or (answer.status == 400 and answer.json["__type"] in modelled)


@pytest.mark.holds("validation-14", "wire-26", "wire-15", "identifiers-06")
@every_operation
@_EXAMPLES
@given(data=st.data())
def test_a_valid_request_is_answered(aws: Client, existing: Mapping[str, str], name: str, data: st.DataObject) -> None:
    request = data.draw(requests(name))
    for member in request.keys() & existing.keys():
        if data.draw(st.booleans()):
            request[member] = existing[member]
    if name == "DeleteIdentityPool" and request["IdentityPoolId"] == existing["IdentityPoolId"]:
        request["IdentityPoolId"] = aws.create_pool()
    answer = post(aws.url, name, request)
    assert is_known(name, answer), answer


def _member(shape: Json, step: str) -> str:
    return next(str(name) for name in shape["members"] if snake_case(name) == step)


def _place(shape: Json, path: Path) -> tuple[str, Json | None]:
    """AWS's words for a path, up to the innermost member of a structure; and the collection that is wrong inside."""
    words: list[str] = []
    for number, step in enumerate(path):
        if shape["type"] == "structure":
            name = _member(shape, str(step))
            words.append(name[0].lower() + name[1:])
            shape = MODEL.shapes[shape["members"][name]["shape"]]
            continue
        if number == len(path) - 1:
            return ".".join(words), shape
        words.append(f"{step + 1 if isinstance(step, int) else step}.member")
        part = "member" if shape["type"] == "list" else "value"
        shape = MODEL.shapes[shape[part]["shape"]]
    return ".".join(words), None


def _phrase(rule: Rule) -> re.Pattern[str]:
    if isinstance(rule.limit, tuple):
        return re.compile(r"Member must satisfy enum value set: \[" + re.escape(", ".join(rule.limit)) + "]")
    return re.compile(re.escape(_PHRASES[rule.kind].format(rule.limit)))


def _is_said(name: str, expected: Expected, message: str) -> bool:
    """Whether the message names this constraint at this place."""
    assert expected.rule is not None
    place, collection = _place(MODEL.shapes[MODEL.input_shape(name)], expected.path)
    subject = ""
    if collection is not None:
        entry = "Map keys" if expected.is_key else "Map value" if collection["type"] == "map" else "Member"
        subject = rf"{entry} must satisfy constraint: \[.*?"
    start = re.escape(f"at '{place}' failed to satisfy constraint: ")
    return re.search(start + subject + _phrase(expected.rule).pattern, message, re.DOTALL) is not None


@pytest.mark.holds("validation-13", "validation-01", "validation-11", "validation-12", "identifiers-06")
@every_operation
@_EXAMPLES
@given(data=st.data())
def test_a_broken_constraint_is_refused_by_name_and_place(aws: Client, name: str, data: st.DataObject) -> None:
    broken = data.draw(broken_requests(name))
    answer = post(aws.url, name, broken.request)
    assert (answer.status, answer.json["__type"]) == (400, "ValidationException"), answer
    message = answer.json["message"]
    unsaid = [each for each in broken.expected if not _is_said(name, each, message)]
    assert unsaid == [], message
    assert re.match(r"[12] validation errors? detected: Value ", message)


@pytest.mark.holds("validation-09", "identifiers-06")
@every_operation
@_EXAMPLES
@given(data=st.data())
def test_a_missing_member_is_refused_by_name(aws: Client, name: str, data: st.DataObject) -> None:
    request = data.draw(requests(name))
    member = data.draw(st.sampled_from(MODEL.shapes[MODEL.input_shape(name)]["required"]))
    request[member] = None
    path = member[0].lower() + member[1:]
    assert post(aws.url, name, request).json == {
        "__type": "ValidationException",
        "message": f"1 validation error detected: Value null at '{path}' failed to satisfy constraint: "
        "Member must not be null",
    }
