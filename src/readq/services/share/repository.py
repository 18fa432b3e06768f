"""Make commits of the dump in a shared folder, and read dumps from commits."""

import contextlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from readq.errors import ReadqError
from readq.paths import write_atomically
from readq.services.dump import file_layout, regular_files
from readq.services.dump.read_folder import refuse_later_marker
from readq.services.dump.three_way.compared_dumps import DumpVersion, decoded
from readq.services.share import other_files
from readq.services.share.ancestry import Ancestry
from readq.services.share.git import Git, GitError, failure
from readq.services.share.objects import Commit, Entry, Objects

ATTRIBUTES = ".gitattributes"
_FILES = (file_layout.MARKER, file_layout.RATINGS, file_layout.FEEDS, file_layout.VIEWS)
OURS = (*_FILES, file_layout.PAPERS, *other_files.FOLDERS, ATTRIBUTES)
"""The names of the files and folders that readq writes in a shared repository."""

_WITHIN = tuple(f"{folder}/" for folder in other_files.FOLDERS)

_ATTRIBUTES = """\
# Files of readq are merged by readq, and their lines stay as they are.
* -text
papers.jsonl merge=readq
papers/*.jsonl merge=readq
ratings.csv merge=readq
feeds.json merge=readq
views.json merge=readq
notes/*.md merge=readq
"""
_FORMER_ATTRIBUTES = _ATTRIBUTES.replace("papers/*.jsonl merge=readq\n", "")

LIBRARY_REF = "refs/readq/library"
"""The git reference to the newest commit that was merged into the library. It keeps git from deleting this commit."""

_STATUS_OPTIONS = (
    *("--porcelain=v2", "-z", "--branch", "--no-ahead-behind", "--no-renames"),
    *("--untracked-files=no", "--ignore-submodules=all"),
)
_WORDS_OF_CHANGE = 9
"""The number of words in the line of a change in the output of `git status`. The last word is the path."""


class Checkout(NamedTuple):
    """What is checked out in the folder of a repository."""

    branch: str
    """The name of the branch, such as `main`."""
    head: str | None
    """The hash of the newest commit of the branch, or None if there is no commit."""
    changed: tuple[str, ...]
    """The paths of readq's files in the folder that differ from the commit `head`."""


