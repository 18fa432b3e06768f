"""Read commits, folders and files of a git repository through one git process, which runs until it is closed.

Starting a git process takes longer than reading hundreds of objects. The process is `git cat-file --batch`. It finds
objects and references that other processes make while it runs.
"""

import contextlib
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, NamedTuple

from readq.services.share.git import Git, GitError

_AT_ONCE = 100
"""The number of names that are written to git before its answers are read. They must fit in the buffer of a pipe."""


class Commit(NamedTuple):
    """A commit."""

    name: str
    """The hash of the commit."""
    tree: str
    """The hash of the folder that was committed."""
    parents: tuple[str, ...]
    """The hashes of the parents."""


class Entry(NamedTuple):
    """An entry of a folder."""

    mode: str
    """The mode of git in octal, such as `100644`."""
    name: str
    """The hash of the object."""

    @property
    def is_file(self) -> bool:
        """Whether this is a regular file."""
        return self.mode.startswith("100")

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder."""
        return self.mode == "40000"


class _Object(NamedTuple):
    """An object."""

    name: str
    """The hash of the object."""
    kind: str
    """The kind of the object, such as `blob`."""
    content: bytes


class Objects:
    """The objects of the repository of `git`, read by a process. The next call after `close` starts a new process.

    The name of an object is a hash, a reference, or another expression of git such as `HEAD:papers`.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None
        self._commits: dict[str, Commit] = {}
        self._folders: dict[str, Mapping[str, Entry]] = {}

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            with contextlib.suppress(OSError):
                pipe.close()
        self._process.wait()
        self._process = None

    def commit(self, name: str) -> Commit | None:
        """Return the commit with the name `name`, or None if there is no such commit."""
        if name in self._commits:
            return self._commits[name]
        (found,) = self._read([f"{name}^{{commit}}"])
        if found is None:
            return None
        head = found.content.partition(b"\n\n")[0].decode(errors="replace")
        words = [line.split(" ") for line in head.split("\n")]
        (tree,) = (some[1] for some in words if some[0] == "tree")
        commit = Commit(found.name, tree, tuple(some[1] for some in words if some[0] == "parent"))
        return self._commits.setdefault(found.name, commit)

    def folder(self, tree: str) -> Mapping[str, Entry]:
        """Return a mapping from the names of the files and subfolders in a folder to their entries.

        `tree` is the hash of the folder. Raises GitError if the folder is missing or cannot be read.
        """
        if tree not in self._folders:
            (content,) = self.files([tree])
            self._folders[tree] = dict(_entries(content, len(tree) // 2))
        return self._folders[tree]

    def file(self, name: str) -> bytes | None:
        """Return the content of the file with the name `name`, or None if there is no such file."""
        (found,) = self._read([name])
        return None if found is None or found.kind != "blob" else found.content

    def files(self, names: Sequence[str]) -> list[bytes]:
        """Return the contents of files and folders, in the same order. Raises GitError if one of them is missing."""
        contents: list[bytes] = []
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            for name, found in zip(some, self._read(some), strict=True):
                if found is None:
                    raise self._failure(name)
                contents.append(found.content)
        return contents

    def _read(self, names: Sequence[str]) -> "list[_Object | None]":
        """Return each of some objects, at most _AT_ONCE, or None in its place if there is no such object.

        Raises GitError if git fails.
        """
        if self._process is None:
            self._process = self._git.started("cat-file", "--batch")
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            raise AssertionError("both are pipes")
        try:
            asked.write("".join(f"{name}\n" for name in names).encode(errors="surrogateescape"))
            asked.flush()
            return [self._answer(name, answers) for name in names]
        except OSError as error:
            raise self._failure(names[0]) from error

    def _answer(self, name: str, answers: IO[bytes]) -> "_Object | None":
        # A line with name, kind and size, the content, and a line break. Or a line that says that there is none.
        line = answers.readline()
        if not line.endswith(b"\n"):
            raise self._failure(name)
        words = line.decode(errors="replace").split()
        if len(words) != 3 or not words[2].isdigit():
            return None
        size = int(words[2])
        content = answers.read(size + 1)
        if len(content) <= size:
            raise self._failure(name)
        return _Object(words[0], words[1], content[:size])

    def _failure(self, name: str) -> GitError:
        """Return the error to raise if the object cannot be read. Raises another error that says more, if there is one.

        A process of its own says why.
        """
        self.close()
        self._git.output("cat-file", "-t", name)
        return GitError(f"git cat-file: {name} cannot be read", "nothing was shared")


def _entries(content: bytes, length: int) -> Iterator[tuple[str, Entry]]:
    """Yield name and entry for each entry of a folder. `length` is the number of bytes of a hash."""
    # Each entry is the mode, a space, the name, a zero byte and the bytes of the hash.
    pattern = re.compile(rb"([0-7]+) ([^\0]+)\0(.{%d})" % length, re.DOTALL)
    for mode, name, digest in pattern.findall(content):
        yield name.decode(errors="surrogateescape"), Entry(mode.decode(), digest.hex())
