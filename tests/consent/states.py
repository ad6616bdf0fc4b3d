"""Any two states that the restorable operations lead to: the one that is put back, and the one that replaced it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.interaction.clients import FACEBOOK, Facts, arn_of

States = st.SearchStrategy[tuple[Facts, Facts]]

_words = st.text("abcdefghij-", min_size=1, max_size=8)
_role = _words.map(lambda name: f"arn:aws:iam::123456789012:role/{name}")
_saml = _words.map(lambda name: f"arn:aws:iam::123456789012:saml-provider/{name}")
_tags = st.dictionaries(st.sampled_from(["stage", "owner", "team", "ö"]), _words | st.just(""), max_size=4)
_some_tags = st.dictionaries(st.sampled_from(["stage", "owner", "team", "ö"]), _words | st.just(""), min_size=1)


def _members(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Facts]:
    return st.fixed_dictionaries(required, optional=optional)


_pools = _members(
    {"identity_pool_name": _words, "allow_unauthenticated_identities": st.booleans()},
    {
        "allow_classic_flow": st.booleans(),
        "supported_login_providers": st.dictionaries(
            st.sampled_from([FACEBOOK, "accounts.google.com", "www.amazon.com"]), _words, max_size=3
        ),
        "saml_provider_arns": st.lists(_saml, max_size=3, unique=True),
        "identity_pool_tags": _tags,
    },
)

_rule: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "claim": st.sampled_from(["sub", "email"]),
        "match_type": st.sampled_from(["Equals", "Contains", "StartsWith", "NotEqual"]),
        "value": _words,
        "role_arn": _role,
    }
)
_rules: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "type": st.just("Rules"),
        "ambiguous_role_resolution": st.sampled_from(["AuthenticatedRole", "Deny"]),
        "rules_configuration": st.fixed_dictionaries({"rules": st.lists(_rule, min_size=1, max_size=3)}),
    }
)
_roles = _members(
    {"roles": st.dictionaries(st.sampled_from(["authenticated", "unauthenticated"]), _role, max_size=2)},
    {"role_mappings": st.dictionaries(st.just(FACEBOOK), _rules)},
)

_maps = _members(
    {},
    {
        "use_defaults": st.booleans(),
        "principal_tags": st.dictionaries(st.sampled_from(["user", "team"]), st.sampled_from(["sub", "aud"])),
    },
)


@dataclass(frozen=True)
class Changing:
    """`set_up` leads to the first state, `tool` to the second; each takes a state and an address."""

    tool: str
    set_up: str
    states: States

    def arguments(self, pool: str, state: Facts) -> Facts:
        by_arn = "resource" in self.tool
        about = {"resource_arn": arn_of(pool)} if by_arn else {"identity_pool_id": pool}
        provider = {"identity_provider_name": FACEBOOK} if "principal" in self.tool else {}
        return about | provider | state


def _of(tool: str, states: st.SearchStrategy[Facts]) -> Changing:
    return Changing(tool, tool, st.tuples(states, states))


CHANGES = {
    row.tool: row
    for row in (
        _of("update_identity_pool", _pools),
        _of("set_identity_pool_roles", _roles),
        _of("set_principal_tag_attribute_map", _maps),
        _of("tag_resource", st.fixed_dictionaries({"tags": _some_tags})),
        Changing(
            "untag_resource",
            "tag_resource",
            st.tuples(
                st.fixed_dictionaries({"tags": _some_tags}),
                st.fixed_dictionaries(
                    {"tag_keys": st.lists(st.sampled_from(["stage", "owner", "ö"]), min_size=1, unique=True)}
                ),
            ),
        ),
    )
}
