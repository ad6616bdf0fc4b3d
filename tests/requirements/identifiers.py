"""Identifiers and the limits of the service model (§2)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, O

# fmt: off
BEHAVIOURS = (
    Behaviour("identifiers-01", "§2", O, "A pool id is <region>:<UUID version 4>."),
    Behaviour("identifiers-02", "§2", O, "A new identity id's third group starts with c; the identities of one pool share the first group and two digits more."),
    Behaviour("identifiers-03", "§2", O, "Ids are checked by the model's pattern only, never as UUIDs."),
    Behaviour("identifiers-04", "§2", D, "A pool's ARN is arn:<partition>:cognito-identity:<region>:<account>:identitypool/<pool id>, with the partition of the region."),
    Behaviour("identifiers-05", "§2", D, "Identities have no ARN: only pools can be named by one."),
    Behaviour("identifiers-06", "§2", D, "Lengths, ranges, patterns, enums and sizes are those of the service model, for every member of every operation."),
    Behaviour("identifiers-07", "§2", D, "A pool's name has up to 128 bytes, which are as many characters: its pattern allows ASCII only."),
    Behaviour("identifiers-08", "§2", D, "An app id of Twitter and Digits is key;secret."),
    Behaviour("identifiers-09", "§2", D, "ARN members have a length and no pattern: what they name is checked by the operation."),
)