class Repository:
    """The git repository of a shared dump. `close` ends the process of git that reads its objects."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self._objects = Objects(git)
        self.ancestry = Ancestry(git, self._objects)
        self._base: str | None = None
        """The commit whose files the index has. Only files of readq can differ between the index and this commit."""
        self._indexed: set[str] = set()
        """The names of OURS that the index may have."""
        self._others: other_files.Entries = {}
        """The user's own files in the index."""

    def close(self) -> None:
        """End the process of git that reads the objects."""
        self._objects.close()

    @property
    def exists(self) -> bool:
        """Whether the folder is a git repository."""
        return os.path.isdir(self.git.git_folder)

    @property
    def is_set_up(self) -> bool:
        """Whether `share init` has made the repository, or has set up one that the user cloned."""
        return os.path.isdir(self.git.own_folder)

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """The values of git's settings, by name. They are read at the first access only."""
        printed = self.git.run("config", "--list", "-z").out.decode(errors="surrogateescape")
        return {name: value for name, _, value in (one.partition("\n") for one in printed.split("\0"))}

    def commit_of(self, name: str) -> str | None:
        """Return the hash of the commit with the name `name`, or None if there is no such commit.

        A name is a branch, a reference or a hash.
        """
        commit = self._objects.commit(name)
        return None if commit is None else commit.name

    def checkout(self) -> Checkout:
        """Return what is checked out, and make the index contain the files of the newest commit.

        Raises ReadqError if no branch is checked out.
        """
        found = self._status()
        if found is None:
            # The index is damaged, or has the files of another commit, for example of one that was made by hand.
            self._read_index(self.commit_of("HEAD"))
            found = self._status()
            if found is None:
                raise failure(("status",), self.git.run("status", "--porcelain"))
        self._set_base(found.head)
        return found

    def _status(self) -> Checkout | None:
        """Return what is checked out. Return None if the index does not have the files of the newest commit."""
        ended = self.git.run("status", *_STATUS_OPTIONS)
        if ended.status:
            return None
        branch, head, changed = "", None, []
        for line in ended.out.decode(errors="surrogateescape").split("\0"):
            words = line.split(" ", _WORDS_OF_CHANGE - 1)
            if line.startswith("# branch.oid "):
                head = None if words[2] == "(initial)" else words[2]
            elif line.startswith("# branch.head "):
                branch = words[2]
            elif line.startswith("#"):
                continue
            elif len(words) == _WORDS_OF_CHANGE and words[0] == "1" and words[1][0] == ".":
                changed.append(words[-1])
            elif line:
                return None
        if branch == "(detached)":
            raise ReadqError(f"no branch is checked out in {self.git.folder}", "git switch BRANCH, then share again")
        return Checkout(branch, head, tuple(filter(_is_ours, changed)))

    def changed_by_hand(self, checkout: Checkout) -> tuple[str, ...]:
        """Return the paths of readq's files in the folder that differ from the newest commit.

        Notes and lists of papers that the commit does not have are among them. Return () if there is no commit, or
        while readq is writing, because then not every difference is by hand.
        """
        if checkout.head is None or self.is_writing:
            return ()
        # On a file system that ignores case, a file may keep the name that it had before.
        known = {path.casefold() for path in self._entries(checkout.head)}
        added = (path for path in self._in_no_commit(checkout.head) if path.casefold() not in known)
        return tuple(sorted({*checkout.changed, *added}))

    def restore(self, checkout: Checkout) -> None:
        """Reset the files that a killed share wrote: they get the content that they have in the newest commit.

        Notes and lists of papers that the share added are removed. Other files of the user are left unchanged.
        """
        for name in self._written_since(checkout.head):
            os.unlink(os.path.join(self.git.folder, name))
        if checkout.changed:
            listed = "\0".join([*checkout.changed, ""]).encode(errors="surrogateescape")
            self.git.output("checkout-index", "-f", "-u", "-q", "-z", "--stdin", data=listed)

    def _written_since(self, head: str | None) -> list[str]:
        """Return the notes and lists that are in no commit, and were not in the folder when the share began to write.

        Return none if this is unknown: a user may have put them there.
        """
        try:
            with open(self._mark, encoding="utf-8") as file:
                before = set(json.load(file))
        except (OSError, ValueError, TypeError):
            return []
        return [name for name in self._in_no_commit(head) if name not in before]

    def _in_no_commit(self, head: str | None) -> list[str]:
        """Return the paths of the notes and lists of papers in the folder that the commit `head` does not have."""
        known = self._entries(head)
        names: list[str] = []
        for folder in filter(partial(regular_files.is_folder, self.git.folder), other_files.FOLDERS):
            with os.scandir(os.path.join(self.git.folder, folder)) as found:
                names += [f"{folder}/{one.name}" for one in found if not one.is_dir(follow_symlinks=False)]
        return [name for name in sorted(names) if other_files.is_of_dump(name) and name not in known]

    def _read_index(self, commit: str | None) -> None:
        """Make the index contain the files of a commit. If `commit` is None, make it empty."""
        if commit is None:
            self.git.output("read-tree", "--empty")
        elif self.git.run("read-tree", "-m", commit).status:
            # With -m, git keeps what it knows of files, and need not read them. Without, it reads no damaged index.
            self.git.output("read-tree", commit)
        self._set_base(commit)

    def _set_base(self, commit: str | None) -> None:
        """Remember that the index has the files of a commit."""
        self._base = commit
        self._indexed = {*self._root(commit)}
        self._others = self._others_in(commit)

    def content(self, commit: str, path: str) -> bytes | None:
        """Return the content of the file at `path` in a commit. Return None if the commit has no such file."""
        return self._objects.file(f"{commit}:{path}")

    @property
    def is_writing(self) -> bool:
        """Whether readq has begun to write files in the folder and has not finished.

        This is also true if a process of readq was killed while it wrote files.
        """
        return os.path.exists(self._mark)

    @property
    def _mark(self) -> str:
        return os.path.join(self.git.own_folder, "writing")

    def begin_writing(self, head: str | None) -> None:
        """Record that readq is writing files in the folder. The record remains if the process is killed.

        The record names the notes and lists of papers that are already in the folder, but not in the newest commit,
        `head`.
        """
        os.makedirs(self.git.own_folder, exist_ok=True)
        write_atomically(self._mark, json.dumps(self._in_no_commit(head)))

    def end_writing(self) -> None:
        """Record that readq has finished writing. The files in the folder are then equal to those of the branch."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._mark)

    def commit(self, parents: Sequence[str], message: str) -> str:
        """Make a commit of readq's files in the folder, with the parents `parents`. Return the hash of the commit.

        The commit keeps the files of the parents that do not belong to readq. A parent that is an ancestor of another
        parent is left out. If there is one parent and it has the same files, no commit is made, and the parent is
        returned. The branch is not moved.
        """
        kept = self.ancestry.without_past(parents)
        self._take_other_files(kept)
        tree = self._staged_tree()
        if len(kept) == 1 and self._read_commit(kept[0]).tree == tree:
            commit = kept[0]
        else:
            commit = self._committed("commit-tree", tree, *(f"-p{parent}" for parent in kept), "-m", message)
        self._set_base(commit)
        return commit

    def _committed(self, *arguments: str) -> str:
        """Run a command that makes a commit, and return the hash of the commit.

        If git knows no name of the user, readq is the author.
        """
        kinds = [f"{who}.{what}" for who in ("author", "committer") for what in ("name", "email")]
        if all(self.settings.get(kind) or self.settings.get(f"user.{kind.partition('.')[2]}") for kind in kinds):
            ended = self.git.run(*arguments)
            if ended.status == 0:
                return ended.out.decode().strip()
        return self.git.text("-c", "user.name=readq", "-c", "user.email=readq@localhost", *arguments)

    def _take_other_files(self, commits: Sequence[str]) -> None:
        """Make the index contain the user's own files of the merged commits."""
        others = [self._others_in(commit) for commit in commits]
        if all(one == self._others for one in others):
            return
        merged = others[0] if others else {}
        for place, theirs in enumerate(others[1:], 1):
            base = self._others_in(self.ancestry.merge_base(commits[:place], commits[place]))
            merged = other_files.merged(self._objects, base, merged, theirs)
        lines = other_files.index_lines(self._objects, self._others, merged)
        self.git.output("update-index", "-z", "--index-info", data=lines.encode(errors="surrogateescape"))
        self._others = merged

    def _others_in(self, commit: str | None) -> other_files.Entries:
        return {} if commit is None else other_files.in_commit(self._objects, self._read_commit(commit).tree, OURS)

    def _staged_tree(self) -> str:
        """Add readq's files to the index, as they are in the folder now. Return the hash of the tree of the index."""
        present = [name for name in OURS if os.path.lexists(os.path.join(self.git.folder, name))]
        others = {*other_files.in_folder(self.git.folder), *(path for path in self._others if path.startswith(_WITHIN))}
        without = [f":(exclude,literal){path}" for path in sorted(others)]
        if missing := [name for name in OURS if name in self._indexed and name not in present]:
            self.git.output("rm", "-r", "-q", "--cached", "--ignore-unmatch", "--", *missing, *without)
        self.git.output("add", "-A", "-f", "--", *present, *without)
        self._indexed = set(present)
        return self.git.text("write-tree")

    def keep(self, commit: str) -> None:
        """Record `commit` as the newest commit that was merged into the library. git then never deletes this commit."""
        self.git.output("update-ref", LIBRARY_REF, commit)

    def move_branch(self, commit: str, head: str | None) -> None:
        """Move the branch from `head` to `commit`, which must be the last result of the method `commit`.

        The index file that the user's own git commands use is updated too.
        """
        if commit != head:
            self.git.output("update-ref", "-m", "readq share", "HEAD", commit)
        index = os.path.join(self.git.git_folder, "index")
        if not os.path.exists(f"{index}.lock"):
            # If a git process of the user holds the lock, its index stays old until `git reset`.
            shutil.copyfile(os.path.join(self.git.own_folder, "index"), f"{index}.readq")
            os.replace(f"{index}.readq", index)

    def check_dump(self, commit: str, name: str) -> None:
        """Raise ReadqError if the commit `commit` has no dump, or a dump of a newer format.

        `name` is the name of the commit in messages.
        """
        marker = self.content(commit, file_layout.MARKER)
        if marker is None:
            raise ReadqError(
                f"{name} is a repository without a dump of readq", "choose another repository; nothing was changed"
            )
        where = f"{name}: {file_layout.MARKER}"
        refuse_later_marker(where, decoded(marker, where))

    def write_attributes(self) -> None:
        """Write the file with two settings of git: readq merges the files of a dump, and their line ends are kept."""
        write_atomically(os.path.join(self.git.folder, ATTRIBUTES), _ATTRIBUTES)

    def renew_attributes(self) -> None:
        """Call `write_attributes` if the present file is from an older version of readq and was not edited."""
        with contextlib.suppress(OSError), open(os.path.join(self.git.folder, ATTRIBUTES), encoding="utf-8") as file:
            if file.read() == _FORMER_ATTRIBUTES:
                self.write_attributes()

    def version(self, commit: str | None, name: str) -> DumpVersion:
        """Return the dump in a commit. Return an empty dump if `commit` is None.

        `name` is the name of the dump in messages. Raises ReadqError if the commit contains no dump, or a dump of a
        newer format.
        """
        if commit is None:
            texts = {
                file_layout.MARKER: file_layout.marker(is_split=True),
                file_layout.RATINGS: file_layout.ratings_head(),
                file_layout.FEEDS: file_layout.feeds(()),
                file_layout.VIEWS: file_layout.views(()),
            }
            return DumpVersion(name, texts, {}, {}, lambda _: {})
        self.check_dump(commit, name)
        entries = self._entries(commit)

        def read_some(paths: Sequence[str]) -> dict[str, bytes]:
            return dict(zip(paths, self._objects.files([entries[path] for path in paths]), strict=True))

        files = read_some([path for path in _FILES if path in entries])
        texts = {path: decoded(content, f"{name}: {path}") for path, content in files.items()}
        return DumpVersion(name, texts, _lists(entries), _notes(entries), read_some)

    def working_version(self, name: str) -> DumpVersion:
        """Return the dump in the folder, as readq has written it. `name` is the name of the dump in messages."""

        def read_some(paths: Sequence[str]) -> dict[str, bytes]:
            return {path: regular_files.read(self.git.folder, path) for path in paths}

        texts = {path: decoded(content, f"{name}: {path}") for path, content in read_some(_FILES).items()}
        entries = self._files(self._objects.folder(self._staged_tree()))
        return DumpVersion(name, texts, _lists(entries), _notes(entries), read_some)

    def _read_commit(self, name: str) -> Commit:
        """Return the commit with the hash `name`. Raises GitError if there is no such commit."""
        commit = self._objects.commit(name)
        if commit is None:
            raise GitError(f"git cat-file: {name} is no commit", "nothing was shared")
        return commit

    def _root(self, commit: str | None) -> Mapping[str, Entry]:
        """Return a mapping from names to the entries of the folder of a commit. It is empty if `commit` is None."""
        return {} if commit is None else self._objects.folder(self._read_commit(commit).tree)

    def _entries(self, commit: str | None) -> dict[str, str]:
        """Return a dict from paths to hashes of contents, for regular files of a commit that may belong to a dump."""
        return self._files(self._root(commit))

    def _files(self, root: Mapping[str, Entry]) -> dict[str, str]:
        found = {name: entry.name for name, entry in root.items() if entry.is_file}
        for folder in other_files.FOLDERS:
            if folder in root and root[folder].is_folder:
                inner = self._objects.folder(root[folder].name)
                found |= {f"{folder}/{name}": entry.name for name, entry in inner.items() if entry.is_file}
        return found


def _is_ours(path: str) -> bool:
    return other_files.is_of_dump(path) if path.startswith(_WITHIN) else path.partition("/")[0] in OURS


def _lists(blobs: Mapping[str, str]) -> dict[str, str]:
    return {path: blob for path, blob in blobs.items() if file_layout.is_list_path(path)}


def _notes(blobs: Mapping[str, str]) -> dict[str, str]:
    return {path: blob for path, blob in blobs.items() if file_layout.is_note_path(path)}
