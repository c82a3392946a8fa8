"""Which operation a request asks for, and how what is unknown or ambiguous is refused."""

from __future__ import annotations

import pytest

from keystead.wire import AwsError, HttpRequest, ServiceModel, parse, route, serialize_error, service_of
from keystead.wire.routing import SIGNING_NAMES, TARGETS, VERSIONS, rooms
from wire.sdk import FORM, error_of, form, target

STS = "2011-06-15"
CALLER = {"Action": "GetCallerIdentity", "Version": STS}
ORGANIZATIONS = "AWSOrganizationsV20161128"


def refused(request: HttpRequest, scope: str | None) -> AwsError:
    with pytest.raises(AwsError) as caught:
        parse(route(request, scope), request)
    return caught.value


def on_the_wire(request: HttpRequest, scope: str | None) -> tuple[int, str, str]:
    service = service_of(request, scope)
    assert isinstance(service, ServiceModel)
    response = serialize_error(service, refused(request, scope), "r")
    error = error_of(service, response)["Error"]
    return response.status, error["Code"], error.get("Message", "")


def test_the_tables_agree_with_the_models() -> None:
    assert {service.signing_name: service.room for service in rooms()} == SIGNING_NAMES
    assert {service.target_prefix: service.room for service in rooms() if service.protocol == "json"} == TARGETS
    assert {service.api_version: service.room for service in rooms() if service.protocol == "query"} == VERSIONS


def test_no_two_rest_services_share_a_path() -> None:
    paths: dict[tuple[str, str], str] = {}
    for service in rooms():
        if service.protocol == "rest-json":
            for operation in service.operations.values():
                assert paths.setdefault((operation.method, operation.uri), operation.name) == operation.name


def test_python_names_are_botos() -> None:
    for service in rooms():
        for python_name, name in service.python_names.items():
            assert service.operations[name].python_name == python_name
    assert "create_open_id_connect_provider" in rooms()[2].python_names


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_query_operations_arrive_by_url_and_by_body(method: str) -> None:
    request = HttpRequest(method, "/", f"Action=GetCallerIdentity&Version={STS}", (), b"", "127.0.0.1", secure=False)
    assert route(request, "sts").operation.name == "GetCallerIdentity"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (f"Action=NoSuchAction&Version={STS}", "InvalidAction", f"Could not find operation NoSuchAction for version {STS}"),
        ("Action=GetCallerIdentity", "InvalidAction", "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"),
        ("Action=GetCallerIdentity&Version=", "InvalidAction", "Could not find operation GetCallerIdentity for version "),
        ("Action=GetCallerIdentity&Version=2000-01-01", "InvalidAction", "Could not find operation GetCallerIdentity for version 2000-01-01"),
        (f"Action=&Version={STS}", "InvalidAction", f"Could not find operation  for version {STS}"),
        (f"Version={STS}", "MissingAction", "The request is missing an action or a required parameter."),
        ("", "MissingAction", "The request is missing an action or a required parameter."),
    ],
)  # fmt: skip
def test_unknown_query_operations_are_refused_as_aws_was_recorded_to(body: str, code: str, message: str) -> None:
    assert on_the_wire(form(body), "sts") == (400, code, message)


def test_iam_does_not_know_the_operations_of_sts() -> None:
    error = refused(form(CALLER), "iam")
    assert error.message == "Could not find operation GetCallerIdentity for version 2011-06-15"


def test_unknown_parameters_are_ignored_as_aws_does() -> None:
    request = form(CALLER | {"Unknown": "value", "Tags.member.1.Key": "k"})
    assert parse(route(request, "sts"), request) == {}


def test_the_first_of_two_equal_members_counts_as_on_aws() -> None:
    request = form("Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId=AKIAIOSFODNN7EXAMPLE&AccessKeyId=x")
    assert parse(route(request, "sts"), request) == {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}


def test_a_body_without_a_forms_content_type_says_nothing() -> None:
    request = HttpRequest("POST", "/", "", (), b"Action=GetCallerIdentity&Version=2011-06-15", "::1", secure=False)
    assert refused(request, "sts").code == "MissingAction"


def test_unsigned_sts_requests_are_known_by_their_version() -> None:
    params = {"Action": "AssumeRoleWithWebIdentity", "Version": STS}
    assert route(form(params), None).operation.unsigned


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        (f"{ORGANIZATIONS}.NoSuchOperation", "organizations"),
        (f"{ORGANIZATIONS}.listAccounts", "organizations"),
        (f"{ORGANIZATIONS}.", "organizations"),
    ],
)
def test_unknown_json_operations_are_unknown_operations(name: str, scope: str) -> None:
    assert on_the_wire(target(name, b"{}"), scope) == (400, "UnknownOperationException", "")


@pytest.mark.parametrize("name", ["", ".", "ListAccounts", "DynamoDB_20120810.ListTables"])
def test_targets_of_nobody_are_unknown_operations(name: str) -> None:
    request = target(name, b"{}")
    assert service_of(request, "organizations") == "json"
    response = serialize_error("json", refused(request, "organizations"), "r")
    assert (response.status, response.body) == (400, b'{"__type":"UnknownOperationException"}')


