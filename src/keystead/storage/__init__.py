"""Durable state: the schema, transactions, and the change feed that keeps memory true.

Owns every connection to the database. Knows nothing of what the rows mean: rooms do.
"""

from keystead.storage.feed import StaleError
from keystead.storage.store import Store, Transaction

__all__ = ["StaleError", "Store", "Transaction"]
