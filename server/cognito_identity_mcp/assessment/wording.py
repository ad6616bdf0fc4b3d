"""Words that assessors share."""

from __future__ import annotations

from cognito_identity_mcp.assessment.model import Change
from cognito_identity_tools.shapes import Shape

PAGE = 60
"""Things that are counted one by one; AWS's largest page."""


def counted(number: int, one: str, many: str | None = None, *, more: bool = False) -> str:
    """ "1 tag", "2 tags", "60+ identities"."""
    return f"{number}{'+' if more else ''} {one if number == 1 and not more else many or f'{one}s'}"


def sentence(text: str) -> str:
    """With one stop at its end; an operator's own words may have theirs."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def top_members(changes: tuple[Change, ...]) -> tuple[str, ...]:
    """The request's members that the changes lie under, each once."""
    return tuple(dict.fromkeys(change.path.partition("[")[0].partition(".")[0] for change in changes))


def typed_for(request: Shape) -> str:
    """What a human types to destroy what the request names, when nothing else is known of it."""
    ids: list[str] = list(dict.fromkeys(getattr(request, "identity_ids_to_delete", ())))
    if ids:
        return ids[0] if len(ids) == 1 else f"delete {len(ids)} identities"
    names = ("source_user_identifier", "identity_id", "identity_pool_id")
    return next(str(getattr(request, name)) for name in names if hasattr(request, name))
