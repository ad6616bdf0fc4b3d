"""The operational hazards of the fact sheet (§17) are warned of, or there is a reason why they are not seen."""

from __future__ import annotations

from cognito_identity_mcp.assessment.hazards.table import HAZARDS

WARNED_OF = {
    "update with a partial body removes providers": {"provider_removed", "no_providers_left"},
    "leaving AllowClassicFlow out leaves classic flow open": {
        "classic_flow_open_by_omission",
        "classic_flow_reachable",
    },
    "roles or mappings left out are dropped": {
        "authenticated_role_dropped",
        "unauthenticated_role_dropped",
        "mapping_dropped",
    },
    "role mappings break classic flow": {"mappings_close_classic_flow"},
    "guest access and a role are public credentials": {"guests_on_with_role", "public_credentials"},
    "guest flag and role are separate calls": {"guests_on", "guest_role_attached"},
    "trust policy without aud or amr": {"role_attached"},
    "the generic configuration error hides a missing role or sts:TagSession": {
        "no_authenticated_role",
        "unmatched_get_nothing",
        "tag_session_needed",
    },
    "a replaced user pool or app client": {"app_id_changed", "provider_removed"},
    "cached identity ids after a deletion or merge": {"cached_ids", "source_disabled", "disabled_identity"},
    "orphan identities": {"another_guest", "new_developer_identity", "last_login"},
    "a developer's token can impersonate every user; long tokens leak": {"impersonation", "long_token"},
    "DeveloperProviderName cannot be changed or removed": {"developer_name_for_good", "developer_name_fixed"},
    "pool deletion is final, roles stay behind": {"apps_know_the_pool_id", "roles_left_behind"},
    "tooling that goes by tags": {"tags_steer_access"},
    "a role mapped from a user-writable claim": {"user_writable_claim", "user_writable_tag"},
    "too many or long principal tags": {"session_tags_too_long"},
}

NOT_SEEN = {
    "a wrong region or a deleted pool": "the read for the assessment fails with the same error as the call",
    "an access token instead of an id token": "the call fails and changes nothing; tokens are not looked into",
    "GetId at 25 requests per second": "a property of an app's traffic, not of one call",
    "eventual consistency of new roles and user pools": "nothing in the state tells how new they are",
}


def test_every_hazard_of_the_fact_sheet_is_warned_of_or_cannot_be_seen() -> None:
    known = {hazard.id for hazard in HAZARDS}
    assert {row: ids - known for row, ids in WARNED_OF.items() if ids - known} == {}
    assert len(WARNED_OF) + len(NOT_SEEN) == 21
