"""The stage of the demonstration: people with credentials, and steps that are printed, run and checked."""

import json
import re
import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

EXPLANATION_HEADER = "x-keystead-authorization-message"
_REGION = "us-east-1"
_SHOWN_LINES = 12
_SECRETS = re.compile(r"secret|token$|seed|qrcode", re.IGNORECASE)


class Misbehaved(Exception):
    """A step did not end as the story says it must."""


@dataclass(frozen=True)
class Person:
    """Somebody with credentials: a profile of the AWS CLI."""

    profile: str
    credentials: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Refusal:
    """How a refused step was refused."""

    code: str
    message: str
    # The statement that refused it, when there is one that the caller's account may know.
    statement: str = ""

    @property
    def by(self) -> str:
        """Say in words who refused."""
        return next((who for words, who in _WHO_REFUSES if words in self.message), _THE_ROLES_ACCOUNT)


_THE_ROLES_ACCOUNT = "the role's account: its trust policy does not let the caller in, or there is no such role"
_WHO_REFUSES = (
    ("no identity-based policy allows", "the caller's own account: no policy of the caller allows it"),
    ("in a service control policy", "the organization: a service control policy over the caller's account"),
    ("Roles may not be assumed by root", "STS: the root user takes no role"),
    ("MultiFactorAuthentication failed", "STS: the code is not the device's, or was used before"),
    ("security token included", "whoever is asked: the key is not active"),
    ("cannot be found", "IAM: there is no such thing in this account"),
    ("You don't have permissions", "Organizations: only the management account may ask"),
)


class Stage:
    """Runs steps against one endpoint, prints them, and counts what misbehaved."""

    def __init__(self, endpoint: str, say: Callable[[str], None] = print) -> None:
        """Prepare to act against `endpoint`, printing through `say`."""
        self.endpoint = endpoint
        self.say = say
        self.failures: list[str] = []
        # Decodes what a denial carries, so that the story can tell why; set once there is an administrator.
        self.explain: Callable[[str], str] | None = None
        self._clients: dict[tuple[str, str], Any] = {}

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self.say(f"\n== {title}\n")

    def tell(self, sentence: str) -> None:
        """Say in a sentence what the next steps are about."""
        self.say(f"# {sentence}")

    def client(self, person: Person, service: str) -> Any:
        """Return a boto3 client that acts as a person."""
        key = (person.credentials["AccessKeyId"], service)
        if key not in self._clients:
            self._clients[key] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name=_REGION,
                aws_access_key_id=person.credentials["AccessKeyId"],
                aws_secret_access_key=person.credentials["SecretAccessKey"],
                aws_session_token=person.credentials.get("SessionToken"),
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[key]

    def run(self, person: Person, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Play a step that must succeed, and return what came back.

        Errors: Misbehaved when it is refused: the story cannot go on.
        """
        self._announce(person, service, operation, parameters)
        try:
            result = self._call(person, service, operation, parameters)
        except ClientError as error:
            raise self._misbehaved(f"{operation} was refused: {error}") from error
        self._show(result)
        return result

    def refuse(
        self, person: Person, service: str, operation: str, *, code: str, says: str = "", **parameters: Any
    ) -> Refusal:
        """Play a step that must be refused with an error code, and with words in its message.

        Errors: Misbehaved when it is not: a wrong allow ends the story.
        """
        self._announce(person, service, operation, parameters)
        try:
            self._call(person, service, operation, parameters)
        except ClientError as error:
            refusal = self._refusal(error)
            self.say(f"  refused  {refusal.code}: {refusal.message}")
            self.say(f"  by       {refusal.by}{refusal.statement and f' ({refusal.statement})'}\n")
            if refusal.code != code or says not in refusal.message:
                raise self._misbehaved(f"{operation} should have been refused with {code} … {says}") from error
            return refusal
        raise self._misbehaved(f"{operation} was allowed, and must not be")

    def check(self, what: str, *, holds: bool) -> None:
        """State a fact and note it when it does not hold."""
        self.say(f"  {'holds' if holds else 'DOES NOT HOLD'}    {what}\n")
        if not holds:
            self.failures.append(what)

    def wait_until(self, what: str, ready: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until something asynchronous has happened.

        Errors: Misbehaved when it has not after `seconds`.
        """
        until = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > until:
                raise self._misbehaved(f"{what} did not happen within {seconds:g} s")
            time.sleep(0.05)

    def _call(self, person: Person, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = getattr(self.client(person, service), xform_name(operation))(**parameters)
        result.pop("ResponseMetadata", None)
        return result

    def _refusal(self, error: ClientError) -> Refusal:
        headers = error.response["ResponseMetadata"].get("HTTPHeaders", {})
        sealed = headers.get(EXPLANATION_HEADER, "")
        return Refusal(
            code=error.response["Error"]["Code"],
            message=error.response["Error"].get("Message", ""),
            statement=self.explain(sealed) if sealed and self.explain else "",
        )

    def _announce(self, person: Person, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        self.say(f"$ {command_line(person.profile, service, operation, parameters)}")

    def _show(self, result: Mapping[str, Any]) -> None:
        if result:
            lines = json.dumps(hidden(result), indent=2, default=str, ensure_ascii=False).splitlines()
            shown = lines if len(lines) <= _SHOWN_LINES else [*lines[:_SHOWN_LINES], f"  … {len(lines)} lines in all"]
            for line in shown:
                self.say(f"  {line}")
        self.say("")

    def _misbehaved(self, what: str) -> Misbehaved:
        self.failures.append(what)
        self.say(f"  MISBEHAVED  {what}")
        return Misbehaved(what)


def command_line(profile: str, service: str, operation: str, parameters: Mapping[str, Any]) -> str:
    """Return the AWS CLI command that makes the same request."""
    words = ["aws", "--profile", profile, service, xform_name(operation, "-")]
    for name, value in parameters.items():
        option = f"--{xform_name(name, '-')}"
        if value is True:
            words.append(option)
        elif isinstance(value, str):
            words += [option, value]
        else:
            words += [option, json.dumps(value) if isinstance(value, list | dict) else str(value)]
    return shlex.join(words)


def hidden(value: Any) -> Any:
    """Return a result as it may be shown: secrets replaced by dots."""
    if isinstance(value, dict):
        return {key: "…" if _SECRETS.search(key) else hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [hidden(item) for item in value]
    return value
