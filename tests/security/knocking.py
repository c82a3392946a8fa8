"""Whole HTTP requests, signed by botocore, as an attacker would send them: bytes in the hand, not a client."""

from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Keys

from in_process import ENDPOINT, Credentials, InProcess, as_arguments
from keystead.wire.http import HttpRequest

FORM = "application/x-www-form-urlencoded"
JSON = "application/x-amz-json-1.1"
HOST = urlsplit(ENDPOINT).netloc

# One request of each service that would change something, or tell something, if it were let in.
CREATE_USER = urlencode({"Action": "CreateUser", "Version": "2010-05-08", "UserName": "mallory"})
WHO_AM_I = urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"})
SERVICES: dict[str, tuple[dict[str, str], str]] = {
    "iam": ({"content-type": FORM}, CREATE_USER),
    "sts": ({"content-type": FORM}, WHO_AM_I),
    "organizations": (
        {"content-type": JSON, "x-amz-target": "AWSOrganizationsV20161128.CreateOrganization"},
        "{}",
    ),
    "cloudtrail": (
        {
            "content-type": JSON,
            "x-amz-target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
        },
        "{}",
    ),
}


def request(
    headers: dict[str, str], body: str = "", *, method: str = "POST", path: str = "/", query: str = ""
) -> HttpRequest:
    """Return a request as the socket would hand it over."""
    fields = (("host", HOST), *((name.lower(), value) for name, value in headers.items()))
    return HttpRequest(method, path, query, fields, body.encode(), "127.0.0.1", secure=False)


def signed(
    house: InProcess, service: str, by: Credentials | None = None, *, more: dict[str, str] | None = None, body: str = ""
) -> HttpRequest:
    """Return the request of a service, signed with every header it has."""
    headers, own = SERVICES[service]
    arguments = as_arguments(by or house.admin)
    keys = Keys(arguments["aws_access_key_id"], arguments["aws_secret_access_key"], arguments.get("aws_session_token"))
    prepared = AWSRequest("POST", f"{ENDPOINT}/", data=body or own, headers={"host": HOST, **headers, **(more or {})})
    SigV4Auth(keys, service, "us-east-1").add_auth(prepared)
    return request({name: value for name, value in prepared.headers.items() if name.lower() != "host"}, body or own)


def presigned(house: InProcess, seconds: int) -> HttpRequest:
    """Return the request behind a presigned URL that tells who its signer is."""
    url = urlsplit(
        house.client("sts").generate_presigned_url("get_caller_identity", ExpiresIn=seconds, HttpMethod="GET")
    )
    return request({}, method="GET", path=url.path or "/", query=url.query)
