"""The AWS CLI against the session's server, and an organization there."""

from __future__ import annotations

from pathlib import Path

import pytest

from clients.cli import Cli
from live import Server, environment, make_client


@pytest.fixture
def aws(server: Server, tmp_path: Path) -> Cli:
    """The AWS CLI as the administrator of the management account."""
    exported = {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": server.admin["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": server.admin["aws_secret_access_key"],
    }
    return Cli(tmp_path, environment(HOME=str(tmp_path), AWS_PAGER="", **exported))


@pytest.fixture(scope="session")
def organization(server: Server) -> str:
    """The id of the organization of the session's server, made if it is not there yet."""
    client = make_client(server.url, "organizations", server.admin)
    try:
        found: str = client.create_organization()["Organization"]["Id"]
    except client.exceptions.AlreadyInOrganizationException:
        found = client.describe_organization()["Organization"]["Id"]
    return found
