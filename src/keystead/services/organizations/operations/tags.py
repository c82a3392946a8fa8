"""Tags on accounts, OUs, the root and policies."""

from keystead.services.call import Call
from keystead.services.organizations import entities, errors, guards, tagging
from keystead.services.organizations.records import Entity
from keystead.services.organizations.store import tree
from keystead.services.organizations.targets import by_resource
from keystead.services.registry import operation
from keystead.wire.shapes import organizations as shapes


@operation("organizations", authorizes=by_resource)
def tag_resource(call: Call, request: shapes.TagResourceInput) -> shapes.TagResourceOutput:
    """Add tags to a resource, or give those it has another value.

    Errors: TargetNotFoundException, InvalidInputException (DUPLICATE_TAG_KEY, INVALID_SYSTEM_TAGS_PARAMETER,
    IMMUTABLE_POLICY), ConstraintViolationException (MAX_TAG_LIMIT_EXCEEDED).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html
    """
    entity = _taggable(call, request["ResourceId"])
    tags = {**entity.tags, **tagging.checked(request["Tags"])}
    tagging.check_count(tags)
    tree.set_tags(call.tx, entity.id, tags)
    return {}


@operation("organizations", authorizes=by_resource)
def untag_resource(call: Call, request: shapes.UntagResourceInput) -> shapes.UntagResourceOutput:
    """Remove tags from a resource; keys it does not have are nothing to complain of.

    Errors: TargetNotFoundException, InvalidInputException (INVALID_SYSTEM_TAGS_PARAMETER, IMMUTABLE_POLICY).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_UntagResource.html
    """
    entity = _taggable(call, request["ResourceId"])
    tagging.check_keys(request["TagKeys"])
    removed = set(request["TagKeys"])
    tree.set_tags(call.tx, entity.id, {key: value for key, value in entity.tags.items() if key not in removed})
    return {}


@operation("organizations", authorizes=by_resource)
def list_tags_for_resource(call: Call, request: shapes.ListTagsForResourceInput) -> shapes.ListTagsForResourceOutput:
    """List the tags of a resource. Fifty fit into one page, so no token was ever given out.

    Errors: TargetNotFoundException, InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html
    """
    entity = _entity(call, request["ResourceId"])
    if "NextToken" in request:
        raise errors.invalid_next_token()
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(entity.tags.items())]}


def _taggable(call: Call, resource_id: str) -> Entity:
    entity = _entity(call, resource_id)
    if entity.aws_managed:
        raise errors.immutable_policy()
    return entity


def _entity(call: Call, resource_id: str) -> Entity:
    organization = guards.managed_by_caller(call)
    found = entities.find(call.tx, organization, resource_id)
    if found is None:
        raise errors.no_such_target()
    return found
