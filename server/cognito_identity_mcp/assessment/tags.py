"""What tagging and untagging a pool would do."""

from __future__ import annotations

from cognito_identity_mcp.assessment.difference import difference
from cognito_identity_mcp.assessment.effects import effect_of
from cognito_identity_mcp.assessment.hazards.hazard import listed, warned
from cognito_identity_mcp.assessment.hazards.tags import TAGS
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Findings
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.tags import TagResourceInput, UntagResourceInput


async def tag(request: TagResourceInput, live: Live) -> Findings:
    before = await _tags(request.resource_arn, live)
    return _findings(before, {**before, **request.tags})


async def untag(request: UntagResourceInput, live: Live) -> Findings:
    before = await _tags(request.resource_arn, live)
    return _findings(before, {key: value for key, value in before.items() if key not in request.tag_keys})


async def _tags(resource_arn: str, live: Live) -> dict[str, str]:
    found: dict[str, str] | None = (await live.read("list_tags_for_resource", resource_arn=resource_arn)).tags
    return found or {}


def _findings(before: dict[str, str], after: dict[str, str]) -> Findings:
    changes = difference({"tags": before}, {"tags": after})
    lost = [key for key in sorted(before) if after.get(key) != before[key]]
    effect = effect_of(changes)
    return Findings(
        effect,
        _what_changes(before, after),
        changes=changes,
        warnings=warned(TAGS, lost).sentences,
        way_back="undo_change puts the former tags back." if effect is Effect.OVERWRITE else "",
    )


def _what_changes(before: dict[str, str], after: dict[str, str]) -> str:
    done = {
        "adds": [key for key in sorted(after) if key not in before],
        "replaces": [key for key in sorted(after) if key in before and after[key] != before[key]],
        "removes": [key for key in sorted(before) if key not in after],
    }
    parts = [f"{verb} {listed(keys)}" for verb, keys in done.items() if keys]
    return f"Of the pool's tags: {'; '.join(parts)}." if parts else "Changes nothing: the pool's tags stay as they are."


ASSESSORS = {"tag_resource": tag, "untag_resource": untag}
