"""Describe the state of a shared dump. No request is sent to the remote."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.services.share import remote
from readq.services.share.git import Git, masked_address
from readq.services.share.repository import Repository
from readq.store.records import shared_commits


class ShareStatus(NamedTuple):
    """The state of a shared dump."""

    folder: str
    """The path of the folder of the dump."""
    remote: str | None
    """The URL of the remote without a password, or None if there is no remote."""
    branch: str
    """The name of the branch."""
    last: str | None
    """The time of the newest commit as UTC text, or None if there is no commit."""
    to_send: int
    """The number of commits that the remote did not have when it was last reached."""
    to_take: int
    """The number of commits that are not merged into the library yet."""
    changed: tuple[str, ...]
    """The paths of files that were changed by hand."""


def status(connection: sqlite3.Connection, folder: str) -> ShareStatus:
    """Return the state of the shared dump in `folder`. Raises ReadqError if the folder is no repository."""
    repository = Repository(Git(folder, "1970-01-01T00:00:00Z", "status-index"))
    if not repository.is_set_up:
        raise ReadqError(f"{folder} is not shared yet", "readq share init [URL]")
    with closing(repository):
        checkout = repository.checkout()
        branch, head, _ = checkout
        changed = repository.changed_by_hand(checkout)
        there = repository.commit_of(f"refs/remotes/{remote.NAME}/{branch}")
        known = [*map(repository.commit_of, shared_commits.read(connection))]
    last = repository.git.run("show", "-s", "--format=%ct", "HEAD").out.decode(errors="replace").strip()
    return ShareStatus(
        folder,
        masked_address(remote.address(repository) or "") or None,
        branch,
        instant(datetime.fromtimestamp(int(last), UTC)) if last.isdigit() else None,
        _count(repository, [head], [there]),
        _count(repository, [head, there], known),
        changed,
    )


def _count(repository: Repository, wanted: Sequence[str | None], without: Sequence[str | None]) -> int:
    names = [*filter(None, wanted), *(f"^{one}" for one in filter(None, without))]
    return int(repository.git.text("rev-list", "--count", *names)) if any(wanted) else 0
