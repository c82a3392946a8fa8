"""Which condition keys policies read, in conditions and as variables."""

from collections.abc import Iterable

from keystead import policy
from keystead.policy import Document, PolicyKind, Statement
from keystead.policy.variables import BrokenPolicyError, keys_in, parts_of


def names_in(documents: Iterable[Document]) -> list[str]:
    """Return the names of the keys, once each whatever their case, in order."""
    found: dict[str, str] = {}
    for document in documents:
        for statement in document.statements:
            for key in _keys(statement, variables=document.variables):
                found.setdefault(key.lower(), key)
    return [found[key] for key in sorted(found)]


def read(text: str) -> Document:
    """Read a policy that somebody asks about, without AWS's checks on saving. Errors: PolicyError."""
    return policy.load(text, PolicyKind.IDENTITY)


def _keys(statement: Statement, *, variables: bool) -> list[str]:
    texts = [*(statement.resources or ()), *(statement.not_resources or ())]
    keys = []
    for condition in statement.conditions:
        keys.append(condition.key)
        texts += condition.values
    for text in texts:
        keys += _variables(text, variables=variables)
    return keys


def _variables(text: str, *, variables: bool) -> list[str]:
    try:
        return sorted(keys_in(parts_of(text, variables=variables)))
    except BrokenPolicyError:
        # Such a statement never applies, so it needs no key.
        return []
