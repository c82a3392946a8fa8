"""`keystead policy`: unit tests for policies, and explanations, without a server."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from keystead.cli.policy_cases import Answer, answer, answers

app = typer.Typer(
    help="Test and explain policies without a server, as AWS would decide them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Output(StrEnum):
    """How to print: for people, or one JSON document a line for scripts."""

    TEXT = "text"
    JSON = "json"


OutputOption = Annotated[Output, typer.Option("--output", help="Print text for people or json for scripts.")]


@app.command("test")
def run_tests(
    files: Annotated[
        list[Path], typer.Argument(help="Files of cases: YAML or JSON (a list), or JSON Lines.", metavar="FILE...")
    ],
    output: OutputOption = Output.TEXT,
) -> None:
    """Decide the cases of each file and compare with what they expect.

    Failures are printed with their explanation. Ends with status 1 when a case fails or cannot be decided.
    """
    found = (item for path in files for item in answers(path))
    passed, failed = _report(found, output)
    if output is Output.TEXT:
        typer.echo(f"{passed} passed, {failed} failed")
    if failed or not passed:
        raise typer.Exit(1)


@app.command("explain")
def explain(  # noqa: PLR0913 - one flag for each part of a request
    principal: Annotated[str, typer.Option(help="Who asks: an ARN, a service, or *.", metavar="ARN")] = "",
    action: Annotated[str, typer.Option(help="What for, as in iam:CreateUser.", metavar="ACTION")] = "",
    resource: Annotated[str, typer.Option(help="On what.", metavar="ARN")] = "*",
    resource_account: Annotated[str, typer.Option(help="Whose it is.", metavar="ACCOUNT")] = "",
    context: Annotated[
        list[str] | None, typer.Option(help="A context key; again for a list.", metavar="KEY=VALUE")
    ] = None,
    identity: Annotated[list[Path] | None, typer.Option(help="A policy of the principal.", metavar="FILE")] = None,
    boundary: Annotated[Path | None, typer.Option(help="Its permissions boundary.", metavar="FILE")] = None,
    session: Annotated[list[Path] | None, typer.Option(help="A session policy.", metavar="FILE")] = None,
    resource_policy: Annotated[
        Path | None, typer.Option(help="The resource's own policy, or the role's trust policy.", metavar="FILE")
    ] = None,
    scp: Annotated[
        list[str] | None,
        typer.Option(help="A level of SCPs, from the root down: files with commas between them.", metavar="FILES"),
    ] = None,
    rcp: Annotated[
        list[str] | None,
        typer.Option(help="A level of RCPs, from the root down: files with commas between them.", metavar="FILES"),
    ] = None,
    case: Annotated[Path | None, typer.Option(help="Explain the cases of a file instead.", metavar="FILE")] = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Explain one request: the decision, the statements that made it, and AWS's words for a denial.

    Ends with status 0 when the request is allowed, 1 when it is denied, 2 when it cannot be decided.
    """
    if case is not None:
        found = list(answers(case))
    else:
        request: dict[str, Any] = {"principal": principal, "action": action, "resource": resource}
        if resource_account:
            request["resource_account"] = resource_account
        request["context"] = _context(context or [])
        made = {
            "request": request,
            "identity_policies": [str(path) for path in identity or []],
            "permissions_boundary": str(boundary) if boundary else None,
            "session_policies": [str(path) for path in session] if session else None,
            "resource_policy": str(resource_policy) if resource_policy else None,
            "service_control_policies": _levels(scp),
            "resource_control_policies": _levels(rcp),
            "expect": "allowed",
        }
        found = [answer(made, "request", Path())]
    _explain(found, output)


def _explain(found: list[Answer], output: Output) -> None:
    for item in found:
        if output is Output.JSON:
            line = item.decision.to_json() if item.decision else {"error": item.error}
            typer.echo(json.dumps({"id": item.id, **line}, ensure_ascii=False))
        elif item.decision is None:
            typer.echo(f"{item.id}: {item.error}", err=True)
        else:
            typer.echo("\n".join([item.decision.explain(), *(f"  warning: {text}" for text in item.warnings)]))
    if any(item.decision is None for item in found):
        raise typer.Exit(2)
    if not all(item.decision is not None and item.decision.allowed for item in found):
        raise typer.Exit(1)


def _report(found: Iterable[Answer], output: Output) -> tuple[int, int]:
    """Print each answer that is to be printed, and count the passed and the failed."""
    passed = failed = 0
    for item in found:
        passed, failed = passed + item.passed, failed + (not item.passed)
        if output is Output.JSON:
            typer.echo(json.dumps(item.to_json(), ensure_ascii=False))
            if item.error:
                typer.echo(f"{item.id}: error: {item.error}", err=True)
        elif not item.passed:
            typer.echo(_failure(item))
    return passed, failed


def _failure(item: Answer) -> str:
    lines = [f"FAILED {item.id}"]
    if item.error:
        lines.append(f"  error: {item.error}")
    if item.decision is not None:
        lines.append(f"  expected {item.expect}, decided {item.decision.outcome}")
        lines += [f"  {line}" for line in item.decision.explain().splitlines()]
    lines += [f"  warning: {text}" for text in item.warnings]
    return "\n".join(lines)


def _context(pairs: list[str]) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark:
            raise typer.BadParameter(f"`{pair}` is not KEY=VALUE")
        if key in context:
            before = context[key]
            context[key] = [*(before if isinstance(before, list) else [before]), value]
        else:
            context[key] = value
    return context


def _levels(values: list[str] | None) -> list[list[str]] | None:
    return None if values is None else [[part for part in value.split(",") if part] for value in values]
