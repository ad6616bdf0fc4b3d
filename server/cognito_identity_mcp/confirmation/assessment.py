"""What a call would do, in words for the human who decides.

This first form speaks from the operation and its arguments. Reading live state (names, counts, differences) and raising
or lowering the effect by it belongs here too; the callers already take the effect from the assessment.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.shapes import Shape


@dataclass(frozen=True)
class Assessment:
    """What a human has to know.

    `consequence` is one plain sentence, `left_out` names what the call resets by not mentioning it, and `typed` is what
    has to be typed before a `destroy` call runs.
    """

    effect: Effect
    consequence: str
    left_out: tuple[str, ...] = ()
    typed: str | None = None


_RESET_BY_OMISSION: MappingProxyType[str, dict[str, str]] = MappingProxyType(
    {
        "update_identity_pool": {
            "allow_classic_flow": "classic flow open",
            "supported_login_providers": "none",
            "open_id_connect_provider_arns": "none",
            "cognito_identity_providers": "none",
            "saml_provider_arns": "none",
        },
        "set_identity_pool_roles": {"role_mappings": "none"},
        "set_principal_tag_attribute_map": {"principal_tags": "none"},
    }
)
"""What holds after a replacing call that leaves a member out (fact sheet §6.3, §6.7, §6.20)."""


_CONSEQUENCES = MappingProxyType(
    {
        "delete_identity_pool": "Deletes the pool and every identity in it for good; its users lose access at once.",
        "update_identity_pool": "Replaces all settings of the pool: whatever is not listed below is removed or reset.",
        "delete_identities": "Deletes these identities for good; the same users get new ids next time.",
        "unlink_identity": "Removes logins from the identity; without its last login the identity is lost.",
        "get_credentials_for_identity": "Issues AWS credentials in the identity's role and may link or merge logins.",
        "get_open_id_token": "Issues an OpenID token for the identity and may link or merge logins.",
        "get_open_id_token_for_developer_identity": "Issues a token with which anyone can act as this user.",
        "merge_developer_identities": "Moves the source user to the destination's identity for good.",
        "unlink_developer_identity": "Removes the user from the identity; without its last login the identity is lost.",
        "set_identity_pool_roles": "Replaces all roles and role mappings: whatever is not listed below is removed.",
        "set_principal_tag_attribute_map": "Replaces the provider's whole map of session tags.",
        "untag_resource": "Removes tags; access rules that depend on them change.",
    }
)


def assess(operation: Operation, request: Shape) -> Assessment:
    """The assessment of one call; only calls that may need consent have a sentence of their own."""
    consequence = _CONSEQUENCES.get(operation.name, operation.description)
    resets = _RESET_BY_OMISSION.get(operation.name, {})
    left_out = tuple(f"{name} (then: {then})" for name, then in resets.items() if getattr(request, name) is None)
    typed = _name_to_type(request) if operation.effect is Effect.DESTROY else None
    return Assessment(operation.effect, consequence, left_out, typed)


def _name_to_type(request: Shape) -> str:
    """The thing that is lost, or how many things."""
    ids: list[str] = getattr(request, "identity_ids_to_delete", [])
    if len(ids) > 1:
        return f"delete {len(ids)} identities"
    names = ("source_user_identifier", "identity_id", "identity_pool_id")
    return ids[0] if ids else next(str(getattr(request, name)) for name in names if hasattr(request, name))
