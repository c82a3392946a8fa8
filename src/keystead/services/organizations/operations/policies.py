"""Service control policies and resource control policies, and where they are attached."""

from dataclasses import replace

from keystead import policy as language
from keystead.services.call import Call
from keystead.services.organizations import entities, errors, guards, ids, rules, tagging, views
from keystead.services.organizations.listing import paged
from keystead.services.organizations.records import Entity, Organization, Policy
from keystead.services.organizations.rules import PolicyTypeRules
from keystead.services.organizations.store import policies
from keystead.services.organizations.targets import by_policy, of_type
from keystead.services.registry import operation
from keystead.storage.feed import EVERYTHING
from keystead.wire.shapes import organizations as shapes


@operation("organizations", authorizes=of_type("Type"))
def create_policy(call: Call, request: shapes.CreatePolicyInput) -> shapes.CreatePolicyOutput:
    """Create a policy that is attached nowhere yet; its type need not be enabled.

    Errors: MalformedPolicyDocumentException, DuplicatePolicyException,
    PolicyTypeNotAvailableForOrganizationException, ConstraintViolationException (POLICY_CONTENT_LIMIT_EXCEEDED,
    POLICY_NUMBER_LIMIT_EXCEEDED, MAX_TAG_LIMIT_EXCEEDED), InvalidInputException (tags).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
    """
    organization = guards.managed_by_caller(call)
    wanted = rules.POLICY_TYPES.get(request["Type"])
    if wanted is None:
        raise errors.policy_type_not_built(request["Type"])
    if not organization.has_all_features:
        raise errors.policy_type_not_available()
    policy = Policy(
        id=ids.policy(call.house.random),
        type=request["Type"],
        name=request["Name"],
        description=request["Description"],
        content=request["Content"],
        tags=tagging.checked(request.get("Tags", [])),
    )
    _check_content(policy.content, wanted)
    _check_name(call, organization, policy)
    if policies.policy_count(call.tx, organization.id, policy.type) >= wanted.max_policies:
        raise errors.constraint(
            "POLICY_NUMBER_LIMIT_EXCEEDED",
            "You attempted to exceed the number of policies that you can have in an organization.",
        )
    policies.add_policy(call.tx, organization.id, policy)
    return {"Policy": views.policy_view(organization, policy)}


def _check_content(content: str, wanted: PolicyTypeRules) -> None:
    """Refuse a document that is too long (every character counts) or no policy of its type."""
    if len(content) > wanted.max_characters:
        raise errors.constraint("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the maximum policy size.")
    try:
        language.parse(content, wanted.kind)
    except language.PolicyError as error:
        raise errors.malformed_policy(error.message) from error


def _check_name(call: Call, organization: Organization, policy: Policy) -> None:
    defaults = {rule.default.name: rule.default.id for rule in rules.POLICY_TYPES.values()}
    taken = policies.policy_named(call.tx, organization.id, policy.type, policy.name) or defaults.get(policy.name)
    if taken not in {None, policy.id}:
        raise errors.duplicate_policy()


@operation("organizations", authorizes=by_policy("PolicyId"))
def update_policy(call: Call, request: shapes.UpdatePolicyInput) -> shapes.UpdatePolicyOutput:
    """Change a policy's name, description or content; a changed document binds at once wherever it is attached.

    Errors: PolicyNotFoundException, InvalidInputException (IMMUTABLE_POLICY), DuplicatePolicyException,
    MalformedPolicyDocumentException, ConstraintViolationException (POLICY_CONTENT_LIMIT_EXCEEDED).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html
    """
    organization = guards.managed_by_caller(call)
    present = _changeable(call, organization, request["PolicyId"])
    policy = replace(
        present,
        name=request.get("Name", present.name),
        description=request.get("Description", present.description),
        content=request.get("Content", present.content),
    )
    _check_name(call, organization, policy)
    if policy.content != present.content:
        _check_content(policy.content, rules.POLICY_TYPES[policy.type])
        call.tx.changed()
    policies.update_policy(call.tx, policy)
    return {"Policy": views.policy_view(organization, policy)}


@operation("organizations", authorizes=by_policy("PolicyId"))
def delete_policy(call: Call, request: shapes.DeletePolicyInput) -> shapes.DeletePolicyOutput:
    """Delete a policy that is attached nowhere.

    Errors: PolicyNotFoundException, PolicyInUseException, InvalidInputException (IMMUTABLE_POLICY).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html
    """
    organization = guards.managed_by_caller(call)
    policy = _changeable(call, organization, request["PolicyId"])
    if policies.targets_of(call.tx, organization.id, policy.id):
        raise errors.policy_in_use()
    policies.delete_policy(call.tx, policy.id)
    return {}


@operation("organizations", authorizes=by_policy("PolicyId"))
def describe_policy(call: Call, request: shapes.DescribePolicyInput) -> shapes.DescribePolicyOutput:
    """Show a policy with its document.

    Errors: PolicyNotFoundException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html
    """
    organization = guards.managed_by_caller(call)
    return {"Policy": views.policy_view(organization, _policy(call, organization, request["PolicyId"]))}


