"""Session tags, and tags on the pool."""

from __future__ import annotations

from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_tools.operation import Effect
from tests.assessment.cases.case import Case
from tests.assessment.world import (
    ARN,
    FACEBOOK,
    Call,
    pool,
)

CASES = (
    Case(
        "the first session tags of a provider",
        (pool(),),
        Call(
            "set_principal_tag_attribute_map",
            {"identity_pool_id": "<pool>", "identity_provider_name": FACEBOOK, "principal_tags": {"user": "sub"}},
        ),
        Findings(
            Effect.OVERWRITE,
            f'Adds to the session tags of users of {FACEBOOK} in identity pool "a pool".',
            changes=(Change("principal_tags.user", None, "sub"),),
            warnings=(
                (
                    "From now on the roles of this provider's users must allow sts:TagSession in their "
                    "trust policy, or these users get no credentials."
                ),
            ),
            way_back="A map cannot be removed again; set to no tags it has no effect.",
        ),
    ),
    Case(
        "one more session tag",
        (
            pool(),
            Call(
                "set_principal_tag_attribute_map",
                {"identity_pool_id": "<pool>", "identity_provider_name": FACEBOOK, "principal_tags": {"user": "sub"}},
            ),
        ),
        Call(
            "set_principal_tag_attribute_map",
            {
                "identity_pool_id": "<pool>",
                "identity_provider_name": FACEBOOK,
                "principal_tags": {"user": "sub", "app": "aud"},
            },
        ),
        Findings(
            Effect.WRITE,
            f'Adds to the session tags of users of {FACEBOOK} in identity pool "a pool".',
            changes=(Change("principal_tags.app", None, "aud"),),
        ),
    ),
    Case(
        "one more session tag, from a claim that users write",
        (
            pool(),
            Call(
                "set_principal_tag_attribute_map",
                {"identity_pool_id": "<pool>", "identity_provider_name": FACEBOOK, "principal_tags": {"user": "sub"}},
            ),
        ),
        Call(
            "set_principal_tag_attribute_map",
            {
                "identity_pool_id": "<pool>",
                "identity_provider_name": FACEBOOK,
                "principal_tags": {"user": "sub", "dept": "custom:dept"},
            },
        ),
        Findings(
            Effect.OVERWRITE,
            f'Adds to the session tags of users of {FACEBOOK} in identity pool "a pool".',
            changes=(Change("principal_tags.dept", None, "custom:dept"),),
            warnings=(
                "A user may be able to write the claim custom:dept, and so choose the value of the session tag dept.",
            ),
            way_back="undo_change puts the former map back.",
        ),
    ),
    Case(
        "the session tags that are there already",
        (
            pool(),
            Call(
                "set_principal_tag_attribute_map",
                {"identity_pool_id": "<pool>", "identity_provider_name": FACEBOOK, "principal_tags": {"user": "sub"}},
            ),
        ),
        Call(
            "set_principal_tag_attribute_map",
            {
                "identity_pool_id": "<pool>",
                "identity_provider_name": FACEBOOK,
                "use_defaults": False,
                "principal_tags": {"user": "sub"},
            },
        ),
        Findings(
            Effect.WRITE,
            (f'Changes nothing: the session tags of {FACEBOOK} in identity pool "a pool" are set in this way already.'),
        ),
    ),
    Case(
        "session tags replaced by ones that users can write, too long",
        (
            pool(),
            Call(
                "set_principal_tag_attribute_map",
                {
                    "identity_pool_id": "<pool>",
                    "identity_provider_name": FACEBOOK,
                    "principal_tags": {"user": "sub", "app": "aud"},
                },
            ),
        ),
        Call(
            "set_principal_tag_attribute_map",
            {
                "identity_pool_id": "<pool>",
                "identity_provider_name": FACEBOOK,
                "principal_tags": {
                    "user": "email",
                    "t" * 40: "c" * 80,
                    "u" * 40: "d" * 80,
                    "v" * 40: "e" * 80,
                    "w" * 40: "f" * 80,
                },
            },
        ),
        Findings(
            Effect.OVERWRITE,
            f'Replaces the session tags of users of {FACEBOOK} in identity pool "a pool".',
            changes=(
                Change("principal_tags.app", "aud", None),
                Change(
                    "principal_tags.tttttttttttttttttttttttttttttttttttttttt",
                    None,
                    "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
                ),
                Change("principal_tags.user", "sub", "email"),
                Change(
                    "principal_tags.uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
                    None,
                    "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
                ),
                Change(
                    "principal_tags.vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv",
                    None,
                    "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
                ),
                Change(
                    "principal_tags.wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
                    None,
                    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                ),
            ),
            warnings=(
                "A user may be able to write the claim email, and so choose the value of the session tag user.",
                "Policies no longer find the session tag app.",
                (
                    "Tags and claims take 489 bytes; beyond 460 for all values AWS may refuse the "
                    "session, and users get no credentials."
                ),
            ),
            way_back="undo_change puts the former map back.",
        ),
    ),
    Case(
        "new tags",
        (pool(identity_pool_tags={"stage": "test"}),),
        Call("tag_resource", {"resource_arn": ARN, "tags": {"owner": "me"}}),
        Findings(
            Effect.WRITE,
            "Of the pool's tags: adds owner.",
            changes=(Change("tags.owner", None, "me"),),
        ),
    ),
    Case(
        "a tag with another value",
        (pool(identity_pool_tags={"stage": "test"}),),
        Call("tag_resource", {"resource_arn": ARN, "tags": {"owner": "me", "stage": "production"}}),
        Findings(
            Effect.OVERWRITE,
            "Of the pool's tags: adds owner; replaces stage.",
            changes=(
                Change("tags.owner", None, "me"),
                Change("tags.stage", "test", "production"),
            ),
            warnings=("IAM policies, this server's policy and tools such as Terraform may go by the tag stage.",),
            way_back="undo_change puts the former tags back.",
        ),
    ),
    Case(
        "a tag taken away",
        (pool(identity_pool_tags={"stage": "test"}),),
        Call("untag_resource", {"resource_arn": ARN, "tag_keys": ["stage", "other"]}),
        Findings(
            Effect.OVERWRITE,
            "Of the pool's tags: removes stage.",
            changes=(Change("tags.stage", "test", None),),
            warnings=("IAM policies, this server's policy and tools such as Terraform may go by the tag stage.",),
            way_back="undo_change puts the former tags back.",
        ),
    ),
    Case(
        "a tag taken away that is not there",
        (pool(),),
        Call("untag_resource", {"resource_arn": ARN, "tag_keys": ["stage"]}),
        Findings(
            Effect.WRITE,
            "Changes nothing: the pool's tags stay as they are.",
        ),
    ),
)
