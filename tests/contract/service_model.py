"""AWS's own description of Cognito Identity, as botocore ships it. Read-only facts; nothing of ours.

A shape is the model's JSON object (`type`, `members`, `min`, `pattern`, …); `Model.shapes` finds it by name.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import botocore
import botocore.session

Json = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """The service-2 and paginators-1 files of API version 2014-06-30."""

    metadata: Json
    operations: dict[str, Json]
    shapes: dict[str, Json]
    paginators: dict[str, Json]

    def copy(self) -> Model:
        """One that may be altered."""
        return copy.deepcopy(self)

    def input_shape(self, operation: str) -> str:
        return cast("str", self.operations[operation]["input"]["shape"])

    def output_shape(self, operation: str) -> str | None:
        """None where the operation answers with an empty body."""
        output: Mapping[str, str] | None = self.operations[operation].get("output")
        return None if output is None else output["shape"]


def snake_case(name: str) -> str:
    """botocore's own snake_case for a member or an operation: `SamlProviderARNs` → `saml_provider_arns`."""
    return cast("str", _untyped(botocore).xform_name(name))


def load() -> Model:
    """The model of the installed botocore."""
    loader = _untyped(botocore.session).get_session().get_component("data_loader")
    service: Json = loader.load_service_model("cognito-identity", "service-2")
    pages: Json = loader.load_service_model("cognito-identity", "paginators-1")
    return Model(service["metadata"], service["operations"], service["shapes"], pages["pagination"])


def _untyped(module: Any) -> Any:
    """botocore ships without types."""
    return module


MODEL = load()
