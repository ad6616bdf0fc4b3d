"""A region of the real local service, in which a case is set up and then assessed.

Cases are data: `<name>` in them stands for the id that a call of the set-up was answered with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Assessment, Findings, Step
from cognito_identity_mcp.assessment.table import assess
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.service import Answer, CognitoIdentity
from cognito_identity_tools.shapes import Shape

T = TypeVar("T")

Members = Mapping[str, Any]

USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc123"
CLIENT = "3abcdefghijk"
FACEBOOK = "graph.facebook.com"
GOOGLE = "accounts.google.com"
TWITTER = "api.twitter.com"
DEVELOPER = "login.example"
OIDC_ARN = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
SAML_ARN = "arn:aws:iam::123456789012:saml-provider/Corp"
USERS = "arn:aws:iam::123456789012:role/users"
GUESTS = "arn:aws:iam::123456789012:role/guests"
ADMINS = "arn:aws:iam::123456789012:role/admins"
ARN = "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/<pool>"


@dataclass(frozen=True)
class Call:
    """`name`: what its answer's id is called from then on."""

    tool: str
    members: Members = field(default_factory=dict[str, Any])
    name: str | None = None


def pool(*, guests: bool = False, classic: bool | None = False, **more: Any) -> Call:
    """Makes `<pool>`, closed to everybody unless told otherwise."""
    settings = {
        "identity_pool_name": "a pool",
        "allow_unauthenticated_identities": guests,
        "allow_classic_flow": classic,
    }
    return Call("create_identity_pool", settings | more, "pool")


def update(*, guests: bool = False, classic: bool | None = False, **more: Any) -> Call:
    """Updates `<pool>`; with nothing said it is as `pool()` made it."""
    made = pool(guests=guests, classic=classic, **more)
    return Call("update_identity_pool", {"identity_pool_id": "<pool>"} | dict(made.members))


def roles(mappings: Members | None = None, **kinds: str) -> Call:
    members = {"identity_pool_id": "<pool>", "roles": kinds}
    return Call("set_identity_pool_roles", members if mappings is None else members | {"role_mappings": mappings})


def rules(*conditions: tuple[str, str], resolution: str = "Deny") -> dict[str, Any]:
    """A mapping of type Rules, from pairs of claim and role."""
    given = [{"claim": claim, "match_type": "Equals", "value": "x", "role_arn": role} for claim, role in conditions]
    return {"type": "Rules", "ambiguous_role_resolution": resolution, "rules_configuration": {"rules": given}}


def identity(name: str, **logins: str) -> Call:
    """`facebook="token"`; a guest without."""
    given = {f"graph.{provider}.com": token for provider, token in logins.items()}
    return Call("get_id", {"identity_pool_id": "<pool>"} | ({"logins": given} if given else {}), name)


def registered(user: str, name: str, **more: Any) -> Call:
    """A user of the developer provider, whose identity is called `<name>`."""
    members = {"identity_pool_id": "<pool>", "logins": {DEVELOPER: user} | more.pop("logins", {})}
    return Call("get_open_id_token_for_developer_identity", members | more, name)


@dataclass
class World:
    """`sent` are the operations that were called since the set-up."""

    service: CognitoIdentity
    names: dict[str, str] = field(default_factory=dict[str, str])
    sent: list[Operation] = field(default_factory=list[Operation])

    async def call(self, operation: Operation, request: Shape) -> Answer:
        """As a `CognitoIdentity`, which remembers what it was asked."""
        self.sent.append(operation)
        return await self.service.call(operation, request)

    def step(self, call: Call) -> Step:
        row = OPERATIONS[call.tool]
        return Step(row, row.input.model_validate(self.filled(dict(call.members))))

    async def set_up(self, *calls: Call) -> None:
        """Runs the calls; `<name.created>` and `<name.modified>` are then known for every identity."""
        await self.run(*calls)
        await self._learn_dates()
        self.sent.clear()

    async def run(self, *calls: Call) -> None:
        for call in calls:
            step = self.step(call)
            answer: Any = (await self.service.call(step.operation, step.request)).output
            if call.name is not None:
                self.names[call.name] = answer.identity_pool_id if call.name == "pool" else answer.identity_id

    async def _learn_dates(self) -> None:
        row = OPERATIONS["describe_identity"]
        for name, identity_id in [(name, known) for name, known in self.names.items() if name != "pool"]:
            answer = (await self.service.call(row, row.input.model_validate({"identity_id": identity_id}))).output
            facts = answer.model_dump(mode="json")
            self.names |= {f"{name}.created": facts["creation_date"], f"{name}.modified": facts["last_modified_date"]}
            self.names[f"{name}.day"] = facts["last_modified_date"][:10]

    async def assess(self, *calls: Call, pool_wanted: bool = False) -> Assessment:
        return await assess([self.step(call) for call in calls], Live(self), pool_wanted=pool_wanted)

    async def findings(self, *calls: Call) -> Findings:
        return (await self.assess(*calls)).findings

    def filled(self, value: T) -> T:
        """The value with ids in the place of `<name>`s."""
        return cast("T", self._filled(value))

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            for name, known in self.names.items():
                value = value.replace(f"<{name}>", known)
            return value
        if isinstance(value, Mapping):
            return {self._filled(key): self._filled(item) for key, item in cast("Members", value).items()}
        if isinstance(value, list):
            return [self._filled(item) for item in cast("list[Any]", value)]
        if isinstance(value, tuple):
            return tuple(self._filled(item) for item in cast("tuple[Any, ...]", value))
        if is_dataclass(value) and not isinstance(value, type):
            members = {each.name: self._filled(getattr(value, each.name)) for each in fields(value)}
            return replace(value, **members)
        return value
