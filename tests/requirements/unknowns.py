"""What nobody has measured (§20): what this service does meanwhile, and the one place in the code that says so."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, U

# fmt: off
BEHAVIOURS = (
    Behaviour("unknowns-01", "§20.1", U, "The texts of ResourceConflictException are this service's own.", default="cognito_identity_local.errors:conflict"),
    Behaviour("unknowns-02", "§20.2", U, "The texts of DeveloperUserAlreadyRegistered, LimitExceeded, ConcurrentModification, ExternalService and InternalError are this service's own.", default="cognito_identity_local.errors:LOCAL_ALREADY_REGISTERED"),
    Behaviour("unknowns-03", "§20.3", U, "An unknown identity: Identity '<id>' not found.", default="cognito_identity_local.errors:identity_not_found"),
    Behaviour("unknowns-04", "§20.4", U, "Another account's or region's identity does not exist.", default="cognito_identity_local.lookups:find_identity"),
    Behaviour("unknowns-05", "§20.5", U, "Deleting an unknown id succeeds; a foreign one is listed with AccessDenied.", default="cognito_identity_local.operations.identities:_delete"),
    Behaviour("unknowns-06", "§20.6", U, "A disabled identity shows Logins [DISABLED].", default="cognito_identity_local.descriptions:LOCAL_DISABLED_LOGINS"),
    Behaviour("unknowns-07", "§20.7", U, "The named identity survives a merge if one of its logins is proven; else the owner of the oldest login.", default="cognito_identity_local.lifecycle:_survivor"),
    Behaviour("unknowns-08", "§20.8", U, "An update without IdentityPoolTags keeps the tags; with them it replaces all.", default="cognito_identity_local.operations.identity_pools:_updated_tags"),
    Behaviour("unknowns-09", "§20.9", U, "An update without AllowClassicFlow unsets it.", default="cognito_identity_local.operations.identity_pools:as_pool"),
    Behaviour("unknowns-10", "§20.10", U, "An update with another DeveloperProviderName is InvalidParameterException.", default="cognito_identity_local.operations.identity_pools:_developer_name"),
    Behaviour("unknowns-11", "§20.11", U, "An empty collection on create or update counts as left out.", default="cognito_identity_local.operations.identity_pools:as_pool"),
    Behaviour("unknowns-12", "§20.12", U, "ServerSideTokenCheck that was left out stays left out.", default="cognito_identity_local.wire:answer"),
    Behaviour("unknowns-13", "§20.13", U, "GetIdentityPoolRoles leaves Roles and RoleMappings out when they are empty.", default="cognito_identity_local.operations.roles:get_identity_pool_roles"),
    Behaviour("unknowns-14", "§20.14", U, "With UseDefaults the map comes back as it was sent; the defaults are worked out when tokens are issued.", default="cognito_identity_local.operations.principal_tags:_answer"),
    Behaviour("unknowns-15", "§20.15", U, "Principal tags may be set for a provider that the pool does not have.", default="cognito_identity_local.operations.principal_tags:set_principal_tag_attribute_map"),
    Behaviour("unknowns-16", "§20.16", U, "Lists are in the order of creation; tokens are opaque, reusable, good for their own list; a bad one is InvalidParameterException.", default="cognito_identity_local.paging:read_page"),
    Behaviour("unknowns-17", "§20.17", U, "GetId with another account's AccountId finds no pool.", default="cognito_identity_local.operations.identities:_check_account"),
    Behaviour("unknowns-18", "§20.18", U, "A custom role that the login may not have, without a mapping or for a guest, is NotAuthorizedException.", default="cognito_identity_local.errors:LOCAL_CUSTOM_ROLE_DENIED"),
    Behaviour("unknowns-19", "§20.19", U, "Role mappings that make no sense are InvalidParameterException.", default="cognito_identity_local.operations.roles:_problems"),
    Behaviour("unknowns-20", "§20.20", U, "Roles need not exist; their ARN has to be a role's, of the pool's account.", default="cognito_identity_local.arns:role_account"),
    Behaviour("unknowns-21", "§20.21", U, "Tags that break the rules are InvalidParameterException.", default="cognito_identity_local.operations.tags:check_tags"),
    Behaviour("unknowns-22", "§20.22", U, "The developer provider's name in GetId and GetOpenIdToken: Please provide a valid public provider.", default="cognito_identity_local.logins:_refuse_misplaced"),
    Behaviour("unknowns-23", "§20.23", U, "cognito-identity.amazonaws.com in GetOpenIdToken: Can't pass in a Cognito token.", default="cognito_identity_local.logins:_refuse_misplaced"),
    Behaviour("unknowns-24", "§20.24", U, "Expiration is a whole second, an hour from now.", default="cognito_identity_local.operations.credentials:_expiration"),
    Behaviour("unknowns-25", "§20.25", U, "Tokens of a deleted pool verify until they expire.", default="cognito_identity_local.keys:Keys"),
    Behaviour("unknowns-26", "§20.26", U, "amr lists several providers in the order of linking; SAML is treated like OIDC, with the word SAML.", default="cognito_identity_local.amr:authentication_methods"),
    Behaviour("unknowns-27", "§20.27", U, "Operations without a published rate are not limited.", default="cognito_identity_local.app:App"),
    Behaviour("unknowns-28", "§20.28", U, "Several violations are listed in the order of the model's members; AWS was seen once to name logins before identityId.", default="cognito_identity_tools.violations:violations"),
    Behaviour("unknowns-29", "§20.29", U, "An unsigned call of a signed operation: Missing Authentication Token.", default="cognito_identity_local.wire:MISSING_TOKEN"),
    Behaviour("unknowns-30", "§20.30", U, "Unknown members of a request are ignored.", default="cognito_identity_local.validation:parse"),
    Behaviour("unknowns-31", "§20.31", U, "Unset members are left out of answers; null in a request is a member left out.", default="cognito_identity_local.validation:without_nulls"),
)
