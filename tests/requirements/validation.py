"""The validation layer and its grammar (§3)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, I, O

# fmt: off
BEHAVIOURS = (
    Behaviour("validation-01", "§3", O, "A broken constraint of the model is a ValidationException, not an InvalidParameterException."),
    Behaviour("validation-02", "§3", O, "One violation reads: 1 validation error detected: Value '<v>' at '<path>' failed to satisfy constraint: <constraint>."),
    Behaviour("validation-03", "§3", O, "Several violations stand in one message: <n> validation errors detected, joined by '; '."),
    Behaviour("validation-04", "§3", O, "A path is the member's name with a lower-case first letter."),
    Behaviour("validation-05", "§3", O, "A pattern is printed raw, without anchors, and has to match the whole value."),
    Behaviour("validation-06", "§3", O, "Too long: Member must have length less than or equal to <max>."),
    Behaviour("validation-07", "§3", O, "Too short: Member must have length greater than or equal to <min>."),
    Behaviour("validation-08", "§3", I, "Out of range: Member must have value less than (greater than) or equal to <limit>."),
    Behaviour("validation-09", "§3", I, "Missing: Value null at '<path>' failed to satisfy constraint: Member must not be null."),
    Behaviour("validation-10", "§3", I, "Not of the enum: Member must satisfy enum value set: [<values>]."),
    Behaviour("validation-11", "§3", O, "Map keys and values are reported at the map: Map keys (Map value) must satisfy constraint: [<all that holds>]."),
    Behaviour("validation-12", "§3", I, "An entry of a list is numbered from one: cognitoIdentityProviders.1.member.clientId."),
    Behaviour("validation-13", "§3", I, "The service checks every constraint itself: what breaks one is refused whatever the client lets through."),
    Behaviour("validation-14", "§3", I, "Whatever the model allows passes the validation layer."),
    Behaviour("validation-15", "§3", I, "A map is printed whole, {<key>=<value>}, an empty login token too; but a secret value never appears in a message."),
    Behaviour("validation-16", "§4", I, "The model's constraints are checked before anything else is looked at: existence, guests, logins."),
    Behaviour("validation-17", "§3", O, "A value that breaks several constraints is listed with each of them: length first, then pattern."),
)
