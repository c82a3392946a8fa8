"""What an operation's code mentions: its own, and that of everything in the same room that it reaches."""

import functools
import inspect
import types
from collections.abc import Iterator
from typing import Any

from keystead.services.registry import Operation


def words_of(operation: Operation) -> frozenset[str]:
    """Return every string that an operation mentions on its way from request to result.

    Views that are not given the request are left out: what an answer is called says nothing of what was read.
    """
    room = f"keystead.services.{operation.service}"
    found: set[str] = set()
    seen: set[int] = set()
    waiting: list[Any] = [operation.run, operation.authorizes, operation.access, operation.before]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, str):
            found.add(thing)
        else:
            waiting += _parts(thing, room)
    return frozenset(found)


def _parts(thing: Any, room: str) -> Iterator[Any]:
    if isinstance(thing, functools.partial):
        yield from (thing.func, *thing.args, *thing.keywords.values())
    elif isinstance(thing, types.FunctionType):
        if _of_room(thing, room) and not _is_view(thing):
            yield from _of_function(thing)
    elif isinstance(thing, type):
        if _of_room(thing, room):
            yield from (value for value in vars(thing).values() if isinstance(value, types.FunctionType))
    elif isinstance(thing, types.CodeType):
        yield from thing.co_consts
    elif isinstance(thing, dict):
        yield from (*thing.keys(), *thing.values())
    elif isinstance(thing, tuple | frozenset | set | list):
        yield from thing
    elif callable(inner := getattr(thing, "__wrapped__", None)):
        yield inner


def _of_room(thing: Any, room: str) -> bool:
    module = thing.__module__
    return bool(module == room or module.startswith(f"{room}."))


def _is_view(function: types.FunctionType) -> bool:
    given = function.__code__.co_varnames[: function.__code__.co_argcount]
    return function.__module__.endswith("views") and "request" not in given


def _of_function(function: types.FunctionType) -> Iterator[Any]:
    code = function.__code__
    yield code
    yield from function.__defaults__ or ()
    yield from (cell.cell_contents for cell in function.__closure__ or ())
    names = set(_names(code))
    for name in names & function.__globals__.keys():
        value = function.__globals__[name]
        if inspect.ismodule(value):
            yield from (getattr(value, attribute) for attribute in names if hasattr(value, attribute))
        else:
            yield value


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)
