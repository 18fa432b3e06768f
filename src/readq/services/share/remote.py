"""Fetch from and push to the remote, the git repository through which the machines exchange changes."""

import os
from typing import NamedTuple
from urllib.parse import unquote

from readq.errors import ReadqError
from readq.services.share.git import GitError, failure
from readq.services.share.locks import remove_left_locks
from readq.services.share.repository import Repository

NAME = "origin"


class Fetched(NamedTuple):
    """The result of a fetch."""

    commit: str | None
    """The hash of the newest commit of the branch at the remote, or None if the remote has no such branch.

    If the remote could not be reached, it is the result of the previous fetch.
    """
    offline: bool = False
    """Whether the remote could not be reached."""


def address(repository: Repository) -> str | None:
    """Return the URL of the remote. Return None if there is no remote."""
    return repository.settings.get(f"remote.{NAME}.url")


def local_path(where: str) -> str | None:
    """Return the path in `where`, the URL or path of the remote. Return None if it names another machine.

    The folder at the path may be missing.
    """
    if where.startswith("file:///"):
        return unquote(where.removeprefix("file://"))
    return where if "://" not in where and os.path.isabs(where) else None


def fetch(repository: Repository, where: str, branch: str) -> Fetched:
    """Fetch the branch from the remote at the URL or path `where`, and return the result.

    Raises GitError if the remote refuses the request, or if there is no repository at `where`. If the remote cannot be
    reached, no error is raised (see Fetched).
    """
    _mend_local(where)
    reference = f"refs/remotes/{NAME}/{branch}"
    ended = repository.git.run("fetch", "--quiet", "--no-tags", NAME, f"+refs/heads/{branch}:{reference}")
    if ended.status == 0:
        return Fetched(repository.commit_of(reference))
    if "couldn't find remote ref" in ended.error:
        # The remote has no such branch yet.
        return Fetched(None)
    error = failure(("fetch",), ended)
    if isinstance(error, GitError) and error.is_offline:
        return Fetched(repository.commit_of(reference), offline=True)
    raise error


def push(repository: Repository, where: str, branch: str, commit: str) -> bool:
    """Push a commit to the branch of the remote at the URL or path `where`. Return True if the remote accepted it.

    Return False if another machine has pushed since the last fetch. Raises GitError if the push fails for another
    reason.
    """
    _mend_local(where)
    ended = repository.git.run("push", "--quiet", "--porcelain", "--no-verify", NAME, f"{commit}:refs/heads/{branch}")
    if ended.status == 0:
        return True
    printed = ended.out.decode(errors="replace") + ended.error
    faster = ("[rejected]", "cannot lock ref", "failed to update ref", "failed to lock", "reference already exists")
    if any(text in printed for text in faster):
        return False
    raise failure(("push",), ended)


def default_branch(repository: Repository) -> str | None:
    """Return the name of the default branch of the remote. Return None if the remote is empty or cannot be reached.

    Raises GitError if the remote refuses the request.
    """
    ended = repository.git.run("ls-remote", "--symref", NAME, "HEAD")
    if ended.status:
        error = failure(("ls-remote",), ended)
        if isinstance(error, GitError) and error.is_offline:
            return None
        raise error
    first = ended.out.decode(errors="replace").partition("\n")[0]
    return first.split("\t")[0].removeprefix("ref: refs/heads/") if first.startswith("ref: refs/heads/") else None


def branches(repository: Repository) -> list[str]:
    """Return the names of all branches of the remote.

    Raises GitError if the remote refuses the request or cannot be reached.
    """
    listed = repository.git.output("ls-remote", "--heads", NAME).decode(errors="replace").splitlines()
    return [line.partition("\trefs/heads/")[2] for line in listed]


def _mend_local(where: str) -> None:
    """If the remote is a folder of this machine, remove the lock files that killed git processes left."""
    path = local_path(where)
    if path is None or not os.path.isdir(path):
        return
    inner = os.path.join(path, ".git")
    try:
        remove_left_locks(inner if os.path.isdir(inner) else path)
    except OSError as error:
        raise ReadqError(f"{path} cannot be written: {error.strerror}", "check its permissions") from error
