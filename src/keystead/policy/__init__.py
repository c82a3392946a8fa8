"""The policy language: parse, validate, compile, decide, explain.

Pure: the standard library only, no clock, no input or output.  Calls no other room; every other room may call it.
"""

from .compiled import CompiledPolicy, PolicySet, compile_policy
from .decide import decide
from .decision import Decision
from .determining import Determining, Source
from .document import Document, Statement
from .errors import PolicyError
from .grammar import load, parse
from .kinds import QUOTAS, PolicyKind, measure, size
from .request import Authority, Principal, PrincipalType, Request

compile = compile_policy  # noqa: A001 - the verb of the room's contract

__all__ = [
    "QUOTAS",
    "Authority",
    "CompiledPolicy",
    "Decision",
    "Determining",
    "Document",
    "PolicyError",
    "PolicyKind",
    "PolicySet",
    "Principal",
    "PrincipalType",
    "Request",
    "Source",
    "Statement",
    "compile",
    "compile_policy",
    "decide",
    "load",
    "measure",
    "parse",
    "size",
]
