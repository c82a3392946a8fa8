"""Organizations' tables: the tree, its accounts, policies, invitations, and the work that is still to be done."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, UniqueConstraint

from keystead.storage.schema.base import Sequence, UtcDateTime, metadata

organizations = Table(
    "organizations",
    metadata,
    Column("id", String(34), primary_key=True),
    Column("management_account_id", String(12), nullable=False, unique=True),
    Column("feature_set", String(32), nullable=False),
    Column("root_id", String(34), nullable=False, unique=True),
    Column("created", UtcDateTime, nullable=False),
)

# The root (no parent) and the organizational units. An OU never moves, so its path is a fact, not an index to maintain:
# `o-…/r-…/ou-…/`, which is also the value of aws:PrincipalOrgPaths below it.
containers = Table(
    "organizations_containers",
    metadata,
    Column("id", String(68), primary_key=True),
    Column("organization_id", String(34), nullable=False),
    Column("parent_id", String(68), index=True),
    Column("name", String(128), nullable=False),
    Column("path", String(512), nullable=False),
    Column("tags", JSON, nullable=False),
    UniqueConstraint("organization_id", "parent_id", "name"),
)

# The management account is a member too.
members = Table(
    "organizations_members",
    metadata,
    Column("account_id", String(12), primary_key=True),
    Column("organization_id", String(34), nullable=False, index=True),
    Column("parent_id", String(68), nullable=False, index=True),
    Column("joined_method", String(16), nullable=False),
    Column("joined", UtcDateTime, nullable=False),
    Column("tags", JSON, nullable=False),
)

policy_types = Table(
    "organizations_policy_types",
    metadata,
    Column("organization_id", String(34), primary_key=True),
    Column("type", String(64), primary_key=True),
)

# Customer managed policies only: AWS's own two are constants of the room.
policies = Table(
    "organizations_policies",
    metadata,
    Column("id", String(130), primary_key=True),
    Column("organization_id", String(34), nullable=False),
    Column("type", String(64), nullable=False),
    Column("name", String(128), nullable=False),
    Column("description", String(512), nullable=False),
    Column("content", String, nullable=False),
    Column("tags", JSON, nullable=False),
    UniqueConstraint("organization_id", "type", "name"),
)

# `target_id` is a root, an OU or an account; `policy_id` may be one of AWS's own.
attachments = Table(
    "organizations_attachments",
    metadata,
    Column("organization_id", String(34), primary_key=True),
    Column("target_id", String(100), primary_key=True),
    Column("policy_id", String(130), primary_key=True),
    Column("type", String(64), nullable=False),
    Index("ix_organizations_attachments_organization_id_policy_id", "organization_id", "policy_id"),
)

trusted_services = Table(
    "organizations_trusted_services",
    metadata,
    Column("organization_id", String(34), primary_key=True),
    Column("service_principal", String(128), primary_key=True),
    Column("enabled", UtcDateTime, nullable=False),
)

account_creations = Table(
    "organizations_account_creations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("organization_id", String(34), nullable=False, index=True),
    Column("name", String(50), nullable=False),
    Column("email", String(64), nullable=False),
    Column("role_name", String(64), nullable=False),
    Column("iam_user_access_to_billing", String(8), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("requested", UtcDateTime, nullable=False),
    Column("completed", UtcDateTime),
    Column("account_id", String(12)),
    Column("failure_reason", String(64)),
)

# `party_key` is the account id or the folded e-mail address. An open handshake past `expires` has expired.
handshakes = Table(
    "organizations_handshakes",
    metadata,
    Column("id", String(34), primary_key=True),
    Column("organization_id", String(34), nullable=False, index=True),
    Column("party_type", String(16), nullable=False),
    Column("party_id", String(64), nullable=False),
    Column("party_key", String(64), nullable=False, index=True),
    Column("notes", String(1024), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("requested", UtcDateTime, nullable=False),
    Column("expires", UtcDateTime, nullable=False),
    Column("ended", UtcDateTime),
)

# What is acknowledged but not finished. A row is taken in the transaction that does the work, so a crash loses none.
due_work = Table(
    "organizations_due_work",
    metadata,
    Column("id", Sequence, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(36), nullable=False),
    Column("due", UtcDateTime, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
)