def test_unknown_paths_are_not_found() -> None:
    request = HttpRequest("POST", "/noSuchOperation", "", (), b"{}", "::1", secure=False)
    assert on_the_wire(request, "account") == (404, "UnknownOperationException", "")


@pytest.mark.parametrize("path", ["/listRegions/", "//listRegions", "/./listRegions", "/list%52egions", "/LISTREGIONS"])
def test_paths_are_compared_raw_so_that_the_verifier_sees_the_same(path: str) -> None:
    request = HttpRequest("POST", path, "", (), b"{}", "::1", secure=False)
    assert refused(request, "account").code == "UnknownOperation"


def test_a_fixed_query_parameter_tells_operations_of_one_path_apart() -> None:
    def at(query: str) -> str:
        request = HttpRequest("POST", "/token", query, (), b"{}", "::1", secure=False)
        return route(request, None).operation.name

    assert at("") == "CreateToken"
    assert at("aws_iam=t") == "CreateTokenWithIAM"
    assert at("aws_iam=f") == "CreateToken"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_json_services_take_only_json(content_type: str) -> None:
    request = target(f"{ORGANIZATIONS}.ListRoots", b"{}", content_type)
    assert on_the_wire(request, "organizations")[:2] == (415, "UnsupportedMediaTypeException")


@pytest.mark.parametrize("content_type", ["application/x-amz-json-1.1", "application/x-amz-json-1.0; charset=utf-8"])
@pytest.mark.parametrize("body", [b"{}", b"", b'{"Unknown":{"member":1}}', b'{"MaxResults":null}'])
def test_json_services_ignore_what_they_do_not_know_and_null(content_type: str, body: bytes) -> None:
    request = target(f"{ORGANIZATIONS}.ListRoots", body, content_type)
    assert parse(route(request, "organizations"), request) == {}


# T9


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("Action=GetCallerIdentity", f"Action=GetCallerIdentity&Version={STS}"),
        ("Action=GetAccessKeyInfo", f"Action=GetCallerIdentity&Version={STS}"),
        (f"Version={STS}", f"Action=GetCallerIdentity&Version={STS}"),
        ("Version=2010-05-08", f"Action=GetCallerIdentity&Version={STS}"),
        ("%41ction=GetAccessKeyInfo", f"Action=GetCallerIdentity&Version={STS}"),
        ("", f"Action=GetCallerIdentity&Action=GetAccessKeyInfo&Version={STS}"),
        ("", f"Action=GetCallerIdentity&Version={STS}&Version={STS}"),
        (f"Action=GetCallerIdentity&Version={STS}&Action=GetCallerIdentity", ""),
        ("RoleArn=a", f"Action=AssumeRole&Version={STS}&RoleArn=b"),
    ],
)
def test_t9_a_parameter_in_query_and_body_or_a_doubled_action_is_refused(query: str, body: str) -> None:
    assert on_the_wire(form(body, query), "sts")[:2] == (400, "InvalidQueryParameter")


@pytest.mark.parametrize("name", ["action", "ACTION", "aCtion", "ActioN", "%61ction"])
def test_t9_an_action_in_another_case_is_refused(name: str) -> None:
    alone = form(f"{name}=GetCallerIdentity&Version={STS}")
    assert on_the_wire(alone, "sts")[:2] == (400, "InvalidQueryParameter")
    beside = form(f"Action=GetCallerIdentity&Version={STS}&{name}=GetAccessKeyInfo")
    assert on_the_wire(beside, "sts")[:2] == (400, "InvalidQueryParameter")


@pytest.mark.parametrize("scope", ["iam", "sts", "account", "sso", "cloudtrail", "s3"])
def test_t9_a_target_of_another_service_than_the_scope_is_refused(scope: str) -> None:
    request = target(f"{ORGANIZATIONS}.ListRoots", b"{}")
    assert on_the_wire(request, scope) == (
        400,
        "InvalidSignatureException",
        "Credential should be scoped to correct service: 'organizations'. ",
    )


def test_t9_a_target_beside_an_action_never_executes_the_action() -> None:
    body = f"Action=GetCallerIdentity&Version={STS}".encode()
    headers = (FORM, ("x-amz-target", f"{ORGANIZATIONS}.ListRoots"))
    request = HttpRequest("POST", "/", "", headers, body, "::1", secure=False)
    assert refused(request, "sts").code == "SignatureDoesNotMatch"
    assert refused(request, "organizations").code == "UnsupportedMediaType"


def test_t9_two_targets_are_refused() -> None:
    both = (("x-amz-target", f"{ORGANIZATIONS}.ListRoots"), ("x-amz-target", f"{ORGANIZATIONS}.DeleteOrganization"))
    request = HttpRequest("POST", "/", "", both, b"{}", "::1", secure=False)
    assert on_the_wire(request, "organizations")[:2] == (400, "UnknownOperationException")


def test_t9_a_path_of_another_service_than_the_scope_is_refused() -> None:
    request = HttpRequest("POST", "/listRegions", "", (), b"{}", "::1", secure=False)
    assert refused(request, "signin").code == "SignatureDoesNotMatch"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_execute_nothing(method: str) -> None:
    request = HttpRequest(method, "/", f"Action=GetCallerIdentity&Version={STS}", (), b"", "::1", secure=False)
    assert refused(request, "sts").status == 405
