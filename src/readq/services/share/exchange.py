"""Exchange changes with the other machines: fetch, dump, commit, merge and push.

If another machine has pushed in the meantime, fetch, merge and push are repeated.
"""

import json
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.feeds.secrets import is_masked, masked
from readq.model.import_report import ImportReport, total
from readq.model.records import FeedRecord
from readq.paths import write_atomically
from readq.services.dump import file_layout, regular_files, validation
from readq.services.dump.changed_papers import ChangedPapers, write_changes
from readq.services.dump.compared_dumps import DumpVersion
from readq.services.dump.merge_with_base import Storing, merge_versions
from readq.services.dump.write_folder import dump
from readq.services.share import remote
from readq.services.share.git import Git
from readq.services.share.locks import remove_left_locks, share_lock
from readq.services.share.repository import Repository
from readq.store.connection.transactions import data_version, writing
from readq.store.library import open_for_writing
from readq.store.records import shared_commits

_TRIES = 20
"""The maximum number of attempts to push. An attempt fails if another machine has pushed in the meantime."""


class ShareReport(NamedTuple):
    """The result of a share. `taken` are the changes that were merged into the library.

    `sent` is True if changes were pushed. `offline` is True if the remote could not be reached. `remote` is the
    address of the remote, or None if there is none. `commit` is the newest commit of the branch.
    """

    taken: ImportReport
    sent: bool
    offline: bool
    remote: str | None
    commit: str


def share(library: str, folder: str, busy_timeout: float, now: datetime) -> ShareReport:
    """Exchange changes with the other machines, through the repository in `folder`. Return the report.

    If the remote cannot be reached, the changes of the library are only committed. Raises ReadqError if the folder is
    no repository, if its files were changed by hand, if the remote refuses a request, or if its history has no commit
    in common with the library. If the push fails, the changes of the other machines may be merged already. The next
    share then continues from there.
    """
    repository = Repository(Git(folder, instant(now)))
    if not repository.exists:
        raise ReadqError(f"{folder} is not shared yet", "readq share init [URL]")
    with share_lock(folder), closing(open_for_writing(library, busy_timeout)) as connection:
        remove_left_locks(repository.git.git_folder)
        return _Exchange(repository, connection, now).run()


