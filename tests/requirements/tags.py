"""Tags of pools (§6.21–6.23)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O, U

# fmt: off
BEHAVIOURS = (
    Behaviour("tags-01", "§6.21", D, "TagResource merges into what is there."),
    Behaviour("tags-02", "§6.22", I, "Removing a key that is not there does nothing."),
    Behaviour("tags-03", "§6.23", I, "A pool without tags lists {}."),
    Behaviour("tags-04", "§6.21", O, "Tags and IdentityPoolTags are one store."),
    Behaviour("tags-05", "§6.21", D, "At most 50 tags; letters, digits, spaces and _ . : / = + - @; no key begins with aws:."),
    Behaviour("tags-06", "§6.21", D, "Keys and values are case-sensitive; a value may be empty."),
    Behaviour("tags-07", "§6.21", I, "A malformed ARN is InvalidParameterException, one of no pool ResourceNotFoundException."),
    Behaviour("tags-08", "§6.21", D, "Tags serve as conditions in IAM policies.", deferral="No IAM is evaluated; a fault brings the refusal about (wire-20)."),
    Behaviour("tags-09", "§6.23", U, "The same tags are the same answer: they are shown by key, in whatever order they came.", default="cognito_identity_local.operations.tags:in_order"),
)
