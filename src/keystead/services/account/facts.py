"""What other rooms may know of an account."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account. `state` is one of Organizations' AccountState words (ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED)."""

    id: str
    name: str
    email: str
    state: str
    created: dt.datetime

    @property
    def usable(self) -> bool:
        """Say whether anyone may act in the account: only an active one."""
        return self.state == "ACTIVE"
