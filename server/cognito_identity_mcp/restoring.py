"""Which operations can be put back, how their state is read, and what puts it back.

One row for each operation whose effect Cognito Identity can restore. Everything else is final; `undo_change` says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from cognito_identity_mcp.assessment.model import Step
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.shapes import Shape

State = Mapping[str, Any]
"""An answer as JSON data by our names, members that are not set absent."""


@dataclass(frozen=True)
class Restorable:
    """`read` shows the state, at the address of these request members; `steps` leads from `now` back to `before`.

    `unseen` says why there is no way back where no state before the change was seen.
    """

    read: str
    members: tuple[str, ...]
    steps: Callable[[State, State, State], list[Step]]
    unseen: str = "the state before it is not on record."

    def address(self, request: Shape | State) -> dict[str, Any]:
        """The members of the read's request, from those of the change's."""
        values = request if isinstance(request, Mapping) else request.model_dump(mode="json", exclude_none=True)
        return {name: values[name] for name in self.members}


def is_same(one: Any, other: Any) -> bool:
    """Whether two states are the same to the byte: JSON data that is equal, with its maps in the same order."""
    return json.dumps(one) == json.dumps(other)


def reordered(before: Any, now: Any, path: str = "") -> list[str]:
    """The paths of maps that hold the same members in another order. Nothing puts those right where AWS orders them."""
    if not isinstance(before, dict) or not isinstance(now, dict):
        return []
    one, other = cast("dict[str, Any]", before), cast("dict[str, Any]", now)
    here = [path] if one.keys() == other.keys() and list(one) != list(other) else []
    inside = [reordered(one[name], other[name], f"{path}.{name}".lstrip(".")) for name in one.keys() & other.keys()]
    return sorted([*here, *(found for each in inside for found in each)])


def _step(operation: str, members: State) -> Step:
    row = OPERATIONS[operation]
    return Step(row, row.input.model_validate(members))


def _pool(_: State, before: State, now: State) -> list[Step]:
    """The whole pool. Tags survive an update that leaves them out, so they are sent only where they differ."""
    name = "identity_pool_tags"
    tags: dict[str, Any] = {name: {}}
    members = _without(before, name) if is_same(before.get(name), now.get(name)) else {**tags, **before}
    return [_step("update_identity_pool", members)]


def _roles(address: State, before: State, _: State) -> list[Step]:
    return [_step("set_identity_pool_roles", {**address, "roles": {}, **before})]


def _principal_tags(_: State, before: State, __: State) -> list[Step]:
    return [_step("set_principal_tag_attribute_map", before)]


def _tags(address: State, before: State, now: State) -> list[Step]:
    old, new = before.get("tags", {}), now.get("tags", {})
    added = sorted(new.keys() - old.keys())
    lost = {key: value for key, value in old.items() if new.get(key) != value}
    removing = [_step("untag_resource", {**address, "tag_keys": added})] if added else []
    return removing + ([_step("tag_resource", {**address, "tags": lost})] if lost else [])


def _without(state: State, *names: str) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name not in names}


RESTORABLE: Mapping[str, Restorable] = MappingProxyType(
    {
        "update_identity_pool": Restorable("describe_identity_pool", ("identity_pool_id",), _pool),
        "set_identity_pool_roles": Restorable("get_identity_pool_roles", ("identity_pool_id",), _roles),
        "set_principal_tag_attribute_map": Restorable(
            "get_principal_tag_attribute_map",
            ("identity_pool_id", "identity_provider_name"),
            _principal_tags,
            "there was no map before it, or none that could be read, and a map cannot be removed again.",
        ),
        "tag_resource": Restorable("list_tags_for_resource", ("resource_arn",), _tags),
        "untag_resource": Restorable("list_tags_for_resource", ("resource_arn",), _tags),
    }
)
"""By operation."""
