"""Authority in memory: who a credential is and everything that limits them, compiled once, dropped by the change feed.

Everything remembered belongs to one account, under keys that carry unique ids, never names alone; one change in an
account forgets all that was remembered of it. Nothing here decides: `keystead.policy` does.
"""

import threading
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

from keystead import policy
from keystead.policy import Authority, CompiledPolicy, PolicyKind, PolicySet
from keystead.services import account, iam, organizations
from keystead.services.account import AccountFacts
from keystead.services.iam import AccessKeyFacts, PolicyText, RoleFacts, UserFacts
from keystead.services.organizations import Membership
from keystead.storage import Store, Transaction
from keystead.storage.feed import EVERYTHING

T = TypeVar("T")

NO_POLICY = PolicySet.of(())


@lru_cache(maxsize=20_000)
def compiled(text: PolicyText) -> CompiledPolicy:
    """Return a stored document, compiled; equal documents in equal places are compiled once."""
    # What is stored was checked when it was stored; AWS's own RCP breaks the rules that everyone else's must follow.
    return policy.compile(policy.load(text.text, text.source.kind), text.source)


@lru_cache(maxsize=20_000)
def policy_set(texts: tuple[PolicyText, ...]) -> PolicySet:
    """Return stored documents as one indexed set."""
    return PolicySet.of(compiled(text) for text in texts)


class _Place(NamedTuple):
    """Where an account is in its organization, and what the organization says there, compiled."""

    membership: Membership | None
    scps: tuple[PolicySet, ...] | None
    rcps: tuple[PolicySet, ...] | None


_OUTSIDE = _Place(None, None, None)


class Authorities:
    """The memory of one process. Ask inside a transaction and the answer is as true as that transaction."""

    def __init__(self, store: Store) -> None:
        """Remember nothing yet; forget what the feed says has changed."""
        self._store = store
        self._lock = threading.Lock()
        self._remembered: dict[str, dict[Hashable, Any]] = {}
        # An access key id never moves between accounts, so this index needs no forgetting.
        self._key_accounts: dict[str, str] = {}
        store.feed.listen(self._forget)

    def _forget(self, scope: str) -> None:
        with self._lock:
            if scope == EVERYTHING:
                self._remembered.clear()
            else:
                self._remembered.pop(scope, None)

    def remember(self, account_id: str, key: Hashable, load: Callable[[Transaction], T]) -> T:
        """Return what `load` reads for `key` of an account, from memory if nothing there has changed since.

        `load` runs in a snapshot of its own, so inside a write it gives what was true when the write took the lock.
        A value loaded while a change arrived is not kept. None is not kept either: what does not exist must not fill
        memory.
        """
        known = self._remembered.get(account_id)
        if known is not None and (value := known.get(key)) is not None:
            return cast("T", value)
        generation = self._store.feed.generation
        with self._store.read() as snapshot:
            loaded = load(snapshot)
        if loaded is not None:
            with self._lock:
                if generation == self._store.feed.generation:
                    self._remembered.setdefault(account_id, {})[key] = loaded
        return loaded

    def access_key(self, access_key_id: str) -> AccessKeyFacts | None:
        """Return a long-term access key of any account, or None."""
        account_id = self._key_accounts.get(access_key_id)
        if account_id is None:
            with self._store.read() as tx:
                found = iam.access_key_facts(tx, access_key_id)
            if found is None:
                return None
            account_id = self._key_accounts[access_key_id] = found.account_id
        return self.remember(
            account_id, ("access key", access_key_id), lambda tx: iam.access_key_facts(tx, access_key_id)
        )

    def account(self, account_id: str) -> AccountFacts | None:
        """Return an account, or None if it never existed."""
        return self.remember(account_id, "account", lambda tx: account.facts(tx, account_id))

    def user(self, account_id: str, user_id: str) -> UserFacts | None:
        """Return an IAM user by unique id, or None if it is gone."""
        return self.remember(account_id, ("user", user_id), lambda tx: iam.user_facts(tx, account_id, user_id))

    def role(self, account_id: str, role_id: str) -> RoleFacts | None:
        """Return a role by unique id, or None if it is gone."""
        return self.remember(account_id, ("role", role_id), lambda tx: iam.role_facts(tx, account_id, role_id))

    def role_named(self, account_id: str, role_name: str) -> RoleFacts | None:
        """Return a role by its exact name, or None."""
        return self.remember(
            account_id, ("role named", role_name), lambda tx: iam.role_facts_by_name(tx, account_id, role_name)
        )

    def policy_document(self, account_id: str, arn: str) -> str | None:
        """Return the default version of a managed policy that `account_id` may use, or None."""
        return self.remember(account_id, ("policy", arn), lambda tx: iam.managed_policy_document(tx, account_id, arn))

    def membership(self, account_id: str) -> Membership | None:
        """Return an account's place in its organization, or None outside of one."""
        return self._place(account_id).membership

    def _place(self, account_id: str) -> _Place:
        def load(tx: Transaction) -> _Place | None:
            found = organizations.membership(tx, account_id)
            if found is None:
                # Only accounts that exist leave something in memory.
                return None if account.facts(tx, account_id) is None else _OUTSIDE
            return _Place(found, _levels(found.scps), _levels(found.rcps))

        return self.remember(account_id, "place", load) or _OUTSIDE

    def scps(self, account_id: str) -> tuple[PolicySet, ...] | None:
        """Return the service control policies over a principal of an account, root first; None where none apply."""
        return self._place(account_id).scps

    def rcps(self, account_id: str) -> tuple[PolicySet, ...] | None:
        """Return the resource control policies over resources of an account, root first; None where none apply."""
        return self._place(account_id).rcps

    def of_user(self, user: UserFacts, session: PolicySet | None = None) -> Authority:
        """Return everything that limits an IAM user, or a session of it."""
        return Authority(
            identity=policy_set(user.policies),
            boundary=_boundary(user.boundary),
            session=session,
            scps=self.scps(user.account_id),
        )

    def of_role(self, role: RoleFacts, session: PolicySet | None = None) -> Authority:
        """Return everything that limits a session of a role; SCPs never bind a service-linked role."""
        return Authority(
            identity=policy_set(role.policies),
            boundary=_boundary(role.boundary),
            session=session,
            scps=None if role.service_linked else self.scps(role.account_id),
        )

    def of_root(self, account_id: str) -> Authority:
        """Return what limits an account's root user: its organization, and nothing else."""
        return Authority(identity=None, boundary=None, session=None, scps=self.scps(account_id))

    def session_policies(self, account_id: str, inline: str, arns: Sequence[str]) -> PolicySet | None:
        """Return a session's policies as one set, or None when it was given none.

        A managed policy that is gone by now grants nothing, but still counts: the session stays limited.
        """
        if not inline and not arns:
            return None
        texts = [PolicyText(policy.Source(PolicyKind.SESSION, "session policy"), inline)] if inline else []
        for arn in arns:
            document = self.policy_document(account_id, arn)
            if document is not None:
                texts.append(PolicyText(policy.Source(PolicyKind.SESSION, arn), document))
        return policy_set(tuple(texts))


def _boundary(text: PolicyText | None) -> PolicySet | None:
    return None if text is None else policy_set((text,))


@lru_cache(maxsize=1_000)
def _levels(levels: tuple[tuple[PolicyText, ...], ...] | None) -> tuple[PolicySet, ...] | None:
    return None if levels is None else tuple(policy_set(level) for level in levels)
