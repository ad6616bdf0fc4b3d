"""Hazards of session tags and of tags on the pool itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cognito_identity_mcp.assessment.claims import is_user_writable
from cognito_identity_mcp.assessment.hazards.hazard import Hazard, Words, when
from cognito_identity_tools.operations.principal_tags import PrincipalTagAttributeMap


@dataclass(frozen=True)
class PrincipalTagsChange:
    """One provider's map before and after; `before` is None where there was none."""

    before: PrincipalTagAttributeMap | None
    after: PrincipalTagAttributeMap

    @property
    def known(self) -> dict[str, str]:
        return (self.before and self.before.principal_tags) or {}

    @property
    def wanted(self) -> dict[str, str]:
        return self.after.principal_tags or {}

    @property
    def is_first(self) -> bool:
        """Whether sessions of the provider's users carried no tags before, and do now."""
        had_any = bool(self.known) or (self.before is not None and bool(self.before.use_defaults))
        return not had_any and (bool(self.wanted) or bool(self.after.use_defaults))


MOST_TAG_BYTES = 460
"""For all values together; AWS's documented limit (§13)."""


def _writable_tags(change: PrincipalTagsChange) -> Words:
    new = {tag: claim for tag, claim in change.wanted.items() if change.known.get(tag) != claim}
    return [(claim, tag) for tag, claim in sorted(new.items()) if is_user_writable(claim)]


def _tags_dropped(change: PrincipalTagsChange) -> Words:
    return [(tag,) for tag in sorted(change.known) if tag not in change.wanted]


def _too_long(change: PrincipalTagsChange) -> Words:
    size = sum(len(text.encode()) for pair in change.wanted.items() for text in pair)
    return when(size > MOST_TAG_BYTES, str(size), str(MOST_TAG_BYTES))


PRINCIPAL_TAGS: tuple[Hazard[PrincipalTagsChange], ...] = (
    Hazard(
        "user_writable_tag",
        "A user may be able to write the claim {}, and so choose the value of the session tag {}.",
        _writable_tags,
        raises=True,
    ),
    Hazard(
        "tag_session_needed",
        "From now on the roles of this provider's users must allow sts:TagSession in their trust policy, or these "
        "users get no credentials.",
        lambda change: when(change.is_first),
        raises=True,
    ),
    Hazard("session_tag_dropped", "Policies no longer find the session tag {}.", _tags_dropped),
    Hazard(
        "session_tags_too_long",
        "Tags and claims take {} bytes; beyond {} for all values AWS may refuse the session, and users get no "
        "credentials.",
        _too_long,
    ),
)


TAGS: tuple[Hazard[Sequence[str]], ...] = (
    Hazard(
        "tags_steer_access",
        "IAM policies, this server's policy and tools such as Terraform may go by the tag {}.",
        lambda keys: [(key,) for key in keys],
    ),
)
"""For the keys that are replaced or removed."""
