"""Hazards of logins: what they link or merge, and what a token lets its holder do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cognito_identity_mcp.assessment.hazards.hazard import Hazard, listed, when
from cognito_identity_mcp.assessment.hazards.identities import DISABLED
from cognito_identity_mcp.assessment.hazards.roles import role_of
from cognito_identity_mcp.secrets.sources import is_reference
from cognito_identity_tools.issuers import own_keys
from cognito_identity_tools.operations.developer_identities import GetOpenIdTokenForDeveloperIdentityInput
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles


@dataclass(frozen=True)
class SignIn:
    """Logins given for an identity that has the logins `linked`."""

    identity_id: str
    linked: tuple[str, ...]
    given: tuple[str, ...]

    @property
    def new(self) -> tuple[str, ...]:
        return tuple(name for name in self.given if name not in (*self.linked, *self._own))

    @property
    def is_disabled(self) -> bool:
        return DISABLED in self.linked

    @property
    def is_proven(self) -> bool:
        """By a login that is linked, or by a token that the pool issued."""
        return any(name in (*self.linked, *self._own) for name in self.given)

    @property
    def _own(self) -> frozenset[str]:
        """The provider of the tokens that the pool issues itself."""
        return own_keys(self.identity_id.partition(":")[0])


SIGN_IN: tuple[Hazard[SignIn], ...] = (
    Hazard(
        "guest_linked",
        "The guest identity {} gets the login of {}; if another identity has it, this one is merged into that "
        "one for good.",
        lambda call: when(not call.linked and bool(call.new), call.identity_id, listed(call.new)),
    ),
    Hazard(
        "login_linked",
        "The login of {} is linked to the identity; if another identity has it, the two are merged for good.",
        lambda call: when(bool(call.linked) and call.is_proven and bool(call.new), listed(call.new)),
    ),
    Hazard(
        "disabled_identity",
        "The identity {} was merged into another one and is disabled: only its logins still lead anywhere.",
        lambda call: when(call.is_disabled, call.identity_id),
    ),
    Hazard(
        "login_missing",
        "The identity has logins ({}) and none of them is given: AWS will refuse the call.",
        lambda call: when(bool(call.linked) and not call.is_disabled and not call.is_proven, listed(call.linked)),
    ),
)

SEVERAL_LOGINS: tuple[Hazard[Sequence[str]], ...] = (
    Hazard(
        "logins_may_merge",
        "If the logins of {} belong to different identities, these are merged for good.",
        lambda providers: when(len(providers) > 1, listed(providers)),
        raises=True,
    ),
)
"""For the providers of logins that are given without an identity."""

GUESTS: tuple[Hazard[Sequence[str]], ...] = (
    Hazard(
        "another_guest",
        "Without logins every call makes another guest identity, which stays until it is deleted.",
        lambda providers: when(not providers),
    ),
)


@dataclass(frozen=True)
class DeveloperSignIn:
    """A developer's word for `user`, who has the identity `owner` (None: not registered)."""

    request: GetOpenIdTokenForDeveloperIdentityInput
    user: str | None
    owner: str | None
    roles: PoolRoles

    @property
    def seconds(self) -> int:
        return self.request.token_duration or DEFAULT_SECONDS


DEFAULT_SECONDS = 900
"""How long a token for a developer identity is good when nothing else is asked for (§6.11)."""

_LONG = 3600

DEVELOPER_SIGN_IN: tuple[Hazard[DeveloperSignIn], ...] = (
    Hazard(
        "impersonation",
        "Whoever holds the token acts as the user {}, without any sign-in of theirs.",
        lambda call: when(call.user is not None, call.user or ""),
    ),
    Hazard(
        "unseen_user",
        "Which user {} names cannot be seen here.",
        lambda call: when(call.user is not None and is_reference(call.user), call.user or ""),
    ),
    Hazard(
        "long_token",
        "The token is good for {} hours and cannot be called back: whoever finds it can use it as long.",
        lambda call: when(call.seconds > _LONG, f"{call.seconds / 3600:g}"),
    ),
    Hazard(
        "new_developer_identity",
        "The user {} is not registered: another identity is made for them.",
        lambda call: when(_is_new(call) and call.request.identity_id is None, call.user or ""),
    ),
    Hazard(
        "developer_login_linked",
        "The user {} is registered and linked to the identity {}.",
        lambda call: when(
            _is_new(call) and call.request.identity_id is not None, call.user or "", call.request.identity_id or ""
        ),
    ),
    Hazard(
        "registered_elsewhere",
        "The user {} has the identity {} already: AWS will refuse to link them to another one.",
        lambda call: when(
            call.owner is not None and call.request.identity_id not in (None, call.owner),
            call.user or "",
            call.owner or "",
        ),
    ),
    Hazard(
        "no_developer_login",
        "The logins hold no user of the pool's developer provider: AWS will refuse the call.",
        lambda call: when(call.user is None),
    ),
    Hazard(
        "no_authenticated_role",
        "The pool has no role for signed-in users: the token cannot be exchanged for credentials in the enhanced flow.",
        lambda call: when(role_of(call.roles, "authenticated") is None),
    ),
)


def _is_new(call: DeveloperSignIn) -> bool:
    return call.user is not None and call.owner is None and not is_reference(call.user)