class _Exchange:
    """One exchange, with the library open and the lock held."""

    def __init__(self, repository: Repository, connection: sqlite3.Connection, now: datetime) -> None:
        self._repository = repository
        self._connection = connection
        self._now = now
        self._branch = repository.branch()
        self._remote = remote.address(repository)
        self._reports: list[ImportReport] = []
        self._dumped_at = -1

    def run(self) -> ShareReport:
        changed = self._repository.changed_by_hand()
        if changed:
            raise ReadqError(
                f"{os.path.join(self._repository.git.folder, changed[0])} was changed by hand",
                "git commit it, then share again",
            )
        fetched = self._fetch()
        self._check_history(fetched)
        commit = self._commit_library()
        for _ in range(_TRIES):
            for other in (self._repository.commit_of("HEAD"), fetched.commit):
                commit = self._merge(commit, other)
            self._finish(commit)
            if self._remote is None or fetched.offline or commit == fetched.commit:
                return self._report(commit, fetched, sent=False)
            if remote.push(self._repository, self._branch, commit):
                return self._report(commit, fetched, sent=True)
            fetched = self._fetch()
        raise ReadqError("others keep sharing at the same time", "share again in a while")

    def _report(self, commit: str, fetched: remote.Fetched, *, sent: bool) -> ShareReport:
        return ShareReport(total(self._reports), sent, fetched.offline, self._remote, commit)

    def _fetch(self) -> remote.Fetched:
        return remote.Fetched(None) if self._remote is None else remote.fetch(self._repository, self._branch)

    def _check_history(self, fetched: remote.Fetched) -> None:
        """Raise ReadqError if the repository has no dump, or no commit in common with the history of the library."""
        if fetched.commit:
            self._repository.version(fetched.commit, self._remote or "the remote")
        known = shared_commits.read(self._connection)
        if known and not any(map(self._repository.commit_of, known)):
            raise ReadqError(
                f"the repository in {self._repository.git.folder} has another history than this library was shared by",
                "readq share init --anew joins both as they are",
            )
        own = next(filter(None, map(self._repository.commit_of, known)), None)
        if self._repository.commit_of("HEAD") is None:
            # Nothing was shared through this folder yet, so both sides are merged without a common ancestor.
            return
        for other in (self._repository.commit_of("HEAD"), fetched.commit):
            if own and other and self._repository.merge_base(own, other) is None:
                raise ReadqError(
                    f"{self._remote or 'the branch'} has another history than this library was shared by",
                    "share init with another folder, or readq share init --anew joins both as they are",
                )

    def _commit_library(self) -> str:
        """Commit a dump of the library as it is now. Return the commit."""
        known = [one for one in shared_commits.read(self._connection) if self._repository.commit_of(one)]
        commit = self._dump_and_commit(known)
        self._remember(commit)
        return commit

    def _dump_and_commit(self, parents: list[str]) -> str:
        repository, folder = self._repository, self._repository.git.folder
        repository.begin_writing()
        self._dumped_at = data_version(self._connection)
        dump(self._connection, folder)
        self._keep_masked_feeds(folder, parents)
        return repository.commit(parents, "readq share")

    def _write_and_commit(self, changed: ChangedPapers, parents: list[str]) -> str:
        """Commit a dump of the library after a merge. The folder must contain the dump from before the merge."""
        feeds = [feed._replace(spec=masked(feed.spec)) for feed in changed.feeds]
        write_changes(self._repository.git.folder, changed._replace(feeds=feeds))
        self._keep_masked_feeds(self._repository.git.folder, parents)
        return self._repository.commit(parents, "readq share")

    def _keep_masked_feeds(self, folder: str, parents: list[str]) -> None:
        """Add feeds with masked addresses from the commits `parents` to the dump, so that they stay in it.

        Only other machines have their full addresses, so the library does not have these feeds.
        """
        own = {feed.name: feed for feed in _feeds(regular_files.read(folder, file_layout.FEEDS))}
        specs = {feed.spec for feed in own.values()}
        for parent in parents:
            for feed in self._feeds_of(parent):
                if is_masked(feed.spec) and feed.spec not in specs and feed.name not in own:
                    own[feed.name] = feed
                    specs.add(feed.spec)
        write_atomically(os.path.join(folder, file_layout.FEEDS), file_layout.feeds(own.values()))

    def _feeds_of(self, commit: str) -> tuple[FeedRecord, ...]:
        return _feeds(self._repository.content(commit, file_layout.FEEDS) or b"[]")

    def _merge(self, commit: str, other: str | None) -> str:
        """Merge another commit into the library, and return the commit of the result."""
        repository = self._repository
        if other is None or repository.is_ancestor(other, commit):
            return commit
        name = self._remote or f"the branch {self._branch}"
        theirs = repository.version(other, name)
        base = repository.version(repository.merge_base(commit, other), "the common past")

        def own(_: sqlite3.Connection) -> DumpVersion:
            nonlocal commit
            if self._dumped_at == data_version(self._connection):
                return repository.version(commit, "the library")
            current = self._dump_and_commit([commit])
            if current != commit:
                self._remember(current)
                commit = current
            return repository.version(commit, "the library")

        changed: list[ChangedPapers] = []

        def finish(connection: sqlite3.Connection, now_changed: ChangedPapers) -> None:
            shared_commits.put(connection, (commit, other))
            changed.append(now_changed)
            self._dumped_at = data_version(connection)

        storing = Storing(self._now, journalled=False, finish=finish)
        self._reports.append(merge_versions(self._connection, (base, theirs), own, storing))
        merged = self._write_and_commit(changed[0], [commit, other])
        self._remember(merged)
        return merged

    def _remember(self, commit: str) -> None:
        if shared_commits.read(self._connection) != (commit,):
            with writing(self._connection):
                shared_commits.put(self._connection, (commit,))

    def _finish(self, commit: str) -> None:
        if self._repository.commit_of("HEAD") != commit or self._repository.is_writing:
            self._repository.move_branch(commit)
            self._repository.end_writing()


def _feeds(data: bytes) -> tuple[FeedRecord, ...]:
    try:
        return tuple(map(validation.feed, json.loads(data)))
    except (ValueError, TypeError) as error:
        raise ReadqError(f"{file_layout.FEEDS} of the shared repository cannot be read", "restore it") from error
