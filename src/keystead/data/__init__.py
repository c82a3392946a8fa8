"""AWS's service authorization reference, as far as Keystead's services go: actions, resource types, condition keys.

The facts are taken in by `python -m keystead.data.build` and committed; nothing is fetched at run time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["SERVICES", "Action", "ResourceType", "Service", "load"]

SERVICES = ("account", "cloudtrail", "iam", "organizations", "sts")


@dataclass(frozen=True, slots=True)
class Action:
    """What a policy's Action names. `required` are the resource types that a request for it always has."""

    level: str
    resources: frozenset[str]
    required: frozenset[str]
    condition_keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """What a policy's Resource names; `arn` has placeholders in `${}`."""

    arn: str
    condition_keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Service:
    """One service, by its prefix in policies."""

    actions: Mapping[str, Action]
    resources: Mapping[str, ResourceType]

    def keys_of(self, action: str) -> frozenset[str]:
        """Return the condition keys of an action, its own and those of its resource types."""
        found = self.actions[action]
        return found.condition_keys.union(*(self.resources[name].condition_keys for name in found.resources))


@cache
def load(prefix: str) -> Service:
    """Return the facts of a service."""
    raw = json.loads(files(__package__).joinpath("service_authorization.json").read_text())[prefix]
    return Service(
        actions={
            name: Action(
                level=fact["level"],
                resources=frozenset(fact["resources"]),
                required=frozenset(fact["required"]),
                condition_keys=frozenset(fact["keys"]),
            )
            for name, fact in raw["actions"].items()
        },
        resources={name: ResourceType(fact["arn"], frozenset(fact["keys"])) for name, fact in raw["resources"].items()},
    )
