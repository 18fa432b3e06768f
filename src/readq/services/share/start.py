"""Make the repository of a shared dump, or clone a repository that another machine made."""

import contextlib
import os
import shlex
import shutil
import sys
from contextlib import closing
from datetime import datetime
from urllib.parse import urlsplit

from readq.days import instant
from readq.errors import ReadqError, ShareRunningError, UsageError, write_error
from readq.paths import expand, write_atomically
from readq.services.dump.read_folder import is_dump
from readq.services.share import remote
from readq.services.share.exchange import ShareReport, share
from readq.services.share.git import Git, masked_address
from readq.services.share.locks import share_lock
from readq.services.share.repository import Repository
from readq.store.connection.transactions import writing
from readq.store.library import open_for_writing
from readq.store.records import shared_commits


def start(
    library: str, folder: str, url: str | None, busy_timeout: float, now: datetime, *, anew: bool = False
) -> ShareReport:
    """Make the repository in `folder`, and exchange changes once. Return the report of this exchange.

    `url` is the URL or path of the remote, or None for no remote. If `url` is a missing or empty folder of this
    machine, an empty repository is made there. If the remote has a dump, the dump is merged with the library. If `anew`
    is true, the library forgets its earlier exchanges, and the merge uses no common ancestor.

    Raises UsageError if `url` is invalid or contains a password. Raises ReadqError if the folder has other files or
    another remote, or is a worktree or submodule of another repository. Also raises the errors that `exchange.share`
    raises.
    """
    where = _checked_address(url) if url is not None else None
    git = Git(folder, instant(now))
    repository = Repository(git)
    is_made = is_new = False
    try:
        with share_lock(folder), closing(repository):
            _make_folder(folder)
            if not repository.exists:
                _require_own(git)
                git.output("init", "--quiet")
                is_made = True
            is_new = _set_remote(repository, where)
            _set_up(repository)
            if anew:
                with closing(open_for_writing(library, busy_timeout)) as connection, writing(connection):
                    shared_commits.put(connection, ())
        return share(library, folder, busy_timeout, now)
    except ReadqError:
        if is_new:
            # Forget the remote, because the next attempt may name another address.
            git.run("remote", "remove", remote.NAME)
        if is_made:
            _remove_unused(git)
        raise


def _remove_unused(git: Git) -> None:
    """Remove a new repository without a commit of its own. A share in it would succeed without sending anything."""
    with contextlib.suppress(ShareRunningError), share_lock(git.folder):
        listed = git.run("for-each-ref", "--format=%(refname)")
        # Not the branches of the remote. The library may know a commit that no branch has yet.
        own = [name for name in listed.out.splitlines() if not name.startswith(b"refs/remotes/")]
        if listed.status == 0 and not own:
            shutil.rmtree(git.git_folder, ignore_errors=True)


def _checked_address(url: str) -> str:
    """Return the checked address of a remote. A path is made absolute.

    Raises UsageError if the address is invalid or has a password.
    """
    if not url.strip() or url.startswith("-") or any(ord(char) < 32 for char in url):
        raise UsageError("the URL of the repository is empty or begins with -", "readq share init URL")
    if "::" in url.partition("/")[0]:
        raise UsageError("URLs with :: run programs", "use a folder, ssh or https")
    if "://" in url:
        try:
            if urlsplit(url).password:
                raise UsageError("the URL contains a password", "leave it out; use a credential helper of git")
        except ValueError as error:
            raise UsageError("the URL of the repository cannot be read", "readq share init URL") from error
        return url
    is_ssh = ":" in url.partition("/")[0]
    return url if is_ssh else expand(url)


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error, "name another folder in share.folder") from error


def _require_own(git: Git) -> None:
    """Raise ReadqError if the folder is part of another repository, or has files that are not from a dump."""
    why = None
    if os.path.lexists(git.git_folder):
        why = "is a worktree or a submodule of another repository"
    elif not is_dump(git.folder) and any(not name.startswith(".") for name in os.listdir(git.folder)):
        why = "contains files that are not from a dump"
    if why is not None:
        raise ReadqError(f"{git.folder} {why}", "choose another folder in share.folder")


def _make_remote(git: Git, where: str) -> None:
    """Make an empty repository for the machines to share, if the address is a folder that is missing or empty."""
    path = remote.local_path(where)
    if path is not None and not (os.path.isdir(path) and os.listdir(path)):
        git.output("init", "--quiet", "--bare", path)
        # As for the commands of readq: a fetch from this machine packs the list of papers there.
        git.output("config", "--file", os.path.join(path, "config"), "pack.window", "1")


def _set_remote(repository: Repository, where: str | None) -> bool:
    """Add the remote `where`, unless it is None or is the remote already. Return whether it was added.

    If `where` is a missing folder, the folder is made. Raises ReadqError if the repository has another remote.
    """
    git = repository.git
    present = remote.address(repository)
    if where is None or present == where:
        return False
    if present:
        raise ReadqError(
            f"{git.folder} is shared through {masked_address(present)}",
            f"git -C {shlex.quote(git.folder)} remote set-url origin {shlex.quote(where)}",
        )
    _make_remote(git, where)
    git.output("remote", "add", remote.NAME, where)
    try:
        branch = remote.default_branch(repository) or next(iter(remote.branches(repository)), None)
    except ReadqError:
        # As it was before: the next attempt may name another address.
        git.run("remote", "remove", remote.NAME)
        raise
    if branch and repository.commit_of("HEAD") is None:
        git.output("symbolic-ref", "HEAD", f"refs/heads/{branch}")
    return True


def _set_up(repository: Repository) -> None:
    """Write settings of git: git calls readq to merge the files of a dump, and never converts their line ends."""
    git = repository.git
    os.makedirs(git.own_folder, exist_ok=True)
    # -P keeps the folder of the repository, which other machines write to, out of the module search path.
    command = f"{shlex.quote(sys.executable)} -P -m readq merge-dump %O %A %B %P"
    git.output("config", "merge.readq.name", "merge of a dump of readq")
    git.output("config", "merge.readq.driver", command)
    write_atomically(os.path.join(git.git_folder, "info", "attributes"), "* -text -filter -ident -eol\n")
    repository.write_attributes()
