"""What a model has to know about the domain before it touches a pool."""

from __future__ import annotations

from collections.abc import Sequence

INSTRUCTIONS = """\
Amazon Cognito identity pools: an identity pool gives each user an identity id and, for it, AWS credentials in an IAM \
role. Pools and identities live in a region; their ids start with it.

Flow: create_identity_pool, then set_identity_pool_roles. A user's identity comes from get_id (guests and logins of \
public providers, user pools, OIDC, SAML) or get_open_id_token_for_developer_identity (your own sign-in); \
credentials from get_credentials_for_identity.

Hazards:
- update_identity_pool and set_identity_pool_roles replace everything. Prefer patch_identity_pool; send present roles \
back with your change.
- Leaving out allow_classic_flow opens classic flow; role mappings break it.
- Guests plus an unauthenticated role are public credentials for anyone who knows the pool id.
- get_id without logins creates another identity each time.
- Ids of deleted pools and identities never come back. A merge cannot be undone. An identity without its last login \
is lost.
- developer_provider_name can never be changed.
- Logins of user pools take ID tokens, not access tokens.

Whole tasks: inspect_identity_pool shows a pool, audit_identity_pools finds hazards, purge_identities deletes many.

Consent: calls that replace, destroy or mint secrets ask a human through the client. No argument stands in for that \
answer. If a call is refused, tell the user what the refusal says; do not look for a way around it. One call, one \
consent: do not repeat a call that was declined.

Errors say what was wrong, what to do next, and whether trying again can help. After an unknown outcome find out \
first, as the error says. Lists come in pages: pass next_token back until there is none.

Secrets: a result may have a handoff instead of tokens and keys; tell the user its `use`. As a login's token, \
`secret:NAME` stands for one that the operator configured. Never ask the user to paste a token or a key.
"""


def instructions(secrets: Sequence[str]) -> str:
    """The instructions of a server with these configured secrets, by name."""
    return INSTRUCTIONS + (f"Configured: {', '.join(secrets)}.\n" if secrets else "")
