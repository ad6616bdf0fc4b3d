"""The catalogue says what AWS's service model says. `DELIBERATE` holds every place where it does not, and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.errors import COMMON, ErrorCode

from .facts import Key, aws_facts, differences, our_facts
from .service_model import MODEL, Model

_SAME_SHAPE = "Get and Set answer with member for member the same structure; one class says so."
_DEFAULTED = "AWS requires a page size; a model that calls the tool should not have to."

DELIBERATE: dict[Key, str] = {
    (
        "GetCredentialsForIdentity.output.Credentials.SessionToken",
        "sensitive",
    ): "With key and secret it is the credential; AWS's model forgets to mark it.",
    ("GetPrincipalTagAttributeMap.output", "structure"): _SAME_SHAPE,
    ("SetPrincipalTagAttributeMap.output", "structure"): _SAME_SHAPE,
    ("ListIdentities.input.MaxResults", "tool default"): _DEFAULTED,
    ("ListIdentityPools.input.MaxResults", "tool default"): _DEFAULTED,
}

OURS = our_facts(OPERATIONS.values())


def found(model: Model) -> set[Key]:
    return set(differences(aws_facts(model), OURS))


def test_every_difference_from_the_service_model_is_deliberate() -> None:
    unlisted = {key: values for key, values in differences(aws_facts(MODEL), OURS).items() if key not in DELIBERATE}
    assert unlisted == {}


def test_every_deliberate_difference_still_exists() -> None:
    assert DELIBERATE.keys() - found(MODEL) == set()


def test_the_model_is_the_one_that_was_read() -> None:
    """Wire facts that the clients and the local service rely on."""
    expected = {
        "apiVersion": "2014-06-30",
        "endpointPrefix": "cognito-identity",
        "jsonVersion": "1.1",
        "protocol": "json",
        "signatureVersion": "v4",
        "targetPrefix": "AWSCognitoIdentityService",
    }
    assert {key: MODEL.metadata[key] for key in expected} == expected
    assert {tuple(row["http"].items()) for row in MODEL.operations.values()} == {
        (("method", "POST"), ("requestUri", "/"))
    }


def test_every_modelled_error_has_a_code_and_the_modelled_ones_come_first() -> None:
    modelled = {name for name, shape in MODEL.shapes.items() if shape.get("exception")}
    assert modelled == {code.value for code in list(ErrorCode)[: len(modelled)]}


def test_only_the_internal_error_is_the_services_fault() -> None:
    """The others are answered with a 4xx status."""
    assert {name for name, shape in MODEL.shapes.items() if shape.get("fault")} == {ErrorCode.INTERNAL_ERROR}


def test_every_operation_has_the_common_errors_and_names_none_of_them_again() -> None:
    for row in MODEL.operations.values():
        assert {code.value for code in COMMON} <= {error["shape"] for error in row["errors"]}
    for operation in OPERATIONS.values():
        assert not set(COMMON) & set(operation.errors), operation.name


Alter = Callable[[Model], object]

POOL = "DescribeIdentityPool.input.IdentityPoolId"
RULES = "SetIdentityPoolRoles.input.RoleMappings[value].RulesConfiguration.Rules"


def _set(shape: str, **facts: object) -> Alter:
    return lambda model: model.shapes[shape].update(facts)


def _drop(shape: str, fact: str) -> Alter:
    return lambda model: model.shapes[shape].pop(fact)


def _member(structure: str, name: str, shape: str) -> Alter:
    return lambda model: model.shapes[structure]["members"].update({name: {"shape": shape}})


def _no_member(structure: str, name: str) -> Alter:
    return lambda model: model.shapes[structure]["members"].pop(name)


def _required(structure: str, *names: str) -> Alter:
    return _set(structure, required=list(names))


ALTERATIONS: dict[str, tuple[Alter, Key]] = {
    "a longer string": (_set("IdentityPoolId", max=56), (POOL, "max")),
    "a shorter string": (_set("IdentityPoolId", min=2), (POOL, "min")),
    "no bound any more": (_drop("IdentityPoolId", "max"), (POOL, "max")),
    "another pattern": (_set("IdentityPoolId", pattern=r"[\w-]+:[0-9a-f]+"), (POOL, "pattern")),
    "no pattern any more": (_drop("IdentityPoolId", "pattern"), (POOL, "pattern")),
    "a pattern where there was none": (_set("ARNString", pattern="arn:.*"), (f"{RULES}[member].RoleARN", "pattern")),
    "a larger page": (_set("QueryLimit", max=100), ("ListIdentities.input.MaxResults", "max")),
    "another smallest number": (
        _set("TokenDuration", min=900),
        ("GetOpenIdTokenForDeveloperIdentity.input.TokenDuration", "min"),
    ),
    "more entries in a list": (_set("MappingRulesList", max=25), (RULES, "max")),
    "more entries in a map": (_set("LoginsMap", max=20), ("GetId.input.Logins", "max")),
    "another map key": (
        lambda model: model.shapes["LoginsMap"]["key"].update(shape="ARNString"),
        ("GetId.input.Logins[key]", "max"),
    ),
    "another map value": (
        lambda model: model.shapes["RolesMap"]["value"].update(shape="ClaimValue"),
        ("SetIdentityPoolRoles.input.Roles[value]", "max"),
    ),
    "another list member": (
        lambda model: model.shapes["IdentityIdList"]["member"].update(shape="ARNString"),
        ("DeleteIdentities.input.IdentityIdsToDelete[member]", "pattern"),
    ),
    "a new enum value": (
        _set("MappingRuleMatchType", enum=["Equals", "Contains", "StartsWith", "NotEqual", "EndsWith"]),
        (f"{RULES}[member].MatchType", "enum"),
    ),
    "another type": (_set("ClassicFlow", type="string"), ("CreateIdentityPool.input.AllowClassicFlow", "type")),
    "a new optional member": (
        _member("DescribeIdentityPoolInput", "Verbose", "ClassicFlow"),
        ("DescribeIdentityPool.input.Verbose", "type"),
    ),
    "a new member of an answer": (
        _member("IdentityDescription", "Disabled", "ClassicFlow"),
        ("DescribeIdentity.output.Disabled", "type"),
    ),
    "a member gone": (_no_member("GetIdInput", "AccountId"), ("GetId.input.AccountId", "type")),
    "a nested member gone": (
        _no_member("Credentials", "Expiration"),
        ("GetCredentialsForIdentity.output.Credentials.Expiration", "type"),
    ),
    "required now": (_required("GetIdInput", "IdentityPoolId", "Logins"), ("GetId.input.Logins", "required")),
    "no longer required": (
        _required("ListIdentitiesInput", "IdentityPoolId"),
        ("ListIdentities.input.MaxResults", "required"),
    ),
    "a new secret": (_set("ClaimValue", sensitive=True), (f"{RULES}[member].Value", "sensitive")),
    "no longer secret": (_drop("IdentityProviderToken", "sensitive"), ("GetId.input.Logins[value]", "sensitive")),
    "now signed": (lambda model: model.operations["GetId"].pop("authtype"), ("GetId", "signed")),
    "no longer signed": (
        lambda model: model.operations["ListIdentities"].update(authtype="none"),
        ("ListIdentities", "signed"),
    ),
    "a new error": (
        lambda model: model.operations["DeleteIdentities"]["errors"].append({"shape": "NotAuthorizedException"}),
        ("DeleteIdentities", "errors"),
    ),
    "an error gone": (lambda model: model.operations["GetId"]["errors"].pop(), ("GetId", "errors")),
    "an answer where there was none": (
        lambda model: model.operations["DeleteIdentityPool"].update(output={"shape": "TagResourceResponse"}),
        ("DeleteIdentityPool", "answers nothing"),
    ),
    "another answer": (
        lambda model: model.operations["DescribeIdentityPool"].update(output={"shape": "IdentityPoolShortDescription"}),
        ("DescribeIdentityPool.output", "structure"),
    ),
    "a new paginator": (
        lambda model: model.paginators.update(ListIdentities=model.paginators["ListIdentityPools"]),
        ("ListIdentities", "pages"),
    ),
    "another result key": (
        lambda model: model.paginators["ListIdentityPools"].update(result_key="Pools"),
        ("ListIdentityPools", "pages"),
    ),
    "a new operation": (
        lambda model: model.operations.update(GetIdentityCount=model.operations["DescribeIdentity"]),
        ("GetIdentityCount", "tool"),
    ),
    "an operation gone": (lambda model: model.operations.pop("GetId"), ("GetId", "tool")),
    "the token marked secret at last": (
        _set("SessionTokenString", sensitive=True),
        ("GetCredentialsForIdentity.output.Credentials.SessionToken", "sensitive"),
    ),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_a_change_of_the_service_model_is_noticed(name: str) -> None:
    alter, expected = ALTERATIONS[name]
    model = MODEL.copy()
    alter(model)
    assert expected in found(model) ^ DELIBERATE.keys()
