"""A server whose asserts Python has dropped refuses what every other server refuses."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from asking import allow, refused
from live import Server, make_client, start_server


@pytest.fixture(scope="module")
def optimized() -> Iterator[Server]:
    """A real server as `python -O` runs it."""
    running = start_server("--ephemeral", env={"PYTHONOPTIMIZE": "1"})
    yield running
    assert running.stop() == 0


def test_c37_a_server_without_asserts_checks_all_that_it_checks_with_them(optimized: Server) -> None:
    def client(service: str, credentials: Mapping[str, str]) -> Any:
        return make_client(optimized.url, service, credentials)

    admin = optimized.admin
    iam = client("iam", admin)
    forged = {**admin, "aws_secret_access_key": "x" * 40}
    assert refused(client("iam", forged).list_users)[0] == "SignatureDoesNotMatch"
    unknown = {**admin, "aws_access_key_id": "AKIAIOSFODNN7NOBODY0"}
    assert refused(client("iam", unknown).list_users)[0] == "InvalidClientTokenId"
    iam.create_user(UserName="alice")
    alice = iam.create_access_key(UserName="alice")["AccessKey"]
    assert refused(client("iam", alice).list_users)[0] == "AccessDenied"
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=allow("cloudtrail:LookupEvents"))
    session = client("sts", alice).get_session_token()["Credentials"]
    assert client("cloudtrail", session).lookup_events()["Events"]
    assert refused(client("iam", session).list_users)[0] == "AccessDenied"
    token = session["SessionToken"]
    cut = {**session, "SessionToken": token[:-1]}
    assert refused(client("sts", cut).get_caller_identity)[0] == "InvalidClientTokenId"
    broken = allow("iam:*", StringEqualz={"a:b": "c"})
    assert (
        refused(iam.put_user_policy, UserName="alice", PolicyName="own", PolicyDocument=broken)[0]
        == "MalformedPolicyDocument"
    )
    iam.delete_access_key(UserName="alice", AccessKeyId=alice["AccessKeyId"])
    assert refused(client("sts", alice).get_caller_identity)[0] == "InvalidClientTokenId"
