"""Answers of many parts, built without validating what this service has just read from its own tables."""

from __future__ import annotations

from typing import Any, TypeVar

from cognito_identity_tools.shapes import Shape

S = TypeVar("S", bound=Shape)


def built(model: type[S], **members: Any) -> S:
    """An instance of a model from all of its members, known to be right.

    Like `model_construct`, which looks every member up by all of its names and takes four times as long: three quarters
    of a page of identities.
    """
    instance = model.__new__(model)
    set_member = object.__setattr__
    set_member(instance, "__dict__", members)
    set_member(instance, "__pydantic_fields_set__", set(members))
    set_member(instance, "__pydantic_extra__", None)
    set_member(instance, "__pydantic_private__", None)
    return instance
