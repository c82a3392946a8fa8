"""Users and roles of any account, by unique id."""

from sqlalchemy import select

from keystead.services.iam import arns
from keystead.storage import Transaction
from keystead.storage.schema.iam import roles, users


def arns_of(tx: Transaction, unique_ids: set[str]) -> dict[str, str]:
    """Return the ARNs of the users and roles, of whatever account, that have these ids and still exist."""
    found: dict[str, str] = {}
    for table, arn in ((users, arns.user), (roles, arns.role)):
        columns = (table.c.id, table.c.account_id, table.c.name, table.c.path)
        for row in tx.execute(select(*columns).where(table.c.id.in_(unique_ids))) if unique_ids else ():
            found[row.id] = arn(row.account_id, row.name, row.path)
    return found
