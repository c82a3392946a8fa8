"""Proving who one is to a third party: it is handed a signed GetCallerIdentity request and sends it itself.

aws-iam-authenticator (`aws eks get-token`) hands over a URL and reads JSON, HashiCorp Vault a POST and reads XML. Both
sign a header that names the third party, so that the proof is worth nothing elsewhere.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from live import Server, make_client

QUERY = "Action=GetCallerIdentity&Version=2011-06-15"


def send(url: str, headers: Mapping[str, str], body: bytes | None = None) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, dict(headers)), timeout=10) as answer:
            return answer.status, answer.headers["content-type"], answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers["content-type"], refusal.read()


@pytest.fixture
def credentials(server: Server) -> Credentials:
    return Credentials(*server.admin.values())


def signed_url(server: Server, credentials: Credentials, headers: Mapping[str, str]) -> str:
    request = AWSRequest("GET", f"{server.url}/?{QUERY}", headers=dict(headers))
    SigV4QueryAuth(credentials, "sts", "us-east-1", expires=60).add_auth(request)
    url: str = request.url
    return url


def test_a_url_for_a_cluster_tells_that_cluster_in_json_who_signed_it(server: Server, credentials: Credentials) -> None:
    cluster = {"x-k8s-aws-id": "my-cluster"}
    url = signed_url(server, credentials, cluster)
    status, kind, body = send(url, {**cluster, "Accept": "application/json"})
    assert (status, kind) == (200, "application/json")
    told = json.loads(body)["GetCallerIdentityResponse"]
    assert told["GetCallerIdentityResult"]["Arn"] == f"arn:aws:iam::{server.account_id}:user/admin"
    assert told["GetCallerIdentityResult"]["Account"] == server.account_id
    assert told["GetCallerIdentityResult"]["UserId"].startswith("AIDA")
    assert told["ResponseMetadata"]["RequestId"]
    for other in ({}, {"x-k8s-aws-id": "another-cluster"}):
        status, kind, body = send(url, {**other, "Accept": "application/json"})
        assert (status, kind) == (403, "application/json")
        assert json.loads(body)["Error"]["Code"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize(("signed_for", "other"), [("GET", "POST"), ("POST", "GET")])
def test_a_url_is_good_for_the_method_it_was_signed_for(server: Server, signed_for: str, other: str) -> None:
    sts = make_client(server.url, "sts", server.admin)
    url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod=signed_for)
    assert status_of(signed_for, url) == 200
    assert status_of(other, url) == 403


def status_of(method: str, url: str) -> int:
    """Send nothing but the URL: urllib would give a POST a content type, which must be signed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request(method, f"{parts.path}?{parts.query}")
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_signed_post_as_vault_forwards_it_is_answered_in_xml(server: Server, credentials: Credentials) -> None:
    form = "application/x-www-form-urlencoded; charset=utf-8"
    headers = {"Content-Type": form, "X-Vault-AWS-IAM-Server-ID": "vault.example.com"}
    request = AWSRequest("POST", f"{server.url}/", headers=headers, data=QUERY)
    SigV4Auth(credentials, "sts", "us-east-1").add_auth(request)
    status, kind, body = send(request.url, dict(request.headers), QUERY.encode())
    assert (status, kind) == (200, "text/xml")
    arn = ET.fromstring(body).find(".//{*}Arn")  # noqa: S314 -- our own server's answer
    assert arn is not None
    assert arn.text == f"arn:aws:iam::{server.account_id}:user/admin"
    elsewhere = dict(request.headers) | {"X-Vault-AWS-IAM-Server-ID": "evil.example.com"}
    assert send(request.url, elsewhere, QUERY.encode())[0] == 403
