"""Which types of policy the root uses."""

from keystead.services.call import Call
from keystead.services.organizations import errors, guards, rules, views
from keystead.services.organizations.records import Organization
from keystead.services.organizations.store import policies, tree
from keystead.services.organizations.targets import of_type
from keystead.services.registry import operation
from keystead.wire.shapes import organizations as shapes


@operation("organizations", authorizes=of_type("PolicyType", "RootId"))
def enable_policy_type(call: Call, request: shapes.EnablePolicyTypeInput) -> shapes.EnablePolicyTypeOutput:
    """Enable a policy type: its default policy is attached to the root, every OU and every account.

    Errors: RootNotFoundException, PolicyTypeAlreadyEnabledException,
    PolicyTypeNotAvailableForOrganizationException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
    """
    organization = guards.managed_by_caller(call)
    wanted = rules.POLICY_TYPES.get(request["PolicyType"])
    if wanted is None:
        raise errors.policy_type_not_built(request["PolicyType"])
    _check_root(organization, request["RootId"])
    if not organization.has_all_features:
        raise errors.policy_type_not_available()
    if wanted.default.type in policies.enabled_types(call.tx, organization.id):
        raise errors.policy_type_already_enabled()
    policies.enable_type(call.tx, organization.id, wanted.default.type, wanted.default.id)
    call.tx.changed()
    return {"Root": _root(call, organization)}


@operation("organizations", authorizes=of_type("PolicyType", "RootId"))
def disable_policy_type(call: Call, request: shapes.DisablePolicyTypeInput) -> shapes.DisablePolicyTypeOutput:
    """Disable a policy type: everything of it is detached for good, the policies themselves stay.

    Errors: RootNotFoundException, PolicyTypeNotEnabledException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
    """
    organization = guards.managed_by_caller(call)
    if request["PolicyType"] not in rules.POLICY_TYPES:
        raise errors.policy_type_not_built(request["PolicyType"])
    _check_root(organization, request["RootId"])
    if request["PolicyType"] not in policies.enabled_types(call.tx, organization.id):
        raise errors.policy_type_not_enabled()
    policies.disable_type(call.tx, organization.id, request["PolicyType"])
    call.tx.changed()
    return {"Root": _root(call, organization)}


def _check_root(organization: Organization, root_id: str) -> None:
    if root_id != organization.root_id:
        raise errors.no_such_root()


def _root(call: Call, organization: Organization) -> shapes.Root:
    root = tree.container(call.tx, organization.id, organization.root_id)
    if root is None:
        raise errors.no_such_root()
    return views.root_view(call.tx, organization, root)
