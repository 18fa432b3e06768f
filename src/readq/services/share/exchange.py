"""Exchange changes with the other machines: fetch, dump, commit, merge and push.

If another machine has pushed in the meantime, fetch, merge and push are repeated.
"""

import contextlib
import os
import shlex
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.feeds.secrets import masked
from readq.model.import_report import ImportReport, total
from readq.services.dump.file_layout import is_note_path
from readq.services.dump.three_way.changed_papers import ChangedPapers, write_changes
from readq.services.dump.three_way.compared_dumps import DumpVersion
from readq.services.dump.three_way.last_records import Histories
from readq.services.dump.three_way.merge_with_base import Storing, merge_versions
from readq.services.dump.write_folder import dump_in_lists
from readq.services.share import fingerprints, remote
from readq.services.share.git import Git, masked_address
from readq.services.share.locks import remove_left_locks, share_lock
from readq.services.share.other_feeds import OtherFeeds
from readq.services.share.past_versions import PastVersions
from readq.services.share.repository import Repository
from readq.store.connection.transactions import data_version, writing
from readq.store.library import open_for_writing
from readq.store.records import shared_commits

_TRIES = 20
"""The maximum number of attempts to push. An attempt fails if another machine has pushed in the meantime."""


_NAMED = 3
"""The maximum number of files that a message names."""


_ANEW = "readq share init [URL] --anew"
"""A command for messages. After a failed `share init`, the folder has no remote: the URL is needed again."""


class ShareReport(NamedTuple):
    """The result of `share`."""

    taken: ImportReport
    """The changes of other machines that were merged into the library."""
    sent: bool
    """Whether changes were pushed."""
    offline: bool
    """Whether the remote could not be reached."""
    remote: str | None
    """The URL of the remote without a password, or None if there is no remote."""
    commit: str
    """The hash of the newest commit of the branch."""


def share(library: str, folder: str, busy_timeout: float, now: datetime) -> ShareReport:
    """Exchange changes with the other machines, through the repository in `folder`. Return the report.

    If the remote cannot be reached, the changes of the library are committed, but not pushed. If the push fails, the
    changes of the other machines can already be in the library. The next call continues from there.

    Raises ReadqError in these cases, among others:

    - the folder is no repository
    - readq's files in the folder were changed by hand, or the user has not finished a merge with git
    - the remote refuses a request
    - the history of the remote has no commit in common with the history that was merged into the library
    """
    repository = Repository(Git(folder, instant(now)))
    if not repository.is_set_up:
        raise ReadqError(f"{folder} is not shared yet", "readq share init [URL]")
    with (
        share_lock(folder),
        closing(open_for_writing(library, busy_timeout)) as connection,
        closing(repository),
    ):
        remove_left_locks(repository.git.git_folder)
        return _Exchange(repository, connection, now).run()


