"""Quotas, rates, logs and IAM (§14–16)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D

# fmt: off
BEHAVIOURS = (
    Behaviour("quotas-01", "§14", D, "A pool has at most 50 user pool clients."),
    Behaviour("quotas-02", "§14", D, "A role mapping has at most 25 rules."),
    Behaviour("quotas-03", "§14", D, "A pool has at most 10 role mappings."),
    Behaviour("quotas-04", "§14", D, "Nothing lists more than 60 results."),
    Behaviour("quotas-05", "§14", D, "Operations have rates per second, each counted by itself over an account's pools in a region, where the user asks for them (options-08)."),
    Behaviour("quotas-06", "§15", D, "CloudTrail records the calls, without login values, tokens and keys.", deferral="CloudTrail is another service; this one records no calls. Its own log keeps the same silence (service-18)."),
    Behaviour("quotas-07", "§16", D, "No IAM policy restrains the public operations: whoever knows an id may call them."),
    Behaviour("quotas-08", "§16", D, "The 19 signed operations are allowed and denied by IAM.", deferral="No IAM is evaluated: every signature may do everything. A fault brings the refusal about (wire-20)."),
)
