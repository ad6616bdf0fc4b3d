"""Where a call goes: the account side (AWS or the local service) and the region that the ids in it name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cognito_identity_mcp.errors import InvalidInput
from cognito_identity_tools.operation import Tool
from cognito_identity_tools.shapes import Shape

FALLBACK_REGION = "us-east-1"
"""For the embedded local service, which serves every region; AWS needs a configured one."""


@dataclass(frozen=True)
class Target:
    """`place` is for people: "AWS", "AWS profile prod", "the local service"."""

    region: str
    place: str

    def __str__(self) -> str:
        return f"{self.place}, {self.region}"


def regions_named(request: Shape) -> list[str]:
    """The regions in the request's pool id, identity ids and resource ARN, each once, in order."""
    return list(dict.fromkeys(_regions(request)))


def _regions(request: Shape) -> Iterator[str]:
    members = vars(request)
    for name in ("identity_pool_id", "identity_id"):
        value = members.get(name)
        if value is not None:
            yield value.partition(":")[0]
    for identity_id in members.get("identity_ids_to_delete", ()):
        yield identity_id.partition(":")[0]
    arn = members.get("resource_arn", "").split(":")
    if arn[0] == "arn" and len(arn) > 5 and arn[3]:
        yield arn[3]


def resolve(tool: Tool, request: Shape, place: str, default_region: str | None) -> Target:
    """The target of a request.

    Raises:
        InvalidInput: the request names several regions, or none while no default region is configured.
    """
    regions = regions_named(request)
    if len(regions) > 1:
        raise InvalidInput.of(
            f"{tool.name} names several regions at once: {', '.join(regions)}.",
            "Call once for each region.",
        )
    region = regions[0] if regions else default_region
    if region is not None and region != region.lower():
        named, where = ("names", "the id") if regions else ("would go to", "AWS_REGION or the AWS profile")
        raise InvalidInput.of(
            f"{tool.name} {named} the region {region}; AWS writes regions in lower case.", f"Correct {where}."
        )
    if region is None:
        raise InvalidInput.of(
            f"{tool.name} names no pool or identity, and no region is configured.",
            "Start the server with --region, or set a region in the AWS profile or in AWS_REGION.",
        )
    return Target(region, place)