class _Exchange:
    """One exchange, with the library open and the lock held."""

    def __init__(self, repository: Repository, connection: sqlite3.Connection, now: datetime) -> None:
        self._repository = repository
        self._folder = repository.git.folder
        self._connection = connection
        self._now = now
        self._checkout = repository.checkout()
        self._branch = self._checkout.branch
        self._head = self._checkout.head
        self._remote = remote.address(repository)
        self._shown_remote = self._remote and masked_address(self._remote)
        self._feeds = OtherFeeds(repository)
        self._reports: list[ImportReport] = []
        self._dumped_at = -1
        self._lists = fingerprints.of_commit(repository.git.own_folder, self._head)
        """Fingerprints of lists that the folder has now."""

    def run(self) -> ShareReport:
        """Exchange changes. If this fails, the folder is as it was before, or as it is after a commit."""
        try:
            return self._exchange()
        finally:
            # The next share would take changes by hand for files that this one wrote, and reset them.
            if self._repository.is_writing:
                with contextlib.suppress(ReadqError, OSError):
                    self._repository.restore(self._repository.checkout())
                    self._repository.end_writing()

    def _exchange(self) -> ShareReport:
        if self._repository.is_writing:
            # Else a note that the killed share wrote, and the library has no more, would look like a new one.
            self._repository.restore(self._checkout)
        elif os.path.exists(os.path.join(self._repository.git.git_folder, "MERGE_HEAD")):
            # Its commit would say that both sides are merged, with the files of this share in the place of the result.
            raise ReadqError(
                f"a merge of git in {self._folder} is not finished",
                "resolve and commit it, or run git merge --abort there, then readq share",
            )
        elif changed := self._repository.changed_by_hand(self._checkout):
            raise self._by_hand(changed)
        fetched = self._fetch()
        parents = self._known(fetched)
        self._repository.begin_writing(self._head)
        self._dump(parents)
        for _ in range(_TRIES):
            for other in (self._head, fetched.commit):
                parents = self._merge(parents, other)
            commit = self._commit(parents)
            if self._remote is None or fetched.offline or commit == fetched.commit:
                return self._report(commit, fetched, sent=False)
            if remote.push(self._repository, self._remote, self._branch, commit):
                return self._report(commit, fetched, sent=True)
            fetched = self._fetch()
            self._check_dump(fetched)
            parents = (commit,)
            self._repository.begin_writing(self._head)
        raise ReadqError("other machines keep pushing at the same time", "try again later")

    def _by_hand(self, changed: Sequence[str]) -> ReadqError:
        """Return the error to raise for files of readq that were changed by hand."""
        first = next((path for path in changed if path in self._checkout.changed), changed[0])
        kind = "note" if is_note_path(first) else "list"
        what = "was changed by hand" if first in self._checkout.changed else f"is a {kind} that no dump wrote"
        # Not commit -a: the folder lacks the user's own files of other machines, which it would remove.
        names = changed if len(changed) <= _NAMED else sorted({path.partition("/")[0] for path in changed})
        commands = f"cd {shlex.quote(self._folder)} && git add {shlex.join(names)} && git commit -m edited"
        return ReadqError(f"{os.path.join(self._folder, first)} {what}", f"{commands}, then readq share")

    def _report(self, commit: str, fetched: remote.Fetched, *, sent: bool) -> ShareReport:
        return ShareReport(total(self._reports), sent, fetched.offline, self._shown_remote, commit)

    def _fetch(self) -> remote.Fetched:
        if self._remote is None:
            return remote.Fetched(None)
        return remote.fetch(self._repository, self._remote, self._branch)

    def _check_dump(self, fetched: remote.Fetched) -> None:
        if fetched.commit:
            self._repository.check_dump(fetched.commit, self._shown_remote or "the remote")

    def _known(self, fetched: remote.Fetched) -> tuple[str, ...]:
        """Return the commits of the repository that were merged into the library.

        Raises ReadqError if the repository has no dump of readq, or if its history has no commit in common with the
        commits that were merged into the library.
        """
        self._check_dump(fetched)
        recorded = shared_commits.read(self._connection)
        known = tuple(filter(None, map(self._repository.commit_of, recorded)))
        if recorded and not known:
            raise ReadqError(
                f"the repository in {self._folder} does not have the history of earlier exchanges",
                f"{_ANEW} merges both without a common base",
            )
        if self._head is None:
            # Nothing was shared through this folder yet: both sides are joined as they are.
            return known
        for other in (self._head, fetched.commit):
            if (
                known
                and other
                and other not in known
                and self._repository.ancestry.merge_base(known[:1], other) is None
            ):
                raise ReadqError(
                    f"{self._shown_remote or 'the branch'} does not have the history of earlier exchanges",
                    f"share init with another folder, or {_ANEW} merges both without a common base",
                )
        return known

    def _dump(self, parents: Sequence[str]) -> None:
        """Write a dump of the library to the folder. `parents` are the commits that were merged into the library."""
        self._dumped_at = data_version(self._connection)
        # Before the first commit, a note by hand in the folder is no change. But the commit would say that the library
        # has it, and the next share would remove it everywhere.
        is_first = self._head is None
        self._lists = dict(dump_in_lists(self._connection, self._folder, self._lists, refuses_notes=is_first))
        self._repository.renew_attributes()
        self._feeds.complete(parents)

    def _merge(self, parents: tuple[str, ...], other: str | None) -> tuple[str, ...]:
        """Merge the commit `other` into the library, unless it was merged before.

        Return all commits that are merged then. `parents` are the commits that were merged into the library before.
        """
        repository = self._repository
        if other is None or any(repository.ancestry.is_ancestor(other, one) for one in parents):
            return parents
        past = repository.ancestry.merge_base(parents, other)
        where = f"the branch {self._branch}" if other == self._head else f"{self._shown_remote}"
        theirs = repository.version(other, where)
        base = repository.version(past, "the common past")
        self._feeds.merge(base, theirs)

        def own(_: sqlite3.Connection) -> DumpVersion:
            if self._dumped_at != data_version(self._connection):
                self._dump(parents)
            return repository.working_version("the library")

        changed: list[ChangedPapers] = []

        def finish(connection: sqlite3.Connection, now_changed: ChangedPapers) -> None:
            shared_commits.put(connection, (*parents, other))
            changed.append(now_changed)
            self._dumped_at = data_version(connection)

        storing = Storing(self._now, journalled=False, finish=finish)
        histories = None
        if past is not None:
            versions = PastVersions(repository, past)
            histories = Histories(partial(versions.before_removal, parents), partial(versions.before_removal, [other]))
        self._reports.append(merge_versions(self._connection, (base, theirs), own, storing, histories))
        feeds = [feed._replace(spec=masked(feed.spec)) for feed in changed[0].feeds]
        for path in write_changes(self._folder, changed[0]._replace(feeds=feeds)):
            self._lists.pop(path, None)
        self._feeds.complete(())
        return (*parents, other)

    def _commit(self, parents: Sequence[str]) -> str:
        """Commit the files of the folder, and record the commit in the branch and in the library. Return its hash."""
        commit = self._repository.commit(parents, "readq share")
        if shared_commits.read(self._connection) != (commit,):
            # Before the branch has it. After a kill, a library that did not know it would take its own commit for
            # another's, and what the user has removed since would return.
            self._repository.keep(commit)
            with writing(self._connection):
                shared_commits.put(self._connection, (commit,))
        if commit != self._head or self._repository.is_writing:
            self._repository.move_branch(commit, self._head)
            self._head = commit
        fingerprints.remember(self._repository.git.own_folder, commit, self._lists)
        self._feeds.remember()
        self._repository.end_writing()
        return commit
