"""All checks. Source: the operational hazards of the fact sheet (§17), as far as these operations let them be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType

from cognito_identity_mcp.assessment.hazards import roles as role_hazards
from cognito_identity_mcp.assessment.hazards.hazard import Words, when
from cognito_identity_mcp.assessment.hazards.roles import role_of, roles_in
from cognito_identity_mcp.assessment.hazards.tags import PRINCIPAL_TAGS, PrincipalTagsChange
from cognito_identity_mcp.workflows.auditing import mending
from cognito_identity_mcp.workflows.auditing.check import Check, Mend, Pool, Severity
from cognito_identity_mcp.workflows.pool_state import mapping_keys, tag_keys
from cognito_identity_tools.operations.principal_tags import PrincipalTagAttributeMap

_MANY_GUESTS = 50

_ROLES = MappingProxyType({hazard.id: hazard for hazard in role_hazards.ROLES})
_TAGS = MappingProxyType({hazard.id: hazard for hazard in PRINCIPAL_TAGS})

_GUESTS, _CLASSIC = ("allow_unauthenticated_identities",), ("allow_classic_flow",)
_GUEST_ROLE, _USER_ROLE = ("roles", "unauthenticated"), ("roles", "authenticated")


def _of_roles(
    hazard: str,
    severity: Severity,
    *evidence: tuple[str, ...],
    mend: Mend | None = None,
    advice: str | None = None,
) -> Check:
    """The hazard of attaching roles, for roles that are attached."""
    row = _ROLES[hazard]
    return Check(
        row.id,
        severity,
        row.sentence,
        lambda pool: row.found(pool.as_roles_change),
        evidence,
        mend,
        advice,
        ("roles",),
    )


def _of_tags(hazard: str, severity: Severity, *evidence: str, advice: str) -> Check:
    """The hazard of mapping session tags, for the maps that there are; the last word is the provider."""
    row = _TAGS[hazard]

    def found(pool: Pool) -> Iterator[tuple[str, ...]]:
        for each in pool.principal_tags:
            for words in row.found(PrincipalTagsChange(PrincipalTagAttributeMap(), each)):
                yield (*words[:2], str(each.identity_provider_name))

    first, second, end = row.sentence.removesuffix(".").split("{}")
    sentence = f"{first}{{0}}{second}{{1}}{end} ({{2}})."
    return Check(
        row.id, severity, sentence, found, (("principal_tags", *evidence),), advice=advice, needs=("principal_tags",)
    )


def _classic_flow(*, omitted: bool) -> Callable[[Pool], Words]:
    def found(pool: Pool) -> Words:
        return when(
            pool.classic_flow_is_open
            and (pool.settings.allow_classic_flow is None) == omitted
            and not pool.has_mappings
        )

    return found


def _guests_in_classic_flow(pool: Pool) -> Words:
    role = role_of(pool.roles, "unauthenticated")
    is_open = pool.settings.allow_unauthenticated_identities and pool.classic_flow_is_open and not pool.has_mappings
    return when(is_open and role is not None)


def _guests_without_role(pool: Pool) -> Words:
    has_none = bool(roles_in(pool.roles)) and role_of(pool.roles, "unauthenticated") is None
    return when(pool.settings.allow_unauthenticated_identities and has_none)


def _no_roles(pool: Pool) -> Words:
    """SAML assertions bring roles of their own."""
    return when(_has_entrance(pool) and not roles_in(pool.roles) and not pool.settings.saml_provider_arns)


def _has_entrance(pool: Pool) -> bool:
    has_provider = bool(mapping_keys(pool.settings)) or pool.settings.developer_provider_name is not None
    return has_provider or pool.settings.allow_unauthenticated_identities


def _mappings_without_provider(pool: Pool) -> Words:
    known = mapping_keys(pool.settings)
    return [(name,) for name in pool.roles.role_mappings or () if name not in known]


def _unchecked_clients(pool: Pool) -> Words:
    clients = enumerate(pool.settings.cognito_identity_providers or ())
    unchecked = {
        (str(each.provider_name), str(each.client_id)): str(place)
        for place, each in clients
        if not each.server_side_token_check
    }
    return [(*client, place) for client, place in unchecked.items()]


def _named_twice(pool: Pool) -> Words:
    settings = pool.settings
    named = {
        "cognito_identity_providers": [
            f"{each.provider_name}:{each.client_id}" for each in settings.cognito_identity_providers or ()
        ],
        "open_id_connect_provider_arns": settings.open_id_connect_provider_arns or [],
        "saml_provider_arns": settings.saml_provider_arns or [],
    }
    return [(name, member) for member, names in named.items() for name in dict.fromkeys(names) if names.count(name) > 1]


def _tags_without_provider(pool: Pool) -> Words:
    known = tag_keys(pool.settings)
    maps = [each for each in pool.principal_tags if each.principal_tags or each.use_defaults]
    return [(name,) for each in maps if (name := str(each.identity_provider_name)) not in known]


def _many_guests(pool: Pool) -> Words:
    counts = pool.state.identities
    return when(counts is not None and counts.guests >= _MANY_GUESTS, str(counts.guests if counts else 0))


CHECKS: tuple[Check, ...] = (
    Check(
        "guests_in_classic_flow",
        Severity.CRITICAL,
        "Guests can use classic flow: anyone who knows the pool id can take every role that trusts its guests, without "
        "the limits of the enhanced flow.",
        _guests_in_classic_flow,
        (_GUESTS, _CLASSIC, _GUEST_ROLE),
        mending.patch(allow_classic_flow=False),
        needs=("roles",),
    ),
    _of_roles(
        "public_credentials",
        Severity.HIGH,
        _GUESTS,
        _GUEST_ROLE,
        mend=mending.patch(allow_unauthenticated_identities=False),
        advice="If guests are wanted, see instead that the role allows nothing that must not be public.",
    ),
    _of_roles("guests_like_users", Severity.HIGH, _GUEST_ROLE, _USER_ROLE, mend=mending.without_guest_role),
    _of_roles(
        "user_writable_claim",
        Severity.HIGH,
        ("role_mappings", "{1}"),
        advice="Map by a claim that the provider vouches for, as cognito:groups, or make the attribute read-only for "
        "the app client.",
    ),
    Check(
        "classic_flow_open_by_omission",
        Severity.MEDIUM,
        "allow_classic_flow is not set, so classic flow is open: apps can take any role that trusts the pool, without "
        "the limits of the enhanced flow.",
        _classic_flow(omitted=True),
        (_CLASSIC,),
        mending.patch(allow_classic_flow=False),
        "First see that no app uses it (GetOpenIdToken with AssumeRoleWithWebIdentity).",
        ("roles",),
    ),
    Check(
        "classic_flow_open",
        Severity.MEDIUM,
        "Classic flow is open: apps can take any role that trusts the pool, without the limits of the enhanced flow.",
        _classic_flow(omitted=False),
        (_CLASSIC,),
        mending.patch(allow_classic_flow=False),
        "First see that no app uses it (GetOpenIdToken with AssumeRoleWithWebIdentity).",
        ("roles",),
    ),
    Check(
        "mapping_without_provider",
        Severity.MEDIUM,
        "A role mapping stands for {0}, which is no provider of the pool: it has no effect.",
        _mappings_without_provider,
        (("role_mappings", "{0}"),),
        mending.without_mapping,
        "If the provider was lost by an update, put the provider back instead.",
        ("roles",),
    ),
    Check(
        "no_roles",
        Severity.MEDIUM,
        "No role is attached: nobody gets credentials.",
        _no_roles,
        (("roles",), ("role_mappings",)),
        advice="Attach roles whose trust policies name this pool: set_identity_pool_roles.",
        needs=("roles",),
    ),
    _of_roles(
        "roles_of_several_accounts",
        Severity.MEDIUM,
        ("roles",),
        ("role_mappings",),
        advice="Replace the roles of other accounts by roles of the pool's own.",
    ),
    _of_roles(
        "unmatched_get_nothing",
        Severity.MEDIUM,
        ("role_mappings", "{0}", "ambiguous_role_resolution"),
        _USER_ROLE,
        advice="Attach a role for signed-in users, or say Deny.",
    ),
    _of_tags(
        "user_writable_tag",
        Severity.MEDIUM,
        "{2}",
        "{1}",
        advice="Map a claim that the provider vouches for, or let no policy decide by this tag.",
    ),
    _of_tags("session_tags_too_long", Severity.MEDIUM, "{2}", advice="Map fewer claims, or shorter tags."),
    Check(
        "mappings_close_classic_flow",
        Severity.LOW,
        "Classic flow is allowed, but with role mappings AWS refuses it: apps that use it (GetOpenIdToken) fail.",
        lambda pool: when(pool.classic_flow_is_open and pool.has_mappings),
        (_CLASSIC,),
        mending.patch(allow_classic_flow=False),
        "Saying so opens nothing and closes nothing; it stays closed when the mappings go.",
        ("roles",),
    ),
    _of_roles(
        "unmatched_get_default",
        Severity.LOW,
        ("role_mappings", "{0}", "ambiguous_role_resolution"),
        _USER_ROLE,
        mend=mending.deny_unmatched,
    ),
    _of_roles("guest_role_attached", Severity.LOW, _GUESTS, _GUEST_ROLE, mend=mending.without_guest_role),
    Check(
        "guests_without_role",
        Severity.LOW,
        "Guests are let in but get no credentials: no role is attached for them.",
        _guests_without_role,
        (_GUESTS, _GUEST_ROLE),
        mending.patch(allow_unauthenticated_identities=False),
        needs=("roles",),
    ),
    Check(
        "token_check_off",
        Severity.LOW,
        "Users of {0} (client {1}) who are signed out or deleted get in until their tokens expire.",
        _unchecked_clients,
        (("cognito_identity_providers", "{2}", "server_side_token_check"),),
        mending.check_tokens,
    ),
    Check(
        "provider_twice",
        Severity.LOW,
        "The provider {0} is listed more than once.",
        _named_twice,
        (("{1}",),),
        mending.each_once,
    ),
    Check(
        "principal_tags_without_provider",
        Severity.LOW,
        "Principal tags are mapped for {0}, which is no provider of the pool.",
        _tags_without_provider,
        (("principal_tags", "{0}"),),
        mending.without_tags,
        needs=("principal_tags",),
    ),
    Check(
        "no_entrance",
        Severity.INFO,
        "The pool has no provider and lets no guests in: nobody can use it.",
        lambda pool: when(not _has_entrance(pool)),
        (_GUESTS,),
        advice="Add a provider; or delete the pool if nothing refers to it.",
    ),
    Check(
        "developer_provider",
        Severity.INFO,
        "Whoever may call GetOpenIdTokenForDeveloperIdentity can act as any user of {0}.",
        lambda pool: [(name,)] if (name := pool.settings.developer_provider_name) else [],
        (("developer_provider_name",),),
        advice="See that only your backend's role has that permission.",
    ),
    _of_roles(
        "roles_from_token",
        Severity.INFO,
        ("role_mappings", "{0}"),
        advice="See that only administrators manage the groups of that user pool.",
    ),
    Check(
        "many_guests",
        Severity.INFO,
        "At least {0} identities are guests who never signed in.",
        _many_guests,
        (("identities", "guests"),),
        advice="purge_identities (only: guest, last_modified_before: a date) counts those that are old.",
        needs=("identities",),
    ),
    Check(
        "untagged",
        Severity.INFO,
        "The pool has no tags: neither people nor policies see whose it is.",
        lambda pool: when(not pool.settings.identity_pool_tags),
        (("identity_pool_tags",),),
        advice="patch_identity_pool with identity_pool_tags, as owner and environment.",
    ),
)
"""The gravest first."""
