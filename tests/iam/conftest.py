"""What IAM's tests share: clients of the administrator, of the root user, and of users with policies of their own."""

from collections.abc import Callable
from typing import Any

import pytest

from in_process import InProcess

NewKey = Callable[..., dict[str, str]]
ClientOf = Callable[..., Any]


@pytest.fixture
def iam(house: InProcess) -> Any:
    """The administrator's IAM client."""
    return house.client("iam")


@pytest.fixture
def new_user(iam: Any) -> NewKey:
    """Create a user who may do what a policy document says; return a key of theirs as boto3's arguments."""

    def create(name: str, document: str | None = None, **arguments: Any) -> dict[str, str]:
        iam.create_user(UserName=name, **arguments)
        if document is not None:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

    return create


@pytest.fixture
def client_of(house: InProcess, new_user: NewKey) -> ClientOf:
    """Create a user who may do what a policy document says, and return their IAM client."""

    def create(name: str, document: str | None = None, **arguments: Any) -> Any:
        return house.client("iam", new_user(name, document, **arguments))

    return create


@pytest.fixture
def root(house: InProcess) -> Any:
    """The IAM client of the management account's root user."""
    key = house.keystead.create_root_key(house.account_id)
    assert key.access_key_id is not None
    assert key.secret_access_key is not None
    credentials = {"aws_access_key_id": key.access_key_id, "aws_secret_access_key": key.secret_access_key}
    return house.client("iam", credentials)