@operation("organizations", authorizes=of_type("Filter"))
def list_policies(call: Call, request: shapes.ListPoliciesInput) -> shapes.ListPoliciesOutput:
    """List the policies of a type, AWS's own among them. Of a type that is not built there are none.

    Errors: InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html
    """
    organization = guards.managed_by_caller(call)
    own = policies.policies_of(call.tx, organization.id, request["Filter"])
    wanted = rules.POLICY_TYPES.get(request["Filter"]) if organization.has_all_features else None
    everything = sorted([*own, wanted.default] if wanted else own, key=_id_of)
    found, following = paged(call, request, everything, key=_id_of)
    return {"Policies": [views.policy_summary(organization, policy) for policy in found], **following}


def _id_of(policy: Policy) -> str:
    return policy.id


@operation("organizations", authorizes=by_policy("PolicyId", "TargetId"))
def attach_policy(call: Call, request: shapes.AttachPolicyInput) -> shapes.AttachPolicyOutput:
    """Attach a policy to the root, an OU or an account: it binds at once.

    Errors: PolicyNotFoundException, TargetNotFoundException, PolicyTypeNotEnabledException,
    DuplicatePolicyAttachmentException, ConstraintViolationException (MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
    """
    organization = guards.managed_by_caller(call)
    policy = _policy(call, organization, request["PolicyId"])
    target = _target(call, organization, request["TargetId"])
    present = _attached(call, organization, policy, target)
    if policy.id in present:
        raise errors.already_attached()
    if len(present) >= rules.POLICY_TYPES[policy.type].max_per_target:
        raise errors.constraint(
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You have attached the maximum number of policies to the specified target.",
        )
    policies.attach(call.tx, organization.id, target.id, policy.id, policy.type)
    call.tx.changed(_bound_by(target))
    return {}


@operation("organizations", authorizes=by_policy("PolicyId", "TargetId"))
def detach_policy(call: Call, request: shapes.DetachPolicyInput) -> shapes.DetachPolicyOutput:
    """Detach a policy, but never the last SCP of a target, nor the RCP that AWS keeps everywhere.

    Errors: PolicyNotFoundException, TargetNotFoundException, PolicyNotAttachedException,
    ConstraintViolationException (MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED), InvalidInputException
    (NON_DETACHABLE_POLICY).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
    """
    organization = guards.managed_by_caller(call)
    policy = _policy(call, organization, request["PolicyId"])
    target = _target(call, organization, request["TargetId"])
    present = _attached(call, organization, policy, target)
    if policy.id not in present:
        raise errors.not_attached()
    if policy.id == rules.POLICY_TYPES["RESOURCE_CONTROL_POLICY"].default.id:
        raise errors.invalid_input("NON_DETACHABLE_POLICY", "You can't detach this AWS managed policy.")
    if len(present) == 1:
        raise errors.last_policy()
    policies.detach(call.tx, organization.id, target.id, policy.id)
    call.tx.changed(_bound_by(target))
    return {}


def _attached(call: Call, organization: Organization, policy: Policy, target: Entity) -> set[str]:
    """Return the ids of the policies of a policy's type on a target, where the type is in use."""
    if policy.type not in policies.enabled_types(call.tx, organization.id):
        raise errors.policy_type_not_enabled()
    return {found for _, found in policies.attached(call.tx, organization.id, [target.id], policy.type)}


def _bound_by(target: Entity) -> str:
    """Return the scope of a change at a target: one account, or all that may be below."""
    return target.id if target.kind == "ACCOUNT" else EVERYTHING


@operation("organizations", authorizes=of_type("Filter", "TargetId"))
def list_policies_for_target(
    call: Call, request: shapes.ListPoliciesForTargetInput
) -> shapes.ListPoliciesForTargetOutput:
    """List the policies of a type that are attached to a root, an OU or an account itself.

    Errors: TargetNotFoundException, InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
    """
    organization = guards.managed_by_caller(call)
    target = _target(call, organization, request["TargetId"])
    attached = policies.attached(call.tx, organization.id, [target.id], request["Filter"])
    found, following = paged(call, request, [policy_id for _, policy_id in attached], key=str)
    shown = [_policy(call, organization, policy_id) for policy_id in found]
    return {"Policies": [views.policy_summary(organization, policy) for policy in shown], **following}


@operation("organizations", authorizes=by_policy("PolicyId"))
def list_targets_for_policy(call: Call, request: shapes.ListTargetsForPolicyInput) -> shapes.ListTargetsForPolicyOutput:
    """List the root, OUs and accounts that a policy is attached to.

    Errors: PolicyNotFoundException, InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html
    """
    organization = guards.managed_by_caller(call)
    policy = _policy(call, organization, request["PolicyId"])
    targets = policies.targets_of(call.tx, organization.id, policy.id)
    found, following = paged(call, request, targets, key=str)
    shown = [_target(call, organization, target_id) for target_id in found]
    return {"Targets": [views.target_summary(target) for target in shown], **following}


def _policy(call: Call, organization: Organization, policy_id: str) -> Policy:
    found = entities.find_policy(call.tx, organization, policy_id)
    if found is None:
        raise errors.no_such_policy()
    return found


def _changeable(call: Call, organization: Organization, policy_id: str) -> Policy:
    found = _policy(call, organization, policy_id)
    if found.aws_managed:
        raise errors.immutable_policy()
    return found


def _target(call: Call, organization: Organization, target_id: str) -> Entity:
    found = entities.find(call.tx, organization, target_id)
    if found is None or found.kind == "POLICY":
        raise errors.no_such_target()
    return found
