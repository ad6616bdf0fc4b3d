"""What setting a provider's map of session tags would do."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.difference import difference, only_adds
from cognito_identity_mcp.assessment.effects import effect_of
from cognito_identity_mcp.assessment.hazards.hazard import warned
from cognito_identity_mcp.assessment.hazards.tags import PRINCIPAL_TAGS, PrincipalTagsChange
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.principal_tags import PrincipalTagAttributeMap, SetPrincipalTagAttributeMapInput


async def set_map(request: SetPrincipalTagAttributeMapInput, live: Live) -> Findings:
    """A provider's map is replaced whole (§6.20)."""
    pool_id, provider = request.identity_pool_id, request.identity_provider_name
    pool = await live.pool(pool_id)
    before: PrincipalTagAttributeMap | None = await live.find(
        "get_principal_tag_attribute_map", identity_pool_id=pool_id, identity_provider_name=provider
    )
    after = PrincipalTagAttributeMap(use_defaults=request.use_defaults, principal_tags=request.principal_tags)
    changes = difference(_state(before), _state(after))
    said = warned(PRINCIPAL_TAGS, PrincipalTagsChange(before, after))
    effect = effect_of(changes, raised=said.raises)
    return Findings(
        effect,
        _what_changes(f'{provider} in identity pool "{pool.name}"', changes),
        changes=changes,
        warnings=said.sentences,
        way_back=_way_back(before) if effect is Effect.OVERWRITE else "",
    )


def _state(found: PrincipalTagAttributeMap | None) -> dict[str, Any]:
    """Defaults that are off are no different from none."""
    if found is None:
        return {}
    return {"use_defaults": found.use_defaults or None, "principal_tags": found.principal_tags or {}}


def _what_changes(whose: str, changes: tuple[Change, ...]) -> str:
    if not changes:
        return f"Changes nothing: the session tags of {whose} are set in this way already."
    verb = "Adds to" if only_adds(changes) else "Replaces"
    return f"{verb} the session tags of users of {whose}."


def _way_back(before: PrincipalTagAttributeMap | None) -> str:
    if before is None:
        return "A map cannot be removed again; set to no tags it has no effect."
    return "undo_change puts the former map back."


ASSESSORS = {"set_principal_tag_attribute_map": set_map}
