"""IAM's tables. Identity is the unique id; a name is an attribute, unique per account whatever its case."""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from keystead.storage.schema.base import UtcDateTime, metadata

users = Table(
    "iam_users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False),
    Column("path", String(512), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("boundary_arn", String(2048)),
    Column("password_last_used", UtcDateTime),
    UniqueConstraint("account_id", "name_key"),
)

groups = Table(
    "iam_groups",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("name", String(128), nullable=False),
    Column("name_key", String(128), nullable=False),
    Column("path", String(512), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    UniqueConstraint("account_id", "name_key"),
)

group_members = Table(
    "iam_group_members",
    metadata,
    Column("group_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("added", UtcDateTime, nullable=False),
    Index("ix_iam_group_members_user_id", "user_id"),
)

roles = Table(
    "iam_roles",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False),
    Column("path", String(512), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("description", String(1000), nullable=False),
    # Role and user ARNs in Principal are kept as unique ids (AROA…, AIDA…), as AWS keeps them.
    Column("trust_document", String, nullable=False),
    Column("max_session_duration", Integer, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("boundary_arn", String(2048)),
    # The service principal a service-linked role belongs to; NULL for every other role.
    Column("linked_service", String(128)),
    Column("last_used", UtcDateTime),
    Column("last_used_region", String(32)),
    UniqueConstraint("account_id", "name_key"),
)

policies = Table(
    "iam_policies",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("arn", String(2048), nullable=False, unique=True),
    Column("name", String(128), nullable=False),
    Column("name_key", String(128), nullable=False),
    Column("path", String(512), nullable=False),
    Column("description", String(1000), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("updated", UtcDateTime, nullable=False),
    Column("default_version", Integer, nullable=False),
    Column("last_version", Integer, nullable=False),
    Column("tags", JSON, nullable=False),
    UniqueConstraint("account_id", "name_key"),
)

policy_versions = Table(
    "iam_policy_versions",
    metadata,
    Column("policy_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("document", String, nullable=False),
    Column("created", UtcDateTime, nullable=False),
)

# `owner_id` is a user's, group's or role's unique id; `policy_arn` may be an AWS managed policy.
attachments = Table(
    "iam_attachments",
    metadata,
    Column("owner_id", String(32), primary_key=True),
    Column("policy_arn", String(2048), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("attached", UtcDateTime, nullable=False),
    Index("ix_iam_attachments_account_id_policy_arn", "account_id", "policy_arn"),
)

inline_policies = Table(
    "iam_inline_policies",
    metadata,
    Column("owner_id", String(32), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("document", String, nullable=False),
)

# `user_id` is the account id for a key of the root user.
access_keys = Table(
    "iam_access_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("user_id", String(32), nullable=False, index=True),
    Column("secret", LargeBinary, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("last_used", UtcDateTime),
    Column("last_used_service", String(64)),
    Column("last_used_region", String(32)),
)

mfa_devices = Table(
    "iam_mfa_devices",
    metadata,
    Column("serial", String(256), primary_key=True),
    Column("account_id", String(12), nullable=False, index=True),
    # NULL until enabled; the account id when it is the root user's.
    Column("user_id", String(32), index=True),
    Column("seed", LargeBinary, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("enabled", UtcDateTime),
    # The last time step that was accepted: a code works once.
    Column("last_step", BigInteger),
    Column("tags", JSON, nullable=False),
)

account_aliases = Table(
    "iam_account_aliases",
    metadata,
    Column("account_id", String(12), primary_key=True),
    Column("alias", String(63), nullable=False, unique=True),
)

# How the deletions of service-linked roles went, which AWS tells by task id.
role_deletions = Table(
    "iam_role_deletions",
    metadata,
    Column("id", String(1000), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("status", String(16), nullable=False),
    # Why it failed; "" if it did not.
    Column("reason", String(1000), nullable=False),
)
