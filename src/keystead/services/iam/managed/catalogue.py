"""Reading the AWS managed policies: an index of all, and each document when it is wanted."""

import base64
import datetime as dt
import functools
import hashlib
import lzma
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

_HERE = Path(__file__).parent
FULL = _HERE / "catalogue.zip"
BASE = _HERE / "base.json"
INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class AwsManagedPolicy:
    """What is known of an AWS managed policy beside its documents. `versions` are numbers, with their dates."""

    arn: str
    name: str
    path: str
    created: dt.datetime
    updated: dt.datetime
    default_version: int
    versions: Mapping[int, dt.datetime]

    @property
    def id(self) -> str:
        """Return a unique id: AWS's own are not published, so it is made from the ARN, the same everywhere."""
        digest = base64.b32encode(hashlib.sha256(self.arn.encode()).digest()).decode()
        return f"ANPA{digest[:17]}"

    @property
    def attachable(self) -> bool:
        """Say whether customers may attach it; what is made for service-linked roles is theirs alone."""
        return not self.path.startswith("/aws-service-role/")


class Catalogue:
    """AWS managed policies by ARN."""

    def __init__(self, index: Mapping[str, Any], source: "Documents") -> None:
        """Use `catalogue()`."""
        self._index = index
        self._source = source
        # Many principals hold the same few policies: they share one text.
        self._current = functools.lru_cache(maxsize=256)(source.current)
        self._policies: dict[str, AwsManagedPolicy] = {}

    def __len__(self) -> int:
        return len(self._index)

    def find(self, arn: str) -> AwsManagedPolicy | None:
        """Return a policy, or None if AWS has none of this ARN."""
        entry = self._index.get(arn)
        if entry is None:
            return None
        if arn not in self._policies:
            self._policies[arn] = _policy(arn, entry)
        return self._policies[arn]

    def all(self) -> Iterable[AwsManagedPolicy]:
        """Return every policy, in order of names."""
        return [found for arn in self._index if (found := self.find(arn)) is not None]

    def document(self, arn: str, version: int | None = None) -> str | None:
        """Return the text of a version, by default the one in force; None if there is no such policy or version."""
        policy = self.find(arn)
        if policy is None:
            return None
        if version is None or version == policy.default_version:
            return self._current(arn)
        return self._source.earlier(arn, version) if version in policy.versions else None


class Documents:
    """Where the texts of a catalogue come from."""

    def current(self, arn: str) -> str:
        """Return the document in force of a policy that the index lists."""
        raise NotImplementedError

    def earlier(self, arn: str, version: int) -> str:
        """Return the document of another version that the index lists."""
        raise NotImplementedError


class _Zipped(Documents):
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def current(self, arn: str) -> str:
        return self._archive.read(current_member(arn)).decode()

    def earlier(self, arn: str, version: int) -> str:
        history = orjson.loads(lzma.decompress(self._archive.read(history_member(arn))))
        return render(history[f"v{version}"])


class _Parsed(Documents):
    """Knows only the versions in force."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._entries = entries

    def current(self, arn: str) -> str:
        return render(self._entries[arn]["document"])

    def earlier(self, arn: str, version: int) -> str:
        raise LookupError(arn, version)


def render(document: Any) -> str:
    """Return a policy document as text, a statement's lines apart, so that a position in it means something."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def current_member(arn: str) -> str:
    """Return where the archive keeps a policy's document in force."""
    return f"current/{arn.partition('/')[2]}.json"


def history_member(arn: str) -> str:
    """Return where the archive keeps a policy's earlier documents."""
    return f"history/{arn.partition('/')[2]}.json.xz"


def _policy(arn: str, entry: Mapping[str, Any]) -> AwsManagedPolicy:
    path, _, name = arn.partition(":policy")[2].rpartition("/")
    return AwsManagedPolicy(
        arn=arn,
        name=name,
        path=f"{path}/",
        created=dt.datetime.fromisoformat(entry["created"]),
        updated=dt.datetime.fromisoformat(entry["updated"]),
        default_version=int(entry["default"][1:]),
        versions={
            int(version[1:]): dt.datetime.fromisoformat(created) for version, created in entry["versions"].items()
        },
    )


def open_full(path: Path) -> Catalogue:
    """Open the whole catalogue, as `managed.build` writes it."""
    archive = zipfile.ZipFile(path)
    return Catalogue(orjson.loads(archive.read(INDEX)), _Zipped(archive))


def open_base(path: Path) -> Catalogue:
    """Open the catalogue that is part of the source."""
    entries = orjson.loads(path.read_bytes())
    return Catalogue(entries, _Parsed(entries))


@functools.cache
def catalogue() -> Catalogue:
    """Return the whole catalogue if `make data` has built it, else the base of it."""
    return open_full(FULL) if FULL.exists() else open_base(BASE)
