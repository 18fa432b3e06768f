"""Run the git program in the repository of a shared dump.

git is run so that it never asks a question. Environment variables that could make it use another repository are
removed.
"""

import os
import re
import subprocess
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from readq.errors import DiskError, ReadqError
from readq.text import one_line

_TIMEOUT = 600.0
"""The timeout of a git command in seconds. Without it, a server that does not reply would block a cron job for ever."""

_OPTIONS = (
    *("-c", "core.quotePath=false", "-c", "core.autocrlf=false", "-c", "core.safecrlf=false"),
    *("-c", "core.symlinks=false", "-c", "core.fsmonitor=false", "-c", "core.excludesFile="),
    # On some file systems each file can be run. Machines that saw different modes would never be in step.
    *("-c", "core.fileMode=false"),
    *("-c", "protocol.ext.allow=never", "-c", "gc.autoDetach=false", "-c", "maintenance.autoDetach=false"),
    *("-c", "advice.detachedHead=false", "-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false"),
    # Each version of the list of papers is packed as a difference from one other only: comparing them takes long.
    *("-c", "user.useConfigOnly=true", "-c", "pack.window=1"),
)

_OFFLINE = re.compile(
    r"could not resolve host|network is unreachable|no route to host|connection timed out|operation timed out"
    r"|connection refused|failed to connect|couldn't connect to server|temporary failure in name resolution"
    r"|connection reset|could not connect to server",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"no space left on device|out of disk ?space|disk quota exceeded|read-only file system", re.IGNORECASE
)
_VAGUE = ("failed to push some refs", "Could not read from remote repository")
"""Parts of messages of git that do not say why a command failed."""
_GONE = re.compile(r"does not appear to be a git repository|repository .*not found", re.IGNORECASE)
_PASSWORD = re.compile(
    r"could not read (?:username|password)|authentication failed|permission denied \(|terminal prompts disabled"
    r"|host key verification failed",
    re.IGNORECASE,
)


class GitError(ReadqError):
    """Raised if a git command fails. `text` is the standard error of the command."""

    def __init__(self, message: str, hint: str | None = None, *, text: str = "") -> None:
        super().__init__(message, hint)
        self.text = text

    @property
    def is_offline(self) -> bool:
        """Whether the command failed because the machine of the remote could not be reached."""
        return _OFFLINE.search(self.text) is not None


class Ended(NamedTuple):
    """The result of a git command. `status` is the exit status.

    `out` is the standard output as bytes, and `error` the standard error as text.
    """

    status: int
    out: bytes
    error: str


class Git:
    """A runner of git commands in the repository in `folder`.

    `at` is the time of new commits, as UTC text. `index` is the name of an index file of readq's own. The commands use
    this file, so that they do not conflict with git commands that the user runs at the same time.
    """

    def __init__(self, folder: str, at: str, index: str = "index") -> None:
        self.folder = folder
        self._at = at
        self._index = index

    @property
    def git_folder(self) -> str:
        """The path of the folder `.git` of the repository."""
        return os.path.join(self.folder, ".git")

    @property
    def own_folder(self) -> str:
        """The path of the folder inside `.git` that contains readq's own files."""
        return os.path.join(self.git_folder, "readq")

    def run(self, *arguments: str, data: bytes | None = None) -> Ended:
        """Run git with the arguments `arguments`, and with `data` as its standard input. Return the result.

        A command that fails raises no error. Raises ReadqError if git cannot be started, or does not end within ten
        minutes.
        """
        try:
            done = subprocess.run(  # noqa: S603 - no shell; the arguments are readq's own
                self._command(arguments),
                input=data if data is not None else b"",
                env=self._environment,
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise GitError(f"git {arguments[0]} did not end within {_TIMEOUT:.0f} s", "try again later") from error
        except OSError as error:
            raise _start_error(error) from error
        return Ended(done.returncode, done.stdout, done.stderr.decode(errors="replace"))

    def started(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start git with the arguments `arguments`. Return the process, with pipes for its standard input and output.

        The messages of git are dropped. Raises ReadqError if git cannot be started.
        """
        try:
            return subprocess.Popen(  # noqa: S603 - no shell; the arguments are readq's own
                self._command(arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
            )
        except OSError as error:
            raise _start_error(error) from error

    def _command(self, arguments: Sequence[str]) -> tuple[str, ...]:
        return ("git", *_OPTIONS, "-C", self.folder, *arguments)

    def output(self, *arguments: str, data: bytes | None = None) -> bytes:
        """Run git with the arguments `arguments`, and return its standard output.

        Raises GitError if the command fails.
        """
        ended = self.run(*arguments, data=data)
        if ended.status:
            raise failure(arguments, ended)
        return ended.out

    def text(self, *arguments: str) -> str:
        """Run git with the arguments `arguments`, and return its standard output as stripped text.

        Raises GitError if the command fails.
        """
        return self.output(*arguments).decode(errors="replace").strip()

    @cached_property
    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
        ssh = {} if {"GIT_SSH", "GIT_SSH_COMMAND"} & kept.keys() else {"GIT_SSH_COMMAND": "ssh -oBatchMode=yes"}
        return {
            **kept,
            **ssh,
            "LC_ALL": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "SSH_ASKPASS_REQUIRE": "never",
            "GIT_INDEX_FILE": os.path.join(self.own_folder, self._index),
            "GIT_AUTHOR_DATE": self._at,
            "GIT_COMMITTER_DATE": self._at,
            # If the folder is no repository, git must not use one that contains the folder.
            "GIT_CEILING_DIRECTORIES": os.path.dirname(os.path.abspath(self.folder)),
        }


_KEPT = frozenset({"GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_PROXY_COMMAND", "GIT_EXEC_PATH"})
"""The environment variables of git that are passed on to git commands.

Other variables of git are removed, because they could name another repository, for example in a hook.
"""


def _start_error(error: OSError) -> ReadqError:
    if isinstance(error, FileNotFoundError):
        return ReadqError("git is not installed", "install it; readq share runs it")
    return ReadqError(f"git cannot be run: {error.strerror}", "check the folder and PATH")


def failure(arguments: Sequence[str], ended: Ended) -> ReadqError:
    """Return the error to raise for the git command `arguments`, which failed with the result `ended`.

    The message of the error is one line. The error is a DiskError if the disk is full, and a GitError in all other
    cases.
    """
    lines = [
        line.strip() for line in ended.error.splitlines() if line.strip() and not line.startswith(("hint:", "To "))
    ]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:", "remote: error:", "remote: fatal:"))]
    if fatal and any(text in fatal[0] for text in _VAGUE):
        # The server, a hook there, or ssh said why.
        earlier = lines[: lines.index(fatal[0])]
        fatal = [line for line in earlier if line != "remote:" and not line.lower().startswith("warning:")] or fatal
    line = one_line(masked_address((fatal or lines or [f"exit status {ended.status}"])[0]))[:300]
    if _FULL.search(ended.error):
        return DiskError(f"git {arguments[0]}: {line}", "make room, then share again")
    return GitError(f"git {arguments[0]}: {line}", _hint(ended.error), text=ended.error)


def _hint(error: str) -> str:
    if _PASSWORD.search(error):
        return "set up a key or a credential helper of git"
    if _GONE.search(error):
        return "nothing was shared; connect its drive or correct its URL with git remote set-url, then share again"
    return "nothing was shared"


def masked_address(text: str) -> str:
    """Return `text` with the user name and password in each URL replaced by `…`."""
    return re.sub(r"(?<=://)[^\s/@]+@", "…@", text)
